import type { Checks } from '../analysis/analyze.js';
import type { SeverityOverrides } from '../analysis/findings/findings.js';
import type { Catalog } from '../catalog/catalog.js';
import type { Cloud, Pack } from '../catalog/requirement.js';
import { type UnknownSelector, unknownSelectors } from '../catalog/unknown-selectors.js';
import type { Configuration } from '../configuration/configuration.js';

/** What a front end asks for where nothing nearer to a file says otherwise. */
export interface Wishes {
  /** Selectors that count whatever a file or its workspace says, as those of a command line do. */
  readonly demanded?: readonly string[];
  /** Selectors where neither a file nor its workspace names any. */
  readonly require: readonly string[];
  readonly severity: SeverityOverrides;
  /** The cloud where the workspace names none. */
  readonly cloud: Cloud;
  /** A version of a pack to check with, whichever version the workspace uses. */
  readonly version?: Pack;
}

/** What one file is checked against. */
export interface FileChecks extends Checks {
  readonly catalog: Catalog;
  /** Selectors of {@link Wishes.require} that name nothing, where it is those that count. */
  readonly unknownWishes: readonly UnknownSelector[];
}

/** As many checks as are kept for one configuration: a selector that is being typed makes new ones with every key. */
const KEPT_LIMIT = 100;

/** Joins what is asked for in several places; the same object for the same wishes, so that analyses can be kept. */
export class CheckSelection {
  /** By the catalog, which belongs to one configuration. */
  private readonly made = new WeakMap<Catalog, Map<string, FileChecks>>();

  /**
   * Nearest first: what is demanded, what comments of the file require, what its workspace does, what is wished for.
   * @param path the file's path, relative to the folder of the workspace file
   */
  checksFor(
    configuration: Configuration,
    path: string,
    required: readonly string[] | undefined,
    wishes: Wishes,
  ): FileChecks {
    const entry = configuration.entryFor(path);
    const index = entry ? configuration.file.files.indexOf(entry) : -1;
    const { version, ...others } = wishes;
    const ownCatalog = configuration.catalogFor(wishes.cloud);
    const catalog = version ? ownCatalog.withVersion(version) : ownCatalog;
    const made = this.made.get(catalog) ?? new Map<string, FileChecks>();
    this.made.set(catalog, made);
    const key = JSON.stringify([index, required, others]);
    const known = made.get(key);
    if (known) return known;
    const { roles, severity, tenantRestrictions } = configuration.file;
    const chosen = wishes.demanded ?? required ?? entry?.require;
    const { requirements } = catalog.select(chosen ?? wishes.require, new Set(roles.keys()), tenantRestrictions);
    const { role, hook, point } = entry ?? {};
    const checks: FileChecks = {
      catalog,
      requirements,
      retired: catalog.retired,
      documented: catalog.requirements,
      severity: { ...wishes.severity, ...severity },
      network: {
        roles,
        ...(role === undefined ? {} : { role }),
        ...(hook === undefined ? {} : { hook }),
        ...(point === undefined ? {} : { point }),
      },
      unknownSelectors: unknownSelectors(catalog, required ?? []),
      isPartial: wishes.demanded !== undefined,
      unknownWishes: chosen ? [] : unknownSelectors(catalog, wishes.require),
    };
    if (made.size >= KEPT_LIMIT) made.clear();
    made.set(key, checks);
    return checks;
  }

  /** The checks of a file that configures Lintel: only its own faults are told. */
  checksOfConfiguration(configuration: Configuration, wishes: Wishes): FileChecks {
    return { ...this.checksFor(configuration, '', [], wishes), requirements: [], retired: NOTHING_RETIRED };
  }
}

const NOTHING_RETIRED: FileChecks['retired'] = [];
