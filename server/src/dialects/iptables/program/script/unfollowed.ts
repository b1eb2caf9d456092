// Commands that run iptables with words that only running the script would show: `xargs iptables …`, `eval "iptables …"`.
import type { AddressFamily } from '../../../../model/ip.js';
import type { Word } from '../../syntax/words.js';
import { BUILT_IN_CHAINS, isTableName, type TableName } from '../../vocabulary/words.js';

/** What a command that is not followed may change. */
export interface UnfollowedUse {
  readonly program: string;
  readonly families: readonly AddressFamily[];
  readonly tables: readonly TableName[];
}

/** Programs that make a command of words or of what they read. */
const RUNNERS: ReadonlySet<string> = new Set(['xargs', 'eval', 'parallel']);

/** The iptables command in what a program runs; `undefined` where there is none. */
export function unfollowedUse(program: string, words: readonly Word[]): UnfollowedUse | undefined {
  if (!RUNNERS.has(program)) return undefined;
  const text = words.map((word) => word.unknown ?? word.text).join(' ');
  const names = [...text.matchAll(/\b(ip6?)tables\b(?!-save)|\$\{?\w{0,40}(?:IPT|IP6T|ipt)\w{0,40}/g)];
  if (names.length === 0) return undefined;
  const families = new Set(names.map(([name]): AddressFamily => (name.includes('6') ? 6 : 4)));
  const table = /(?:^|\s)(?:-t\s*|--table[ =])(\w+)/.exec(text)?.[1] ?? '';
  const named = isTableName(table) ? [table] : /(?:^|\s)(?:-t|--table)/.test(text) ? ALL_TABLES : FILTER;
  // What is read later may name a table itself.
  const tables = program === 'eval' && words.some(({ unknown }) => unknown !== undefined) ? ALL_TABLES : named;
  return { program, families: [...families].sort(), tables };
}

const ALL_TABLES = Object.keys(BUILT_IN_CHAINS).filter(isTableName);
const FILTER: readonly TableName[] = ['filter'];
