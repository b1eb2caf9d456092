// How a script goes from one command to the next: lists, pipelines, tests, loops and `case`.

import type { OpaqueCondition } from '../../../../model/filter.js';
import type { ScriptRun } from '../../../shared/script/run.js';
import { textValue } from '../../../shared/script/value.js';
import { assignedWithin } from '../../syntax/script/assigned-names.js';
import { assignedIn } from '../../syntax/script/builtin-assignments.js';
import type { CaseItem, Pipeline, ShellCommand, ShellList, SimpleCommand } from '../../syntax/script/tree.js';
import type { Word } from '../../syntax/words.js';
import { compute } from './arithmetic.js';
import {
  constantOf,
  isPureTest,
  isTest,
  matchesPattern,
  type Outcome,
  outcomeBehind,
  outcomeOf,
} from './conditions.js';
import type { ScriptFile } from './effects.js';
import { expandWords, wordText } from './expand.js';
import { Functions } from './functions.js';
import { Frames, isLeft, type Leave, leaveOfRound } from './leave.js';
import { lineReader, linesOf, readLine, readsInput } from './reading.js';
import { type Input, inputOf, printedText } from './standard-input.js';
import { conditionOf, not, sliceOf, sliceSpan } from './texts.js';
import type { Variables } from './variables.js';

/** How many rounds of loops that count are carried out: as many as a script needs, and not those of one without an end. */
const ROUND_LIMIT = 2000;

/** What it costs to compare a text with a pattern, at most, for each character of both. */
const COMPARED = 1 / 64;

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

/** What runs commands in their order, and both branches where only a run would show which; what a command does is left to others. */
export abstract class ControlFlow {
  protected functions = new Functions();
  protected readonly frames = new Frames();
  private roundsLeft = ROUND_LIMIT;
  private gaveUp = false;

  constructor(protected readonly run: ScriptRun<Variables, OpaqueCondition>) {}

  protected abstract runSimple(command: SimpleCommand, file: ScriptFile, piped?: Input): Leave;

  /** Called once, at the first command that is not followed any more. */
  protected abstract tooMuch(command: ShellCommand, file: ScriptFile): void;

  protected get variables(): Variables {
    return this.run.scope;
  }

  protected runList(list: ShellList, file: ScriptFile): Leave {
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
  protected inSubshell(body: () => void): undefined {
    const { functions } = this;
    this.functions = functions.copy();
    this.run.isolated(body);
    this.functions = functions;
  }

  protected runCommand(command: ShellCommand, file: ScriptFile, piped?: Input): Leave {
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

  protected giveUp(command: ShellCommand, file: ScriptFile): false {
    if (!this.gaveUp) this.tooMuch(command, file);
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
        if (subject === undefined || text === undefined) return undefined;
        this.variables.owe(COMPARED * subject.length * text.length);
        return matchesPattern(subject, text);
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
}

/** The items of `case` whose commands run when the first one matches. */
function bodiesFrom(items: readonly CaseItem[]): readonly CaseItem[] {
  const last = items.findIndex(({ goesOn }) => goesOn !== 'next');
  return last < 0 ? items : items.slice(0, last + 1);
}
