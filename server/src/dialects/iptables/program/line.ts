import type { AddressFamily } from '../../../model/ip.js';
import { CONFLICT_MARKER, UNRESOLVED } from '../../../text/conflicts.js';
import { type Rule, readRule } from '../meaning/rule.js';
import { type Operation, parseCommand } from '../syntax/command.js';
import { type LineProblem, restoreWords, syntaxError, type Word } from '../syntax/words.js';

/** One line of an iptables-save file, read without regard to what stands around it. */
export type Line = BlankLine | TableLine | CommitLine | ChainLine | CommandLine | StrayLine;

interface AnyLine {
  /** The characters of the line in the file, line end included. */
  readonly raw: string;
  readonly problems: readonly LineProblem[];
}

/** An empty line or a comment. */
export interface BlankLine extends AnyLine {
  readonly kind: 'blank';
}

/** `*filter` */
export interface TableLine extends AnyLine {
  readonly kind: 'table';
  readonly table: Word;
}

/** `COMMIT` */
export interface CommitLine extends AnyLine {
  readonly kind: 'commit';
}

/** `:FORWARD DROP [0:0]` or `:LOGDROP - [0:0]` */
export interface ChainLine extends AnyLine {
  readonly kind: 'chain';
  readonly chain: Word;
  readonly policy: Word | undefined;
}

/** `-A FORWARD …`, perhaps with counters in front. */
export interface CommandLine extends AnyLine {
  readonly kind: 'command';
  readonly operation: Operation | undefined;
  readonly chain: Word | undefined;
  readonly argument: Word | undefined;
  readonly rule: Rule;
  /** `-4` or `-6`: the other program skips the line. */
  readonly onlyFamily: AddressFamily | undefined;
}

/** Text that is none of these. */
export interface StrayLine extends AnyLine {
  readonly kind: 'stray';
}

const NO_PROBLEMS: readonly LineProblem[] = [];
const NO_RULE_COMMAND = parseCommand([], 4);

/** The meaning of a line that holds no rule. */
const NO_RULE: Rule = readRule(NO_RULE_COMMAND, 4);

/** Reads a line as iptables-restore does (`xtables_restore_parse_line` in xtables-restore.c). */
export function readLine(raw: string, family: AddressFamily): Line {
  const text = raw.endsWith('\n') ? raw.slice(0, -1) : raw;
  if (text === '' || text.startsWith('#')) return { kind: 'blank', raw, problems: NO_PROBLEMS };
  if (text === 'COMMIT') return { kind: 'commit', raw, problems: NO_PROBLEMS };
  if (text.startsWith('*')) return readTable(raw, text);
  if (text.startsWith(':')) return readChain(raw, text);
  return readCommandLine(raw, text, family);
}

/** Blank-separated words from `from` on, as `strtok` cuts them. */
function plainWords(text: string, from: number): Word[] {
  return [...text.slice(from).matchAll(/[^ \t]+/g)].map((match) => ({
    start: from + match.index,
    end: from + match.index + match[0].length,
    text: match[0],
  }));
}

const TABLES: ReadonlySet<string> = new Set(['filter', 'nat', 'mangle', 'raw', 'security']);

function readTable(raw: string, text: string): Line {
  const [table] = plainWords(text, 1);
  if (!table) return stray(raw, { start: 0, end: text.length }, 'a table needs a name: *filter');
  const problems = TABLES.has(table.text)
    ? NO_PROBLEMS
    : [syntaxError(table, `iptables has no table '${withoutReturn(table.text)}'${returnHint(table.text)}`)];
  return { kind: 'table', raw, table, problems };
}

function withoutReturn(text: string): string {
  return text.replace(/\r$/, '');
}

function returnHint(text: string): string {
  return text.endsWith('\r') ? ': iptables-restore reads no files with CRLF line ends' : '';
}

const CHAIN_NAME_LENGTH = 28;

function readChain(raw: string, text: string): Line {
  const [chain, policy, counters] = plainWords(text, 1);
  if (!chain) return stray(raw, { start: 0, end: text.length }, 'a chain needs a name and a policy: FORWARD DROP');
  const problems: LineProblem[] = [];
  if (chain.text.length > CHAIN_NAME_LENGTH) {
    problems.push(syntaxError(chain, `the name of a chain has at most ${CHAIN_NAME_LENGTH} characters`));
  }
  if (!policy) problems.push(syntaxError(chain, `the chain needs a policy: ':${chain.text} -' where it has none`));
  if (counters && policy?.text !== '-' && !/^\[\d+:\d+\]$/.test(withoutReturn(counters.text))) {
    problems.push(syntaxError(counters, `'${counters.text}' are no counters: [packets:bytes]`));
  }
  return { kind: 'chain', raw, chain, policy, problems };
}

function stray(raw: string, place: { start: number; end: number }, message: string): StrayLine {
  return { kind: 'stray', raw, problems: [syntaxError(place, message)] };
}

function readCommandLine(raw: string, text: string, family: AddressFamily): Line {
  if (CONFLICT_MARKER.test(text)) {
    return stray(raw, { start: 0, end: text.length }, UNRESOLVED);
  }
  let from = 0;
  if (text.startsWith('[')) {
    const counters = /^\[\d+:\d+\]/.exec(text);
    if (!counters) return stray(raw, { start: 0, end: text.length }, 'the counters are not closed: [packets:bytes]');
    from = counters[0].length;
  }
  const words = restoreWords(text, from);
  const first = words[0];
  if (!first) return stray(raw, { start: 0, end: text.length }, 'iptables-restore refuses a line of blanks in a table');
  const command = parseCommand(words, family);
  if (command.operation === undefined && !first.text.startsWith('-')) {
    return stray(raw, { start: first.start, end: text.length }, `'${first.text}' is no command of iptables`);
  }
  const hasRule = RULE_OPERATIONS.has(command.operation ?? '');
  const rule = hasRule ? readRule(command, family) : NO_RULE;
  const problems = [...(hasRule ? rule.problems : command.problems)];
  if (command.table) problems.push(syntaxError(command.table, "iptables-restore allows no '-t' inside a table"));
  return {
    kind: 'command',
    raw,
    operation: command.operation,
    chain: command.chain,
    argument: command.argument,
    rule,
    onlyFamily: command.onlyFamily,
    problems: problems.length === 0 ? NO_PROBLEMS : problems,
  };
}

const RULE_OPERATIONS: ReadonlySet<string> = new Set(['append', 'check', 'delete', 'insert', 'replace']);
