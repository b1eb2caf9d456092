// What each statement of a packet filter is responsible for, of the packets that a requirement lacks.
import { addAll } from '../../../kept/lists.js';
import { distinctStatements, type QuotedLine, statementKey, type TraceStep } from '../../../model/evidence.js';
import type { FilterCase } from '../../../model/filter.js';
import { PacketSet } from '../../../model/packets.js';
import type { MissingTraffic, Share } from '../evaluation.js';

/** The part of a share's packets that a requirement lists: what a fix may permit, and at which point. */
export interface Scope {
  readonly allowed: PacketSet;
  readonly point: string;
}

/** One statement's part, while it is collected. */
interface Part {
  readonly decidedBy: QuotedLine[];
  readonly ahead: QuotedLine[];
  readonly trace: readonly TraceStep[];
  packets: PacketSet;
  replies: PacketSet;
}

/**
 * The shares of the statements that deny some packets, or the replies to them. Each packet belongs to one share, and so does
 * each reply.
 * @param denied the packets whose first packet is certainly denied; `repliesDenied` those to which the reply is
 */
export function denyingShares(
  cases: readonly FilterCase[],
  denied: PacketSet,
  replies: readonly FilterCase[],
  repliesDenied: PacketSet,
  scope: Scope,
): Share[] {
  const parts = new Map<string, Part>();
  collect(parts, cases, denied, (part, own) => {
    part.packets = part.packets.union(own);
  });
  collect(parts, replies, repliesDenied, (part, own) => {
    part.replies = part.replies.union(own.replies());
  });
  return sharesOfParts(parts, scope);
}

function sharesOfParts(parts: ReadonlyMap<string, Part>, scope: Scope): Share[] {
  return [...parts.values()].map((part) => ({
    decidedBy: distinctStatements(part.decidedBy),
    ...(part.ahead.length > 0 ? { ahead: distinctStatements(part.ahead) } : {}),
    missing: missingOf(part, scope),
    trace: () => part.trace,
  }));
}

/** The shares of the statements that let some packets pass; each packet belongs to one share. */
export function passingShares(cases: readonly FilterCase[], passing: PacketSet, scope: Scope): Share[] {
  const parts = new Map<string, Part>();
  collect(
    parts,
    cases,
    passing,
    (part, own) => {
      part.packets = part.packets.union(own);
    },
    'accept',
  );
  return sharesOfParts(parts, scope);
}

/** A statement that decides on no condition is responsible before those that may decide the same. */
function collect(
  parts: Map<string, Part>,
  cases: readonly FilterCase[],
  packets: PacketSet,
  add: (part: Part, own: PacketSet) => void,
  kind: 'accept' | 'deny' = 'deny',
): void {
  let rest = packets;
  const deciding = cases.filter(({ outcome }) => outcome.kind === kind);
  const conditional = deciding.filter(isConditional);
  for (const one of [...deciding.filter((certain) => !isConditional(certain)), ...conditional]) {
    if (rest.isEmpty) return;
    const own = rest.intersect(one.packets);
    if (own.isEmpty) continue;
    rest = rest.subtract(own);
    const part = partAt(parts, one);
    add(part, own);
    if (isConditional(one)) continue;
    const ahead = conditional.filter(({ packets: possible }) => !possible.intersect(own).isEmpty);
    addAll(
      part.ahead,
      ahead.flatMap(({ decidedBy }) => decidedBy ?? []),
    );
  }
}

function isConditional({ assumptions }: FilterCase): boolean {
  return assumptions.length > 0;
}

function partAt(parts: Map<string, Part>, { decidedBy, assumptions, trace }: FilterCase): Part {
  const key = decidedBy ? statementKey(decidedBy) : '';
  const known = parts.get(key);
  const statements = assumptions.map(({ statement }) => statement);
  if (known) {
    addAll(known.decidedBy, statements);
    return known;
  }
  const part: Part = {
    decidedBy: [...(decidedBy ? [decidedBy] : []), ...statements],
    ahead: [],
    trace,
    packets: PacketSet.none,
    replies: PacketSet.none,
  };
  parts.set(key, part);
  return part;
}

/**
 * The shares of the statements that leave some packets undecided.
 * @param cases all cases, of first packets and of replies; packets may have several that differ in their assumptions
 */
export function undecidedShares(cases: readonly FilterCase[], undecided: PacketSet, scope: Scope): Share[] {
  const open = cases.filter(({ outcome, assumptions }) => outcome.kind === 'undecided' || assumptions.length > 0);
  const parts = new Map<string, PacketSet>();
  let rest = undecided;
  for (const one of cases) {
    if (rest.isEmpty) break;
    if (one.outcome.kind === 'accept') continue;
    const own = rest.intersect(one.packets);
    if (own.isEmpty) continue;
    rest = rest.subtract(own);
    const [statement] = statementsOf([open.find(({ packets }) => !packets.intersect(own).isEmpty) ?? one]);
    const key = statement ? statementKey(statement) : '';
    parts.set(key, (parts.get(key) ?? PacketSet.none).union(own));
  }
  return [...parts.values()].map((packets) => {
    const concerned = open.filter((one) => !one.packets.intersect(packets).isEmpty);
    const against = cases.find((one) => one.outcome.kind !== 'accept' && !one.packets.intersect(packets).isEmpty);
    return {
      decidedBy: statementsOf([...concerned, ...(against ? [against] : [])]),
      missing: { kind: 'packets', packets, replies: PacketSet.none, ...scope },
      undecided: reasonOf(concerned),
      trace: () => against?.trace ?? [],
    };
  });
}

function missingOf({ packets, replies }: Part, scope: Scope): MissingTraffic {
  return { kind: 'packets', packets, replies, ...scope };
}

/** The statements that decide some cases: those of open conditions first. */
function statementsOf(cases: readonly FilterCase[]): QuotedLine[] {
  const assumed = cases.flatMap(({ assumptions }) => assumptions.map(({ statement }) => statement));
  const others = cases.flatMap(({ outcome, decidedBy }) => (outcome.kind !== 'accept' && decidedBy ? [decidedBy] : []));
  return distinctStatements([...assumed, ...others]);
}

/** Why packets are undecided, from the cases that they fall into. */
export function reasonOf(cases: readonly FilterCase[]): string {
  for (const { outcome } of cases) if (outcome.kind === 'undecided') return outcome.reason;
  const phrases = new Set(cases.flatMap(({ assumptions }) => assumptions.map(({ phrase }) => phrase)));
  return phrases.size === 0 ? 'the file does not decide it' : `it depends on ${[...phrases].slice(0, 3).join(', ')}`;
}
