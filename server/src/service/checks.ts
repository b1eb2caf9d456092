import type { Checks } from '../analysis/analyze.js';
import type { SeverityOverrides } from '../analysis/findings.js';
import type { Catalog } from '../catalog/catalog.js';

/** What a file is checked against where nothing else is asked for. */
export const DEFAULT_SELECTORS: readonly string[] = ['teams', 'm365+optimize', 'm365+allow'];

/** Makes checks from what a user asked for; the same object for the same wish, so that analyses can be kept. */
export class CheckSelection {
  private readonly made = new Map<string, Checks>();

  constructor(private readonly catalog: Catalog) {}

  /** Selectors that select nothing are passed over; {@link Catalog.select} tells them. */
  checksFor(selectors: readonly string[], severity: SeverityOverrides): Checks {
    const key = JSON.stringify([selectors, severity]);
    const known = this.made.get(key);
    if (known) return known;
    const { requirements } = this.catalog.select(selectors);
    const checks: Checks = { requirements, retired: this.catalog.retired, severity };
    this.made.set(key, checks);
    return checks;
  }
}
