// Parts of sets of host names as text.
import type { TreePart } from './domain-tree.js';

/** A name right before the names below it, in alphabetical order. */
export function byName(a: TreePart, b: TreePart): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.kind === b.kind ? 0 : a.kind === 'name' ? -1 : 1;
}

/** A part as a name or a wildcard. */
export function describePart(part: TreePart): string {
  if (part.kind === 'name') return part.name;
  const base = part.name === '' ? '*' : `*.${part.name}`;
  if (part.exceptLabels.length === 0) return base;
  const except = part.exceptLabels.slice(0, 3).map((label) => (part.name === '' ? label : `${label}.${part.name}`));
  return `${base} (except ${except.join(', ')}${part.exceptLabels.length > 3 ? ', …' : ''})`;
}
