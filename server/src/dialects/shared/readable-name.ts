// The names of new rules that people read, in languages that take any text for a name.
import type { Change } from '../dialect.js';

/** The length of a name; a remark of Cisco has 100 characters, a name in a console far fewer columns. */
const LIMIT = 60;

/**
 * What a change is for, as a name: its title without characters that mean something in a language (quotes, variables, tags
 * of templates), and without those that a batch file or a switch cannot hold, which know ASCII only; its label where no
 * letter is left.
 */
export function readableName({ title = '', label }: Pick<Change, 'title' | 'label'>): string {
  const ascii = title
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace(/\p{Dash_Punctuation}/gu, '-')
    .replace(/: /g, ' - ')
    .replace(/[^A-Za-z0-9 ._()+/-]/g, ' ');
  const words = ascii.split(' ').filter((word) => word !== '');
  let name = '';
  for (const word of words) {
    if (name.length + 1 + word.length > LIMIT) break;
    name = name === '' ? word : `${name} ${word}`;
  }
  // A name that begins with a sign could be read as an option.
  return /^[A-Za-z0-9].*[A-Za-z]|^[A-Za-z]/.test(name) ? name : label;
}
