// Results that an evaluation pays for, kept as long as it lasts.
import { currentBudget, currentPayer, paidBy } from './budget.js';

/**
 * The result of a function for an object, as long as the same budget pays. A later evaluation pays for it again: otherwise one that ends
 * at its limit would come further the next time, and say something else of the same file.
 */
export class PaidMemo<Key extends object, Value> {
  private readonly store = new PaidStore(() => new WeakMap<Key, { readonly value: Value }>());

  of(key: Key, make: (key: Key) => Value): Value {
    const known = this.store.value;
    const own = known.get(key);
    if (own) return own.value;
    const value = make(key);
    known.set(key, { value });
    return value;
  }
}

/** Something that is being made: what it was made of, and what that cost. */
interface Making {
  readonly parts: PaidOnce<unknown>[];
  cost: number;
}

/** Innermost last. */
const making: Making[] = [];

/**
 * A value that is made when it is first used and kept beyond an evaluation. Each evaluation that uses it pays what it cost to make, so
 * that the same question always costs the same.
 */
export class PaidOnce<Value> {
  /** `cost`: without that of its parts, which may have been paid for already. */
  private known:
    | { readonly value: Value; readonly cost: number; readonly parts: readonly PaidOnce<unknown>[] }
    | undefined;
  private payer: object | undefined;

  constructor(private readonly make: () => Value) {}

  get value(): Value {
    const outer = making[making.length - 1];
    if (!outer) return this.paid();
    outer.parts.push(this);
    const [value, cost] = currentBudget().withCostOf(() => this.paid());
    outer.cost += cost;
    return value;
  }

  private paid(): Value {
    if (!this.known) this.known = this.made();
    else if (this.payer !== currentPayer()) {
      for (const part of this.known.parts) part.paid();
      currentBudget().spend(this.known.cost);
    }
    this.payer = currentPayer();
    return this.known.value;
  }

  private made() {
    const budget = currentBudget();
    const own: Making = { parts: [], cost: 0 };
    making.push(own);
    try {
      const [value, cost] = paidBy(budget, () => budget.withCostOf(this.make));
      return { value, cost: cost - own.cost, parts: own.parts };
    } finally {
      making.pop();
    }
  }
}

/** The same for texts. Clears itself when it would exceed `limit` values. */
export class PaidInterned<Value> {
  private readonly store = new PaidStore(() => new Map<string, Value>());

  constructor(private readonly limit: number) {}

  known(key: string): Value | undefined {
    return this.store.value.get(key);
  }

  of(key: string, make: (key: string) => Value): Value {
    const known = this.store.value;
    const own = known.get(key);
    if (own !== undefined) return own;
    const value = make(key);
    if (known.size >= this.limit) known.clear();
    known.set(key, value);
    return value;
  }
}

/** Something that is made anew for each evaluation. */
export class PaidStore<Value> {
  private latest: { readonly payer: object; readonly value: Value } | undefined;

  constructor(private readonly make: () => Value) {}

  get value(): Value {
    const payer = currentPayer();
    if (this.latest?.payer !== payer) this.latest = { payer, value: this.make() };
    return this.latest.value;
  }
}

/** What took more than this share of a budget is near enough to its limit that only doing it again tells how far it comes. */
const REPEATED_SHARE = 1 / 4;

/**
 * The latest results of questions, kept beyond an evaluation: a later one pays for them what they cost, without doing the work again.
 * It has to have as much left as the first one had. (What follows may still be cheaper, since sets keep what was found in them: far from the
 * limit that changes nothing.) Questions are the same where their parts are, by identity.
 */
export class RepeatedResults<Question extends readonly unknown[], Value> {
  private known: {
    readonly question: Question;
    readonly state: string;
    readonly cost: number;
    readonly value: Value;
  }[] = [];

  constructor(private readonly limit: number) {}

  of(question: Question, make: () => Value): Value {
    const budget = currentBudget();
    const { state } = budget;
    const own = this.known.find((one) => one.state === state && one.question.every((part, i) => part === question[i]));
    if (own) {
      budget.spend(own.cost);
      return own.value;
    }
    const [value, cost] = budget.withCostOf(make);
    if (budget.spentShare <= REPEATED_SHARE)
      this.known = [...this.known, { question, state, cost, value }].slice(-this.limit);
    return value;
  }
}
