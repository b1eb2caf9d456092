import type { Checks } from '../analysis/analyze.js';
import { UNKNOWN_SURROUNDINGS } from '../analysis/evaluate.js';
import type { SeverityOverrides } from '../analysis/findings.js';
import type { Catalog } from '../catalog/catalog.js';

/** Makes checks from what a user asked for; the same object for the same wish, so that analyses can be kept. */
export class CheckSelection {
  private readonly made = new Map<string, Checks>();

  constructor(private readonly catalog: Catalog) {}

  /** Selectors that name nothing are passed over; {@link unknownSelectors} tells them. */
  checksFor(selectors: readonly string[], severity: SeverityOverrides): Checks {
    const key = JSON.stringify([selectors, severity]);
    const known = this.made.get(key);
    if (known) return known;
    const { requirements } = this.catalog.select(selectors);
    const checks: Checks = {
      requirements,
      retired: this.catalog.retired,
      severity,
      surroundings: UNKNOWN_SURROUNDINGS,
    };
    this.made.set(key, checks);
    return checks;
  }
}
