// Tells for which hosts a configuration may answer otherwise than before rules and domains were put into it.

import { HostSet } from '../../../model/hosts.js';
import { type ChangedLines, changedLines } from '../program/changed-lines.js';
import { hostsOf } from '../program/domains.js';
import { clientListeners, tellsListenersApart } from '../program/listeners.js';
import type { Program } from '../program/program.js';
import { rulesOf } from '../program/rules.js';
import type { StatementLine } from '../program/segments.js';
import { readDomain } from '../syntax/domains.js';
import { type AclReference, type AclStatement, aclKey, type RuleStatement } from '../syntax/tree.js';

/** The lists in which a rule that does not match changes nothing for what follows. */
const LISTS: ReadonlySet<string> = new Set([
  'http_access',
  'adapted_http_access',
  'miss_access',
  'http_reply_access',
  'ssl_bump',
]);

/** Acls that compare the client, the form or the port of a request, and nothing that is looked up or asked for. */
const PLAIN_TYPES: ReadonlySet<string> = new Set(['src', 'port', 'method', 'proto', 'at_step']);
const DOMAIN_TYPES: ReadonlySet<string> = new Set(['dstdomain', 'ssl::server_name']);

/** Acls at which squid may ask for a login: what it compared last decides whether a denial asks for one. */
const ASKING_TYPES = ['proxy_auth', 'proxy_auth_regex', 'external'];

/**
 * The hosts for which a program may answer otherwise than an earlier one, where all that has changed are values of domain acls, acls that
 * nothing else names, and rules that match no hosts but those of such an acl: for all other hosts the same rules decide. `undefined` where
 * more has changed, or where a rule may be seen by requests for other hosts.
 */
export function changedHosts(before: Program, after: Program): HostSet | undefined {
  const changed = changedLines(before.configuration, after.configuration);
  if (!changed || [before, after].some(servesByListener)) return undefined;
  const named = changedValues(changed, before, after);
  if (!named) return undefined;
  const [old, now] = [rulesIn(changed.removed), rulesIn(changed.added)];
  const rules = [...old, ...now];
  if (rules.length === 0) return named;
  if ([before, after].some((program) => !looksAtHosts(program, rules))) return undefined;
  if (rules.some(({ statement: { list } }) => !endsAlike(list, [before, after], rules))) return undefined;
  const sets = [...old.map((line) => guardHosts(line, before)), ...now.map((line) => guardHosts(line, after))];
  return sets.every((set) => set !== undefined) ? HostSet.union([named, ...sets]) : undefined;
}

/** Whether clients choose among ports by what they get there, which then depends on all hosts. */
function servesByListener(program: Program): boolean {
  return tellsListenersApart(program) && clientListeners(program).length > 1;
}

function rulesIn(lines: readonly StatementLine[]): StatementLine<RuleStatement>[] {
  return lines.filter((line): line is StatementLine<RuleStatement> => line.statement.kind === 'rule');
}

/**
 * The hosts that an acl of the program has and the other's has not; `undefined` where lines of other acls have changed than domains and
 * those that are new or taken out, or lines that are no acls and no rules.
 */
function changedValues({ removed, added }: ChangedLines, before: Program, after: Program): HostSet | undefined {
  const values = new Map<string, { readonly old: AclStatement[]; readonly now: AclStatement[] }>();
  for (const [lines, side] of [
    [removed, 'old'],
    [added, 'now'],
  ] as const) {
    for (const { statement } of lines) {
      if (statement.problems.length > 0) return undefined;
      if (statement.kind === 'rule') continue;
      if (statement.kind !== 'acl' || statement.options.length > 0 || statement.file) return undefined;
      const key = aclKey(statement.name.text);
      const own = values.get(key) ?? { old: [], now: [] };
      values.set(key, own);
      own[side].push(statement);
    }
  }
  const sets: HostSet[] = [];
  for (const [key, { old, now }] of values) {
    const [was, is] = [before.definitions.get(key), after.definitions.get(key)];
    if (!is) {
      // Nothing but the removed rules names it.
      if (uses(after, key)) return undefined;
      continue;
    }
    if ([...old, ...now].some(({ type }) => type !== is.type)) return undefined;
    const isPlain = PLAIN_TYPES.has(is.type.name);
    if (!isPlain && !DOMAIN_TYPES.has(is.type.name)) return undefined;
    if (!was) {
      // Nothing but the new rules names it.
      if (uses(before, key)) return undefined;
      continue;
    }
    if (isPlain || was.type !== is.type) return undefined;
    const [oldHosts, newHosts] = [hostsIn(old), hostsIn(now)];
    sets.push(oldHosts.subtract(newHosts), newHosts.subtract(oldHosts));
  }
  return HostSet.union(sets);
}

function uses({ segments }: Program, key: string): boolean {
  return segments.some(({ statements }) => statements.used.has(key));
}

function hostsIn(statements: readonly AclStatement[]): HostSet {
  return hostsOf(statements.flatMap(({ values }) => values.map(({ text }) => readDomain(text))));
}

/**
 * Whether a rule about names is compared with the name that clients ask for, at every place where it is compared, and whether it matters to
 * no later rule that it was.
 */
function looksAtHosts(program: Program, rules: readonly StatementLine<RuleStatement>[]): boolean {
  // Of redirected connections squid first knows an address, whose name it looks up.
  if (clientListeners(program).some(({ mode }) => mode === 'intercept')) return false;
  const bumps = rules.some(({ statement }) => statement.list === 'ssl_bump');
  if (bumps && (!program.lists.has('ssl_bump') || readsCertificates(program))) return false;
  if (ASKING_TYPES.every((type) => program.definitions.keysOfType(type).length === 0)) return true;
  return [...LISTS].every((list) => {
    for (const { line } of rulesOf(program, list)) {
      const [first] = line.statement.references;
      const acl = first && program.definitions.get(aclKey(first.name));
      if (!acl || acl.type.values === 'acls') return false;
    }
    return true;
  });
}

/** Whether squid may come to the third step of SslBump, where it compares names with the certificate of the server. */
function readsCertificates(program: Program): boolean {
  for (const { line } of rulesOf(program, 'ssl_bump')) {
    const { action, references } = line.statement;
    if (/^(?:peek|stare)$/.test(action.text) && !references.some((one) => isAtFirstStep(program, one))) return true;
  }
  return false;
}

function isAtFirstStep(program: Program, { name, negated }: AclReference): boolean {
  const acl = program.acls.get(aclKey(name));
  if (!acl || negated || acl.type.name !== 'at_step') return false;
  return acl.lines.every(({ line }) => line.statement.values.every(({ text }) => text.toLowerCase() === 'sslbump1'));
}

/** Whether the same rule is the last of a list in both: where none matches, the opposite of that applies. */
function endsAlike(
  list: string,
  programs: readonly Program[],
  changed: readonly StatementLine<RuleStatement>[],
): boolean {
  if (!LISTS.has(list)) return false;
  return programs.every((program) => {
    let last: StatementLine<RuleStatement> | undefined;
    for (const { line } of rulesOf(program, list)) last = line;
    return list === 'ssl_bump' || (last !== undefined && !changed.includes(last));
  });
}

/** The hosts of a domain acl that a rule requires, beside acls that are compared with what is known of every request. */
function guardHosts({ statement }: StatementLine<RuleStatement>, program: Program): HostSet | undefined {
  let guard: HostSet | undefined;
  for (const { name, negated } of statement.references) {
    const acl = program.acls.get(aclKey(name));
    if (!acl) return undefined;
    const isDomain = DOMAIN_TYPES.has(acl.type.name);
    if (!isDomain && !PLAIN_TYPES.has(acl.type.name)) return undefined;
    if (isDomain && !negated && !acl.fromFile) guard ??= hostsIn(acl.lines.map(({ line }) => line.statement));
  }
  return guard;
}
