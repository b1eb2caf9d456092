// What holds for the shares of every evaluation: they do not overlap, they are all that is missing, and what a packet filter
// does with single packets agrees with them.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { evaluateAll } from '../../../server/src/analysis/evaluate/evaluate.js';
import type { Evaluation, Share } from '../../../server/src/analysis/evaluate/evaluation.js';
import { endOf, listedPackets, sourcePortsOf } from '../../../server/src/analysis/evaluate/filter/ends.js';
import { type NetworkContext, UNKNOWN_NETWORK } from '../../../server/src/analysis/evaluate/network-context.js';
import { explainFlow, type Flow } from '../../../server/src/analysis/explain/flow.js';
import { Catalog, DEFAULT_SELECTORS } from '../../../server/src/catalog/catalog.js';
import type { Dialect, Sources } from '../../../server/src/dialects/dialect.js';
import type { FilterModel } from '../../../server/src/model/filter.js';
import { HostSet } from '../../../server/src/model/hosts.js';
import { type Address, formatAddress, IpSet } from '../../../server/src/model/ip.js';
import { NameSet } from '../../../server/src/model/names.js';
import { type PacketBox, PacketSet, TCP, UDP } from '../../../server/src/model/packets.js';

/** What is wrong with the shares of an evaluation, one line each. */
export function shareFaults(evaluation: Evaluation): string[] {
  const { shares = [], missing, requirement, verdict } = evaluation;
  const certain = shares.filter(({ undecided }) => undecided === undefined);
  const faults: string[] = [];
  const check = (isRight: boolean, what: string) => {
    if (!isRight) faults.push(`${requirement.id}: ${what}`);
  };
  for (const [i, share] of shares.entries()) {
    for (const other of shares.slice(i + 1)) {
      check(packetsOf(share).intersect(packetsOf(other)).isEmpty, 'two shares have the same packets');
      check(repliesOf(share).intersect(repliesOf(other)).isEmpty, 'two shares have the same replies');
      // Requests that differ in more than their host, as by client or scheme, are told apart in words, which may stand for several.
      const isVague = / more cases?$/.test(share.only ?? '');
      const isCertain = share.undecided === undefined && other.undecided === undefined;
      const isAlike = share.only === other.only && !isVague && isCertain;
      check(!isAlike || !haveCommonHosts(share, other), 'two shares have the same hosts');
    }
  }
  if (shares.length === 0) return faults;
  if (missing.kind === 'packets') {
    const counted = certain.filter(({ aside }) => !aside);
    check(isSame(joined(counted, packetsOf), missing.packets), 'the shares are not the packets that are missing');
    check(isSame(joined(counted, repliesOf), missing.replies), 'the shares are not the replies that are missing');
  } else if (missing.kind === 'hosts') {
    const told = HostSet.union((verdict.status === 'undecided' ? shares : certain).map(hostsOf));
    const asked = HostSet.union([missing.hosts, missing.undecided ?? HostSet.none]);
    check(missing.hosts.subtract(told).isEmpty, 'hosts are missing that no share has');
    check(HostSet.union(shares.map(hostsOf)).subtract(asked).isEmpty, 'a share has hosts that are not missing');
  }
  return faults;
}

function joined(shares: readonly Share[], of: (share: Share) => PacketSet): PacketSet {
  return PacketSet.join(shares.map(of));
}

function isSame(a: PacketSet, b: PacketSet): boolean {
  return a.containsAll(b) && b.containsAll(a);
}

function packetsOf({ missing }: Share): PacketSet {
  return missing.kind === 'packets' ? missing.packets : PacketSet.none;
}

function repliesOf({ missing }: Share): PacketSet {
  return missing.kind === 'packets' ? missing.replies : PacketSet.none;
}

/** Whether two shares have hosts of the same port and protocol in common. */
function haveCommonHosts({ missing: one }: Share, { missing: other }: Share): boolean {
  if (one.kind !== 'hosts' || other.kind !== 'hosts' || one.protocol !== other.protocol) return false;
  return one.ports.some((port) => other.ports.includes(port)) && !one.hosts.intersect(other.hosts).isEmpty;
}

function hostsOf({ missing }: Share): HostSet {
  return missing.kind === 'hosts' ? missing.hosts : HostSet.none;
}

/** How many parts of a requirement's packets are asked about. */
const PARTS = 24;

/**
 * Single packets that are explained otherwise than the shares say, one line each: a packet of a share has to be denied, and
 * one of no share has not to be. Only for requirements all of whose packets have to pass.
 */
export function packetFaults(
  model: FilterModel,
  { requirement, verdict, shares = [] }: Evaluation,
  network: NetworkContext,
): string[] {
  const listed = listedPackets(requirement, network);
  const from = endOf(requirement.flow.from, network, false);
  if (!listed || !from?.everyAddress || verdict.status === 'not-applicable') return [];
  const asked = PacketSet.of({ ...listed, source: from.addresses, sourcePorts: sourcePortsOf(requirement) });
  const told = shares.map((share) => ({
    share,
    packets: atAnyInterface(packetsOf(share).union(repliesOf(share).replies())),
  }));
  const served = told.reduce((rest, { packets }) => rest.subtract(packets), asked);
  const parts = [
    ...told.flatMap(({ share, packets }) => {
      const isOpen = share.undecided !== undefined || !repliesOf(share).isEmpty;
      return packets.boxes.map((box) => ({ box, wrong: isOpen ? [] : ['permit'] }));
    }),
    ...served.boxes.map((box) => ({ box, wrong: ['deny'] })),
  ];
  return parts.slice(0, PARTS).flatMap(({ box, wrong }) =>
    flowsIn(box).flatMap((flow) => {
      const { verdict: said, passage } = explainFlow(model, flow, {}, network);
      const isElsewhere = shares.some(({ missing }) => missing.kind === 'packets' && missing.point !== passage?.point);
      if (isElsewhere || !wrong.includes(said)) return [];
      const words = `${formatAddress(flow.source)}:${flow.sourcePort} > ${formatAddress(flow.destination)}:${flow.destinationPort}`;
      return [`${requirement.id}: ${words} is explained as '${said}', but the verdict is ${verdict.status}`];
    }),
  );
}

function atAnyInterface({ boxes }: PacketSet): PacketSet {
  const anywhere = boxes.map((box) => ({ ...box, inInterface: NameSet.any, outInterface: NameSet.any }));
  return anywhere.reduce((all, box) => all.union(PacketSet.of(box)), PacketSet.none);
}

/** The first and the last packet of a box, of each address family. */
function flowsIn({ source, destination, protocols, sourcePorts, destinationPorts }: PacketBox): Flow[] {
  const protocol = [TCP, UDP].find((one) => protocols.has(one)) ?? protocols.min;
  if (protocol === undefined) return [];
  return ([4, 6] as const).flatMap((family) =>
    (['min', 'max'] as const).flatMap((end) => {
      const [from, to] = [addressIn(source, family, end), addressIn(destination, family, end)];
      if (!from || !to) return [];
      const ports = { sourcePort: sourcePorts[end], destinationPort: destinationPorts[end] };
      return [{ protocol, source: from, destination: to, ...ports }];
    }),
  );
}

function addressIn({ v4, v6 }: IpSet, family: 4 | 6, end: 'min' | 'max'): Address | undefined {
  if (family === 4) return v4[end] === undefined ? undefined : { family, value: v4[end] };
  return v6[end] === undefined ? undefined : { family, value: v6[end] };
}

/** Who the clients are: unknown, or in some addresses. */
export const NETWORKS: readonly { readonly title: string; readonly network: NetworkContext }[] = [
  { title: 'of clients anywhere', network: UNKNOWN_NETWORK },
  { title: 'of clients in 10.0.0.0/8', network: { roles: new Map([['clients', IpSet.parse('10.0.0.0/8')]]) } },
];

const ROOT = 'file:///network/';
const { requirements } = Catalog.builtIn().select(DEFAULT_SELECTORS);

/** All faults of one file, with what stands beside it. */
export function faultsOf(dialect: Dialect, path: string, network: NetworkContext): string[] {
  const source = { uri: ROOT + basename(path), text: readFileSync(path, 'utf8') };
  const { model } = dialect.lower(source, dialect.parse(source), filesIn(dirname(path)));
  return evaluateAll(model, requirements, network).flatMap((evaluation) => [
    ...shareFaults(evaluation),
    ...(model.kind === 'filter' ? packetFaults(model, evaluation, network) : []),
  ]);
}

function filesIn(folder: string): Sources {
  return {
    roots: [ROOT.slice(0, -1)],
    read: (uri) => {
      const path = join(folder, uri.slice(ROOT.length));
      return existsSync(path) && statSync(path).isFile() ? { uri, text: readFileSync(path, 'utf8') } : 'missing';
    },
    list: () => [],
  };
}
