import { describe, expect, it } from 'vitest';
import { UNKNOWN_NETWORK } from '../../../server/src/analysis/evaluate/network-context.js';
import { explainFlow, type FlowPath, parseFlow } from '../../../server/src/analysis/explain/flow.js';
import { iptables } from '../../../server/src/dialects/iptables/index.js';
import { IpSet } from '../../../server/src/model/ip.js';

function explain(rules: string, flow: string, otherTables = '', path: FlowPath = {}, network = UNKNOWN_NETWORK) {
  const source = {
    uri: 'file:///etc/rules.v4',
    text: `*filter\n:FORWARD DROP [0:0]\n:WEB - [0:0]\n${rules}\nCOMMIT\n${otherTables}`,
  };
  const { model } = iptables.lower(source, iptables.parse(source), {
    read: () => 'missing',
    list: () => [],
    roots: [],
  });
  const parsed = parseFlow(flow);
  if (typeof parsed === 'string' || model.kind !== 'filter') throw new Error(`${parsed}`);
  return explainFlow(model, parsed, path, network);
}

describe('what an undecided flow leaves open', () => {
  it.each([
    ['-A FORWARD -o eth0 -j ACCEPT', 'tcp 10.1.2.3:50000 > 192.0.2.1:443', 'the outbound interface'],
    [
      '-A FORWARD -i lan0 -o eth0 -j ACCEPT',
      'tcp 10.1.2.3:50000 > 192.0.2.1:443',
      'the inbound interface, the outbound interface',
    ],
    ['-A FORWARD -p tcp -m tcp --dport 443 -j ACCEPT', 'tcp 10.1.2.3 > 192.0.2.1', 'its destination port'],
    ['-A FORWARD -p tcp -m tcp --sport 1024: -j ACCEPT', 'tcp 10.1.2.3 > 192.0.2.1', 'its source port'],
    ['-A FORWARD -p icmp -m icmp --icmp-type 8 -j ACCEPT', 'icmp 10.1.2.3 > 192.0.2.1', 'its ICMP type and code'],
  ])('%s', (rule, flow, open) => {
    const { verdict, reason } = explain(rule, flow);
    expect({ verdict, reason }).toEqual({
      verdict: 'undecided',
      reason: `it depends on what the flow does not give: ${open}`,
    });
  });
});

it.each([
  ['-A FORWARD -j WEB', 'jumps to WEB'],
  ['-A FORWARD -g WEB', 'goes to WEB'],
])('reports that %s %s', (rule, effect) => {
  const { trace } = explain(`${rule}\n-A WEB -j ACCEPT`, 'tcp 10.1.2.3:50000 > 192.0.2.1:443');
  expect(trace.map((step) => step.effect)).toEqual([effect, 'accepts']);
});

it('names the rule that definitely decides, and not one before it that may not match', () => {
  const rules = '-A FORWARD -m time --timestart 08:00 --timestop 17:00 -j ACCEPT\n-A FORWARD -p tcp -j ACCEPT';
  const { verdict, decidedBy } = explain(rules, 'tcp 10.1.2.3:50000 > 192.0.2.1:443');
  expect([verdict, decidedBy?.text]).toEqual(['permit', '-A FORWARD -p tcp -j ACCEPT']);
});

describe('what has permitted a flow that several tables accept', () => {
  const flow = 'tcp 10.1.2.3:50000 > 192.0.2.1:443';
  const rule = '-A FORWARD -p tcp -j ACCEPT';
  it.each([
    ['*mangle\n:POSTROUTING ACCEPT [0:0]\nCOMMIT\n', [rule]],
    [
      '*mangle\n:POSTROUTING DROP [0:0]\n-A POSTROUTING -p tcp -j ACCEPT\nCOMMIT\n',
      [rule, '-A POSTROUTING -p tcp -j ACCEPT'],
    ],
  ])('beside %j', (mangle, rules) => {
    const { decidedBy, trace } = explain(rule, flow, mangle);
    expect(trace.map(({ statement, effect }) => [statement.text, effect])).toEqual(
      rules.map((text) => [text, 'accepts']),
    );
    expect(decidedBy?.text).toBe(rules.at(-1));
  });

  it('is a policy where no rule has picked it out', () => {
    const mangle = '*mangle\n:FORWARD ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\nCOMMIT\n';
    const { verdict, decidedBy } = explain('-A FORWARD -p udp -j ACCEPT', flow, mangle);
    expect([verdict, decidedBy?.text]).toEqual(['deny', ':FORWARD DROP [0:0]']);
  });
});

it('stops at a rule that jumps to a chain which is not there', () => {
  const { verdict, reason, decidedBy } = explain('-A FORWARD -p tcp -j NOWHERE', 'tcp 10.1.2.3:5000 > 192.0.2.1:443');
  expect({ verdict, reason }).toEqual({
    verdict: 'undecided',
    reason: 'the chain NOWHERE is not defined in this file',
  });
  expect(decidedBy?.text).toBe('-A FORWARD -p tcp -j NOWHERE');
});

it.each([
  ['udp 10.1.2.3:50000 > 192.0.2.1:70000', 'invalid port: 70000'],
  ['udp 10.1.2.3:50000 > teams.example:3478', 'invalid address: teams.example:3478'],
  ['udp 10.1.2.3 > 2001:db8::1', 'source and destination are of different address families'],
  ['udp 10.1.2.3', 'invalid flow: udp 10.1.2.3 (example: udp 10.1.2.3:50000 > 52.112.0.10:3478)'],
])('refuses %s', (text, message) => {
  expect(parseFlow(text)).toBe(message);
});

describe('what a filter does not decide is not applicable, as a check says it', () => {
  it('at a point that the file does not have', () => {
    const { verdict, reason } = explain('', 'tcp 10.1.2.3:50000 > 192.0.2.1:443', '', { point: 'NOWHERE' });
    expect({ verdict, reason }).toEqual({ verdict: 'not-applicable', reason: 'the file has no NOWHERE' });
  });

  it('between two addresses behind one interface', () => {
    const network = { ...UNKNOWN_NETWORK, interfaces: new Map([['lan0', IpSet.parse('10.1.0.0/16')]]) };
    const { verdict, reason } = explain('', 'tcp 10.1.2.3:50000 > 10.1.2.4:443', '', {}, network);
    expect({ verdict, reason }).toEqual({
      verdict: 'not-applicable',
      reason: 'both addresses are behind the same interface, so the flow does not pass',
    });
  });
});

describe('the way to a decision', () => {
  it('shows the rule that sends a packet back from a chain', () => {
    const rules = '-A FORWARD -j WEB\n-A WEB -p udp -j RETURN\n-A WEB -j ACCEPT';
    const { trace } = explain(rules, 'udp 10.1.2.3:50000 > 192.0.2.1:3478');
    expect(trace.map(({ statement, effect }) => `${statement.text}: ${effect}`)).toEqual([
      '-A FORWARD -j WEB: jumps to WEB',
      '-A WEB -p udp -j RETURN: returns',
      ':FORWARD DROP [0:0]: the policy of FORWARD denies',
    ]);
  });

  it('says of a permitted packet that nothing lets its reply back', () => {
    const flow = 'udp 10.1.2.3:50000 > 192.0.2.1:3478';
    const outward = '-A FORWARD -p udp -m udp --dport 3478 -j ACCEPT';
    expect(explain(outward, flow)).toMatchObject({
      verdict: 'permit',
      replies: { verdict: 'deny', decidedBy: { text: ':FORWARD DROP [0:0]' } },
    });
    const back = '-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT';
    expect(explain(`${back}\n${outward}`, flow).replies).toBeUndefined();
  });
});
