// What a line of a program does that knows open values: whether the file without it is one of those that it may be.
import type { Dialect } from '../dialects/dialect.js';
import { openNameIn } from '../dialects/shared/open-values.js';

/** `open`: it may do something or nothing, as its open values have it. */
export type Effect = 'none' | 'open' | 'certain';

/** The effects of lines in a dialect, whose open values are marked. */
export function effectsIn({ id, words }: Dialect): (line: string) => Effect {
  if (id === 'pac') return (line) => (isOpenInScript(line) ? 'open' : 'certain');
  if (id !== 'squid') return (line) => (isOpenInYaml(line) ? 'open' : 'certain');
  const without = new Set(words?.words.flatMap(({ name, treatment }) => (treatment === 'no-effect' ? [name] : [])));
  return (line) => {
    if (line.startsWith('#') || without.has(line.split(/\s/, 1)[0] ?? '')) return 'none';
    return isOpenInSquid(line) ? 'open' : 'certain';
  };
}

/** An open statement may be any, or none. An acl has values that may match nothing, unless one of them is known. */
function isOpenInSquid(line: string): boolean {
  const [name, , , ...values] = line.split(/\s+/);
  if (name !== 'acl') return openNameIn(line) !== undefined;
  return values.every((value) => value.startsWith('-') || openNameIn(value) !== undefined);
}

/** A condition, or an element of a list, that may be such that nothing meets it; what it returns is known to be returned. */
function isOpenInScript(line: string): boolean {
  if (openNameIn(line) === undefined) return false;
  const operand = line.replace(/^(?:\|\||&&)/, '').replace(/(?:\|\||&&)$/, '');
  const before = operand.slice(0, operand.indexOf('\ue000'));
  return !/\|\||\?/.test(operand) && !/\b(?:return|var|let|const)\b|[^=!<>]=(?!=)/.test(before);
}

/** An entry of which nothing is known. */
function isOpenInYaml(line: string): boolean {
  const value = line
    .replace(/^- */, '')
    .replace(/^[\w-]+: +/, '')
    .replace(/^["']/, '');
  return value.startsWith('\ue000') && openNameIn(value) !== undefined && !value.includes(',');
}
