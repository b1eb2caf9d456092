// Parts of a program whose paths are followed and joined into one condition, before the program goes on.
import { allOf, anyOf, type Condition, isSameCondition, NEVER, not } from '../question/condition.js';
import type { Region } from '../question/region.js';

/** How a condition divides a region. */
export interface Split {
  readonly region: Region;
  readonly when: Condition;
  readonly holds: readonly Region[];
  readonly fails: readonly Region[];
}

/** What is known of a choice point: the condition of the alternative that is followed next. */
interface Waiting {
  readonly next: { readonly when: Condition } | undefined;
}

/** Of so many choices it is remembered on a path what they say. */
const LATEST = 4;

/** A choice point on a trial: what is true in the alternatives that are done. */
class Fork {
  private readonly done: { readonly when: Condition; readonly holds: Condition }[] = [];

  constructor(
    readonly point: Waiting,
    /** The condition of the alternative that is being followed. */
    public when: Condition,
  ) {}

  add(holds: Condition): void {
    this.done.push({ when: this.when, holds });
  }

  /** What is known of a condition in the alternative that is being followed, in which none of those before it holds. */
  truthOf(condition: Condition): boolean | undefined {
    if (isSameCondition(this.when, condition)) return true;
    if (this.when.kind === 'not' && isSameCondition(this.when.of, condition)) return false;
    return this.done.some(({ when }) => isSameCondition(when, condition)) ? false : undefined;
  }

  /** The first alternative whose condition holds decides; the last one holds where none of the others does. */
  get condition(): Condition {
    return (
      anyOfPoints(this.done) ??
      this.done.reduceRight<Condition | undefined>(
        (rest, { when, holds }) => (rest ? either(when, holds, rest) : holds),
        undefined,
      ) ??
      NEVER
    );
  }
}

/** An expression, of which only the truth is used, that is followed on trial: it must change nothing but what it makes itself. */
export class Trial {
  private readonly forks: Fork[] = [];
  readonly depth: number;

  constructor(
    readonly outer: Trial | undefined,
    /** How many calls of native functions wait around it. */
    readonly nesting: number,
    /** How many choice points wait around it. */
    readonly choiceCount: number,
    /** What of the question it is followed for. */
    readonly region: Region | undefined,
  ) {
    this.depth = (outer?.depth ?? 0) + 1;
  }

  get outermost(): Trial {
    let trial: Trial = this;
    while (trial.outer) trial = trial.outer;
    return trial;
  }

  /** How many choices this path has made. */
  get forkCount(): number {
    return this.forks.length + (this.outer?.forkCount ?? 0);
  }

  get hasForks(): boolean {
    return this.forks.length > 0;
  }

  /** What the latest choices on this path say of a condition: the same is often asked again at once. */
  truthOf(condition: Condition): boolean | undefined {
    for (let at = this.forks.length - 1; at >= Math.max(0, this.forks.length - LATEST); at--) {
      const truth = this.forks[at]?.truthOf(condition);
      if (truth !== undefined) return truth;
    }
    return undefined;
  }

  fork(point: Waiting, first: Condition): void {
    this.forks.push(new Fork(point, first));
  }

  /** Ends a path, at whose end a condition is known. `undefined` where others are left, otherwise what holds on all of them. */
  endPath(holds: Condition): Condition | undefined {
    let all = holds;
    for (let fork = this.forks.at(-1); fork; fork = this.forks.at(-1)) {
      fork.add(all);
      const { next } = fork.point;
      if (next) {
        fork.when = next.when;
        return undefined;
      }
      this.forks.pop();
      all = fork.condition;
    }
    return all;
  }
}

/** The same where each alternative is about other points of one variable: what each says is asked with its own points only. */
function anyOfPoints(done: readonly { readonly when: Condition; readonly holds: Condition }[]): Condition | undefined {
  const [first] = done;
  if (first?.when.kind !== 'point-in' || done.length < 2) return undefined;
  const { variable } = first.when;
  let rest: ReadonlySet<number> = new Set(variable.points);
  const cases: Condition[] = [];
  for (const [index, { when, holds }] of done.entries()) {
    const isLast = index === done.length - 1;
    if (!isLast && (when.kind !== 'point-in' || when.variable.id !== variable.id)) return undefined;
    const chosen = !isLast && when.kind === 'point-in' ? when.points : rest;
    const points = new Set([...chosen].filter((point) => rest.has(point)));
    rest = new Set([...rest].filter((point) => !points.has(point)));
    if (points.size > 0) cases.push(allOf([{ kind: 'point-in', variable, points }, holds]));
  }
  return anyOf(cases);
}

/** `when ? then : otherwise`, as few and as flat conditions as can be seen easily: loops make long chains of them. */
function either(when: Condition, then: Condition, otherwise: Condition): Condition {
  if (then === otherwise) return then;
  if (then.kind === 'always') return joined('or', when, otherwise);
  if (then.kind === 'never') return joined('and', not(when), otherwise);
  if (otherwise.kind === 'always') return joined('or', not(when), then);
  if (otherwise.kind === 'never') return joined('and', when, then);
  return joined('or', joined('and', when, then), joined('and', not(when), otherwise));
}

function joined(kind: 'and' | 'or', first: Condition, rest: Condition): Condition {
  const [none, all] = kind === 'and' ? (['always', 'never'] as const) : (['never', 'always'] as const);
  if (first.kind === all || rest.kind === none) return first;
  if (rest.kind === all || first.kind === none) return rest;
  return { kind, of: rest.kind === kind ? [first, ...rest.of] : [first, rest] };
}
