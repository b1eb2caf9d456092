// Every requirement of every pack against files that were written for it: what the document lists is met, one port less is
// not, nothing is blocked, everything is met.
import { expect, test } from 'vitest';
import { evaluateAll } from '../../../server/src/analysis/evaluate/evaluate.js';
import type { NetworkContext } from '../../../server/src/analysis/evaluate/network-context.js';
import { builtInPacks } from '../../../server/src/catalog/catalog.js';
import { CLOUDS, type Endpoint, type Requirement } from '../../../server/src/catalog/requirement.js';
import { cisco } from '../../../server/src/dialects/cisco/index.js';
import type { Dialect } from '../../../server/src/dialects/dialect.js';
import { nftables } from '../../../server/src/dialects/nftables/index.js';
import { pac } from '../../../server/src/dialects/pac/index.js';
import { squid } from '../../../server/src/dialects/squid/index.js';
import { windowsFirewall } from '../../../server/src/dialects/windows-firewall/index.js';
import { IpSet } from '../../../server/src/model/ip.js';
import { parsePorts } from '../../../server/src/model/ports.js';
import {
  ciscoFile,
  type Ends,
  nftFile,
  pacFile,
  portsOf,
  squidFile,
  type Written,
  windowsFile,
} from './written-files.js';

const requirements = [...new Map(CLOUDS.flatMap(builtInPacks).map((pack) => [pack.id, pack])).values()].flatMap(
  (pack) => pack.requirements.filter(({ retired }) => retired === undefined),
);

/** A network of its own for each role. */
const addressOf = new Map(
  [...new Set(requirements.flatMap(({ flow }) => [flow.from.role, flow.to.role]))].flatMap((role, index) =>
    role === undefined ? [] : [[role, `10.${index + 1}.0.0/16`] as const],
  ),
);
const roles = new Map([...addressOf].map(([role, prefix]) => [role, IpSet.parse(prefix)]));

function prefixesOf({ role, prefixes = [] }: Endpoint, family: 4 | 6): readonly string[] | undefined {
  const all = prefixes.length > 0 ? prefixes : role === undefined ? [] : [addressOf.get(role) ?? ''];
  const own = all.filter((prefix) => prefix.includes(':') === (family === 6));
  return all.length > 0 && own.length === 0 ? undefined : own;
}

function endsOf({ flow }: Requirement): Ends[] {
  return ([4, 6] as const).flatMap((family) => {
    const [from, to] = [prefixesOf(flow.from, family), prefixesOf(flow.to, family)];
    return from && to ? [{ family, from, to }] : [];
  });
}

const NO_FILES = { read: () => 'missing' as const, list: () => [], roots: [] };

function statusOf(
  dialect: Dialect,
  text: string,
  requirement: Requirement,
  network: NetworkContext,
): string | undefined {
  const source = { uri: 'file:///written', text };
  const { model } = dialect.lower(source, dialect.parse(source), NO_FILES);
  return evaluateAll(model, [requirement], network)[0]?.verdict.status;
}

/** Whether the ports that a file leaves open are all, some or none of those that are asked of it. */
function shortStatus({ flow }: Requirement, asked: readonly number[] | undefined): string {
  const left = portsOf(flow.ports, 'one port short');
  if (!left) return 'blocked';
  if (!asked) return 'partial';
  const open = asked.filter((port) => parsePorts(left.join(','))?.has(port));
  return open.length === asked.length ? 'met' : open.length === 0 ? 'blocked' : 'partial';
}

/** Whether TLS is opened is asked of names, whatever ports a rule beside them lists. */
const shortTls = ({ flow }: Requirement) => (portsOf(flow.ports, 'one port short') ? 'met' : 'blocked');

const WEB = [80, 443];

/** The ports that a web proxy is asked for. */
function webPorts({ kind, flow }: Requirement): number[] {
  const wanted = flow.ports === undefined ? undefined : parsePorts(flow.ports);
  const encrypted = kind === 'no-decrypt' ? [443] : WEB;
  return flow.protocol === 'udp' ? [] : encrypted.filter((port) => !wanted || wanted.has(port));
}

interface Format {
  readonly name: string;
  readonly dialect: Dialect;
  readonly applies: (requirement: Requirement) => boolean;
  readonly write: (requirement: Requirement, written: Written) => string;
  readonly short: (requirement: Requirement) => string;
  readonly network: (requirement: Requirement) => NetworkContext;
  /** How many requirements at least are asked, so that none falls silently away. */
  readonly least: number;
}

const isReach = ({ kind }: Requirement) => kind === 'reach';
/** Computers of one role are in one network here. */
const isRouted = ({ flow: { from, to } }: Requirement) => from.role === undefined || from.role !== to.role;
const aroundRouter = () => ({ roles });
const ownRole = ({ flow }: Requirement) => (flow.direction === 'inbound' ? flow.to.role : flow.from.role);
const toHosts = ({ flow }: Requirement) => flow.direction !== 'inbound' && (flow.to.hosts?.length ?? 0) > 0;

const FORMATS: readonly Format[] = [
  {
    name: 'nftables',
    dialect: nftables,
    applies: (requirement) => isReach(requirement) && endsOf(requirement).length > 0,
    write: (requirement, written) => nftFile(requirement, endsOf(requirement), written),
    short: (requirement) => shortStatus(requirement, undefined),
    network: aroundRouter,
    least: 500,
  },
  {
    name: 'Windows',
    dialect: windowsFirewall,
    applies: (requirement) =>
      isReach(requirement) && endsOf(requirement).length > 0 && ownRole(requirement) !== undefined,
    write: (requirement, written) => windowsFile(requirement, endsOf(requirement), written),
    short: (requirement) => shortStatus(requirement, undefined),
    network: (requirement) => ({ roles, role: ownRole(requirement) ?? '' }),
    least: 400,
  },
  {
    name: 'Cisco',
    dialect: cisco,
    applies: (requirement) =>
      isReach(requirement) && isRouted(requirement) && endsOf(requirement).some(({ family }) => family === 4),
    write: (requirement, written) => ciscoFile(requirement, endsOf(requirement), written),
    short: (requirement) => shortStatus(requirement, undefined),
    network: aroundRouter,
    least: 400,
  },
  {
    name: 'squid',
    dialect: squid,
    applies: (requirement) =>
      ['reach', 'no-decrypt', 'no-proxy-auth'].includes(requirement.kind) &&
      toHosts(requirement) &&
      webPorts(requirement).length > 0,
    write: squidFile,
    short: (requirement) =>
      requirement.kind === 'no-decrypt' ? shortTls(requirement) : shortStatus(requirement, webPorts(requirement)),
    network: aroundRouter,
    least: 200,
  },
  {
    name: 'PAC',
    dialect: pac,
    applies: (requirement) =>
      requirement.kind === 'bypass-proxy' && toHosts(requirement) && webPorts(requirement).length > 0,
    write: pacFile,
    short: () => 'met',
    network: aroundRouter,
    least: 10,
  },
];

test.each(FORMATS)('$name', ({ dialect, applies, write, short, network, least }) => {
  const asked = requirements.filter(applies);
  const wrong = asked.flatMap((requirement) =>
    (['exact', 'one port short', 'closed', 'open'] as const).flatMap((written) => {
      const status = statusOf(dialect, write(requirement, written), requirement, network(requirement));
      const expected = { exact: 'met', 'one port short': short(requirement), closed: 'blocked', open: 'met' }[written];
      return status === expected ? [] : [`${requirement.id} ${written}: ${status}, not ${expected}`];
    }),
  );
  expect(wrong).toEqual([]);
  expect(asked.length).toBeGreaterThan(least);
});
