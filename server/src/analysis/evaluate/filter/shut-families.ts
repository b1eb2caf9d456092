// IPv6 that is not used: a filter that permits connections over IPv4, and by statements about IPv6 alone none over IPv6.

import { Memo } from '../../../kept/memo.js';
import { statementKey } from '../../../model/evidence.js';
import type { FilterModel, FilterPoint } from '../../../model/filter.js';
import { decidePackets } from '../../../model/filter-walk.js';
import { type AddressFamily, IpSet } from '../../../model/ip.js';
import { ANY_PACKET, PacketSet, protocolSet, TCP } from '../../../model/packets.js';
import { ruleCountOf } from '../../../model/rule-runs.js';
import type { Evaluation } from '../evaluation.js';

interface FamilyAtPoint {
  readonly model: FilterModel;
  readonly point: FilterPoint;
  readonly family: AddressFamily;
}

/** Marks what is denied over IPv6 where no connection passes over IPv6 at all. */
export function markShut(evaluation: Evaluation, where: FamilyAtPoint): Evaluation {
  const { shares, verdict } = evaluation;
  const isDenied = verdict.status === 'blocked' || verdict.status === 'partial';
  if (where.family !== 6 || !isDenied || !shares || !isShut(where)) return evaluation;
  return {
    ...evaluation,
    shares: shares.map((share) => (share.undecided === undefined ? { ...share, isOfShutFamily: true } : share)),
  };
}

/** Asked once a point, for all requirements. */
const shutPoints = new Memo<FilterModel, Memo<FilterPoint, boolean>>();

function isShut(where: FamilyAtPoint): boolean {
  const { model, point } = where;
  return shutPoints.of(model, () => new Memo()).of(point, () => !isLarge(model) && shutsOut(where));
}

/** With more rules than this it is not asked: it takes a walk with every packet that there is. */
const RULE_LIMIT = 1_000;

function isLarge({ chains, points }: FilterModel): boolean {
  const all = [...chains.values(), ...points.flatMap((point) => point.chains)];
  return all.reduce((count, chain) => count + ruleCountOf(chain), 0) > RULE_LIMIT;
}

/**
 * That IPv6 is shut on purpose is plain where statements about IPv6 alone deny all of it, beside IPv4 that passes. The policy of a table
 * for both may deny it because nobody thought of it.
 */
function shutsOut({ model, point, family }: FamilyAtPoint): boolean {
  const casesOf = (one: AddressFamily) => decidePackets(model, point, connectionsOf(point, one), 'first');
  const own = casesOf(family);
  if (own.some(({ outcome, decidedBy }) => outcome.kind !== 'deny' || !decidedBy)) return false;
  const others = casesOf(4);
  const opens = others.some(({ outcome, assumptions }) => outcome.kind === 'accept' && assumptions.length === 0);
  const ofBoth = new Set(others.flatMap(({ decidedBy }) => (decidedBy ? [statementKey(decidedBy)] : [])));
  return opens && own.every(({ decidedBy }) => decidedBy && !ofBoth.has(statementKey(decidedBy)));
}

/** TCP alone: rules for DHCP and mDNS stand also in filters that keep IPv6 out on purpose. */
function connectionsOf({ paths }: FilterPoint, family: AddressFamily): PacketSet {
  const addresses = IpSet.all.ofFamily(family);
  const boxes = paths ? [...paths.outbound, ...paths.inbound] : [ANY_PACKET];
  return PacketSet.join(
    boxes.map((box) =>
      PacketSet.of({ ...box, source: addresses, destination: addresses, protocols: protocolSet(TCP) }),
    ),
  );
}
