// Where paths that have divided come together again: behind a loop, and behind a call. Those that have left the program in the same state
// go on as one, for all that is asked on any of them (state merging: Kuznetsov et al., Efficient State Merging in Symbolic Execution,
// PLDI 2012).
import type { AnyNode } from 'acorn';
import { Region } from '../question/region.js';
import { isSameText, Text } from '../values/text.js';
import type { MeetingCount } from './choice-point.js';
import { type Change, nextSerial, type Slot } from './heap.js';
import type { Alternative, Alternatives, Machine } from './machine.js';
import { PacObject } from './objects.js';
import type { Frame } from './program-function.js';

/** What it costs to note a path that waits, and each variable that it has changed. */
const WAIT_COST = 20;
const CHANGE_COST = 3;

/** After so many paths at one place, those are no longer compared that hardly ever are in the same state. */
const TRIED = 16;
const FEWEST_ALIKE = 1 / 4;

/** Paths that have come to a place in the same state. */
export interface Arrivals {
  readonly frames: readonly Frame<Machine>[];
  readonly stack: readonly Slot[];
  readonly changes: readonly Change[];
  readonly decision: AnyNode | undefined;
  readonly regions: Region[];
  /** When each of them came. */
  readonly serials: number[];
}

/** One path that has come to a place. */
type ArrivedPath = Omit<Arrivals, 'regions' | 'serials'>;

class Meeting implements Alternatives {
  private arrivals: Arrivals[] = [];
  private readonly byKey = new Map<string, Arrivals[]>();
  private ready: Alternative[] = [];

  constructor(private readonly machine: Machine) {}

  /** Adds a path; whether it is the first one in its state. */
  add(path: ArrivedPath, region: Region): boolean {
    const key = keyOf(path);
    const alike = this.byKey.get(key) ?? [];
    this.byKey.set(key, alike);
    const known = alike.find((other) => areInSameState(other, path));
    if (known) {
      known.regions.push(region);
      known.serials.push(nextSerial());
      return false;
    }
    const arrivals = { ...path, regions: [region], serials: [nextSerial()] };
    alike.push(arrivals);
    this.arrivals.push(arrivals);
    return true;
  }

  forgetSince(serial: number): boolean {
    for (const { regions, serials } of this.arrivals) {
      const first = serials.findIndex((one) => one > serial);
      if (first >= 0) regions.length = serials.length = first;
    }
    const isLeft = ({ regions }: Arrivals) => regions.length > 0;
    for (const [key, alike] of this.byKey) this.byKey.set(key, alike.filter(isLeft));
    this.arrivals = this.arrivals.filter(isLeft);
    return this.arrivals.length + this.ready.length > 0;
  }

  /** Called when no path can come any more. */
  next(): Alternative | undefined {
    const first = this.ready.length === 0 ? this.arrivals[0] : undefined;
    if (first) {
      this.ready = Region.joined(first.regions, this.machine.budget).map((region) => goingOn(first, region));
      this.arrivals.shift();
    }
    return this.ready.shift();
  }

  open(): readonly Region[] {
    return [...this.ready.map(({ region }) => region), ...this.arrivals.flatMap(({ regions }) => regions)];
  }
}

function goingOn({ frames, stack, changes, decision }: Arrivals, region: Region): Alternative {
  return {
    when: { kind: 'always' },
    region,
    resume: (machine) => {
      machine.heap.redo(changes);
      machine.takeFrames(frames.map((frame) => frame.copy()));
      machine.stack = [...stack];
      machine.decision = decision;
    },
  };
}

/**
 * Has the path wait where others may come that have divided from it since a time: when a loop was entered, or a function called. It is
 * followed on when all of them have come, or have gone elsewhere.
 */
export function meetAfter(since: number, machine: Machine): void {
  const { choicePoints, region, heap } = machine;
  const last = choicePoints.at(-1);
  if (!last || last.serial < since || !region || machine.trial || machine.isTracing || machine.nesting > 0) return;
  const { frame } = machine;
  const count = countOf(frame, machine);
  if (count.paths >= TRIED && count.paths - count.states < count.paths * FEWEST_ALIKE) return;
  let at = choicePoints.length - 1;
  while (at > 0 && (choicePoints[at - 1]?.serial ?? 0) >= since) at--;
  const point = choicePoints[at];
  const all = point && heap.changesSince(point.mark);
  if (!all) return;
  // What nobody sees any more may be different.
  const changes = all.filter(({ owner }) => (owner.birth ?? 0) < since);
  machine.budget.spend(WAIT_COST + CHANGE_COST * all.length);
  // An object that is new may hold anything that is new.
  const isNew = (value: unknown) => value instanceof PacObject && !heap.outlives(value.epoch);
  const top = machine.stack.at(-1);
  if (isNew(top) || changes.some(({ value }) => isNew(value))) return;
  const known = point.serial === since ? point.alternatives : undefined;
  const meeting = known instanceof Meeting ? known : new Meeting(machine);
  if (meeting !== known) {
    const { mark, epoch, traceLength } = point;
    choicePoints.splice(at, 0, {
      serial: since,
      frames: [],
      stack: [],
      mark,
      decision: machine.decision,
      hasEntered: machine.hasEntered,
      epoch,
      traceLength,
      alternatives: meeting,
      next: undefined,
    });
  }
  count.paths++;
  const { frames, stack, decision } = machine;
  if (meeting.add({ frames, stack, changes, decision }, region)) count.states++;
  machine.takeFrames([]);
  machine.isOnPath = false;
  machine.isWaiting = true;
}

function countOf(frame: Frame<Machine>, { meetings }: Machine): MeetingCount {
  const counts = meetings.get(frame.code) ?? new Map<number, MeetingCount>();
  meetings.set(frame.code, counts);
  const count = counts.get(frame.pc) ?? { paths: 0, states: 0 };
  counts.set(frame.pc, count);
  return count;
}

/** A text that paths in the same state share, and others seldom. */
function keyOf({ frames, stack, changes }: ArrivedPath): string {
  const values = [stack.at(-1), ...changes.map(({ value }) => value)];
  return `${frames.at(-1)?.pc} ${values.map((value) => (typeof value === 'object' ? '' : String(value))).join(' ')}`;
}

/** Whether two paths have left the program in the same state: all that is to come is the same for both. */
export function areInSameState(one: ArrivedPath, other: ArrivedPath): boolean {
  return (
    one.frames.length === other.frames.length &&
    one.stack.length === other.stack.length &&
    one.changes.length === other.changes.length &&
    (one.decision === other.decision || isTruth(one.stack.at(-1))) &&
    one.stack.every((value, index) => isSame(value, other.stack[index])) &&
    one.frames.every((frame, index) => areFramesSame(frame, other.frames[index])) &&
    one.changes.every(({ list, at, value }, index) => {
      const change = other.changes[index];
      return change?.list === list && change.at === at && isSame(value, change.value);
    })
  );
}

/** What is no result of the program decides nothing. */
function isTruth(value: Slot): boolean {
  return typeof value === 'boolean' || typeof value === 'number';
}

function areFramesSame(one: Frame<Machine>, other: Frame<Machine> | undefined): boolean {
  return (
    other !== undefined &&
    one.code === other.code &&
    one.pc === other.pc &&
    one.scope === other.scope &&
    one.handler === other.handler &&
    one.self === other.self
  );
}

function isSame(one: unknown, other: unknown): boolean {
  return Object.is(one, other) || (one instanceof Text && other instanceof Text && isSameText(one, other));
}
