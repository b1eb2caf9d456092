// The `$` marks of a replacement text.

/** What was found, and where. */
export interface Found {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** The groups, without the match itself. */
  readonly groups: readonly (string | undefined)[];
  readonly names: ReadonlyMap<string, number> | undefined;
}

const MARK = /\$(?:([$&`'])|(\d\d?))/g;

/** Names of groups are marks only where the expression has any. */
const MARK_OR_NAME = /\$(?:([$&`'])|(\d\d?)|<([^>]*)>)/g;

/** `GetSubstitution` of ECMA-262. */
export function expandMarks(template: string, found: Found): string {
  if (!template.includes('$')) return template;
  const { names } = found;
  return template.replace(
    names ? MARK_OR_NAME : MARK,
    (mark: string, sign?: string, digits?: string, name?: string) => {
      if (sign !== undefined) return expandSign(sign, found);
      if (digits !== undefined) return expandNumber(digits, found) ?? mark;
      return found.groups[(names?.get(String(name)) ?? 0) - 1] ?? '';
    },
  );
}

function expandSign(sign: string, { text, start, end }: Found): string {
  if (sign === '$') return '$';
  if (sign === '&') return text.slice(start, end);
  return sign === '`' ? text.slice(0, start) : text.slice(end);
}

/** Two digits are a group only where there are so many; else the second one stands for itself. */
function expandNumber(digits: string, { groups }: Found): string | undefined {
  for (const length of [digits.length, 1]) {
    const group = Number(digits.slice(0, length));
    if (group >= 1 && group <= groups.length) return (groups[group - 1] ?? '') + digits.slice(length);
  }
  return undefined;
}

/** An upper bound of the length of what {@link expandMarks} makes. */
export function expandedLength(template: string, textLength: number): number {
  let marks = 0;
  for (let at = template.indexOf('$'); at >= 0; at = template.indexOf('$', at + 1)) marks++;
  return template.length + marks * textLength;
}
