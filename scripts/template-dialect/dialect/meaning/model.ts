// Builds the filter model of a Sample filter.
import { Memo } from '../../../../server/src/kept/memo.js';
import type { FilterModel, FilterRule } from '../../../../server/src/model/filter.js';
import { IntervalSet } from '../../../../server/src/model/intervals.js';
import { IpSet, parsePrefix } from '../../../../server/src/model/ip.js';
import { ALL_PROTOCOLS, ANY_PACKET, type PacketBox, type ProtocolSet } from '../../../../server/src/model/packets.js';
import { ALL_PORTS, parsePorts } from '../../../../server/src/model/ports.js';
import { range } from '../../../../server/src/text/range.js';
import type { PlacedRule, SampleProgram } from '../program/program.js';
import type { RuleStatement, Token } from '../syntax/tree.js';
import { ANY, PROTOCOLS } from '../vocabulary/words.js';

/** The packets of each rule: known again by the rule, which an edit of other lines leaves the same object. */
const boxes = new Memo<RuleStatement, PacketBox>();

export function modelOf({ uri, rules }: SampleProgram): FilterModel {
  const chain = {
    name: 'forward',
    rules: rules.map((placed) => filterRule(uri, placed)),
    policy: 'deny',
    // The default is built in; where a statement sets it, the verdicts quote that.
    policyStatement: undefined,
  } as const;
  return {
    kind: 'filter',
    families: [4, 6],
    points: [{ name: 'forward', hook: 'forward', chains: [chain], stateful: true }],
    chains: new Map(),
  };
}

function filterRule(uri: string, { rule, lineStart, text }: PlacedRule): FilterRule {
  const { start, end } = rule.range;
  return {
    statement: { uri, range: range(lineStart + start, lineStart + end), text },
    match: [boxes.of(rule, boxOf)],
    phases: ['first', 'reply'],
    // A condition that the file does not decide (a time, a list kept elsewhere) belongs here: it becomes an assumption.
    opaque: [],
    action: { kind: rule.action === 'permit' ? 'accept' : 'deny' },
  };
}

/** Unrestricted properties are the objects of ANY_PACKET, which the analysis compares by identity. */
function boxOf({ protocol, source, destination, ports }: RuleStatement): PacketBox {
  return {
    ...ANY_PACKET,
    source: addresses(source),
    destination: addresses(destination),
    protocols: protocols(protocol, ports !== undefined),
    destinationPorts: (ports && parsePorts(ports.text)) ?? ALL_PORTS,
  };
}

function addresses({ text }: Token): IpSet {
  const prefix = text === ANY ? undefined : parsePrefix(text);
  return prefix ? IpSet.of(prefix) : IpSet.all;
}

/** Only TCP and UDP have ports. */
function protocols(name: string, hasPorts: boolean): ProtocolSet {
  const number = PROTOCOLS.get(name);
  if (number !== undefined) return IntervalSet.of([number, number]);
  return hasPorts ? IntervalSet.from([...PROTOCOLS.values()].map((one) => [one, one] as const)) : ALL_PROTOCOLS;
}
