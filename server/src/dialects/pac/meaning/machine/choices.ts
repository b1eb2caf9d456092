// Where a program goes on in several ways, depending on what is asked.
import { ALWAYS, type Condition, not } from '../question/condition.js';
import type { Region } from '../question/region.js';
import { truthOf } from '../values/operations.js';
import {
  Choice,
  ListOf,
  type OperationResult,
  SplitList,
  type Traced,
  TracedBoolean,
  type Value,
} from '../values/value.js';
import { NotFollowed } from './failures.js';
import type { Alternative, Alternatives, Machine } from './machine.js';
import { dataProperty } from './objects.js';
import type { ReturnMode } from './program-function.js';
import { SplitTexts } from './split-texts.js';
import type { Split } from './trial.js';

type Resume = (machine: Machine) => void;

/** A condition with what is done where it holds; the last of several is done where none of the others holds. */
export interface Case {
  readonly when: Condition;
  readonly resume: Resume;
}

/** How many choices in a row on trial make any regions smaller: what a long list of patterns leaves is a long list of exceptions. */
const MOST_NARROWED = 8;

/** Gives the parts of a region to the first case that holds there. */
class Cases implements Alternatives {
  private ready: Alternative[] = [];
  private rest: readonly Region[];
  private readonly trial: Machine['trial'];
  private upcoming: Case | undefined;

  constructor(
    private readonly cases: Iterator<Case>,
    private readonly machine: Machine,
  ) {
    this.rest = machine.region ? [machine.region] : [];
    this.trial = machine.trial;
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
    const { rest } = this;
    this.upcoming = following;
    if (following === undefined) {
      this.ready = rest.map((region) => ({ when, region, resume }));
      this.rest = [];
      return;
    }
    const holding: Region[] = [];
    const failing: Region[] = [];
    const known = this.trial?.truthOf(when);
    if (known !== undefined) {
      this.ready = known ? rest.map((region) => ({ when, region, resume })) : [];
      this.rest = known ? [] : rest;
      return;
    }
    for (const region of rest) {
      const { holds, fails } = splitOf(region, when, this.machine);
      const divided = { whole: region, when };
      for (const part of this.followed(holds, divided)) holding.push(part);
      for (const part of this.followed(fails, divided)) failing.push(part);
    }
    this.ready = holding.map((region) => ({ when, region, resume }));
    this.rest = failing;
  }

  /**
   * On trial a region only tells which cases there are: one that is too large does no harm, and each case is followed once. Behind some
   * choices the smaller regions would cost more than they save, but for those by the number of labels or by an address: a walk up the
   * domains, or a search in a sorted list of networks, has as many choices as it likes, and would follow cases that there are not.
   */
  private followed(parts: readonly Region[], { whole, when }: { whole: Region; when: Condition }): readonly Region[] {
    const { trial } = this;
    const [part] = parts;
    if (!trial || !part) return parts;
    const isSmall = trial.forkCount < MOST_NARROWED || part.isEasilyDividedBy(when, this.machine.budget);
    return parts.length === 1 && isSmall ? parts : [whole];
  }

  /** Cases that cannot be told are one that ends its path, which may be found out when another path has ended. */
  private advance(): Case | undefined {
    try {
      const step = this.cases.next();
      return step.done ? undefined : step.value;
    } catch (thrown) {
      if (!(thrown instanceof NotFollowed)) throw thrown;
      const resume = () => {
        throw thrown;
      };
      return { when: ALWAYS, resume };
    }
  }
}

/** What was split last on trial is often split by the same condition when that is known to be all of it. */
function splitOf(region: Region, when: Condition, machine: Machine): Split {
  const known = machine.lastSplit;
  if (known?.region === region && known.when === when) return known;
  if (known?.region === region && (known.when === not(when) || not(known.when) === when))
    return { region, when, holds: known.fails, fails: known.holds };
  const split = { region, when, ...region.split(when, machine.budget) };
  if (machine.trial) machine.lastSplit = split;
  return split;
}

/** Follows the cases that there are in what is asked, one after the other. */
export function chooseCase(cases: Iterable<Case>, machine: Machine): void {
  if (!machine.region) throw machine.needsRegion();
  machine.choose(new Cases(cases[Symbol.iterator](), machine));
}

/** Does one thing where a condition holds, the other where it does not. */
export function chooseBy(condition: Condition, holds: Resume, fails: Resume, machine: Machine): void {
  const side = sideOf(condition, machine);
  if (side === undefined) {
    machine.endless.refuse(condition, machine);
    const cases = [
      { when: condition, resume: holds },
      { when: not(condition), resume: fails },
    ];
    chooseCase(cases, machine);
  } else if (side) holds(machine);
  else fails(machine);
}

/** The truth of a condition that holds for all that is asked on this path, or for nothing of it: that of most conditions of long files. */
export function sideOf(condition: Condition, machine: Machine): boolean | undefined {
  if (condition.kind === 'always' || condition.kind === 'never') return condition.kind === 'always';
  const { region } = machine;
  if (!region) return undefined;
  const split = splitOf(region, condition, machine);
  if (split.holds[0] === region) return true;
  if (split.fails[0] === region) return false;
  // Otherwise it is divided by what is known now.
  machine.lastSplit = split;
  return undefined;
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
  const { truth } = result;
  if (truth && mode === 'value' && machine.frame.code.truthAt.has(machine.frame.pc)) {
    machine.push(booleanOf(truth));
    return;
  }
  const { code, pc } = machine.frame;
  if (mode !== 'value' || !code.droppedAt.has(pc)) {
    chooseCase(casesOf(result.alternatives, mode), machine);
    return;
  }
  // A value that nobody takes divides nothing.
  const alternatives = [...result.alternatives];
  if (alternatives.some(({ change }) => change)) chooseCase(casesOf(alternatives, mode), machine);
  else machine.push(undefined);
}

function* casesOf(alternatives: Choice['alternatives'], mode: ReturnMode): Generator<Case> {
  for (const { when, value, change } of alternatives) {
    const resume = (machine: Machine) => {
      change?.();
      put(value, machine, mode);
    };
    yield { when, resume };
  }
}

function put(result: Exclude<OperationResult, Choice>, machine: Machine, mode: ReturnMode): void {
  const value = listedValue(result, machine);
  if (mode === 'nested') machine.returnNested(value);
  else if (mode !== 'discard') machine.push(value);
}

/** A condition as a value of the program. */
export function booleanOf(condition: Condition): boolean | TracedBoolean {
  if (condition.kind === 'always' || condition.kind === 'never') return condition.kind === 'always';
  return new TracedBoolean(condition);
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
