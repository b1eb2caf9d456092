// Reports acls that are undefined, unused, or defined with different types.

import type { Location } from '../../../text/range.js';
import type { Problem } from '../../dialect.js';
import { isBuiltInLine, linesOf, locationOf, type Placed, type Program, spanAt } from '../program/program.js';
import type { OpenReference } from '../program/segments.js';
import { isConfigurationName } from '../vocabulary/file-names.js';

/** Whether a file is only a part of a configuration, whose other files are unknown. */
function isPart(program: Program, mainUri: string): boolean {
  if (isConfigurationName(mainUri)) return false;
  return !program.directives.has('http_port') && !program.directives.has('https_port');
}

/** Squid rejects a file that uses an acl before its first definition. */
export function undefinedAcls(program: Program, mainUri: string): Problem[] {
  if (isPart(program, mainUri)) return [];
  const problems: Problem[] = [];
  const formats = new Set(linesOf(program, 'logformat').map(({ line }) => line.statement.arguments[0]?.text));
  // An unknown file may define any name.
  const known = program.segments.slice(0, program.configuration.gaps[0]?.before);
  known.forEach(({ statements }, segment) => {
    for (const open of statements.open) {
      const { key, line, reference } = open;
      const defined = program.definitions.get(key)?.segments[0];
      if ((defined !== undefined && defined < segment) || isNoReference(open, formats)) continue;
      const first = program.acls.get(key)?.lines[0];
      const message = first
        ? `the acl '${reference.name}' is defined after this line: squid rejects the file`
        : `the acl '${reference.name}' is not defined`;
      problems.push({
        ...locationOf(program, { segment, line }, reference.token),
        code: 'undefined-name',
        message,
        ...related(program, first, 'its definition'),
      });
    }
  });
  return problems;
}

/** Whether a word at the position of an acl may be something else. */
function isNoReference({ line, reference }: OpenReference, formats: ReadonlySet<string | undefined>): boolean {
  const { statement } = line;
  if (statement.kind !== 'plain') return false;
  // The names of a deny_info are compared when a page is sent, not when the file is read.
  if (statement.directive?.shape === 'deny-info') return true;
  // An older form of a log has its format at the position of acls.
  return statement.directive?.shape === 'log' && formats.has(reference.name);
}

function related(
  program: Program,
  placed: Placed | undefined,
  message: string,
): { readonly related?: readonly (Location & { readonly message: string })[] } {
  return placed && !isBuiltInLine(placed) ? { related: [{ ...spanAt(program, placed), message }] } : {};
}

/** An acl keeps the type of its first line; squid rejects lines of another type. */
export function conflictingTypes(program: Program): Problem[] {
  return program.definitions.conflicting.flatMap((segment) =>
    [...(program.segments[segment]?.statements.acls ?? [])].flatMap(([key, lines]) => {
      const acl = program.acls.get(key);
      const first = acl?.lines[0];
      if (!acl || !first) return [];
      return lines
        .filter(({ statement }) => statement.type !== acl.type)
        .map((line): Problem => {
          const { name, typeToken } = line.statement;
          const builtIn = isBuiltInLine(first) ? ', as a built-in acl of squid' : '';
          return {
            ...locationOf(program, { segment, line }, typeToken),
            code: 'duplicate-name',
            message: `the acl '${name.text}' already has the type '${acl.type.name}'${builtIn}: squid rejects the file`,
            ...related(program, first, `its first definition, of type '${acl.type.name}'`),
          };
        });
    }),
  );
}

/** Acls that no statement names have no effect, unless unknown parts of the configuration use them. */
export function unusedAcls(program: Program, mainUri: string): Problem[] {
  if (program.configuration.gaps.length > 0 || isPart(program, mainUri)) return [];
  return program.usedNames.missingFrom(program.definitions).flatMap((key) => {
    const acl = program.acls.get(key);
    const first = acl?.lines[0];
    if (!acl || !first || isBuiltInLine(first)) return [];
    const location = locationOf(program, first, first.line.statement.name);
    return [{ ...location, code: 'unused-name' as const, message: `nothing uses the acl '${acl.name}'` }];
  });
}
