// Parses a file; a new version of an iptables-save file reuses the unchanged lines.
import { type LineBlocks, readLineBlocks } from '../../../kept/line-blocks.js';
import type { AddressFamily } from '../../../model/ip.js';
import { CONFLICT_MARKER, UNRESOLVED } from '../../../text/conflicts.js';
import type { PiecedText } from '../../../text/pieced-text.js';
import type { TextRange } from '../../../text/range.js';
import type { LineProblem } from '../../shared/line-problem.js';
import { isTableName } from '../vocabulary/words.js';
import { parseCommand } from './command-reader.js';
import { PlainRuleReader } from './rule/plain-rule.js';
import { readRule } from './rule/read-rule.js';
import { NO_RULE, type Rule } from './rule/rule.js';
import { parseScript } from './script/parser.js';
import type { CommandLine, IptablesTree, Line, SaveTree, StrayLine } from './tree.js';
import { CHAIN_NAME_LENGTH, restoreWords, syntaxError, type Word } from './words.js';

/** What has to be known of a file before its text is read. */
export type FileForm = { readonly kind: 'script' } | { readonly kind: 'ipset' } | Pick<SaveTree, 'kind' | 'family'>;

/** Reads a text; lines that the tree of an earlier version holds are not read again. */
export function parseTree(text: string | PiecedText, form: FileForm, previous?: IptablesTree): IptablesTree {
  if (form.kind === 'script') return { kind: 'script', ...parseScript(String(text)) };
  if (form.kind === 'ipset') return { kind: 'ipset' };
  const { kind, family } = form;
  const known = previous?.kind === 'save' && previous.family === family ? previous.lines : undefined;
  return { kind, family, lines: parseSaveLines(text, family, known) };
}

/** Reads the text of an iptables-save file, or a part of a script that is given to iptables-restore. */
export function parseSaveLines(
  text: string | PiecedText,
  family: AddressFamily,
  previous?: LineBlocks<Line>,
): LineBlocks<Line> {
  const plain = family === 4 ? new PlainRuleReader() : undefined;
  return readLineBlocks(
    text,
    { line: (raw) => (plain && readPlainLine(raw, plain)) ?? readLine(raw, family) },
    previous,
  );
}

/** The line of a rule in the form that most have; `undefined` for any other, which {@link readLine} reads. */
function readPlainLine(raw: string, reader: PlainRuleReader): CommandLine | undefined {
  const read = reader.read(raw, raw.endsWith('\n') ? raw.length - 1 : raw.length);
  if (!read) return undefined;
  return new PlainCommand(raw, read.chain, read.rule);
}

/** Such a line. What all of them have is said once. */
class PlainCommand implements CommandLine {
  constructor(
    readonly raw: string,
    readonly chain: Word,
    readonly rule: Rule,
  ) {}

  get kind() {
    return 'command' as const;
  }

  get operation() {
    return 'append' as const;
  }

  get argument() {
    return undefined;
  }

  get isSkipped() {
    return false;
  }

  get problems() {
    return NO_PROBLEMS;
  }
}

const NO_PROBLEMS: readonly LineProblem[] = [];
/** Reads a line as iptables-restore does (`xtables_restore_parse_line` in xtables-restore.c). */
export function readLine(raw: string, family: AddressFamily): Line {
  const text = raw.replace(/\r?\n$/, '');
  // What a part of a line would mean is of no use: iptables-restore stops there.
  if (isLonger(raw, LINE_LENGTH))
    return stray(raw, { start: 0, end: text.length }, `iptables-restore reads lines of at most ${LINE_LENGTH} bytes`);
  if (text === '' || text.startsWith('#')) return { kind: 'blank', raw, problems: NO_PROBLEMS };
  if (text === 'COMMIT') return { kind: 'commit', raw, problems: NO_PROBLEMS };
  if (text.startsWith('*')) return readTable(raw, text);
  if (text.startsWith(':')) return readChain(raw, text);
  return readCommandLine(raw, text, family);
}

/** The words from `from` on, cut at blanks as `strtok` does. */
function plainWords(text: string, from: number): Word[] {
  return [...text.slice(from).matchAll(/[^ \t]+/g)].map((match) => ({
    start: from + match.index,
    end: from + match.index + match[0].length,
    text: match[0],
  }));
}

function readTable(raw: string, text: string): Line {
  const [table] = plainWords(text, 1);
  if (!table) return stray(raw, { start: 0, end: text.length }, 'a table needs a name: *filter');
  const problems = isTableName(table.text)
    ? NO_PROBLEMS
    : [syntaxError(table, `iptables has no table '${table.text}'`)];
  return { kind: 'table', raw, table, problems };
}

function readChain(raw: string, text: string): Line {
  const [chain, policy, counters] = plainWords(text, 1);
  if (!chain) return stray(raw, { start: 0, end: text.length }, 'a chain needs a name and a policy: :FORWARD DROP');
  const problems: LineProblem[] = [];
  if (chain.text.length > CHAIN_NAME_LENGTH) {
    problems.push(syntaxError(chain, `the name of a chain has at most ${CHAIN_NAME_LENGTH} characters`));
  }
  if (!policy) problems.push(syntaxError(chain, `expected a policy: ':${chain.text} -' for a chain without one`));
  if (counters && policy?.text !== '-' && !/^\[\d+:\d+\]$/.test(counters.text)) {
    problems.push(syntaxError(counters, `invalid counters '${counters.text}', expected [packets:bytes]`));
  }
  return { kind: 'chain', raw, chain, policy, problems };
}

function stray(raw: string, range: TextRange, message: string): StrayLine {
  return { kind: 'stray', raw, problems: [syntaxError(range, message)] };
}

function readCommandLine(raw: string, text: string, family: AddressFamily): Line {
  if (CONFLICT_MARKER.test(text)) {
    return stray(raw, { start: 0, end: text.length }, UNRESOLVED);
  }
  let from = 0;
  if (text.startsWith('[')) {
    const counters = /^\[\d+:\d+\]/.exec(text);
    if (!counters) return stray(raw, { start: 0, end: text.length }, 'invalid counters, expected [packets:bytes]');
    from = counters[0].length;
  }
  const words = restoreWords(text, from);
  const first = words[0];
  if (!first)
    return stray(raw, { start: 0, end: text.length }, 'iptables-restore rejects a line of white space in a table');
  const read = parseCommand(words, family);
  const limits = limitProblems(words, from > 0);
  const command = limits.length === 0 ? read : { ...read, problems: [...read.problems, ...limits] };
  const { operation, chain, argument, onlyFamily } = command;
  if (operation === undefined && !first.text.startsWith('-')) {
    return stray(raw, { start: first.start, end: text.length }, `'${first.text}' is not a command of iptables`);
  }
  const hasRule = RULE_OPERATIONS.has(operation ?? '');
  const rule = hasRule ? readRule(command, family) : NO_RULE;
  const problems = [...(hasRule ? rule.problems : command.problems)];
  if (command.table) problems.push(syntaxError(command.table, "iptables-restore rejects '-t' inside a table"));
  return {
    kind: 'command',
    raw,
    operation,
    chain,
    argument,
    rule,
    isSkipped: onlyFamily !== undefined && onlyFamily !== family,
    problems: problems.length === 0 ? NO_PROBLEMS : problems,
  };
}

/** The buffer of a line (`char buffer[10240]` in iptables-restore.c), that of a word, and the places for words (xshared.h). */
const LINE_LENGTH = 10_239;
const WORD_LENGTH = 1_023;
const WORD_COUNT = 251;

/** The words that counters of a line become: `--set-counters packets bytes`. */
const COUNTER_WORDS = 3;

/** What iptables-restore refuses by its length: it says "Parameter too long!" or "Parser cannot handle more arguments". */
function limitProblems(words: readonly Word[], hasCounters: boolean): LineProblem[] {
  const problems = words
    .filter(({ text }) => isLonger(text, WORD_LENGTH))
    .map((word) => syntaxError(word, `iptables-restore reads words of at most ${WORD_LENGTH} bytes`));
  const count = hasCounters ? WORD_COUNT - COUNTER_WORDS : WORD_COUNT;
  const beyond = words[count];
  if (beyond) problems.push(syntaxError(beyond, `iptables-restore reads lines of at most ${count} words`));
  return problems;
}

/** Whether a text has more bytes than a limit; a character has at most three for each UTF-16 code unit. */
function isLonger(text: string, limit: number): boolean {
  return text.length * 3 > limit && new TextEncoder().encode(text).length > limit;
}

const RULE_OPERATIONS: ReadonlySet<string> = new Set(['append', 'check', 'delete', 'insert', 'replace']);
