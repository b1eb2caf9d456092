import { describe, expect, it } from 'vitest';
import { explainFlow, parseFlow } from '../../../server/src/analysis/explain-flow.js';
import { iptables } from '../../../server/src/dialects/iptables/index.js';

function explain(rules: string, flow: string) {
  const source = {
    uri: 'file:///etc/rules.v4',
    text: `*filter\n:FORWARD DROP [0:0]\n:WEB - [0:0]\n${rules}\nCOMMIT\n`,
  };
  const { model } = iptables.lower(source, iptables.parse(source), {
    read: () => 'missing',
    list: () => [],
    roots: [],
  });
  const parsed = parseFlow(flow);
  if (typeof parsed === 'string' || model.kind !== 'filter') throw new Error(`${parsed}`);
  return explainFlow(model, parsed, {});
}

describe('what an undecided flow leaves open', () => {
  it.each([
    ['-A FORWARD -o eth0 -j ACCEPT', 'tcp 10.1.2.3:50000 > 192.0.2.1:443', 'the interface that it leaves by'],
    [
      '-A FORWARD -i lan0 -o eth0 -j ACCEPT',
      'tcp 10.1.2.3:50000 > 192.0.2.1:443',
      'the interface that it comes in by, the interface that it leaves by',
    ],
    ['-A FORWARD -p tcp -m tcp --dport 443 -j ACCEPT', 'tcp 10.1.2.3 > 192.0.2.1', 'its destination port'],
    ['-A FORWARD -p tcp -m tcp --sport 1024: -j ACCEPT', 'tcp 10.1.2.3 > 192.0.2.1', 'its source port'],
    ['-A FORWARD -p icmp -m icmp --icmp-type 8 -j ACCEPT', 'icmp 10.1.2.3 > 192.0.2.1', 'its ICMP type and code'],
  ])('%s', (rule, flow, open) => {
    const { verdict, reason } = explain(rule, flow);
    expect({ verdict, reason }).toEqual({ verdict: 'undecided', reason: `it depends on what is left open: ${open}` });
  });
});

it.each([
  ['-A FORWARD -j WEB', 'jumps to WEB'],
  ['-A FORWARD -g WEB', 'goes to WEB'],
])('tells that %s %s', (rule, effect) => {
  const { trace } = explain(`${rule}\n-A WEB -j ACCEPT`, 'tcp 10.1.2.3:50000 > 192.0.2.1:443');
  expect(trace.map((step) => step.effect)).toEqual([effect, 'accepts']);
});

it.each([
  ['udp 10.1.2.3:50000 > 192.0.2.1:70000', 'not a port: 70000'],
  ['udp 10.1.2.3:50000 > teams.example:3478', 'not an address: teams.example:3478'],
  ['udp 10.1.2.3 > 2001:db8::1', 'source and destination are of different families'],
  ['udp 10.1.2.3', 'not a flow: udp 10.1.2.3 (write: udp 10.1.2.3:50000 > 52.112.0.10:3478)'],
])('refuses %s', (text, message) => {
  expect(parseFlow(text)).toBe(message);
});
