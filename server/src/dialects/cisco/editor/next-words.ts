// What may follow the words of a command that is being typed, by the forms in the tables of commands.

import type { Platform } from '../syntax/tree.js';
import type { Command, CommandTable } from '../vocabulary/command-table.js';

/** Words of the language, or the name of what the user has to name: `$LIST`. */
export interface NextWords {
  readonly words: ReadonlySet<string>;
  readonly names: ReadonlySet<string>;
  /** Whether anything may follow as well. */
  readonly isOpen: boolean;
}

/** Whether a platform has a command. */
export function isOn({ platforms }: Pick<Command, 'platforms'>, platform: Platform): boolean {
  if (platforms === 'all') return true;
  const isAsa = /\b(?:ASA|FTD)\b/.test(platforms);
  return platform === 'asa' ? isAsa : /\b(?:IOS|XR|NX-OS)\b/.test(platforms);
}

/** What may follow some words, in lower case, in one of some tables. */
export function nextWords(
  tables: readonly CommandTable<string>[],
  written: readonly string[],
  platform: Platform,
): NextWords {
  const words = new Set<string>();
  const names = new Set<string>();
  let isOpen = false;
  const isNegated = written[0] === 'no';
  const own = isNegated ? written.slice(1) : written;
  for (const command of tables.flatMap((table) => table.commands)) {
    if (!isOn(command, platform) || command.negation === (isNegated ? 'never' : 'always')) continue;
    for (const part of partsAfter(partsOf(command.form), own)) {
      if (part === '*') isOpen = true;
      else if (part.startsWith('$')) for (const name of part.split('|')) names.add(name);
      else for (const word of part.replace(/[[\]<>]/g, '').split('|')) words.add(word);
    }
  }
  return { words, names, isOpen };
}

function partsOf(form: string): readonly string[] {
  return form.split(' ').filter((part, index) => index > 0 || (part !== 'no' && part !== '[no]'));
}

/** The parts of a form that may be next behind some words; none where these do not fit. */
function partsAfter(parts: readonly string[], words: readonly string[]): readonly string[] {
  let places = withSkipped(parts, [0]);
  for (const word of words) {
    const next = places.flatMap((at) => {
      const part = parts[at];
      if (part === undefined) return [];
      if (part === '*') return [at];
      const fits =
        part.startsWith('$') ||
        part
          .replace(/[[\]<>]/g, '')
          .split('|')
          .includes(word);
      return fits ? [at + 1] : [];
    });
    places = withSkipped(parts, next);
  }
  return [...places].flatMap((at) => parts[at] ?? []);
}

/** Places, and those behind parts that may be missing. */
function withSkipped(parts: readonly string[], places: readonly number[]): readonly number[] {
  const all = new Set(places);
  for (const at of all) if (parts[at]?.startsWith('[')) all.add(at + 1);
  return [...all];
}
