import type { Location } from '../../../text/range.js';
import type { Problem } from '../../dialect.js';
import { isOwnName } from '../detect.js';
import { unreadableList } from '../program/acl-content.js';
import { nameOption } from '../program/names.js';
import { aclsOfType, type Guards, type PlacedStatement, type Program, statementsOf } from '../program/program.js';
import {
  aclKey,
  type Entry,
  locate,
  type OpenReference,
  type Segment,
  type Summary,
  spanOf,
} from '../program/segments.js';
import type { Token } from '../syntax/parse.js';
import type { AclStatement } from '../syntax/statements.js';
import { domainConflicts } from './domain-conflicts.js';
import { coveredRules } from './shadowed-rules.js';
import { unmodelledStatements } from './unmodelled.js';

/** All defects of a configuration, its included files among them, in the order of their places. */
export function findProblems(program: Program, mainUri: string): Problem[] {
  const problems = [
    ...program.configuration.problems,
    ...lineProblems(program),
    ...undefinedAcls(program, mainUri),
    ...conflictingTypes(program),
    ...domainConflicts(program),
    ...peerProblems(program),
    ...loginProblems(program),
    ...helperProblems(program),
    ...adaptationProblems(program),
    ...mixedBumpStyles(program),
    ...unusedAcls(program, mainUri),
    ...coveredRules(program),
    ...unmodelledStatements(program),
    ...unreadLists(program),
  ];
  return problems.sort((a, b) => (a.uri === b.uri ? a.range.start - b.range.start : a.uri < b.uri ? -1 : 1));
}

function lineProblems(program: Program): Problem[] {
  return program.segments.flatMap((segment) =>
    segment.summary.defects.flatMap((entry) =>
      entry.statement.problems.map(({ code, start, end, message }) => ({
        ...locate(segment, entry, { start, end }),
        code,
        message,
      })),
    ),
  );
}

/** List files that cannot be read: whatever they hold is not known. */
function unreadLists(program: Program): Problem[] {
  return program.segments.flatMap((segment) =>
    segment.summary.listed.flatMap((entry) => {
      const unreadable = unreadableList(program, entry.statement);
      if (unreadable === undefined || !entry.statement.file) return [];
      const message = `${unreadable}. Verdicts that its values could change are undecided`;
      return [
        { ...locate(segment, entry, entry.statement.file.token), code: 'unmodelled-statement' as const, message },
      ];
    }),
  );
}

/** A part of a configuration, which is read together with others that Lintel was not shown. */
function isPart(program: Program, mainUri: string): boolean {
  if (isOwnName(mainUri)) return false;
  return !program.segments.some(({ summary }) => summary.plain.has('http_port') || summary.plain.has('https_port'));
}

/** Squid refuses a file that uses an acl in front of its first definition. */
function undefinedAcls(program: Program, mainUri: string): Problem[] {
  if (isPart(program, mainUri)) return [];
  const problems: Problem[] = [];
  const formats = new Set(statementsOf(program, 'logformat').map(({ entry }) => entry.statement.arguments[0]?.text));
  const firstGap = program.configuration.gaps[0]?.before ?? Number.POSITIVE_INFINITY;
  program.segments.forEach((segment, index) => {
    // A file that is not known may define any name; the built-in segment is not counted.
    if (index > firstGap) return;
    for (const { entry, reference } of unresolved(program, segment.summary, index)) {
      const first = program.acls.get(aclKey(reference.name))?.lines[0];
      const { statement } = entry;
      // The names behind an error page are compared when a page is sent, not when the file is read.
      if (statement.kind === 'plain' && statement.directive?.shape === 'deny-info') continue;
      // An older form of a log names its format where others name acls.
      if (statement.kind === 'plain' && statement.directive?.shape === 'log' && formats.has(reference.name)) continue;
      const message = first
        ? `the acl '${reference.name}' is defined only further down, so squid refuses the file`
        : `there is no acl '${reference.name}'`;
      const related = first && relatedTo(program, first.segment, first.entry, 'its definition');
      problems.push({
        ...locate(segment, entry, reference.token),
        code: 'undefined-name',
        message,
        ...(related && { related: [related] }),
      });
    }
  });
  return problems;
}

const resolutions = new WeakMap<Summary, { guards: Guards; index: number; open: readonly OpenReference[] }>();

/** The references that no line in front of a segment defines; which these are depends on the names of acls alone. */
function unresolved(program: Program, summary: Summary, index: number): readonly OpenReference[] {
  const known = resolutions.get(summary);
  if (known?.guards === program.guards && known.index === index) return known.open;
  const open = summary.open.filter(({ reference }) => {
    const first = program.acls.get(aclKey(reference.name))?.lines[0];
    return !first || first.segment >= index;
  });
  resolutions.set(summary, { guards: program.guards, index, open });
  return open;
}

function relatedTo(
  program: Program,
  segment: number,
  entry: Entry,
  message: string,
): (Location & { readonly message: string }) | undefined {
  const holder = program.segments[segment];
  return holder && holder.uri !== '' ? { ...spanOf(holder, entry), message } : undefined;
}

const conflicting = new WeakMap<Guards, boolean>();

/** An acl keeps the type of its first line; squid refuses lines of another type. */
function conflictingTypes(program: Program): Problem[] {
  const problems: Problem[] = [];
  if (conflicting.get(program.guards) === false) return problems;
  program.segments.forEach((segment) => {
    for (const [key, entries] of segment.summary.acls) {
      const acl = program.acls.get(key);
      for (const entry of entries) {
        if (!acl || entry.statement.type === acl.type) continue;
        const first = acl.lines[0];
        const related =
          first && relatedTo(program, first.segment, first.entry, `its first definition, of type '${acl.type.name}'`);
        const { name, typeToken } = entry.statement;
        const builtIn = related ? '' : ', one that squid defines itself';
        problems.push({
          ...locate(segment, entry, typeToken),
          code: 'duplicate-name',
          message: `the acl '${name.text}' has the type '${acl.type.name}' already${builtIn}: squid refuses the file`,
          ...(related && { related: [related] }),
        });
      }
    }
  });
  conflicting.set(program.guards, problems.length > 0);
  return problems;
}

/** Acls that no statement names have no effect. A configuration of which parts are unknown may use them there. */
function unusedAcls(program: Program, mainUri: string): Problem[] {
  if (program.configuration.gaps.length > 0 || isPart(program, mainUri)) return [];
  const problems: Problem[] = [];
  for (const key of unusedKeys(program)) {
    const acl = program.acls.get(key);
    const first = acl?.lines[0];
    const segment = first && program.segments[first.segment];
    if (!acl || !first || !segment || segment.uri === '') continue;
    const { name } = acl;
    problems.push({
      ...locate(segment, first.entry, first.entry.statement.name),
      code: 'unused-name',
      message: `nothing uses the acl '${name}'`,
    });
  }
  return problems;
}

const unused = new WeakMap<Guards, { readonly uses: readonly string[]; readonly keys: readonly string[] }>();

/** The acls that nothing names; found again only where names of acls, or uses of them, came or went. */
function unusedKeys(program: Program): readonly string[] {
  const uses = program.segments.map(({ summary }) => summary.uses);
  const known = unused.get(program.guards);
  if (known && known.uses.length === uses.length && known.uses.every((use, i) => use === uses[i])) return known.keys;
  const used = new Set<string>();
  for (const { summary } of program.segments) for (const key of summary.used) used.add(key);
  const keys = [...program.acls.keys()].filter((key) => !used.has(key));
  unused.set(program.guards, { uses, keys });
  return keys;
}

function peerName({ entry }: PlacedStatement): Token | undefined {
  const [host, ...options] = entry.statement.arguments;
  return options.map(nameOption).find((token) => token !== undefined) ?? host;
}

/** Two peers of one name are refused; rules for a peer that does not exist are ignored. */
function peerProblems(program: Program): Problem[] {
  const problems: Problem[] = [];
  const known = new Map<string, PlacedStatement>();
  for (const placed of statementsOf(program, 'cache_peer')) {
    const token = peerName(placed);
    if (!token) continue;
    const first = known.get(token.text);
    if (first) {
      problems.push({
        ...locate(placed.segment, placed.entry, token),
        code: 'duplicate-name',
        message: `there are two cache_peers called '${token.text}', so squid refuses the file: give one a 'name='`,
        related: [{ ...spanOf(first.segment, first.entry), message: 'the first of them' }],
      });
    }
    known.set(token.text, first ?? placed);
  }
  if (program.configuration.gaps.length > 0) return problems;
  for (const segment of program.segments) {
    for (const entry of segment.summary.rules.get('cache_peer_access') ?? []) {
      const { peer } = entry.statement;
      if (!peer || known.has(peer.text)) continue;
      const message = `there is no cache_peer '${peer.text}', so squid ignores this line`;
      problems.push({ ...locate(segment, entry, peer), code: 'undefined-name', message });
    }
  }
  return problems;
}

/** An acl on users needs a scheme that is fully configured in front of it (`ACLProxyAuth::valid`). */
function loginProblems(program: Program): Problem[] {
  const configured = statementsOf(program, 'auth_param').find(
    ({ entry }) => entry.statement.arguments[1]?.text === 'program',
  );
  const problems: Problem[] = [];
  if (program.configuration.gaps.length > 0) return problems;
  for (const { lines } of LOGIN_TYPES.flatMap((type) => aclsOfType(program, type))) {
    const first = lines[0];
    const segment = first && program.segments[first.segment];
    if (!first || !segment) continue;
    if (configured && isBefore(program, configured, segment, first.entry)) continue;
    problems.push({
      ...locate(segment, first.entry, first.entry.statement.typeToken),
      code: 'syntax-error',
      message: "squid refuses an acl on users without an 'auth_param … program' in front of it",
    });
  }
  return problems;
}

const LOGIN_TYPES = ['proxy_auth', 'proxy_auth_regex'];

function isBefore(program: Program, placed: PlacedStatement, segment: Segment, entry: Entry): boolean {
  const [a, b] = [program.segments.indexOf(placed.segment), program.segments.indexOf(segment)];
  return a === b ? placed.entry.offset < entry.offset : a < b;
}

/** The helper of an acl of type external has to be defined in front of it. */
function helperProblems(program: Program): Problem[] {
  if (program.configuration.gaps.length > 0) return [];
  const problems: Problem[] = [];
  for (const { lines } of aclsOfType(program, 'external')) {
    for (const { segment: index, entry } of lines) {
      const segment = program.segments[index];
      const helper = (entry.statement satisfies AclStatement).values[0];
      if (!segment || !helper) continue;
      const definition = statementsOf(program, 'external_acl_type').find(
        (placed) =>
          placed.entry.statement.arguments[0]?.text === helper.text && isBefore(program, placed, segment, entry),
      );
      if (definition) continue;
      const message = `there is no external_acl_type '${helper.text}' in front of this line`;
      problems.push({ ...locate(segment, entry, helper), code: 'undefined-name', message });
    }
  }
  return problems;
}

const ADAPTATION_SERVICES = ['icap_service', 'ecap_service', 'adaptation_service_set', 'adaptation_service_chain'];

/** The services that an acl of type adaptation_service names have to be defined. */
function adaptationProblems(program: Program): Problem[] {
  if (program.configuration.gaps.length > 0) return [];
  const acls = aclsOfType(program, 'adaptation_service');
  const services = new Set(
    acls.length === 0
      ? []
      : ADAPTATION_SERVICES.flatMap((directive) =>
          statementsOf(program, directive).map(({ entry }) => entry.statement.arguments[0]?.text),
        ),
  );
  return acls.flatMap(({ lines }) =>
    lines.flatMap(({ segment: index, entry }) => {
      const segment = program.segments[index];
      if (!segment) return [];
      return entry.statement.values.flatMap((token) => {
        if (services.has(token.text)) return [];
        const message = `there is no adaptation service '${token.text}'`;
        return [{ ...locate(segment, entry, token), code: 'undefined-name' as const, message }];
      });
    }),
  );
}

/** `ssl_bump allow` and `deny` do not go together with the newer actions. */
function mixedBumpStyles(program: Program): Problem[] {
  const problems: Problem[] = [];
  let style: boolean | undefined;
  for (const segment of program.segments) {
    for (const entry of segment.summary.rules.get('ssl_bump') ?? []) {
      const { action } = entry.statement;
      const old = action.text === 'allow' || action.text === 'deny';
      if (style !== undefined && old !== style) {
        const message = `squid refuses '${action.text}' after ssl_bump rules of the ${style ? 'old' : 'new'} style`;
        problems.push({ ...locate(segment, entry, action), code: 'syntax-error', message });
      }
      style = old;
    }
  }
  return problems;
}
