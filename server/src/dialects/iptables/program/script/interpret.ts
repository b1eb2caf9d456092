// Interprets a shell script symbolically, and yields the commands that it would execute.

import type { OpaqueCondition } from '../../../../model/filter.js';
import { ScriptRun } from '../../../shared/script/run.js';
import { textValue, type Value } from '../../../shared/script/value.js';
import { assignedNames } from '../../syntax/script/assigned-names.js';
import { assignedIn } from '../../syntax/script/builtin-assignments.js';
import type { Pipeline, ShellCommand, ShellList, ShellScript, SimpleCommand, Span } from '../../syntax/script/tree.js';
import type { Word } from '../../syntax/words.js';
import { compute } from './arithmetic.js';
import { assign, assignByBuiltin, valueOfWord, withoutPrefixes } from './assignments.js';
import { calledScript } from './called-scripts.js';
import { isPureTest, isTest, matchesPattern, type Outcome, outcomeBehind, outcomeOf } from './conditions.js';
import { expandWords, wordText } from './expand.js';
import { lineReader, linesOf, readLine, readList, readsInput } from './reading.js';
import { asRead, type Input, inputOf, printedText } from './standard-input.js';
import { conditionOf, not, sliceOf, sliceSpan } from './texts.js';
import { Variables } from './variables.js';

/** A script with the name of its file. */
export interface ScriptFile {
  readonly uri: string;
  readonly text: string;
  readonly script: ShellScript;
}

/** A command that the script executes, with its expanded words. */
export interface Invocation {
  readonly file: ScriptFile;
  readonly command: SimpleCommand;
  /** The name of the program without its folders. */
  readonly program: string;
  /** The words after the name. */
  readonly words: readonly Word[];
  /** The conditions of its execution that the text of the script does not determine. */
  readonly conditions: readonly OpaqueCondition[];
  /** What the command reads, where the script contains it: a here-document, or what `echo` prints into the pipe. */
  readonly input: Input | undefined;
}

/** The effects of the commands of a script outside of the shell. */
export interface Effects {
  /** Returns whether the command changes the firewall. */
  run(invocation: Invocation): boolean;
  /** The script that `.` or `source` includes, or that is called; `undefined` where it cannot be read. */
  include(path: string, invocation: Invocation): ScriptFile | undefined;
  /** Ends with a command behind which no more are carried out. */
  giveUp(file: ScriptFile, command: Span): void;
  /** Reports a command that cannot be followed. */
  unclear(file: ScriptFile, span: Span, message: string): void;
}

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
  new Interpreter(effects, positional, file.text.length).runFile(file);
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

/** What made the script leave a list of commands before its end. */
type Leave = 'exit' | 'return' | 'break' | 'continue' | undefined;

class Interpreter {
  private functions = new Map<string, { file: ScriptFile; body: ShellCommand }>();
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
      const leave = this.runChain(list.slice(start, end), file);
      if (leave) return leave;
      start = end;
    }
    return undefined;
  }

  /** Pipelines joined by `&&` and `||`. */
  private runChain(chain: ShellList, file: ScriptFile): Leave {
    let behind: Outcome = true;
    for (const [index, part] of chain.entries()) {
      const { joint, pipeline } = part;
      const outcome = behind;
      behind = outcomeBehind(outcome, part, this.variables, file.text);
      const last = chain.slice(Math.max(0, index - 1), index);
      const runs = index === 0 ? true : outcome === undefined ? undefined : (joint === '&&') === outcome;
      if (runs === false) continue;
      // Commands are assumed to succeed: what follows `||` is for failures.
      if (runs === undefined && joint === '||' && !isTest(last)) continue;
      if (runs === true || (joint === '&&' && !isTest(last))) {
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
      this.run.isolated(() => this.runCommand(command, file, command === only ? undefined : piped));
    }
    return undefined;
  }

  private runCommand(command: ShellCommand, file: ScriptFile, piped?: Input): Leave {
    if (!this.step(command, file)) return 'exit';
    switch (command.kind) {
      case 'simple':
        return this.runSimple(command, file, piped);
      case 'group':
        return command.subshell
          ? this.run.isolated(() => leaveOfSubshell(this.runList(command.body, file)))
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
        this.functions.set(command.name, { file, body: command.body });
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
      const outcome = outcomeOf(test, this.variables, file.text);
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
    for (const item of this.itemsOf(command, file)) {
      if (!this.step(command, file)) return 'exit';
      if (item.unknown === undefined && !/[*?]/.test(item.text)) {
        this.variables.set(command.variable, textValue(item.text));
        const leave = this.runList(command.body, file);
        if (leave === 'exit' || leave === 'return') return leave;
        if (leave === 'break') break;
      } else {
        const condition = conditionOf(`the loop over ${item.unknown ?? source}`);
        const assigned = [...assignedNames(command.body), command.variable];
        this.run.unknownRound(condition, assigned, () => this.runList(command.body, file));
      }
    }
    return undefined;
  }

  /** `for ((i = 0; i < 3; i++))`. */
  private runCounted(command: ShellCommand & { kind: 'for' }, file: ScriptFile): Leave {
    const [first = '', test = '', next = ''] = (command.arithmetic ?? '').split(';');
    compute(first, this.variables);
    const assigned = [...assignedNames(command.body), ...assignedIn(test), ...assignedIn(next)];
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
    return this.rounds(command, {
      file,
      name: `the loop ${until ? 'until' : 'while'} ${sliceOf(file.text, test)}`,
      assigned: assignedNames(test, body),
      goesOn: () => {
        if (reader) {
          if (!lines) return undefined;
          readLine(lines[line] ?? '', reader, this.variables);
          return line++ < lines.length;
        }
        const outcome = isPureTest(test) ? outcomeOf(test, this.variables, file.text) : undefined;
        return outcome === undefined ? undefined : outcome !== until;
      },
      isListed: lines !== undefined,
      test: reader ? undefined : test,
    });
  }

  /** The rounds of a loop while it is known that it goes on; what is unknown from then on is one round more. */
  private rounds(command: ShellCommand & { body: ShellList }, loop: Loop): Leave {
    const { file, body } = { file: loop.file, body: command.body };
    for (;;) {
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
      const leave = this.runList(body, file);
      if (leave === 'exit' || leave === 'return') return leave;
      if (leave === 'break') return undefined;
      loop.after?.();
    }
  }

  private itemsOf(command: ShellCommand & { kind: 'for' }, file: ScriptFile): readonly Word[] {
    const { start, end, words } = command;
    if (words) return expandWords(words, this.variables, file.text);
    return this.variables.positional.map((value) =>
      value.kind === 'text' ? { start, end, text: value.text } : { start, end, text: '', unknown: '$@' },
    );
  }

  private runCase(command: ShellCommand & { kind: 'case' }, file: ScriptFile): Leave {
    const subject = wordText(command.subject, this.variables, file.text);
    const ends: Variables[] = [];
    for (const { patterns, body } of command.items) {
      const outcomes = patterns.map((pattern) => {
        const text = wordText(pattern, this.variables, file.text);
        return subject === undefined || text === undefined ? undefined : matchesPattern(subject, text);
      });
      if (outcomes.every((outcome) => outcome === false)) continue;
      if (outcomes.some((outcome) => outcome === true) && ends.length === 0) return this.runList(body, file);
      const condition = conditionOf(`${sliceSpan(file.text, [command.subject])} is ${sliceSpan(file.text, patterns)}`);
      ends.push(this.run.branch([condition], () => this.runList(body, file)));
    }
    if (ends.length > 0) this.variables.join([this.variables, ...ends]);
    return undefined;
  }

  private runSimple(command: SimpleCommand, file: ScriptFile, piped?: Input): Leave {
    const { variables } = this;
    for (const assignment of command.assignments) assign(assignment, variables, file.text);
    const words = withoutPrefixes(expandWords(command.words, variables, file.text));
    const [name, ...rest] = words;
    if (!name) return undefined;
    const program = name.unknown ?? name.text.slice(name.text.lastIndexOf('/') + 1);
    const called = name.unknown === undefined ? this.functions.get(name.text) : undefined;
    if (called) return this.call(called, rest);
    switch (program) {
      case 'exit':
      case 'return':
      case 'break':
      case 'continue':
        return this.run.conditions.length === 0 ? program : undefined;
      case 'shift':
        variables.positional = variables.positional.slice(Number(rest[0]?.text ?? '1') || 1);
        return undefined;
      case 'set':
        if (rest[0]?.text === '--') variables.positional = rest.slice(1).map(valueOfWord);
        return undefined;
      case 'unset':
        for (const word of rest) variables.set(word.text, textValue(''));
        return undefined;
      case 'mapfile':
      case 'readarray': {
        const input = inputOf(command, variables, file.text, piped);
        readList(rest, input === 'unknown' ? undefined : input, variables);
        return undefined;
      }
      default: {
        assignByBuiltin(program, rest, variables);
        const invocation = { file, command, program, words: rest, conditions: this.run.conditions, input: piped };
        const script = calledScript(name, rest);
        if (script) this.runCalled(...script, invocation);
        else this.runProgram(invocation);
        return undefined;
      }
    }
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
    const { functions } = this;
    this.functions = new Map();
    this.run.isolated(() => {
      this.variables.forgetAll();
      this.variables.positional = words.map(valueOfWord);
      this.runOther(called);
    });
    this.functions = functions;
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

  private call(called: { file: ScriptFile; body: ShellCommand }, words: readonly Word[]): Leave {
    if (this.depth >= DEPTH_LIMIT) {
      this.effects.unclear(called.file, called.body, 'the calls of functions are nested too deeply to be followed');
      return undefined;
    }
    const { variables } = this;
    const { positional } = variables;
    variables.positional = words.map(valueOfWord);
    this.depth++;
    const leave = this.runCommand(called.body, called.file);
    this.depth--;
    variables.positional = positional;
    return leave === 'exit' ? leave : undefined;
  }
}

const STARTS = /(?:^|[\s|(])["']?start["']?\s*(?:\||\))|\$\{?1\}?"?\s*={1,2}\s*["']?start\b/m;

/** Libraries of functions for init scripts that distributions include; they set no variables of a firewall. */
const LIBRARY = /(?:\/init-functions|\/functions(?:\.sh)?|\/rc\.common)$/;

function leaveOfSubshell(leave: Leave): Leave {
  return leave === 'exit' ? undefined : leave;
}
