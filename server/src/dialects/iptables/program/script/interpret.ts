// Interprets a shell script symbolically, and yields the commands that it would execute.

import type { OpaqueCondition } from '../../../../model/filter.js';
import { ScriptRun } from '../../../shared/script/run.js';
import { textValue, type Value } from '../../../shared/script/value.js';
import { assignedWithin } from '../../syntax/script/assigned-names.js';
import { assignedIn } from '../../syntax/script/builtin-assignments.js';
import { BASH } from '../../syntax/script/lexer.js';
import type {
  CaseItem,
  Pipeline,
  ShellCommand,
  ShellList,
  ShellWord,
  SimpleCommand,
} from '../../syntax/script/tree.js';
import type { Word } from '../../syntax/words.js';
import { compute } from './arithmetic.js';
import { assign, assignByBuiltin, valueOfWord, withoutPrefixes } from './assignments.js';
import { Aliases, isDeclaration, positionalBehind, runDeclaration, unset, writtenWord } from './builtins.js';
import { calledScript, isShell } from './called-scripts.js';
import {
  constantOf,
  isPureTest,
  isTest,
  matchesPattern,
  type Outcome,
  outcomeBehind,
  outcomeOf,
} from './conditions.js';
import type { Effects, Invocation, ScriptFile } from './effects.js';
import { expandWords, wordText } from './expand.js';
import { type FunctionBody, Functions, Locals, restoreVariable } from './functions.js';
import {
  type InnerScript,
  indexOfCommand,
  isPlainCommand,
  scriptInDocument,
  scriptInInput,
  scriptInWord,
  substitutedCommands,
} from './inner-scripts.js';
import { Frames, isLeft, type Leave, leaveOfRound } from './leave.js';
import { lineReader, linesOf, readLine, readList, readsInput } from './reading.js';
import { asRead, type Input, inputOf, printedText } from './standard-input.js';
import { conditionOf, not, sliceOf, sliceSpan } from './texts.js';
import { Variables } from './variables.js';

/** How deep functions call each other. */
const DEPTH_LIMIT = 64;

/** How many rounds of loops that count are carried out: as many as a script needs, and not those of one without an end. */
const ROUND_LIMIT = 2000;

/**
 * Follows a script from its first line to its last, with every value that its text determines. Nothing is run. Where a
 * test cannot be decided, both branches are followed, and their effects are conditional. An `exit` after such
 * a test is not taken: the result is the state after a run to the end.
 */
export function interpret(file: ScriptFile, effects: Effects): void {
  // Scripts of the init system are called with `start` to set the rules up.
  const positional = STARTS.test(file.text) ? [textValue('start')] : [];
  new Interpreter(effects, positional, file.text.length).runToEnd(file);
}

/** What the rounds of a loop need. */
interface Loop {
  readonly file: ScriptFile;
  readonly name: string;
  readonly assigned: Iterable<string>;
  /** Whether there is another round; `undefined` where only a run would show it. */
  readonly goesOn: () => boolean | undefined;
  /** Whether the script lists what the rounds are for, so that they end. */
  readonly isListed?: boolean;
  readonly test?: ShellList | undefined;
  readonly after?: () => void;
}

/** A command where it stands, and what is piped into it. */
interface Given {
  readonly command: SimpleCommand;
  readonly file: ScriptFile;
  readonly piped: Input | undefined;
}

class Interpreter {
  private functions = new Functions();
  private readonly locals: Locals[] = [];
  private readonly frames = new Frames();
  private aliases = new Aliases(true);
  /** What `trap … EXIT` runs at the end. */
  private atExit: { readonly invocation: Invocation; readonly word: ShellWord | undefined } | undefined;
  private readonly run: ScriptRun<Variables, OpaqueCondition>;
  /** The scripts that pay for themselves, once each. */
  private readonly included = new Set<string>();
  private depth = 0;
  private roundsLeft = ROUND_LIMIT;
  private gaveUp = false;

  constructor(
    private readonly effects: Effects,
    positional: readonly Value[],
    length: number,
  ) {
    this.run = new ScriptRun(new Variables(new Map(), positional), length);
  }

  runToEnd(file: ScriptFile): void {
    this.aliases = new Aliases(!BASH.test(file.text));
    this.runFile(file);
    const { atExit } = this;
    if (!atExit) return;
    const { invocation, word } = atExit;
    const script = word && scriptInWord(word, this.variables, invocation.file.text);
    this.run.withConditions(invocation.conditions, () => {
      if (script && !script.isExpanded) this.runList(script.body, invocation.file);
      else this.runProgram(invocation);
    });
  }

  runFile(file: ScriptFile): Leave {
    return this.runList(file.script.body, file);
  }

  private get variables(): Variables {
    return this.run.scope;
  }

  private runList(list: ShellList, file: ScriptFile): Leave {
    for (let start = 0, end = 1; start < list.length; end++) {
      const next = list[end];
      if (next && next.joint !== ';') continue;
      const chain = list.slice(start, end);
      const leave = this.guarded(this.frames.rest, () => this.runChain(chain, file));
      if (leave) return leave;
      start = end;
    }
    return undefined;
  }

  /** Runs commands that a `break`, `continue` or `return` before them may leave out. */
  private guarded(condition: OpaqueCondition | undefined, body: () => Leave): Leave {
    if (!condition || this.run.conditions.includes(condition)) return body();
    this.run.underCondition(condition, body);
    return undefined;
  }

  /** Pipelines joined by `&&` and `||`. */
  private runChain(chain: ShellList, file: ScriptFile): Leave {
    const bodiesOf = (name: string) => this.functions.bodies(name);
    let behind: Outcome = true;
    for (const [index, part] of chain.entries()) {
      const { joint, pipeline } = part;
      const outcome = behind;
      behind = outcomeBehind(outcome, part, this.variables, file.text);
      const last = chain.slice(Math.max(0, index - 1), index);
      const runs = index === 0 ? true : outcome === undefined ? undefined : (joint === '&&') === outcome;
      if (runs === false) continue;
      // Commands are assumed to succeed: what follows `||` is for failures.
      if (runs === undefined && joint === '||' && !isTest(last, bodiesOf)) continue;
      if (runs === true || (joint === '&&' && !isTest(last, bodiesOf))) {
        const leave = this.runPipeline(pipeline, file);
        if (leave) return leave;
        continue;
      }
      const text = file.text.slice(chain[0]?.pipeline.start, last[0]?.pipeline.end);
      const condition = joint === '&&' ? conditionOf(text) : not({ text });
      this.run.underCondition(condition, () => this.runPipeline(pipeline, file));
    }
    return undefined;
  }

  private runPipeline({ commands }: Pipeline, file: ScriptFile): Leave {
    const [only, ...more] = commands;
    if (!only) return undefined;
    if (more.length === 0) return this.runCommand(only, file);
    const piped = more.length === 1 ? printedText(only, this.variables, file.text) : undefined;
    for (const command of commands) {
      this.inSubshell(() => this.runCommand(command, file, command === only ? undefined : piped));
    }
    return undefined;
  }

  /** Nothing that a subshell sets or defines is left behind it, and nothing leaves the commands around it. */
  private inSubshell(body: () => void): undefined {
    const { functions } = this;
    this.functions = functions.copy();
    this.run.isolated(body);
    this.functions = functions;
  }

  private runCommand(command: ShellCommand, file: ScriptFile, piped?: Input): Leave {
    if (!this.step(command, file)) return 'exit';
    switch (command.kind) {
      case 'simple':
        return this.runSimple(command, file, piped);
      case 'group':
        return command.subshell
          ? this.inSubshell(() => this.runList(command.body, file))
          : this.runList(command.body, file);
      case 'if':
        return this.runIf(command, file);
      case 'for':
        return this.runFor(command, file);
      case 'loop':
        return this.runLoop(command, file, piped);
      case 'case':
        return this.runCase(command, file);
      case 'function':
        this.functions.define(command.name, { file, body: command.body, conditions: this.run.conditions });
        return undefined;
      case 'test':
        if (command.arithmetic !== undefined) compute(command.arithmetic, this.variables);
        return undefined;
    }
  }

  /** Counts a command or a round of a loop; returns whether it is within the bound. */
  private step(command: ShellCommand, file: ScriptFile): boolean {
    return this.run.step() || this.giveUp(command, file);
  }

  private giveUp(command: ShellCommand, file: ScriptFile): false {
    if (!this.gaveUp) this.effects.giveUp(file, command);
    this.gaveUp = true;
    return false;
  }

  private runIf(command: ShellCommand & { kind: 'if' }, file: ScriptFile): Leave {
    const failed: OpaqueCondition[] = [];
    const ends: Variables[] = [];
    for (const { test, body } of command.branches) {
      // What runs before the last command may change what that one asks for.
      const outcome = isPureTest(test.slice(0, -1)) ? outcomeOf(test, this.variables, file.text) : undefined;
      if (outcome === false) continue;
      if (outcome === true && failed.length === 0) {
        this.runTest(test, file);
        return this.runList(body, file);
      }
      const condition = conditionOf(sliceOf(file.text, test));
      const end = this.run.branch(failed, () => {
        this.runTest(test, file);
        this.run.withConditions(outcome === true ? [] : [condition], () => this.runList(body, file));
      });
      ends.push(end);
      if (outcome === true) {
        this.variables.join(ends);
        return undefined;
      }
      failed.push(not(condition));
    }
    const { otherwise = [] } = command;
    if (failed.length === 0) return this.runList(otherwise, file);
    ends.push(this.run.branch(failed, () => this.runList(otherwise, file)));
    this.variables.join(ends);
    return undefined;
  }

  /** Follows the side effects of a test. */
  private runTest(test: ShellList, file: ScriptFile): void {
    if (!isPureTest(test)) this.runList(test, file);
  }

  private runFor(command: ShellCommand & { kind: 'for' }, file: ScriptFile): Leave {
    if (command.arithmetic !== undefined) return this.runCounted(command, file);
    const source = command.words && command.words.length > 0 ? sliceSpan(file.text, command.words) : '$@';
    return this.frames.within('loop', this.run.conditions.length, () => this.runOver(command, source, file));
  }

  private runOver(command: ShellCommand & { kind: 'for' }, source: string, file: ScriptFile): Leave {
    for (const item of this.itemsOf(command, file)) {
      if (!this.step(command, file)) return 'exit';
      const reached = this.frames.startRound();
      if (item.unknown === undefined && !/[*?]/.test(item.text)) {
        this.variables.set(command.variable, textValue(item.text));
        const leave = this.guarded(reached, () => this.runList(command.body, file));
        const outer = leaveOfRound(leave);
        if (outer) return outer === 'end' ? undefined : outer;
      } else {
        const condition = conditionOf(`the loop over ${item.unknown ?? source}`);
        const assigned = [...this.assignedBy(command.body), command.variable];
        this.run.unknownRound(condition, assigned, () => this.guarded(reached, () => this.runList(command.body, file)));
      }
    }
    return undefined;
  }

  /** `for ((i = 0; i < 3; i++))`. */
  private runCounted(command: ShellCommand & { kind: 'for' }, file: ScriptFile): Leave {
    const [first = '', test = '', next = ''] = (command.arithmetic ?? '').split(';');
    compute(first, this.variables);
    const assigned = [...this.assignedBy(command.body), ...assignedIn(test), ...assignedIn(next)];
    return this.rounds(command, {
      file,
      name: `the loop over ((${command.arithmetic}))`,
      assigned,
      goesOn: () => {
        const value = assignedIn(test).length > 0 ? undefined : compute(test, this.variables);
        return value === undefined ? undefined : value !== 0;
      },
      after: () => compute(next, this.variables),
    });
  }

  /** A loop while a test succeeds, or over the lines of a text. */
  private runLoop(command: ShellCommand & { kind: 'loop' }, file: ScriptFile, piped: Input | undefined): Leave {
    const { test, body, until } = command;
    const reader = until || readsInput(body) ? undefined : lineReader(test, this.variables, file.text);
    const input = reader && inputOf(command, this.variables, file.text, piped);
    const lines = reader && input && input !== 'unknown' ? linesOf(input, reader) : undefined;
    let line = 0;
    let round = 0;
    return this.rounds(command, {
      file,
      name: `the loop ${until ? 'until' : 'while'} ${sliceOf(file.text, test)}`,
      assigned: this.assignedBy(test, body),
      goesOn: () => {
        if (reader) {
          if (!lines) return undefined;
          readLine(lines[line] ?? '', reader, this.variables);
          return line++ < lines.length;
        }
        // A loop that only its commands leave begins; whether there is a second round only a run would show.
        const constant = constantOf(test);
        if (constant === until) return false;
        if (constant !== undefined) return (round++ === 0 && isLeft(body, file.text)) || undefined;
        const outcome = isPureTest(test) ? outcomeOf(test, this.variables, file.text) : undefined;
        return outcome === undefined ? undefined : outcome !== until;
      },
      isListed: lines !== undefined,
      test: reader ? undefined : test,
    });
  }

  /** The rounds of a loop while it is known that it goes on; what is unknown from then on is one round more. */
  private rounds(command: ShellCommand & { body: ShellList }, loop: Loop): Leave {
    return this.frames.within('loop', this.run.conditions.length, () => this.runRounds(command, loop));
  }

  private runRounds(command: ShellCommand & { body: ShellList }, loop: Loop): Leave {
    const { file, body } = { file: loop.file, body: command.body };
    for (;;) {
      const reached = this.frames.startRound();
      const goesOn = loop.isListed || this.roundsLeft-- > 0 ? loop.goesOn() : undefined;
      if (goesOn === false) return undefined;
      if (goesOn === undefined) {
        this.run.unknownRound(conditionOf(loop.name), loop.assigned, () => {
          if (loop.test) this.runList(loop.test, file);
          this.runList(body, file);
        });
        this.variables.forget(loop.assigned);
        return undefined;
      }
      if (!this.step(command, file)) return 'exit';
      const leave = this.guarded(reached, () => this.runList(body, file));
      const outer = leaveOfRound(leave);
      if (outer) return outer === 'end' ? undefined : outer;
      loop.after?.();
    }
  }

  private itemsOf(command: ShellCommand & { kind: 'for' }, file: ScriptFile): readonly Word[] {
    const { start, end, words } = command;
    if (words) return expandWords(words, this.variables, file.text);
    const { positional } = this.variables;
    if (!positional) return [{ start, end, text: '', unknown: '$@' }];
    return positional.map((value) =>
      value.kind === 'text' ? { start, end, text: value.text } : { start, end, text: '', unknown: '$@' },
    );
  }

  private runCase(command: ShellCommand & { kind: 'case' }, file: ScriptFile): Leave {
    const subject = wordText(command.subject, this.variables, file.text);
    const ends: Variables[] = [];
    for (let index = 0; index < command.items.length; index++) {
      const items = command.items.slice(index);
      const patterns = items[0]?.patterns ?? [];
      const outcomes = patterns.map((pattern) => {
        const text = wordText(pattern, this.variables, file.text);
        return subject === undefined || text === undefined ? undefined : matchesPattern(subject, text);
      });
      if (outcomes.every((outcome) => outcome === false)) continue;
      const own = bodiesFrom(items);
      if (outcomes.some((outcome) => outcome === true) && ends.length === 0) {
        const leave = this.runItems(own, file);
        if (leave || own[own.length - 1]?.goesOn !== 'matching') return leave;
        index += own.length - 1;
        continue;
      }
      const condition = conditionOf(`${sliceSpan(file.text, [command.subject])} is ${sliceSpan(file.text, patterns)}`);
      ends.push(this.run.branch([condition], () => this.runItems(own, file)));
    }
    if (ends.length > 0) this.variables.join([this.variables, ...ends]);
    return undefined;
  }

  /** The commands of an item of `case`, and those of the next ones that they fall into. */
  private runItems(items: readonly CaseItem[], file: ScriptFile): Leave {
    for (const { body } of items) {
      const leave = this.runList(body, file);
      if (leave) return leave;
    }
    return undefined;
  }

  private assignedBy(...lists: readonly ShellList[]): ReadonlySet<string> {
    return assignedWithin(lists, (name) => this.functions.bodies(name));
  }

  private runSimple(command: SimpleCommand, file: ScriptFile, piped?: Input): Leave {
    const { variables } = this;
    for (const script of substitutedCommands(command, file.text)) {
      if (this.depth >= DEPTH_LIMIT) return this.giveUp(command, file) || 'exit';
      this.depth++;
      this.inSubshell(() => this.runList(script.body, file));
      this.depth--;
    }
    const expanded = this.aliases.replaced(command, expandWords(command.words, variables, file.text));
    const program = expanded[0]?.text ?? '';
    if (isDeclaration(expanded)) {
      const locals = this.locals[this.locals.length - 1];
      const conditions = this.run.conditions.length;
      runDeclaration(expanded, { command, text: file.text }, variables, { locals, conditions });
      return undefined;
    }
    const [first] = expanded;
    if (!first) {
      for (const assignment of command.assignments) assign(assignment, variables, file.text);
      return undefined;
    }
    // Assignments in front of a command are for it alone; some shells keep those in front of their own commands.
    const before = command.assignments.map(({ name }) => [name, variables.get(name)] as const);
    for (const assignment of command.assignments) assign(assignment, variables, file.text);
    const leave = this.runWords(expanded, { command, file, piped });
    for (const [name, value] of before) {
      restoreVariable(this.variables, name, KEEPING.has(program) ? 'unknown' : value);
    }
    return leave;
  }

  private runWords(expanded: readonly Word[], { command, file, piped }: Given): Leave {
    const { variables } = this;
    const words = withoutPrefixes(expanded);
    const [name, ...rest] = words;
    if (!name) return undefined;
    const program = name.unknown ?? name.text.slice(name.text.lastIndexOf('/') + 1);
    const called =
      name.unknown === undefined && words === expanded ? this.functions.called(name.text, this.run.conditions) : [];
    if (called.length > 0) return this.callAny(called, rest);
    const invocation = { file, command, program, words: rest, conditions: this.run.conditions, input: piped };
    switch (program) {
      case 'exit':
        return this.run.conditions.length === 0 ? program : undefined;
      case 'return':
        // One that tells a failure is not taken where it is not certain, like `exit`.
        if (rest[0] && rest[0].text !== '0' && this.run.conditions.length > 0) return undefined;
        return this.frames.leave(program, 1, this.run.conditions);
      case 'break':
      case 'continue':
        return this.frames.leave(program, Number(rest[0]?.text ?? '1') || 1, this.run.conditions);
      case 'shift':
      case 'set':
        variables.positional = positionalBehind(program, rest, variables.positional);
        return undefined;
      case 'unset':
        unset(rest, variables, this.functions);
        return undefined;
      case 'alias':
        this.aliases.define(rest, this.run.conditions.length === 0);
        return undefined;
      case 'shopt':
        if (rest.some(({ text }) => text === 'expand_aliases')) this.aliases.expands = rest[0]?.text === '-s';
        return undefined;
      case 'trap': {
        const [action, ...signals] = rest;
        if (!signals.some(({ text }) => /^(?:SIG)?EXIT$|^0$/i.test(text))) return undefined;
        const isReset = action?.text === '-' || (action?.text === '' && action.unknown === undefined);
        this.atExit = isReset ? undefined : { invocation, word: action && writtenWord(action, command) };
        return undefined;
      }
      case 'eval': {
        const [only, more] = rest;
        const written = only && !more ? writtenWord(only, command) : undefined;
        const script = written && scriptInWord(written, variables, file.text);
        if (script) return this.runList(script.body, file);
        if (isPlainCommand(rest)) return this.runWords(rest, { command, file, piped });
        break;
      }
      case 'mapfile':
      case 'readarray': {
        const input = inputOf(command, variables, file.text, piped);
        readList(rest, input === 'unknown' ? undefined : input, variables);
        return undefined;
      }
    }
    assignByBuiltin(program, rest, variables);
    const script = calledScript(name, rest);
    const inner = isShell(program) ? this.innerScript(rest, { command, file, piped }) : undefined;
    if (inner) this.runInner(inner, rest.slice(indexOfCommand(rest) + 2), file);
    else if (script) this.runCalled(...script, invocation);
    else this.runProgram(invocation);
    return undefined;
  }

  /** What a shell is given to run, where the script spells it out. */
  private innerScript(words: readonly Word[], { command, file, piped }: Given): InnerScript | undefined {
    const at = indexOfCommand(words);
    const word = at < 0 ? undefined : words[at];
    const written = word && writtenWord(word, command);
    if (written) return scriptInWord(written, this.variables, file.text);
    if (!words.every(({ text }) => text.startsWith('-'))) return undefined;
    return piped ? scriptInInput(piped, file.text) : scriptInDocument(command, file.text);
  }

  /** A shell of its own has no functions of this one, and only the variables that are exported. */
  private runInner({ body, isExpanded }: InnerScript, words: readonly Word[], file: ScriptFile): void {
    this.inSubshell(() => {
      this.functions = new Functions();
      if (!isExpanded) {
        this.variables.forgetAll();
        this.variables.positional = words.map(valueOfWord);
      }
      this.runList(body, file);
    });
  }

  private runProgram(invocation: Invocation): void {
    const { file, command, program } = invocation;
    const given = inputOf(command, this.variables, file.text, invocation.input);
    if (given === 'unknown') {
      this.effects.unclear(file, command, 'the here-document contains values that are known only when the script runs');
    }
    const input = given === 'unknown' ? undefined : given && asRead(given);
    if (program === '.' || program === 'source') this.include({ ...invocation, input });
    // What does not suffice for this one ends the script with the next one.
    else if (this.effects.run({ ...invocation, input })) this.run.change();
  }

  /** A script that runs as a program of its own: it has no functions of this one, and only the variables that are exported. */
  private runCalled(path: string, words: readonly Word[], invocation: Invocation): void {
    const called = this.depth < DEPTH_LIMIT ? this.effects.include(path, invocation) : undefined;
    if (!called) return;
    this.inSubshell(() => {
      this.functions = new Functions();
      this.variables.forgetAll();
      this.variables.positional = words.map(valueOfWord);
      this.runOther(called);
    });
  }

  private include(invocation: Invocation): void {
    const { file, command, words } = invocation;
    const [path] = words;
    if (!path || path.unknown !== undefined) {
      this.effects.unclear(file, command, 'the file that is read here is known only when the script runs');
      return;
    }
    const included = this.depth < DEPTH_LIMIT ? this.effects.include(path.text, invocation) : undefined;
    if (!included) {
      if (!LIBRARY.test(path.text)) this.variables.forgetAll();
      return;
    }
    this.runOther(included);
  }

  private runOther(file: ScriptFile): void {
    if (!this.included.has(file.uri)) this.run.addText(file.text.length);
    this.included.add(file.uri);
    this.depth++;
    this.runFile(file);
    this.depth--;
  }

  private callAny(called: ReturnType<Functions['called']>, words: readonly Word[]): Leave {
    const [certain, more] = called;
    if (certain && !more && certain.only.length === 0) return this.call(certain, words);
    const ends = called.map((one) => this.run.branch(one.only, () => this.call(one, words)));
    this.variables.join(certain?.only.length === 0 ? ends : [this.variables, ...ends]);
    return undefined;
  }

  private call(called: FunctionBody, words: readonly Word[]): Leave {
    if (this.depth >= DEPTH_LIMIT) {
      this.giveUp(called.body, called.file);
      return 'exit';
    }
    const { positional } = this.variables;
    this.variables.positional = words.map(valueOfWord);
    const locals = new Locals(this.run.conditions.length);
    this.locals.push(locals);
    this.depth++;
    const leave = this.frames.within('function', this.run.conditions.length, () =>
      this.runCommand(called.body, called.file),
    );
    this.depth--;
    this.locals.pop();
    locals.restore(this.variables);
    this.variables.positional = positional;
    return leave === 'exit' ? leave : undefined;
  }
}

/** Commands in front of which some shells keep assignments (POSIX.1-2017, Shell Command Language, 2.14). */
const KEEPING: ReadonlySet<string> = new Set([
  ':',
  '.',
  'eval',
  'exec',
  'exit',
  'return',
  'set',
  'shift',
  'trap',
  'unset',
]);

/** The items of `case` whose commands run when the first one matches. */
function bodiesFrom(items: readonly CaseItem[]): readonly CaseItem[] {
  const last = items.findIndex(({ goesOn }) => goesOn !== 'next');
  return last < 0 ? items : items.slice(0, last + 1);
}

const STARTS = /(?:^|[\s|(])["']?start["']?\s*(?:\||\))|\$\{?1\}?"?\s*={1,2}\s*["']?start\b/m;

/** Libraries of functions for init scripts that distributions include; they set no variables of a firewall. */
const LIBRARY = /(?:\/init-functions|\/functions(?:\.sh)?|\/rc\.common)$/;
