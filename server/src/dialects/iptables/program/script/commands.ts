// Executes the iptables, ip6tables, restore and ipset commands of a script on the model of the kernel.
import type { QuotedLine } from '../../../../model/evidence.js';
import type { FilterAction } from '../../../../model/filter.js';
import type { AddressFamily } from '../../../../model/ip.js';
import { endOfLine } from '../../../../text/lines.js';
import type { Location } from '../../../../text/range.js';
import type { Problem, Source, Sources } from '../../../dialect.js';
import { folderOf, includeCandidates } from '../../../shared/include-paths.js';
import { problemInFile } from '../../../shared/line-problem.js';
import type { ShownRoute } from '../../../shared/router-networks.js';
import type { Command } from '../../syntax/command.js';
import { parseCommand } from '../../syntax/command-reader.js';
import { parseSaveLines } from '../../syntax/parse.js';
import { wrongTable } from '../../syntax/rule/places.js';
import { readRule } from '../../syntax/rule/read-rule.js';
import { NO_RULE, type Rule } from '../../syntax/rule/rule.js';
import { parseScript } from '../../syntax/script/parser.js';
import type { ShellScript, Span } from '../../syntax/script/tree.js';
import { parseSetCommand } from '../../syntax/set-command.js';
import { syntaxError, type Word } from '../../syntax/words.js';
import { BUILT_IN_CHAINS, isTableName } from '../../vocabulary/words.js';
import { definitionKey, type NamedRuleset } from '../ruleset.js';
import { RulesetBuilder } from '../ruleset-builder.js';
import { readSave } from '../save.js';
import { restoreSets, runSetCommand, runSetCommandPerhaps, SetStore } from '../sets.js';
import { refusalText, type TableCommand } from '../table-command.js';
import type { Effects, Invocation, ScriptFile } from './effects.js';
import { interpret } from './interpret.js';
import { isNetworkProgram, NetworkCommands } from './network-commands.js';
import { type UnfollowedUse, unfollowedSetChange, unfollowedUse } from './unfollowed.js';

/** The state after a script has run to its end. */
export interface ScriptContent {
  readonly rulesets: readonly NamedRuleset[];
  /** What iptables-restore loaded from files and here-documents, at the time of the restore. */
  readonly restored: readonly NamedRuleset[];
  readonly sets: SetStore;
  /** The networks that `ip`, `ifconfig` and `route` put behind interfaces. */
  readonly routes: readonly ShownRoute[];
  readonly problems: readonly Problem[];
  /** The files that were read for it. */
  readonly dependencies: readonly string[];
  /** Every command of iptables in the order of execution. */
  readonly invocations: readonly IptablesInvocation[];
}

/** A command of iptables with the range of each of its words. */
export interface IptablesInvocation {
  readonly family: AddressFamily;
  readonly statement: QuotedLine;
  /** Offsets of its words count from the start of the statement. */
  readonly command: Command;
  readonly words: readonly Word[];
  readonly rule: Rule;
}

/** How many errors of a script are reported; most follow from the first. */
const ERROR_LIMIT = 10;

/** Follows a script and carries out its iptables and ipset commands. */
export function readScript({ uri, text }: Source, script: ShellScript, sources: Sources): ScriptContent {
  const reader = new ScriptReader(uri, sources);
  const file = { uri, text, script };
  // Shells differ, so what is not read here is not reported as an error.
  for (const { message, ...span } of script.errors.slice(0, ERROR_LIMIT)) {
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

/** How many rules are searched for the sets that they name, in all commands that destroy or rename one. */
const SEARCH_LIMIT = 10_000_000;

const TABLE_NAMES = Object.keys(BUILT_IN_CHAINS).filter(isTableName);

const RESTORE = /^(ip6?tables)(?:-legacy|-nft)?-restore$/;

class ScriptReader implements Effects {
  private readonly builders = new Map<AddressFamily, RulesetBuilder>();
  private readonly definitions = new Map<AddressFamily, Map<string, Location>>();
  private readonly restored: NamedRuleset[] = [];
  private readonly sets: SetStore = new SetStore((name) => this.refersTo(name));
  /** How many rules may still be searched for the sets that they name. */
  private searchesLeft = SEARCH_LIMIT;
  private readonly networks = new NetworkCommands();
  private readonly problems: Problem[] = [];
  private readonly reported = new Set<string>();
  private readonly dependencies = new Set<string>();
  private readonly invocations: IptablesInvocation[] = [];
  /** How many ranges of addresses the rules of all commands have. */
  private kept = 0;
  /** Whether commands that are not followed may use chains. */
  private isOpen = false;

  constructor(
    private readonly uri: string,
    private readonly sources: Sources,
  ) {}

  finish(): ScriptContent {
    const rulesets = [...this.builders]
      .sort(([a], [b]) => a - b)
      .map(([family, builder]) => {
        const own = { ruleset: builder.build(), definitions: this.definitionsOf(family) };
        return this.isOpen ? { ...own, isOpen: true } : own;
      });
    const { restored, sets, problems, dependencies, invocations } = this;
    const { routes } = this.networks;
    return { rulesets, restored, sets, routes, problems, dependencies: [...dependencies], invocations };
  }

  run(invocation: Invocation): number | undefined {
    const { program, words, file, command } = invocation;
    const before = this.kept;
    const families = PROGRAMS.get(program) ?? guessedFamilies(program, words);
    const restore = RESTORE.exec(program);
    if (families) for (const family of families) this.runIptables(family, invocation);
    else if (restore) this.restore(restore[1] === 'ip6tables' ? 6 : 4, invocation);
    else if (program === 'ipset') this.runIpset(invocation);
    else if (isNetworkProgram(program)) this.networks.run(program, invocation, statementOf(file, command));
    else {
      const use = unfollowedUse(program, words);
      if (use) this.leaveOpen(use, invocation);
      const change = unfollowedSetChange(program, words);
      if (change) this.leaveSetsOpen(change, invocation);
      if (!use) return undefined;
    }
    return this.kept - before;
  }

  /** Commands of ipset that are not followed: what they remove are sets that there are, what they add may be in any set. */
  private leaveSetsOpen(change: 'removal' | 'any', { program, file, command }: Invocation): void {
    if (change === 'removal') this.sets.loosenAll();
    else this.sets.markUnknown();
    const what = change === 'removal' ? 'which sets it empties is unknown' : 'the content of all sets is unknown';
    this.unclear(file, command, `what ${program} runs with ipset is known only when the script runs: ${what}`);
  }

  /** A command that is not followed: any rule may be in front of those that are known, and chains may be used by it. */
  private leaveOpen({ program, families, tables }: UnfollowedUse, { file, command, conditions }: Invocation): void {
    this.isOpen = true;
    this.unclear(
      file,
      command,
      `what ${program} runs is known only when the script runs; verdicts that depend on it are undecided`,
    );
    const reason = `what ${program} runs is known only when the script runs`;
    const own = [...conditions, { text: `the command that ${program} runs` }];
    for (const family of families) this.builder(family).insertUnknown(tables, reason, statementOf(file, command), own);
  }

  /** What would follow may change every rule and every set that the script names a program for. */
  giveUp(file: ScriptFile, command: Span): void {
    const reason = 'the script executes too many commands to be followed from here on';
    this.unclear(file, command, reason);
    this.isOpen = true;
    this.sets.markUnknown();
    const named = ([4, 6] as const).filter((family) => (family === 6 ? /ip6tables/ : /iptables/).test(file.text));
    // Under a condition, so that no rule behind it is said to be without effect.
    for (const family of new Set([...this.builders.keys(), ...named]))
      this.builder(family).insertUnknown(TABLE_NAMES, reason, statementOf(file, command), [{ text: 'what follows' }]);
  }

  include(path: string, { file, command }: Invocation): ScriptFile | undefined {
    const uri = uriOf(path, file);
    const source = this.sources.read(uri);
    this.dependencies.add(uri);
    if (typeof source !== 'string') return { uri, text: source.text, script: parseScript(source.text) };
    this.unclear(file, command, `'${path}' cannot be read: what it sets and does is unknown`);
    return undefined;
  }

  unclear(file: ScriptFile, span: Span, message: string): void {
    const start = Math.min(span.start, file.text.length);
    const range = { start, end: Math.max(start, Math.min(span.end, endOfLine(file.text, start))) };
    this.report({ code: 'unmodelled-statement', uri: file.uri, range, message });
  }

  /** Reports each problem once, however often a loop or a function repeats it. */
  private report(problem: Problem): void {
    const key = `${problem.code} ${problem.uri} ${problem.range.start} ${problem.message}`;
    if (this.reported.has(key)) return;
    this.reported.add(key);
    this.problems.push(problem);
  }

  /** Whether a rule tests or changes a set. */
  private refersTo(set: string): boolean {
    this.searchesLeft -= this.invocations.length;
    if (this.searchesLeft >= 0) return [...this.builders.values()].some((builder) => builder.refersTo(set));
    this.sets.markUnknown();
    return true;
  }

  private builder(family: AddressFamily): RulesetBuilder {
    const known = this.builders.get(family) ?? new RulesetBuilder(family);
    this.builders.set(family, known);
    return known;
  }

  private definitionsOf(family: AddressFamily): Map<string, Location> {
    const known = this.definitions.get(family) ?? new Map<string, Location>();
    this.definitions.set(family, known);
    return known;
  }

  private runIptables(family: AddressFamily, invocation: Invocation): void {
    const { file, command: shell, words, conditions } = invocation;
    const statement = statementOf(file, shell);
    const { start } = statement.range;
    const own = words.map((word) => moved(word, -start));
    const command = parseCommand(own, family);
    const rule = readRule(command, family);
    this.invocations.push({ family, statement, command, words: own, rule });
    for (const { source, destination } of rule.match) this.kept += source.count + destination.count;
    for (const problem of rule.problems) this.report(problemInFile(file.uri, start, problem));
    const computed = words.find(({ unknown }) => unknown !== undefined);
    if (computed) {
      const message = `'${computed.unknown}' is known only when the script runs; verdicts that depend on it are undecided`;
      this.unclear(file, { ...shell, start: Math.max(shell.start, computed.start), end: computed.end }, message);
    }
    const { operation, table, chain, argument } = command;
    if (!operation) return;
    const name = table?.text ?? 'filter';
    const part = { operation, chain, argument, rule, statement, conditions };
    if (isTableName(name)) this.carryOut(family, { ...part, table: name });
    else if (table?.unknown !== undefined) {
      const inTable = [...conditions, { text: `-t ${table.unknown}` }];
      for (const any of TABLE_NAMES) this.carryOutForAny(family, { ...part, table: any, conditions: inTable });
    } else if (table)
      this.report(problemInFile(file.uri, start, syntaxError(table, `iptables has no table '${name}'`)));
  }

  private carryOut(family: AddressFamily, step: TableCommand): void {
    const { chain, argument, operation, table, statement } = step;
    const unknown = [chain, argument].flatMap((word) => (word?.unknown === undefined ? [] : [{ text: word.unknown }]));
    if (unknown.length > 0) {
      this.carryOutForAny(family, { ...step, conditions: [...step.conditions, ...unknown] });
      return;
    }
    // `do_parse` of iptables; the lines of iptables-save that declare chains do not pass it.
    const misplaced = step.rule.places.find((placed) => wrongTable(placed, table) !== undefined);
    if (misplaced && operation !== 'delete') {
      const problem = syntaxError(misplaced.word, wrongTable(misplaced, table) ?? '');
      this.report(problemInFile(statement.uri, statement.range.start, problem));
      return;
    }
    const isForFiltering = operation !== 'policy' || table !== 'nat' || argument?.text !== 'DROP';
    const refusal = isForFiltering ? this.builder(family).apply(step) : 'not-for-filtering';
    const name = chain?.text ?? '';
    const range = chain
      ? { start: statement.range.start + chain.start, end: statement.range.start + chain.end }
      : statement.range;
    if (operation === 'new-chain' && !refusal && statement.uri === this.uri) {
      this.definitionsOf(family).set(definitionKey(table, name), { uri: this.uri, range });
    }
    // Other rejections are usual in such scripts: -D and -X of what may not exist.
    if (refusal === 'no-such-chain' && (operation === 'append' || operation === 'insert')) {
      const message = `the script creates no chain '${name}' before this: iptables rejects the rule`;
      this.report({ code: 'unmodelled-statement', uri: statement.uri, range, message });
    }
    if ((refusal === 'bad-policy' || refusal === 'not-for-filtering') && argument) {
      const problem = syntaxError(argument, refusalText(refusal, name, argument.text));
      this.report(problemInFile(statement.uri, statement.range.start, problem));
    }
  }

  /** A conditional command for an unknown table, chain, number or policy. */
  private carryOutForAny(family: AddressFamily, step: TableCommand): void {
    const builder = this.builder(family);
    const { table, chain, argument, operation } = step;
    const isKnown = chain !== undefined && chain.unknown === undefined;
    const chains = isKnown ? [chain] : builder.chainNames(table).map((text) => ({ start: 0, end: 0, text }));
    const anyNumber = argument?.unknown !== undefined;
    for (const name of chains) {
      const own = { ...step, chain: name };
      switch (operation) {
        case 'new-chain':
        case 'rename-chain':
          break;
        case 'policy':
          for (const policy of anyNumber ? ['ACCEPT', 'DROP'] : [argument?.text ?? '']) {
            builder.apply({ ...own, argument: { start: 0, end: 0, text: policy } });
          }
          break;
        case 'delete':
        case 'replace':
          // With an unknown number, it may be any rule of the chain.
          if (anyNumber) builder.apply({ ...own, operation: 'flush', argument: undefined });
          if (anyNumber && operation === 'replace') builder.apply({ ...own, operation: 'insert', argument: undefined });
          if (!anyNumber) builder.apply(own);
          break;
        default:
          builder.apply(anyNumber ? { ...own, argument: undefined } : own);
      }
    }
  }

  private restore(family: AddressFamily, invocation: Invocation): void {
    const content = this.restoredText(invocation);
    if (!content) {
      this.replaceByUnknown(family, invocation);
      return;
    }
    const saved = readSave(content.uri, parseSaveLines(content.text, family), family, content.start);
    for (const problem of saved.problems) this.report(problem);
    this.restored.push(saved);
    this.builder(family).replaceTables(saved.ruleset);
  }

  /** The text that a restore reads; `undefined`, with a problem, where it is unknown what or whether it reads. */
  private restoredText(invocation: Invocation, given?: Word) {
    const { file, command, input, words, conditions } = invocation;
    const redirect = command.redirects.find(({ operator }) => operator === '<');
    const from = redirect?.target ? file.text.slice(redirect.target.start, redirect.target.end) : undefined;
    const named = words.find(({ text, unknown }) => unknown === undefined && !/^-|^restore$/.test(text))?.text;
    const content =
      input && !given ? { ...input, uri: file.uri } : this.restoredFile(from ?? given?.text ?? named, invocation);
    if (!content) this.unclear(file, command, 'the restored rules are unknown');
    else if (conditions.length > 0) {
      this.unclear(file, command, 'whether this restore is executed is known only when the script runs');
    }
    return conditions.length > 0 ? undefined : content;
  }

  private restoredFile(path: string | undefined, { file }: Invocation) {
    if (path === undefined || /[$`*?]/.test(path)) return undefined;
    const uri = uriOf(path.replace(/["']/g, ''), file);
    this.dependencies.add(uri);
    const source = this.sources.read(uri);
    return typeof source === 'string' ? undefined : { uri, text: source.text, start: 0 };
  }

  /** After a restore of unknown content, no packet's verdict is known. */
  private replaceByUnknown(family: AddressFamily, { file, command, conditions }: Invocation): void {
    const builder = this.builder(family);
    const statement = statementOf(file, command);
    const action: FilterAction = { kind: 'undecided', reason: 'the script restores rules that it does not contain' };
    const rule = { ...NO_RULE, action };
    for (const text of ['FORWARD', 'INPUT', 'OUTPUT']) {
      const chain = { start: 0, end: 0, text };
      const step = { table: 'filter' as const, chain, argument: undefined, rule, statement, conditions };
      if (conditions.length === 0) builder.apply({ ...step, operation: 'flush' });
      builder.apply({ ...step, operation: 'insert' });
    }
  }

  private runIpset(invocation: Invocation): void {
    const { file, command, words, conditions } = invocation;
    const statement = statementOf(file, command);
    const parsed = parseSetCommand(words);
    if (parsed && 'operation' in parsed && parsed.operation === 'restore') {
      const content = this.restoredText(invocation, parsed.file);
      if (content) for (const problem of restoreSets(this.sets, content, parsed.exist)) this.report(problem);
      else this.sets.markUnknown();
      return;
    }
    const unknown = words.find((word) => word.unknown !== undefined);
    if (unknown || conditions.length > 0) {
      const message = unknown
        ? `'${unknown.unknown}' is known only when the script runs; verdicts that depend on it are undecided`
        : 'whether this command is executed is known only when the script runs';
      this.unclear(file, command, message);
      runSetCommandPerhaps(this.sets, words);
      return;
    }
    const own = words.map((word) => moved(word, -statement.range.start));
    for (const problem of runSetCommand(this.sets, { words: own, statement })) this.report(problem);
  }
}

/** The families of a program in a variable with unknown value, guessed from the name of the variable and the words after it. */
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

/** The URI of a path in a script, relative to the script's own folder or absolute. */
function uriOf(path: string, { uri }: ScriptFile): string {
  return includeCandidates(path, folderOf(uri), [])[0] ?? uri;
}
