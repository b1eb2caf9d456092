// An edit is proved by what both versions of a file do. What neither of them can be asked may be anything, and proves nothing.
import { expect, test } from 'vitest';
import { permitsBeyondChange } from '../../../server/src/analysis/fixes/beyond-change.js';
import type { FilterChange } from '../../../server/src/dialects/dialect.js';
import { BudgetSpent } from '../../../server/src/model/budget.js';
import { IntervalSet } from '../../../server/src/model/intervals.js';
import { ANY_PACKET, PacketSet, protocolSet, TCP } from '../../../server/src/model/packets.js';
import { filterOf } from './filter-of.js';

const CHAINS = 85;

/** Chains each of which jumps to the next one twice: too many ways for a walk. */
function rules(first: string): string {
  const chains = Array.from({ length: CHAINS }, (_, i) => `:c${i} - [0:0]\n`).join('');
  const jumps = Array.from(
    { length: CHAINS - 1 },
    (_, i) => `-A c${i} -m limit --limit 1/s -j c${i + 1}\n-A c${i} -p tcp --sport ${1 + i}:30000 -j c${i + 1}\n`,
  ).join('');
  return `*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n${chains}-A FORWARD -j c0\n${first}${jumps}-A c${CHAINS - 1} -s 10.0.0.1 -m limit --limit 1/s -j ACCEPT\nCOMMIT\n`;
}

/** All TCP to a port. */
function toPort(port: number): PacketSet {
  return PacketSet.of({ ...ANY_PACKET, protocols: protocolSet(TCP), destinationPorts: IntervalSet.of([port, port]) });
}

const CHANGE: FilterChange = {
  goal: 'permit-packets',
  missing: toPort(443),
  replies: PacketSet.none,
  allowed: toPort(443),
  needs: [toPort(443)],
  fromOthers: PacketSet.none,
  decidedBy: [],
  point: 'FORWARD',
  label: 'web',
  title: 'the web',
};

const accepting = (port: number) => `-A FORWARD -p tcp -m tcp --dport ${port} -j ACCEPT\n`;

test('an edit that opens another port is not proved where both versions are too much work', () => {
  const [before, after] = [filterOf('rules.v4', rules('')), filterOf('rules.v4', rules(accepting(22)))];
  expect(() => permitsBeyondChange(before, after, CHANGE)).toThrow(BudgetSpent);
});

test('an edit that opens no more than it may needs no look at what both versions do', () => {
  const [before, after] = [filterOf('rules.v4', rules('')), filterOf('rules.v4', rules(accepting(443)))];
  expect(permitsBeyondChange(before, after, CHANGE)).toBe(false);
});
