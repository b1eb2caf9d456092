// Directives and types of acls that the version of squid that lintel.yaml names does not have.
import type { Location } from '../../../text/range.js';
import type { Problem } from '../../dialect.js';
import { linesOf, locationOf, type Program, spanAt } from '../program/program.js';
import { rulesOf } from '../program/rules.js';
import { TYPE_VERSIONS, VERSIONS, type VersionRange } from '../vocabulary/summaries.js';

/** Squid does not start with a word that it does not know; where no version is named, any may read the file. */
export function ofOtherVersions(program: Program, version: string | undefined): Problem[] {
  const major = Number.parseInt(version ?? '', 10);
  if (!Number.isSafeInteger(major)) return [];
  const problem = (location: Location, name: string, when: string): Problem => ({
    ...location,
    code: 'syntax-error',
    message: `squid ${version} rejects the file: it does not know '${name}', ${when}`,
  });
  const directives = missingIn(VERSIONS, major).flatMap(([name, when]) => [
    ...linesOf(program, name).map((placed) =>
      problem(locationOf(program, placed, placed.line.statement.name), name, when),
    ),
    ...[...rulesOf(program, name)].map((placed) => problem(spanAt(program, placed), name, when)),
  ]);
  const types = new Map(missingIn(TYPE_VERSIONS, major));
  if (types.size === 0) return directives;
  const acls = program.segments.flatMap(({ statements }, segment) =>
    [...statements.acls.values()].flat().flatMap((line) => {
      const { typeToken } = line.statement;
      const when = types.get(typeToken.text);
      const location = locationOf(program, { segment, line }, typeToken);
      return when === undefined ? [] : [problem(location, typeToken.text, when)];
    }),
  );
  return [...directives, ...acls];
}

/** The words that a version does not have, each with the reason. */
function missingIn(table: Readonly<Record<string, VersionRange>>, major: number): [name: string, when: string][] {
  return Object.entries(table).flatMap(([name, { since, removed }]): [string, string][] => {
    if (since !== undefined && major < since) return [[name, `which came with squid ${since}`]];
    return removed !== undefined && major >= removed ? [[name, `which squid ${removed} removed`]] : [];
  });
}
