// Verdicts where a file shows a network inside, but not by which interface its packets come in.
import { describe, expect, it } from 'vitest';
import { evaluateAll } from '../../../server/src/analysis/evaluate/evaluate.js';
import type { NetworkContext } from '../../../server/src/analysis/evaluate/network-context.js';
import { Catalog } from '../../../server/src/catalog/catalog.js';
import { iptables } from '../../../server/src/dialects/iptables/index.js';
import { IpSet } from '../../../server/src/model/ip.js';

const catalog = Catalog.builtIn();
const TEAMS = catalog.select(['m365-worldwide/11/udp']).requirements;

/** A router that translates what leaves a network for the internet, with some rules for what it forwards. */
function verdict(
  rules: readonly string[],
  network: Partial<NetworkContext> = {},
  nat = '-s 10.20.0.0/16 -o wan0',
  requirements = TEAMS,
) {
  const text = [
    '*nat',
    ...(nat === '' ? [] : [`-A POSTROUTING ${nat} -j MASQUERADE`]),
    'COMMIT',
    '*filter',
    ':FORWARD DROP [0:0]',
    '-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    ...rules.map((rule) => `-A FORWARD ${rule}`),
    'COMMIT',
    '',
  ].join('\n');
  const source = { uri: 'file:///router.v4', text };
  const sources = { read: () => 'missing' as const, list: () => [], roots: [] };
  const { model } = iptables.lower(source, iptables.parse(source), sources);
  const [evaluation] = evaluateAll(model, requirements, { roles: new Map(), ...network });
  return evaluation?.verdict.status;
}

const RELAYS = '-p udp --dport 3478:3481 -j ACCEPT';

describe('a network whose interface is not shown', () => {
  it.each([
    ['every interface', RELAYS],
    ['one that it may be behind', `-i lan0 -o wan0 ${RELAYS}`],
    ['its addresses', `-s 10.20.0.0/16 ${RELAYS}`],
  ])('is served by a rule for %s', (_, rule) => {
    expect(verdict([rule])).toBe('met');
  });

  it.each([
    ['another network', `-i printers -s 10.40.0.0/16 ${RELAYS}`],
    ['what comes from the internet', `-i wan0 ${RELAYS}`],
    ['what goes elsewhere', `-i lan0 -o lan1 ${RELAYS}`],
  ])('is not served by a rule for %s', (_, rule) => {
    expect(verdict([rule])).toBe('blocked');
  });

  it('is told of addresses that no interface serves', () => {
    expect(verdict([`-s 10.20.7.0/24 ${RELAYS}`])).toBe('partial');
  });

  it('is behind none of the interfaces whose networks are known', () => {
    const other = '-i lan1 ! -s 10.21.0.0/16 -j DROP';
    expect(verdict([other, `-i lan1 ${RELAYS}`])).toBe('partial');
    expect(verdict([other, `-i lan0 ${RELAYS}`])).toBe('partial');
    expect(verdict([other, `! -i wan0 ${RELAYS}`])).toBe('met');
  });

  it('is behind the interface that lintel.yaml says', () => {
    const interfaces = new Map<string, IpSet | 'internet'>([
      ['lan0', IpSet.parse('10.20.0.0/16')],
      ['wan0', 'internet'],
    ]);
    expect(verdict([`-i lan0 ${RELAYS}`], { interfaces })).toBe('met');
    expect(verdict([`-i lan1 ${RELAYS}`], { interfaces })).toBe('blocked');
    // The same for a file that shows no network at all.
    expect(verdict([`-i lan0 ${RELAYS}`], { interfaces }, '')).toBe('met');
    expect(verdict([`-i lan1 ${RELAYS}`], { interfaces }, '')).toBe('blocked');
  });

  it('leaves a server that nothing places behind any interface inside', () => {
    const requirements = catalog.select(['sfb-server/front-end/5061-tcp-clients']).requirements;
    const roles = new Map([['front-end', IpSet.parse('10.1.1.0/24')]]);
    const servers = '-o dmz0 -d 10.1.1.0/24 -p tcp --dport 5061 -j ACCEPT';
    expect(requirements.map(({ flow }) => flow.to.role)).toEqual(['front-end']);
    expect(verdict([servers], { roles }, undefined, requirements)).toBe('met');
    expect(verdict([servers.replace('dmz0', 'wan0')], { roles }, undefined, requirements)).toBe('blocked');
  });
});
