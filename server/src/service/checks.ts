// What a file is checked against: joined from the request, the workspace file and comments of the file itself.

import type { Checks } from '../analysis/analyze.js';
import type { SeverityOverrides } from '../analysis/findings/findings.js';
import type { Unselected } from '../analysis/findings/unselected.js';
import { type Catalog, DEFAULT_SELECTORS } from '../catalog/catalog.js';
import type { Cloud, Pack, Requirement } from '../catalog/requirement.js';
import { type UnknownSelector, unknownSelectors } from '../catalog/unknown-selectors.js';
import type { Configuration } from '../configuration/configuration.js';
import type { FailOnByCode, FileEntry } from '../configuration/lintel-file.js';
import { Interned, Memo } from '../kept/memo.js';

/** What a front end requests; what is nearer to a file takes precedence, except for `forced`. */
export interface CheckRequest {
  /** Selectors that take precedence over the file and its workspace, as those of a command line do. */
  readonly forced?: readonly string[];
  /** The selectors for files for which neither a comment nor the workspace names any. */
  readonly require: readonly string[];
  readonly severity: SeverityOverrides;
  /** The cloud, unless the workspace names one. */
  readonly cloud: Cloud;
  /** The version of a pack to check with instead of the version that the workspace uses. */
  readonly version?: Pack;
}

/** Who says what a file is checked against. */
export type SelectedBy = 'command-line' | 'comment' | 'configuration' | 'setting';

/** What one file is checked against. */
export interface FileChecks extends Checks {
  /** The selectors, and who says them. */
  readonly selectors: readonly string[];
  readonly selectedBy: SelectedBy;
  readonly catalog: Catalog;
  /** The cloud of the catalog, and the catalogs of the others, for what is not of this one. */
  readonly cloud: Cloud;
  readonly catalogOf: (cloud: Cloud) => Catalog;
  /** Selectors of {@link CheckRequest.require} that match nothing, where these apply. */
  readonly unknownInRequest: readonly UnknownSelector[];
  readonly failOn: FailOnByCode;
}

/** Where the checks of a file come from. */
export interface CheckSource {
  readonly configuration: Configuration;
  /** The file's path, relative to the folder of the workspace file. */
  readonly path: string;
  /** The selectors in comments of the file; `undefined` where there are none. */
  readonly required: readonly string[] | undefined;
  readonly request: CheckRequest;
}

/** How many checks are kept for one configuration: every keystroke in a selector makes new ones. */
const KEPT_LIMIT = 100;

/** Joins what several sources ask for; the same object for the same request, so that analyses can be kept. */
export class CheckSelection {
  /** By the catalog, which belongs to one configuration. */
  private readonly made = new Memo<Catalog, Interned<string, FileChecks>>();
  private readonly ofConfigurations = new Memo<FileChecks, FileChecks>();

  /** Nearest first: forced selectors, those of comments in the file, those of its workspace, those of the request. */
  checksFor({ configuration, path, required, request }: CheckSource): FileChecks {
    const entry = configuration.entryFor(path);
    const index = entry ? configuration.file.files.indexOf(entry) : -1;
    const { version, ...others } = request;
    const ownCatalog = configuration.catalogFor(request.cloud);
    const catalog = version ? ownCatalog.withVersion(version) : ownCatalog;
    return this.made
      .of(catalog, () => new Interned(KEPT_LIMIT))
      .of(JSON.stringify([index, required, others]), () =>
        makeChecks(catalog, entry, { configuration, required, request }),
      );
  }

  /** The checks of a file that configures Lintel: only its own defects are reported. */
  checksOfConfiguration(configuration: Configuration, request: CheckRequest): FileChecks {
    const checks = this.checksFor({ configuration, path: '', required: [], request });
    return this.ofConfigurations.of(checks, () => ({
      ...checks,
      requirements: [],
      retired: [],
      unselected: { requirements: [] },
    }));
  }
}

function makeChecks(
  catalog: Catalog,
  entry: FileEntry | undefined,
  { configuration, required, request }: Omit<CheckSource, 'path'>,
): FileChecks {
  const { roles, severity, failOn, tenantRestrictions, resolvesExternalNames } = configuration.file;
  const selectors = request.forced ?? required ?? entry?.require;
  const declared = new Set(roles.keys());
  const selected = catalog.select(selectors ?? request.require, declared, tenantRestrictions).requirements;
  // What must not pass must not in any file; who asks for certain requirements gets these alone.
  const forbidden = request.forced ? [] : catalog.select(configuration.forbidden, declared).requirements;
  const known = new Set(selected);
  const requirements = [...selected, ...forbidden.filter((one) => one.kind === 'forbid' && !known.has(one))];
  const { role, hook, point } = entry ?? {};
  const interfaces = entry?.interfaces ?? configuration.file.interfaces;
  const profiles = entry?.profiles ?? configuration.file.profiles;
  return {
    selectors: selectors ?? request.require,
    selectedBy: request.forced ? 'command-line' : required ? 'comment' : entry?.require ? 'configuration' : 'setting',
    catalog,
    cloud: configuration.cloudFor(request.cloud),
    catalogOf: (cloud) => configuration.catalogOf(cloud),
    requirements,
    retired: catalog.retired,
    documented: catalog.requirements,
    unselected: unselectedOf(catalog, requirements, selectors ?? request.require),
    severity: { ...request.severity, ...severity },
    failOn,
    network: {
      roles,
      resolvesExternalNames,
      hostAddresses: catalog.hostAddresses,
      ...(role === undefined ? {} : { role }),
      ...(hook === undefined ? {} : { hook }),
      ...(point === undefined ? {} : { point }),
      ...(interfaces === undefined ? {} : { interfaces }),
      ...(profiles === undefined ? {} : { profiles }),
    },
    unknownSelectors: unknownSelectors(catalog, required ?? []),
    isPartial: request.forced !== undefined,
    unknownInRequest: selectors ? [] : unknownSelectors(catalog, request.require),
  };
}

/** The endpoints that Microsoft 365 requires and that are not selected. */
function unselectedOf(catalog: Catalog, selected: readonly Requirement[], selectors: readonly string[]): Unselected {
  const known = new Set(selected);
  const requirements = catalog
    .named(REQUIRED_ENDPOINTS)
    .filter((one) => one.kind === 'reach' && one.required && one.onlyIfDeclared !== true && !known.has(one));
  const isDefault =
    selectors.length === DEFAULT_SELECTORS.length && selectors.every((one) => DEFAULT_SELECTORS.includes(one));
  return { requirements, ...(isDefault ? { selector: 'm365+default' } : {}) };
}

/** The tag of the endpoint lists. */
const REQUIRED_ENDPOINTS = 'm365';
