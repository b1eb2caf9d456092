// Reports a proxy that serves everybody on the internet.

import { bounded, TOLD_SHARE } from '../../../model/budget.js';
import type { QuotedLine } from '../../../model/evidence.js';
import { HostSet } from '../../../model/hosts.js';
import { IpSet, PRIVATE_SPACE } from '../../../model/ip.js';
import type { Case, ServerOutcome } from '../../../model/proxy.js';
import type { Problem } from '../../dialect.js';
import { serverModel } from '../meaning/model.js';
import { clientListeners, LISTENER_TYPES } from '../program/listeners.js';
import { type Program, spanAt } from '../program/program.js';
import { rulesOf } from '../program/rules.js';
import { aclKey } from '../syntax/tree.js';

/** Any addresses of the internet, and any host of it: names that no file gives rules of their own. */
const STRANGERS = IpSet.parse('0.0.0.0/0').subtract(
  PRIVATE_SPACE.union(IpSet.parse('0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3')),
);
const ANY_HOST = HostSet.exact('host.invalid');

/**
 * The rule that permits strangers to use the proxy. An intercepting port serves only what is redirected to it, and a port of
 * the loopback interface no stranger.
 */
export function openProxy(program: Program): Problem[] {
  const isReachable = clientListeners(program).some(({ mode, isLocal }) => mode === 'forward' && !isLocal);
  if (!isReachable || program.configuration.gaps.length > 0) return [];
  const ask = () =>
    serverModel(program).decide({
      scheme: 'http',
      port: 80,
      hosts: ANY_HOST,
      addresses: undefined,
      clients: STRANGERS,
      user: 'none',
    });
  const cases = bounded(ask, () => NOT_FOLLOWED, TOLD_SHARE);
  const [first] = cases;
  const statement = first?.decidedBy;
  if (
    !statement ||
    !cases.every(isPermitted) ||
    !STRANGERS.subtract(first.clients).isEmpty ||
    isOfOnePort(program, statement)
  )
    return [];
  const how = statement.text.startsWith('http_access allow')
    ? 'this permits every client of the internet to use the proxy'
    : 'no rule matches clients of the internet, and after a last rule that denies squid permits the rest';
  return [
    {
      uri: statement.uri,
      range: statement.range,
      code: 'open-proxy',
      message: `${how}: permit your own networks, then 'http_access deny all'`,
    },
  ];
}

const NOT_FOLLOWED: readonly Case<ServerOutcome>[] = [];

/** A rule for some of the ports relies on who can reach these. */
function isOfOnePort(program: Program, { uri, range }: QuotedLine): boolean {
  for (const rule of rulesOf(program, 'http_access')) {
    const { uri: file, range: place } = spanAt(program, rule);
    if (file !== uri || place.start !== range.start) continue;
    return rule.line.statement.references.some(({ name }) =>
      LISTENER_TYPES.includes(program.acls.get(aclKey(name))?.type.name ?? ''),
    );
  }
  return false;
}

function isPermitted({ outcome }: Case<ServerOutcome>): boolean {
  return outcome.kind === 'served' && outcome.access === 'permit' && typeof outcome.route !== 'object';
}
