// Loops that go on as long as an unknown value may say so.
import type { AnyNode } from 'acorn';
import type { Budget } from '../../../../model/budget.js';
import type { Condition } from '../question/condition.js';
import type { Region } from '../question/region.js';
import type { ChoicePoint } from './choice-point.js';
import { NotFollowed } from './failures.js';
import { nextSerial } from './heap.js';

/** A path that has assumed so many answers at one place is in a loop over something of which nobody knows how much there is. */
const MOST_ASSUMED = 64;

const LOOK_COST = 2;

/** What the machine knows of the path that it follows. */
interface Path {
  readonly region: Region | undefined;
  readonly budget: Budget;
  readonly trial: unknown;
}

/** Where a path has assumed its first answer at a place, or for a reason. */
interface Entry {
  readonly region: Region;
  readonly serial: number;
  readonly endedPaths: number;
}

/**
 * Ends the paths that assume answers at one place again and again, before they take all the work there is: what else is asked can still be
 * followed. Where they have ended so once, they do at the second answer.
 */
export class EndlessLoops {
  private readonly places = new Set<AnyNode>();
  /** Those of the path that is followed, and what they are about in their order. */
  private readonly entries = new Map<AnyNode | string, Entry>();
  private readonly order: { readonly which: AnyNode | string; readonly serial: number }[] = [];
  private left: Entry | undefined;
  /** How many paths have ended. */
  endedPaths = 0;

  /** Called before an answer is assumed; throws where it is one too many. */
  refuse(condition: Condition, { region, budget, trial }: Path): void {
    const open = condition.kind === 'not' ? condition.of : condition;
    if (open.kind !== 'unknown' || !region) return;
    const { node, reason } = open.unknown;
    budget.spend(LOOK_COST * region.assumed.size);
    const count = answersLike(node, region);
    if (!trial) {
      if (count === 0) this.enter(node, region);
      if (answersLike(reason, region) === 0) this.enter(reason, region);
    }
    const isKnown = this.places.has(node);
    if (count < (isKnown ? 1 : MOST_ASSUMED)) return;
    if (!trial) {
      this.places.add(node);
      // A loop that is come to once more is in another one.
      this.left = this.entries.get(isKnown ? reason : node);
    }
    throw new NotFollowed(reason, node);
  }

  private enter(which: AnyNode | string, region: Region): void {
    const serial = nextSerial();
    this.entries.set(which, { region, serial, endedPaths: this.endedPaths });
    this.order.push({ which, serial });
  }

  /** Called before the machine goes on at a choice point: what was entered behind that is no longer on the path. */
  returnTo(point: { readonly serial: number }): void {
    for (let last = this.order.at(-1); last && last.serial > point.serial; last = this.order.at(-1)) {
      this.entries.delete(last.which);
      this.order.pop();
    }
  }

  /**
   * What has come to the loop that the path was in which has just ended, as one region, and how many paths had ended before. What was found
   * behind it is forgotten, because what is open there could only be told by what each turn of the loop assumes.
   */
  abandoned<Machine>(choicePoints: ChoicePoint<Machine>[]): Entry | undefined {
    const { left } = this;
    this.left = undefined;
    if (!left) return undefined;
    const kept = choicePoints.filter(({ serial, next, alternatives }) => {
      const isOpen = alternatives.forgetSince?.(left.serial) ?? true;
      return serial < left.serial && (isOpen || next !== undefined);
    });
    choicePoints.splice(0, choicePoints.length, ...kept);
    return left;
  }
}

/** How many answers are assumed at a place, or for a reason. */
function answersLike(which: AnyNode | string, { assumed }: Region): number {
  let count = 0;
  for (const { node, reason } of assumed.keys()) if (node === which || reason === which) count++;
  return count;
}
