import { describe, expect, it } from 'vitest';
import { cisco } from '../../../../server/src/dialects/cisco/index.js';
import { read } from '../support.js';

const FIREWALL = `ip access-list extended USERS-NET
 permit ip 10.40.0.0 0.0.255.255 any
class-map type inspect match-any WEB
 match protocol https
 match access-group name USERS-NET
policy-map type inspect OUTWARD
 class type inspect WEB
  inspect
 class class-default
  drop
zone security USERS
zone security INTERNET
zone-pair security OUT source USERS destination INTERNET
 service-policy type inspect OUTWARD
interface GigabitEthernet0/0
 zone-member security USERS
`;

const document = read(FIREWALL);

function hover(text: string, distance = 0): string | undefined {
  const entity = cisco.entityAt(document, FIREWALL.indexOf(text) + distance);
  return entity && 'markdown' in entity ? entity.markdown : undefined;
}

describe('hover', () => {
  it('says which interfaces are in a zone, and what passes between it and others', () => {
    expect(hover('USERS\nzone')).toBe(
      '**zone USERS**\n\nInterfaces: GigabitEthernet0/0.\n\n- From USERS to INTERNET: policy OUTWARD',
    );
    expect(hover('destination INTERNET', 12)).toContain('No interface is in it.');
  });

  it('says what a class needs and what a policy does, where they are defined and where they are used', () => {
    const needs =
      '**class map WEB**\n\nA packet is in this class if it meets one of these:\n\n- match protocol https\n- match access-group name USERS-NET';
    expect(hover('match-any WEB', 10)).toBe(needs);
    expect(hover('class type inspect WEB', 19)).toBe(needs);
    const does = '**policy map OUTWARD**\n\n- WEB: inspect\n- class-default: drop';
    expect(hover('policy-map type inspect OUTWARD', 24)).toBe(does);
    expect(hover('service-policy type inspect OUTWARD', 28)).toBe(does);
  });

  it('says what the list of a class is, and what a word does', () => {
    expect(hover('name USERS-NET', 5)).toContain('**access list USERS-NET** – 1 entry');
    expect(hover('zone-pair')).toContain('Without a pair, or without a policy, it is dropped.');
    expect(hover('OUT source')).toContain('From USERS to INTERNET: policy OUTWARD');
  });
});

describe('completion', () => {
  const labels = (text: string) => cisco.completionsAt(read(text), text.length)?.items.map(({ label }) => label) ?? [];

  it('offers what the mode of a line has', () => {
    const modes = FIREWALL.split('interface')[0] ?? '';
    expect(labels('class-map type inspect match-any A\n ')).toEqual(
      expect.arrayContaining(['match access-group', 'match class-map', 'match protocol']),
    );
    expect(labels('policy-map type inspect A\n ')).toEqual(
      expect.arrayContaining(['class type inspect', 'class class-default']),
    );
    expect(labels('policy-map type inspect A\n class class-default\n  ')).toEqual(
      expect.arrayContaining(['inspect', 'pass', 'drop']),
    );
    expect(labels(`${modes} `)).toContain('service-policy type inspect');
    expect(labels(`${modes} `)).not.toContain('permit');
  });

  it('offers the names that may follow', () => {
    expect(labels(`${FIREWALL}zone-pair security BACK source `)).toEqual(['USERS', 'INTERNET', 'self']);
    expect(labels(`${FIREWALL} zone-member security `)).toEqual(['USERS', 'INTERNET']);
    expect(labels(`${FIREWALL}policy-map type inspect B\n class type inspect `)).toEqual(['WEB']);
    expect(labels(`${FIREWALL}class-map type inspect B\n match access-group name `)).toEqual(['USERS-NET']);
    expect(labels(`${FIREWALL}class-map type inspect B\n match protocol `)).toEqual(
      expect.arrayContaining(['tcp', 'sip-tls']),
    );
    expect(
      labels(`${FIREWALL}zone-pair security B source self destination USERS\n service-policy type inspect `),
    ).toEqual(['OUTWARD']);
  });
});

it('finds every use of a name', () => {
  const uses = (kind: string, name: string) =>
    document.names.filter((use) => use.kind === kind && use.name === name).map(({ role }) => role);
  expect(uses('zone', 'USERS')).toEqual(['definition', 'reference', 'reference']);
  expect(uses('class-map', 'WEB')).toEqual(['definition', 'reference']);
  expect(uses('policy-map', 'OUTWARD')).toEqual(['definition', 'reference']);
  expect(uses('access-list', 'USERS-NET')).toEqual(['definition', 'reference']);
});

it('takes no name that the device has for something else', () => {
  expect(cisco.nameFault?.('zone', 'self')).toBe('self is a zone of the device');
  expect(cisco.nameFault?.('class-map', 'class-default')).toBe('class-default is the class of all other packets');
  expect(cisco.nameFault?.('zone', 'PRINTERS')).toBeUndefined();
});

it('stands in the outline with what belongs to it', () => {
  const shown = cisco.outline(document).map(({ name, detail, range }) => {
    return `${name}: ${detail}: ${FIREWALL.slice(range.start, range.end).split('\n').length}`;
  });
  expect(shown).toEqual([
    'USERS-NET: 1 entry: 2',
    'WEB: class, match any: 3',
    'OUTWARD: policy: 5',
    'USERS: zone: 1',
    'INTERNET: zone: 1',
    'OUT: USERS to INTERNET: 2',
    'GigabitEthernet0/0: : 1',
  ]);
});
