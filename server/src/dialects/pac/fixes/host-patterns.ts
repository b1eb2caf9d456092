// Writes the host patterns of documents as PAC files spell them.

/** In Microsoft's documents a `*` inside a pattern is at least one character; in shExpMatch it may be none. */
export function shellPattern(pattern: string): string {
  return pattern.replace(/(^|[^.])\*|\*(?=[^.])/g, (star, before: string | undefined) =>
    before === undefined ? '?*' : `${star.slice(0, -1)}?*`,
  );
}

/** A host as the other elements of a list are written. */
export function elementsFor(host: string, others: readonly string[]): string[] {
  const name = host.replace(/^\*\./, '');
  if (name.includes('*')) return [shellPattern(host)];
  if (host === name) return [name];
  if (others.some((text) => text.startsWith('*.'))) return [`*.${name}`];
  return others.some((text) => text.startsWith('.')) ? [`.${name}`] : [name];
}
