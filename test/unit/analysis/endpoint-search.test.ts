import { describe, expect, it } from 'vitest';
import { cisco } from '../../../server/src/dialects/cisco/index.js';
import type { EndpointUse } from '../../../server/src/dialects/dialect.js';
import { iptables } from '../../../server/src/dialects/iptables/index.js';
import { IpSet, parsePrefix } from '../../../server/src/model/ip.js';
import { Random } from '../../random.js';
import { NO_SOURCES } from '../cisco/support.js';

/** What may stand where an address is expected: also what only one of two readers might take for one. */
const WRITTEN = [
  '198.51.100.7',
  '198.51.100.0/24',
  '198.51.100.9/24',
  '203.0.113.0/24',
  '10.0.0.1',
  '198.51.0100.7',
  '198.51.100.07',
  '198.51.100',
  '198.51.100.7.1',
  '198.51.100.256',
  '198.51.100.7/',
  '198.51.100.7/33',
  '/24',
  '2001:db8::7',
  '2001:db8::/32',
  '::ffff:198.51.100.7',
  'abc',
  '',
];
const MASKED = ['host 198.51.100.7', '198.51.100.0 0.0.0.255', 'any', '203.0.113.0 0.0.0.7', '198.51.100.9 0.0.255.0'];

const DIALECTS = {
  iptables: (random: Random) => {
    const option = () => random.pick(['-s', '-d', '--source', '--dst', '--src', '--destination', '-x', '-ss']);
    const lines = Array.from({ length: 2_000 }, () => {
      const addresses = Array.from({ length: 1 + random.below(3) }, () => random.pick(WRITTEN)).join(',');
      return `-A FORWARD${random.pick([' ', '  ', '\t'])}${option()} ${addresses} ${option()} ${random.pick(WRITTEN)} -j DROP`;
    });
    const text = ['*filter', ':FORWARD DROP [0:0]', ...lines, 'COMMIT', ''].join('\n');
    const source = { uri: 'file:///rules.v4', text };
    return iptables.lower(source, iptables.parse(source), NO_SOURCES);
  },
  cisco: (random: Random) => {
    const end = () => random.pick(random.below(2) === 0 ? MASKED : WRITTEN);
    const lines = Array.from({ length: 2_000 }, () => ` permit tcp ${end()} ${end()} eq 443`);
    const text = ['ip access-list extended INSIDE', ...lines, ''].join('\n');
    const source = { uri: 'file:///router.cfg', text };
    return cisco.lower(source, cisco.parse(source), NO_SOURCES);
  },
};

describe.each(Object.entries(DIALECTS))(
  'endpoints of %s that are looked for by their addresses',
  (_name, documentOf) => {
    it('are the same that the condition alone finds', () => {
      const document = documentOf(new Random(1));
      const addresses = IpSet.parse('198.51.100.0/25', '203.0.113.0', '2001:db8::7');
      const isWanted = (endpoint: EndpointUse['endpoint']) => {
        const parsed = 'prefix' in endpoint ? parsePrefix(endpoint.prefix) : undefined;
        return parsed !== undefined && addresses.has(parsed.address);
      };
      const found = document.endpointsWhere?.(
        Object.assign((one: EndpointUse['endpoint']) => isWanted(one), { addresses }),
      );
      expect(found).toEqual(document.endpointsWhere?.(isWanted));
      expect(found?.length).toBeGreaterThan(500);
    });
  },
);
