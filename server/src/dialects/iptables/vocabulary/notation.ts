// Reads the notation in which words.ts lists options and extensions, a line for each extension.

import { once } from '../../../kept/once.js';
import type { AddressFamily } from '../../../model/ip.js';
import type { Treatment, Word } from '../../shared/words.js';

/** How many words follow an option; `maybe` takes the next word unless it is an option. */
export type ValueCount = 0 | 1 | 2 | 'maybe';

/** An option by its long name, without dashes. */
export interface OptionWord extends Word {
  readonly aliases: readonly string[];
  readonly letter: string | undefined;
  readonly values: ValueCount;
  /** Whether it may be negated with `!`. */
  readonly negatable: boolean;
  /** Whether its extension cannot be used without it. */
  readonly required: boolean;
}

/** A match or target extension. */
export interface ExtensionWord extends Word {
  readonly aliases: readonly string[];
  readonly families: readonly AddressFamily[];
  /** Whether it cannot be used without any option. */
  readonly needsOption: boolean;
  /** By name and by alias. */
  readonly options: () => ReadonlyMap<string, OptionWord>;
}

/** Extensions with one treatment, and the treatment that their options have where no sign says otherwise. */
export interface ExtensionGroup {
  readonly treatment: Treatment;
  readonly options: Treatment;
  /** Lines such as `icmp6|icmpv6@6*: !icmpv6-type=`: name and alias, family, `*` where it needs an option, options. */
  readonly lines: string;
}

export type Summaries = Readonly<Record<string, string>>;

export function extensionWords(
  groups: readonly ExtensionGroup[],
  place: 'match' | 'target',
  summaries: { readonly extensions: Summaries; readonly options: Summaries },
): ExtensionWord[] {
  const dash = place === 'match' ? '-m' : '-j';
  return groups.flatMap(({ treatment, options, lines }) =>
    lines
      .replace(/\\\n/g, ' ')
      .trim()
      .split('\n')
      .map((line): ExtensionWord => {
        const colon = line.indexOf(':');
        const [, names = '', family, star] = /^([^@*]+)(?:@([46]))?(\*?)$/.exec(line.slice(0, colon)) ?? [];
        const [name = '', ...aliases] = names.split('|');
        const common = { place: `option of ${dash} ${name}`, treatment: options };
        return {
          name,
          place,
          treatment,
          ...summaryOf(name, summaries.extensions),
          aliases,
          families: family === undefined ? [4, 6] : family === '4' ? [4] : [6],
          needsOption: star === '*',
          // Of some two hundred extensions, a file uses a few.
          options: once(() => byName(optionWords(line.slice(colon + 1), common, summaries.options))),
        };
      }),
  );
}

const SIGNS: Readonly<Record<string, Treatment>> = { '+': 'modelled', '.': 'no-effect', '?': 'opaque' };
const VALUE_COUNTS: Readonly<Record<string, ValueCount>> = { '': 0, '=': 1, '==': 2, '=?': 'maybe' };

/**
 * Options such as `?!tcp-option=` or `source,s|src=`. Before the name: a sign for another treatment than that of the
 * list, `*` where the extension cannot do without the option, `!` where it may be negated. After it: its letter, its other
 * names, and `=` for a value, `==` for two, `=?` for one that may be missing.
 */
export function optionWords(
  list: string,
  common: { readonly place: string; readonly treatment: Treatment },
  summaries: Summaries,
): OptionWord[] {
  return list
    .trim()
    .split(/\s+/)
    .filter(Boolean)
    .map((notation): OptionWord => {
      const [, sign = '', required, negatable, name = '', letter, others = '', values = ''] =
        /^([+.?]?)(\*?)(!?)([\w-]+)(?:,(\w))?((?:\|[\w-]+)*)(=\?|={0,2})$/.exec(notation) ?? [];
      return {
        name,
        place: common.place,
        treatment: SIGNS[sign] ?? common.treatment,
        ...summaryOf(name, summaries),
        aliases: others.split('|').filter(Boolean),
        letter,
        values: VALUE_COUNTS[values] ?? 0,
        negatable: negatable === '!',
        required: required === '*',
      };
    });
}

/** Words by their names and aliases. */
export function byName<W extends Word & { readonly aliases: readonly string[] }>(
  words: readonly W[],
): ReadonlyMap<string, W> {
  return new Map(words.flatMap((word) => [word.name, ...word.aliases].map((name): [string, W] => [name, word])));
}

function summaryOf(name: string, summaries: Summaries): { readonly summary?: string } {
  const summary = summaries[name];
  return summary === undefined ? {} : { summary };
}
