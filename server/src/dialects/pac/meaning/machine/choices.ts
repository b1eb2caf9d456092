// Where a program goes on in several ways, depending on what is asked.
import { type Condition, not } from '../question/condition.js';
import type { Region } from '../question/region.js';
import { truthOf } from '../values/operations.js';
import { Choice, ListOf, type OperationResult, SplitList, type Traced, type Value } from '../values/value.js';
import type { Alternative, Alternatives, Machine } from './machine.js';
import { dataProperty } from './objects.js';
import type { ReturnMode } from './program-function.js';
import { SplitTexts } from './split-texts.js';

type Resume = (machine: Machine) => void;

/** A condition with what is done where it holds; the last of several is done where none of the others holds. */
export interface Case {
  readonly when: Condition;
  readonly resume: Resume;
}

/** Gives the parts of a region to the first case that holds there. */
class Cases implements Alternatives {
  private ready: Alternative[] = [];
  private rest: readonly Region[];
  private upcoming: Case | undefined;

  constructor(
    private readonly cases: Iterator<Case>,
    private readonly machine: Machine,
  ) {
    this.rest = machine.region ? [machine.region] : [];
    this.upcoming = this.advance();
  }

  next(): Alternative | undefined {
    while (this.ready.length === 0 && this.rest.length > 0 && this.upcoming) this.divide(this.upcoming);
    return this.ready.shift();
  }

  open(): readonly Region[] {
    return [...this.ready.map(({ region }) => region), ...this.rest];
  }

  private divide({ when, resume }: Case): void {
    const following = this.advance();
    const isLast = following === undefined;
    const holding: Region[] = [];
    const failing: Region[] = [];
    for (const region of this.rest) {
      const { holds, fails } = isLast ? { holds: [region], fails: [] } : region.split(when, this.machine.budget);
      for (const part of holds) holding.push(part);
      for (const part of fails) failing.push(part);
    }
    this.upcoming = following;
    this.ready = holding.map((region) => ({ region, resume }));
    this.rest = failing;
  }

  private advance(): Case | undefined {
    const step = this.cases.next();
    return step.done ? undefined : step.value;
  }
}

/** Follows the cases that there are in what is asked, one after the other. */
export function chooseCase(cases: Iterable<Case>, machine: Machine): void {
  if (!machine.region) throw machine.needsRegion();
  machine.choose(new Cases(cases[Symbol.iterator](), machine));
}

/** Does one thing where a condition holds, the other where it does not. */
export function chooseBy(condition: Condition, holds: Resume, fails: Resume, machine: Machine): void {
  if (condition.kind === 'always') holds(machine);
  else if (condition.kind === 'never') fails(machine);
  else
    chooseCase(
      [
        { when: condition, resume: holds },
        { when: not(condition), resume: fails },
      ],
      machine,
    );
}

/**
 * Asks for the truth of a traced value that an instruction has just taken from the stack: the instruction is repeated with `true` and
 * with `false` in its place.
 */
export function splitTruth(value: Traced, machine: Machine): void {
  const again = (truth: boolean) => (on: Machine) => {
    on.frame.pc--;
    on.push(truth);
  };
  chooseBy(truthOf(value, machine.context), again(true), again(false), machine);
}

/** Pushes what an operation gives; where that depends on what is asked, follows each value. */
export function deliver(result: OperationResult, machine: Machine, mode: ReturnMode = 'value'): void {
  if (!(result instanceof Choice)) {
    put(result, machine, mode);
    return;
  }
  chooseCase(casesOf(result, mode), machine);
}

function* casesOf(choice: Choice, mode: ReturnMode): Generator<Case> {
  for (const { when, value } of choice.alternatives) yield { when, resume: (machine) => put(value, machine, mode) };
}

function put(result: Exclude<OperationResult, Choice>, machine: Machine, mode: ReturnMode): void {
  const value = listedValue(result, machine);
  if (mode === 'nested') machine.returnNested(value);
  else if (mode !== 'discard') machine.push(value);
}

/** Makes an array of a list. */
export function listedValue(result: Exclude<OperationResult, Choice>, { realm }: Machine): Value {
  if (result instanceof ListOf) {
    const array = realm.array([...result.items]);
    for (const [name, value] of Object.entries(result.properties)) array.setOwn(name, dataProperty(value));
    return array;
  }
  if (result instanceof SplitList) return new SplitTexts(realm.arrayPrototype, realm.heap, result);
  return result;
}
