import { describe, expect, it } from 'vitest';
import { isRequired, planOpenings } from '../../../server/src/analysis/plan/plan.js';
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

  const servers = {
    roles: new Map([
      ['clients', IpSet.parse('10.20.0.0/16')],
      ['front-end', IpSet.parse('10.1.1.0/24')],
    ]),
  };
  const openings = (...selectors: string[]) => planOpenings(catalog.select(selectors).requirements, servers);

  it('keeps what every network needs apart from what only some do, however wide that is', () => {
    const plan = openings('sfb-server/clients/*-tcp').openings;
    const between = plan.filter(({ from, to }) => from.role === 'clients' && to.role === 'clients');
    expect(between.map((opening) => [opening.ports, isRequired(opening)])).toEqual([
      ['6891-6901', true],
      ['1024-65535', false],
    ]);
  });

  it('opens nothing to everybody where no document says who connects, and lists it', () => {
    const plan = openings('sfb-server/front-end/443-tcp-mobility', 'sfb-server/front-end/5061-tcp-clients');
    expect(plan.openings.map(({ from, ports }) => [from.role, ports])).toEqual([['clients', '5061']]);
    expect(plan.fromUndocumented.map(({ to, ports }) => [to.role, ports])).toEqual([['front-end', '443']]);
  });

  it('counts a requirement between servers of one undeclared role once', () => {
    const { undeclaredRoles } = openings('sfb-server/director/80-tcp');
    expect(undeclaredRoles.get('director')?.map(({ id }) => id)).toEqual(['sfb-server/director/80-tcp']);
  });
});
