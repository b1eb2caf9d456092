import { describe, expect, it } from 'vitest';
import { planOpenings } from '../../../server/src/analysis/plan/plan.js';
import { Catalog } from '../../../server/src/catalog/catalog.js';
import { IpSet } from '../../../server/src/model/ip.js';

const catalog = Catalog.builtIn();
const network = { roles: new Map([['clients', IpSet.parse('10.20.0.0/16')]]) };

describe('a plan of openings', () => {
  it('lists the media ports from the declared clients to every documented prefix', () => {
    const { openings } = planOpenings(catalog.select(['m365-worldwide/11/*']).requirements, network);
    expect(openings).toHaveLength(1);
    expect(openings[0]).toMatchObject({
      from: { role: 'clients', prefixes: ['10.20.0.0/16'] },
      to: { prefixes: expect.arrayContaining(['52.112.0.0/14', '52.122.0.0/15']) },
      protocol: 'udp',
      ports: '3478-3481',
    });
  });

  it('lists an opening once, however many requirements need it', () => {
    const requirements = catalog.select(['m365-worldwide/11/udp']).requirements;
    const twice = [
      ...requirements,
      ...requirements.map((requirement) => ({ ...requirement, id: `${requirement.id}-again` })),
    ];
    const { openings } = planOpenings(twice, network);
    expect(openings).toHaveLength(1);
    expect(openings[0]?.requirements).toHaveLength(2);
  });

  it('names the roles that it needs and nobody declared', () => {
    const { openings, undeclaredRoles } = planOpenings(catalog.select(['m365-worldwide/11/udp']).requirements, {
      roles: new Map(),
    });
    expect(openings).toEqual([]);
    expect([...undeclaredRoles.keys()]).toEqual(['clients']);
  });
});
