// The work that one analysis of a PAC file may cost.

/** Thrown where the budget is spent; caught where the paths of a program are followed, and never seen outside of this dialect. */
export class BudgetSpent extends Error {}

/** Counts work in units of about a tenth of a microsecond: an instruction is one, a step of a joint search about five. */
export class Budget {
  constructor(private left: number) {}

  get isSpent(): boolean {
    return this.left <= 0;
  }

  /** Called before the work is done, and before memory for it is taken. */
  spend(units: number): void {
    this.left -= units;
    if (this.left < 0) throw new BudgetSpent('needs more work than one file may cost');
  }
}
