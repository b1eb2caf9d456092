// Commands that run iptables or ipset with words that only running the script would show: `xargs iptables …`, `eval "iptables …"`,
// `bash -c "iptables …"`.
import type { AddressFamily } from '../../../../model/ip.js';
import type { Word } from '../../syntax/words.js';
import { globalOption, type SetOperation, setOperation } from '../../vocabulary/ipset.js';
import { BUILT_IN_CHAINS, isTableName, type TableName } from '../../vocabulary/words.js';

/** What a command that is not followed may change. */
export interface UnfollowedUse {
  readonly program: string;
  readonly families: readonly AddressFamily[];
  readonly tables: readonly TableName[];
}

/** Programs that make a command of words or of what they read. */
const RUNNERS: ReadonlySet<string> = new Set([
  ...['xargs', 'eval', 'parallel', 'watch', 'flock', 'trap'],
  ...['sh', 'ash', 'bash', 'dash', 'ksh', 'zsh', 'su', 'runuser'],
]);

/** The iptables command in what a program runs; `undefined` where there is none. */
export function unfollowedUse(program: string, words: readonly Word[]): UnfollowedUse | undefined {
  if (!RUNNERS.has(program) && !isGivenCommand(program, words)) return undefined;
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

/** Programs that do not run the command in their words, or not for this machine. */
const NO_RUNNERS =
  /^(?:echo|printf|logger|log|print|say|which|type|hash|alias|cat|e?grep|sed|awk|man|ssh|scp|ip|nsenter|docker|podman|kubectl|lxc\S*|test|\[|sleep|iptables\S*|ip6tables\S*)$/;

/** Whether a program that is not known is given a command that changes rules, which it may run. */
function isGivenCommand(program: string, words: readonly Word[]): boolean {
  const at = words.findIndex(({ text }) => /^(?:\S*\/)?ip6?tables(?:-legacy|-nft)?$/.test(text));
  return (
    at >= 0 &&
    !NO_RUNNERS.test(program) &&
    words.slice(at + 1).some(({ text }) => /^-(?:[ADEFINPRX]|-[ad-prx])/.test(text))
  );
}

/**
 * What the ipset commands in what a program runs may do to sets: empty or destroy those that there are, or anything. `undefined`
 * where they change none.
 */
export function unfollowedSetChange(program: string, words: readonly Word[]): 'removal' | 'any' | undefined {
  if (!RUNNERS.has(program)) return undefined;
  const text = words.map((word) => word.unknown ?? word.text).join(' ');
  const after = [...text.matchAll(/(?:\bipset\b|\$\{?\w{0,40}(?:IPSET|ipset)\w{0,40}\}?)([^;|&]*)/g)];
  const operations = after.map(([, rest = '']) => setOperation(operationWord(rest)));
  const changing = operations.filter((one) => one === undefined || !UNCHANGING.has(one));
  if (changing.length === 0) return undefined;
  return changing.every((one) => one === 'destroy' || one === 'flush') ? 'removal' : 'any';
}

/** The first word after the options of the program. */
function operationWord(text: string): string {
  const words = text.split(/[\s"']+/).filter((word) => word !== '');
  return words.find((word) => globalOption(word) === undefined) ?? '';
}

const UNCHANGING: ReadonlySet<SetOperation> = new Set(['test', 'list', 'save', 'help', 'version']);

const ALL_TABLES = Object.keys(BUILT_IN_CHAINS).filter(isTableName);
const FILTER: readonly TableName[] = ['filter'];
