// What a file covers, as the data that every report and the tree of an editor are made from.

import type { CoverageFile, CoverageFix, CoverageStatement, CoverageVerdict } from '../../../../shared/coverage.js';
import { serviceTitleOf } from '../../analysis/findings/services.js';
import type { Finding, ToldVerdict } from '../../analysis/report.js';
import { KIND_PREDICATES } from '../../catalog/kinds.js';
import type { Requirement } from '../../catalog/requirement.js';
import { languageById } from '../../configuration/languages.js';
import type { Location } from '../../text/range.js';
import type { CheckedFile } from '../checked-files.js';
import { remarkOf } from '../coverage.js';

/** The role of the people whose requirements most documents list. */
const CLIENTS = 'clients';

/** How a front end names places. */
export interface Places {
  /** A file as it is shown, and as the client spells it. */
  nameOf(uri: string): { readonly path: string; readonly uri: string };
  /** The one-based line where a range begins; `undefined` in a file that is no longer known. */
  lineOf(location: Location): number | undefined;
}

/** What is known of a file that was checked. */
type Covered = Omit<CheckedFile, 'failOn'>;

/** @param fixesOf what is offered for a finding */
export function coverageOf(
  file: Covered,
  places: Places,
  fixesOf: (finding: Finding) => readonly CoverageFix[],
): CoverageFile {
  const { catalog, network, coverage, dialect, stage } = file;
  const { role = CLIENTS, point, hook } = network;
  const fixes = fixesByRequirement(file.findings, fixesOf);
  const place = point ?? hook;
  const requirements = coverage.flatMap((verdict) => catalog.byId(verdict.requirement) ?? []);
  const packs = new Set(requirements.flatMap((requirement) => catalog.packOf(requirement) ?? []));
  return {
    ...places.nameOf(file.uri),
    language: languageById(dialect)?.title ?? dialect,
    stage,
    role,
    addresses: network.roles.get(role)?.toPrefixes() ?? [],
    ...(place === undefined ? {} : { point: place }),
    verdicts: coverage.flatMap((verdict) => {
      const requirement = catalog.byId(verdict.requirement);
      if (!requirement) return [];
      const cloud = catalog.packOf(requirement)?.cloud;
      const own = fixes.get(requirement.id) ?? [];
      return [{ ...verdictOf(verdict, requirement, places), ...(cloud === undefined ? {} : { cloud }), fixes: own }];
    }),
    packs: [...packs].map(({ title, version }) => `${title}, ${version}`),
  };
}

function verdictOf(verdict: ToldVerdict, requirement: Requirement, places: Places): Omit<CoverageVerdict, 'fixes'> {
  const { id, title, kind, category, flow, required, source } = requirement;
  const roles = [flow.from.role, flow.to.role].filter((role) => role !== undefined);
  return {
    requirement: id,
    title,
    kind: KIND_PREDICATES[kind],
    service: serviceTitleOf(requirement),
    ...(category === undefined ? {} : { category }),
    roles: [...new Set(roles)],
    required: required && kind !== 'advice',
    status: verdict.status,
    remark: remarkOf(verdict),
    decidedBy: verdict.decidedBy.map(
      (statement): CoverageStatement => ({
        ...places.nameOf(statement.uri),
        line: places.lineOf(statement) ?? 0,
        text: statement.text,
      }),
    ),
    document: {
      title: source.section ? `${source.document}, ${source.section}` : source.document,
      url: source.url,
      ...(source.revision === undefined ? {} : { revision: source.revision }),
    },
  };
}

function fixesByRequirement(
  findings: readonly Finding[],
  fixesOf: (finding: Finding) => readonly CoverageFix[],
): ReadonlyMap<string, readonly CoverageFix[]> {
  const byRequirement = new Map<string, readonly CoverageFix[]>();
  for (const finding of findings) {
    if (finding.requirements.length === 0) continue;
    const fixes = fixesOf(finding);
    for (const id of finding.requirements) byRequirement.set(id, [...(byRequirement.get(id) ?? []), ...fixes]);
  }
  return byRequirement;
}
