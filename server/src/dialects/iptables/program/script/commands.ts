import { readLineBlocks } from '../../../../kept/line-blocks.js';
import type { QuotedLine } from '../../../../model/evidence.js';
import type { FilterAction, OpaqueCondition } from '../../../../model/filter.js';
import type { AddressFamily } from '../../../../model/ip.js';
import type { Problem, Sources } from '../../../dialect.js';
import { type Rule, readRule } from '../../meaning/rule.js';
import { type Command, parseCommand } from '../../syntax/command.js';
import type { Span } from '../../syntax/script/tree.js';
import type { Word } from '../../syntax/words.js';
import { readLine } from '../line.js';
import { NameScope } from '../names.js';
import { isTableName, type Ruleset, RulesetBuilder, type Step } from '../ruleset.js';
import { readSave, replaceFix } from '../save.js';
import { type SetCommand, SetStore } from '../sets.js';
import { type Effects, type Invocation, interpret, readScriptFile, type ScriptFile } from './interpret.js';

/** What a script leaves behind when it has run to its end. */
export interface ScriptContent {
  readonly rulesets: readonly Ruleset[];
  readonly sets: SetStore;
  readonly problems: readonly Problem[];
  /** The files that were read for it. */
  readonly dependencies: readonly string[];
  /** Every command of iptables in the order in which it is carried out. */
  readonly invocations: readonly IptablesInvocation[];
}

/** A command of iptables with the place of each of its words. */
export interface IptablesInvocation {
  readonly family: AddressFamily;
  readonly statement: QuotedLine;
  /** Places count from the start of the statement. */
  readonly command: Command;
  readonly words: readonly Word[];
  readonly rule: Rule;
}

/** How many places are told where a script cannot be read; most follow from the first. */
const ERROR_LIMIT = 10;

/** Follows a script and carries out its iptables and ipset commands. */
export function readScript(uri: string, text: string, sources: Sources): ScriptContent {
  const reader = new ScriptReader(uri, sources);
  const file = readScriptFile(uri, text);
  // Shells differ, so what is not read here is not called an error.
  for (const { message, ...span } of file.script.errors.slice(0, ERROR_LIMIT)) {
    reader.unclear(file, span, `the script cannot be followed here: ${message}`);
  }
  interpret(file, reader);
  return reader.finish();
}

const PROGRAMS: ReadonlyMap<string, readonly AddressFamily[]> = new Map([
  ['iptables', [4]],
  ['iptables-legacy', [4]],
  ['iptables-nft', [4]],
  ['ip6tables', [6]],
  ['ip6tables-legacy', [6]],
  ['ip6tables-nft', [6]],
]);

const RESTORE = /^(ip6?tables)(?:-legacy|-nft)?-restore$/;

class ScriptReader implements Effects {
  private readonly builders = new Map<AddressFamily, RulesetBuilder>();
  private readonly scopes = new Map<AddressFamily, NameScope>();
  private readonly sets = new SetStore();
  private readonly problems: Problem[] = [];
  private readonly told = new Set<string>();
  private readonly dependencies = new Set<string>();
  private readonly invocations: IptablesInvocation[] = [];

  constructor(
    private readonly uri: string,
    private readonly sources: Sources,
  ) {}

  finish(): ScriptContent {
    const rulesets = [...this.builders.values()].map((builder) => builder.build()).sort((a, b) => a.family - b.family);
    for (const ruleset of rulesets) {
      for (const problem of this.scopes.get(ruleset.family)?.problems(ruleset) ?? []) this.tell(problem);
    }
    const { sets, problems, dependencies, invocations } = this;
    return { rulesets, sets, problems, dependencies: [...dependencies], invocations };
  }

  run(invocation: Invocation): void {
    const { program, words } = invocation;
    const families = PROGRAMS.get(program) ?? guessedFamilies(program, words);
    const restore = RESTORE.exec(program);
    if (families) for (const family of families) this.runIptables(family, invocation);
    else if (restore) this.restore(restore[1] === 'ip6tables' ? 6 : 4, invocation);
    else if (program === 'ipset') this.runIpset(invocation);
    else if (program === 'eval' && /ip6?tables/.test(words.map(({ text, unknown }) => unknown ?? text).join(' '))) {
      this.unclear(invocation.file, invocation.command, 'eval makes the command only when the script runs');
    }
  }

  include(path: string, { file, command }: Invocation): ScriptFile | undefined {
    const uri = resolvePath(file.uri, path);
    const source = this.sources.read(uri);
    this.dependencies.add(uri);
    if (typeof source !== 'string') return readScriptFile(uri, source.text);
    this.unclear(file, command, `'${path}' cannot be read, so what it sets is not known`);
    return undefined;
  }

  unclear(file: ScriptFile, span: Span, message: string): void {
    const start = Math.min(span.start, file.text.length);
    const range = { start, end: Math.max(start, Math.min(span.end, lineEndFrom(file.text, start))) };
    this.tell({ code: 'unmodelled-statement', uri: file.uri, range, message });
  }

  /** Each problem once, however often a loop or function comes by. */
  private tell(problem: Problem): void {
    const key = `${problem.code} ${problem.uri} ${problem.range.start} ${problem.message}`;
    if (this.told.has(key)) return;
    this.told.add(key);
    this.problems.push(problem);
  }

  private builder(family: AddressFamily): RulesetBuilder {
    let builder = this.builders.get(family);
    if (!builder) {
      builder = new RulesetBuilder(family);
      this.builders.set(family, builder);
      this.scopes.set(family, new NameScope(this.uri));
    }
    return builder;
  }

  private runIptables(family: AddressFamily, invocation: Invocation): void {
    const { file, command: shell, words, conditions } = invocation;
    const statement = statementOf(file, shell);
    const { start } = statement.range;
    const own = words.map((word) => moved(word, -start));
    const command = parseCommand(own, family);
    const rule = readRule(command, family);
    this.invocations.push({ family, statement, command, words: own, rule });
    for (const { code, message, replacement, ...span } of rule.problems) {
      const range = { start: start + span.start, end: start + span.end };
      const fix = replacement === undefined ? {} : { fix: replaceFix(file.uri, range, replacement) };
      this.tell({ code, message, uri: file.uri, range, ...fix });
    }
    const computed = words.find(({ unknown }) => unknown !== undefined);
    if (computed) {
      const message = `'${computed.unknown}' is known only when the script runs; verdicts that depend on it are undecided`;
      this.unclear(file, { ...shell, start: Math.max(shell.start, computed.start), end: computed.end }, message);
    }
    const { operation, table } = command;
    if (!operation) return;
    const tableName = table?.text ?? 'filter';
    if (!isTableName(tableName)) {
      if (table && table.unknown === undefined) {
        const range = { start: start + table.start, end: start + table.end };
        this.tell({ code: 'syntax-error', uri: file.uri, range, message: `iptables has no table '${tableName}'` });
      }
      return;
    }
    const { chain, argument } = command;
    this.carryOut(family, { operation, table: tableName, chain, argument, rule, statement, conditions });
  }

  private carryOut(family: AddressFamily, step: Step): void {
    const builder = this.builder(family);
    const { chain, argument, operation, table, statement } = step;
    const unsure = [chain, argument].flatMap((word) => (word?.unknown === undefined ? [] : [{ text: word.unknown }]));
    if (unsure.length > 0) {
      this.carryOutUnsure(builder, step, unsure);
      return;
    }
    const refusal = builder.apply(step);
    const name = chain?.text ?? '';
    const range = chain
      ? { start: statement.range.start + chain.start, end: statement.range.start + chain.end }
      : statement.range;
    if (operation === 'new-chain' && !refusal && statement.uri === this.uri) {
      this.scopes.get(family)?.define(table, name, range);
    }
    // Other refusals are part of how such scripts are written: -D and -X of what may not be there.
    if (refusal === 'no-such-chain' && (operation === 'append' || operation === 'insert')) {
      const message = `the script makes no chain '${name}' in front of this, so the rule is left out`;
      this.tell({ code: 'unmodelled-statement', uri: statement.uri, range, message });
    }
    if (refusal === 'bad-policy' && argument) {
      const { start } = statement.range;
      const message = `'${argument.text}' is no policy: ACCEPT or DROP`;
      const place = { start: start + argument.start, end: start + argument.end };
      this.tell({ code: 'syntax-error', uri: statement.uri, range: place, message });
    }
  }

  /** A command for a chain, number or policy that is not known may be for any. */
  private carryOutUnsure(builder: RulesetBuilder, step: Step, unsure: readonly OpaqueCondition[]): void {
    const conditions = [...step.conditions, ...unsure];
    const { chain, operation } = step;
    if (operation === 'policy') {
      for (const policy of ['ACCEPT', 'DROP']) {
        const argument = { start: 0, end: 0, text: policy };
        for (const name of this.chainNames(builder, step, chain))
          builder.apply({ ...step, chain: name, argument, conditions });
      }
      return;
    }
    if (operation === 'new-chain' || operation === 'rename-chain') return;
    const places = operation === 'insert' || operation === 'replace' ? 'insert' : operation;
    for (const name of this.chainNames(builder, step, chain)) {
      builder.apply({ ...step, operation: places, chain: name, argument: undefined, conditions });
    }
  }

  private chainNames(builder: RulesetBuilder, { table }: Step, chain: Word | undefined): Word[] {
    if (chain && chain.unknown === undefined) return [chain];
    return builder.chainNames(table).map((text) => ({ start: 0, end: 0, text }));
  }

  private restore(family: AddressFamily, invocation: Invocation): void {
    const { file, command, input, words, conditions } = invocation;
    const redirect = command.redirects.find(({ operator }) => operator === '<');
    const from = redirect?.target ? file.text.slice(redirect.target.start, redirect.target.end) : undefined;
    const path = from ?? words.find(({ text, unknown }) => unknown === undefined && !text.startsWith('-'))?.text;
    const content = input ? { ...input, uri: file.uri } : this.restoredFile(path, invocation);
    if (!content || conditions.length > 0) {
      if (!path || !content) this.unclear(file, command, 'what is restored here is not known from the script');
      if (content && conditions.length > 0)
        this.unclear(file, command, 'whether this is restored is known only when the script runs');
      this.replaceByUnknown(family, invocation);
      return;
    }
    const tree = readLineBlocks(content.text, { line: (raw) => readLine(raw, family) });
    const moved = readSave(content.uri, tree, family, content.start);
    for (const problem of moved.problems) this.tell(problem);
    this.builder(family).replaceTables(moved.ruleset);
  }

  private restoredFile(path: string | undefined, { file }: Invocation) {
    if (path === undefined || /[$`*?]/.test(path)) return undefined;
    const uri = resolvePath(file.uri, path.replace(/["']/g, ''));
    this.dependencies.add(uri);
    const source = this.sources.read(uri);
    return typeof source === 'string' ? undefined : { uri, text: source.text, start: 0 };
  }

  /** After a restore of unknown content, every packet may meet every fate. */
  private replaceByUnknown(family: AddressFamily, { file, command, conditions }: Invocation): void {
    const builder = this.builder(family);
    const statement = statementOf(file, command);
    const action: FilterAction = { kind: 'undecided', reason: 'rules are restored that the script does not contain' };
    const rule = { ...readRule(parseCommand([], family), family), action };
    for (const text of ['FORWARD', 'INPUT', 'OUTPUT']) {
      const chain = { start: 0, end: 0, text };
      const step = { table: 'filter' as const, chain, argument: undefined, rule, statement, conditions };
      if (conditions.length === 0) builder.apply({ ...step, operation: 'flush' });
      builder.apply({ ...step, operation: 'insert' });
    }
  }

  private runIpset(invocation: Invocation): void {
    const { file, command, words, conditions, input } = invocation;
    const statement = statementOf(file, command);
    const [operation] = words;
    if (operation?.text === 'restore' && input) {
      this.sets.restore({ uri: file.uri, text: input.text, start: input.start });
      return;
    }
    const unknown = words.find((word) => word.unknown !== undefined);
    const [, name] = words;
    if (unknown || conditions.length > 0) {
      const message = unknown
        ? `'${unknown.unknown}' is known only when the script runs; verdicts that depend on it are undecided`
        : 'whether this is carried out is known only when the script runs';
      this.unclear(file, command, message);
      this.sets.forget(name && name.unknown === undefined ? name.text : undefined);
      return;
    }
    const parsed: SetCommand = { words: words.map((word) => moved(word, -statement.range.start)), statement };
    for (const problem of this.sets.run(parsed)) this.tell(problem);
  }
}

/** A variable whose value comes from outside still tells by its name and by what follows that it is iptables. */
function guessedFamilies(program: string, words: readonly Word[]): readonly AddressFamily[] | undefined {
  if (!program.startsWith('$')) return undefined;
  const isCommand = words.some(({ text }) =>
    /^-(?:[ADIRNXFPCEZ]|t)$|^--(?:append|insert|policy|flush|new-chain)$/.test(text),
  );
  if (!isCommand || !/ip|fw|tables/i.test(program)) return undefined;
  return /6/.test(program) ? [6] : [4];
}

function moved(word: Word, by: number): Word {
  return { ...word, start: word.start + by, end: word.end + by };
}

function statementOf(file: ScriptFile, span: Span): QuotedLine {
  const text = file.text
    .slice(span.start, span.end)
    .replace(/\\\r?\n/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return { uri: file.uri, range: { start: span.start, end: span.end }, text };
}

function lineEndFrom(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end;
}

/** The URI of a path as the script means it: relative to its own folder, or absolute. */
function resolvePath(uri: string, path: string): string {
  if (path.startsWith('/')) return `file://${path}`;
  const parts = uri.slice(0, uri.lastIndexOf('/')).split('/');
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
