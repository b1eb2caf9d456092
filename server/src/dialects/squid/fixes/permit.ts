// Proposals that change how a proxy treats some hosts, best first, each in the idiom of the file.

import { addAll } from '../../../kept/lists.js';
import { PRIVATE_SPACE } from '../../../model/ip.js';
import type { Candidate, Change, Sources } from '../../dialect.js';
import { asksLogin } from '../meaning/login.js';
import { addressesOf } from '../program/acl-content.js';
import { locationOf, type Program, type SquidDocument } from '../program/program.js';
import { type Rule, rulesOf } from '../program/rules.js';
import { aclKey } from '../syntax/tree.js';
import { atEnd, before, beside } from './edits.js';
import { extendRuleBefore } from './extend-acl.js';
import { extendPorts, portAclNames } from './extend-ports.js';
import { type HostValues, hostValues } from './host-values.js';
import { freshName, limitOf, type NewAcl, newAcls, portAcl, URL_HOST, wrapped } from './new-acls.js';
import { splice } from './splice.js';
import { decidingRule, type FixTask, placeOf } from './task.js';

export function emit(document: SquidDocument, change: Change, sources: Sources): readonly Candidate[] {
  if (change.goal === 'permit-packets' || change.goal === 'deny-packets') return [];
  const task: FixTask = { document, program: document.program, sources, change };
  switch (change.goal) {
    case 'permit':
      return permit(task);
    case 'no-decrypt':
      return splice(task, [undefined]);
    case 'no-login':
      return noLogin(task);
    case 'bypass':
      return [];
  }
}

/** How many pairs of an access rule and an exception from decryption are proposed. */
const PAIR_LIMIT = 24;

/**
 * Permits hosts: in the access rules where these deny, and in the `ssl_bump` rules where these close the
 * connection. As a second choice, traffic that would be decrypted then is spliced as well.
 */
function permit(task: FixTask): Candidate[] {
  const terminated = decidingRule(task, 'ssl_bump') !== undefined;
  const isDenied = decidingRule(task, 'http_access') !== undefined;
  const denied = !terminated || isDenied;
  const portChoices = denied ? [undefined] : [undefined, portAcl(task)];
  const splices = splice({ ...task, change: { ...task.change, goal: 'no-decrypt' } }, portChoices);
  if (!denied) return splices;
  const accesses = permitAccess(task);
  const pairs = accesses.flatMap((one, i) => splices.map((other, k) => ({ one, other, rank: i + k })));
  pairs.sort((a, b) => a.rank - b.rank);
  const both = pairs.slice(0, PAIR_LIMIT).map(({ one, other }) => ({
    place: `${one.place}; spliced ${other.place}`,
    edits: [...one.edits, ...other.edits],
  }));
  // What no access rule denies, as what reaches no peer, may need the exception alone.
  return terminated ? both : [...accesses, ...(isDenied ? [] : splices), ...both];
}

function permitAccess(task: FixTask): Candidate[] {
  const rule = decidingRule(task, 'http_access');
  const portEdits = rule ? extendPorts(task, rule) : [];
  const candidates: Candidate[] = [];
  if (portEdits.length > 0) candidates.push({ place: `in ${portAclNames(task, rule)}`, edits: portEdits });
  addAll(candidates, extendRuleBefore(task, rule, { list: 'http_access', action: 'allow' }));
  for (const values of hostValues(task.change.hosts)) {
    for (const { lines, limits } of allowChoices(task, values, rule)) {
      const edit = rule ? beside(task, rule, lines) : atEnd(task, lines);
      if (!edit) continue;
      const place = placeOf(task, rule, limits);
      candidates.push({ place, edits: [...portEdits, edit] });
      // Before the rule that denies the port, the port need not be opened for others.
      if (portEdits.length > 0) candidates.push({ place, edits: [edit] });
    }
  }
  return candidates;
}

function noLogin(task: FixTask): Candidate[] {
  const rule = decidingRule(task, 'http_access');
  if (!rule) return [];
  const candidates: Candidate[] = [...extendRuleBefore(task, rule, { list: 'http_access', action: 'allow' })];
  for (const values of hostValues(task.change.hosts)) {
    if (rule.line.statement.action.text === 'deny') {
      for (const ports of [undefined, portAcl(task)]) {
        const exempt = exemptFromDenial(task, rule, values, ports);
        if (exempt) candidates.push(exempt);
      }
    }
    for (const { lines, limits } of allowChoices(task, values, rule)) {
      const edit = before(task, rule, lines);
      if (edit) candidates.push({ place: placeOf(task, rule, limits), edits: [edit] });
    }
  }
  return candidates;
}

/**
 * `deny !users` becomes `deny !exempt !users`: an acl before the one that requests a login, so that no login is requested.
 * With `ports`, only for these.
 */
function exemptFromDenial(
  task: FixTask,
  rule: Rule,
  values: HostValues,
  ports: NewAcl | undefined,
): Candidate | undefined {
  const { references, action } = rule.line.statement;
  const asks = references.some(({ name }) => {
    const acl = task.program.acls.get(aclKey(name));
    return acl !== undefined && asksLogin(task.program, acl);
  });
  if (!asks) return undefined;
  const acls = newAcls(task, values, URL_HOST).map((acl) => (ports ? onPorts(task, acl, ports) : acl));
  const definition = before(task, rule, [...(ports?.lines ?? []), ...acls.flatMap(({ lines }) => lines)]);
  if (!definition) return undefined;
  const place = locationOf(task.program, rule, { start: action.end, end: action.end });
  const exemption = { ...place, newText: acls.map(({ name }) => ` !${name}`).join('') };
  return { place: placeOf(task, rule, limitOf(ports)), edits: [definition, exemption] };
}

/** An acl that matches where another one does and the port is one of some. */
function onPorts(task: FixTask, { name, lines }: NewAcl, ports: NewAcl): NewAcl {
  const both = freshName(task, `${name}_on_ports`);
  return { name: both, lines: [...lines, `acl ${both} all-of ${name} ${ports.name}`] };
}

interface AllowChoice {
  readonly lines: readonly string[];
  /** The clients and ports of the rules, as a part of a title. */
  readonly limits: string;
}

/** Allow rules for the hosts, the usual form first: restricted to the clients of the file, and to the ports. */
function allowChoices(task: FixTask, values: HostValues, rule: Rule | undefined): AllowChoice[] {
  return clientChoices(task, rule).flatMap((clients) =>
    [undefined, portAcl(task)].map((ports) => ({
      lines: allowLines(task, values, clients, ports),
      limits: [...(clients ? [`for ${clients.name}`] : []), ...(ports ? [limitOf(ports)] : [])].join(' '),
    })),
  );
}

function allowLines(
  task: FixTask,
  values: HostValues,
  clients: NewAcl | undefined,
  ports: NewAcl | undefined,
): string[] {
  const from = clients ? `${clients.name} ` : '';
  const to = ports ? ` ${ports.name}` : '';
  const rules = newAcls(task, values, URL_HOST).flatMap(({ name, lines }) => [
    ...lines,
    `http_access allow ${from}${name}${to}`,
  ]);
  return [...(clients?.lines ?? []), ...(ports?.lines ?? []), ...rules];
}

/**
 * Whom to allow: the clients that the deciding rule is about; of acls that hold all declared clients the smallest ones, which
 * a rule that tells clients apart leaves for the declared ones alone; then those that the file's allow rules name most, all
 * private addresses where the file tells clients apart, and last everyone.
 */
function clientChoices(task: FixTask, rule: Rule | undefined): (NewAcl | undefined)[] {
  const { program } = task;
  const own = rule?.line.statement.action.text === 'allow' ? clientAcls(program, rule) : [];
  const uses = new Map<string, number>();
  for (const other of rulesOf(program, 'http_access')) {
    if (other.line.statement.action.text !== 'allow') continue;
    for (const name of clientAcls(program, other)) uses.set(name, (uses.get(name) ?? 0) + 1);
  }
  const [most] = [...uses].sort((a, b) => b[1] - a[1]);
  const declared = declaredClients(task, rule);
  const names = new Set([...(own.length > 0 ? [own.join(' ')] : []), ...declared.known, ...(most ? [most[0]] : [])]);
  const known = [...names].map((name): NewAcl => ({ name, lines: [] }));
  return [...declared.added, ...known, ...(most ? [privateClients(task)] : []), undefined];
}

/** The acls of the file that hold the declared clients, the smallest first, and a new one where none of these will do. */
function declaredClients(
  task: FixTask,
  rule: Rule | undefined,
): { readonly known: readonly string[]; readonly added: readonly NewAcl[] } {
  const { program, change } = task;
  const { clients } = change;
  if (!clients) return { known: [], added: [] };
  const holding = program.acls.ofType('src').flatMap((acl) => {
    const { value, unknown } = addressesOf(acl, program);
    const holds = unknown === undefined && acl.key !== 'all' && value.containsAll(clients);
    return holds ? [{ name: acl.name, value }] : [];
  });
  holding.sort((a, b) => Number(a.value.size - b.value.size));
  const known = holding.map(({ name }) => name);
  const tellsApart = rule?.line.statement.references.some(({ name }) => isOfClients(program, name)) ?? false;
  const isDenial = rule?.line.statement.action.text === 'deny';
  if (!isDenial || !tellsApart || holding[0]?.value.equals(clients)) return { known, added: [] };
  const name = freshName(task, 'clients');
  return { known, added: [{ name, lines: wrapped(`acl ${name} src`, clients.toPrefixes()) }] };
}

/** An acl for all private addresses: an existing one if possible, as of a fix before. */
function privateClients(task: FixTask): NewAcl {
  const { program } = task;
  const known = program.acls.ofType('src').find((acl) => {
    const { value, unknown } = addressesOf(acl, program);
    return unknown === undefined && value.equals(PRIVATE_SPACE);
  });
  if (known) return { name: known.name, lines: [] };
  const name = freshName(task, 'private_clients');
  return { name, lines: [`acl ${name} src ${PRIVATE_SPACE.toPrefixes().join(' ')}`] };
}

/** The acls on client addresses that a rule requires. */
function clientAcls(program: Program, { line }: Rule): string[] {
  return line.statement.references.flatMap(({ name, negated }) => {
    const acl = program.acls.get(aclKey(name));
    return !negated && acl && isOfClients(program, name) ? [acl.name] : [];
  });
}

function isOfClients(program: Program, name: string): boolean {
  const acl = program.acls.get(aclKey(name));
  return acl?.type.name === 'src' && acl.key !== 'all' && acl.key !== 'localhost';
}
