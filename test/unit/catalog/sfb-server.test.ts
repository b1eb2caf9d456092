import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Catalog } from '../../../server/src/catalog/catalog.js';
import type { Requirement, RequirementSource } from '../../../server/src/catalog/requirement.js';
import { requirementPorts } from '../../../server/src/catalog/requirement-sets.js';
import { formatPorts, parsePorts } from '../../../server/src/model/ports.js';

const ROOT = new URL('../../../', import.meta.url);
const DOCUMENT = new URL('../shared/seeds/004_a388ee4b1cae19fa.txt', ROOT);

/** A row of one of the document's tables: what it is about, its ports and its protocol, in the document's words. */
interface Row {
  readonly table: string;
  readonly number: string;
  readonly subject: string;
  readonly ports: string;
  readonly protocol: string;
}

const rows: readonly Row[] = readFileSync(new URL('test/fixtures/catalog/sfb-server.tsv', ROOT), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => {
    const [table = '', number = '', subject = '', ports = '', protocol = ''] = line.split('\t');
    return { table, number, subject, ports, protocol };
  });

const SERVERS = 'Required Server Ports (by Server Role)';
const IPSEC = 'Recommended IPsec Exceptions';

const pack = Catalog.builtIn().packs.find(({ id }) => id === 'sfb-server');
const requirements = pack?.requirements ?? [];
const sectionsOf = ({ source, alsoDocumentedIn = [] }: Requirement) =>
  [source, ...alsoDocumentedIn].map(({ section }: RequirementSource) => section);
const requirementsOf = (row: Row) =>
  requirements.filter((requirement) => sectionsOf(requirement).includes(`${row.table}, row ${row.number}`));

/** The roles that the document's words for servers, load balancers and clients stand for. */
const ROLES: readonly (readonly [words: RegExp, roles: readonly string[]])[] = [
  [/^All Servers$/, ['front-end', 'director', 'mediation', 'persistent-chat']],
  [/^All internal servers$/, ['front-end', 'mediation']],
  [/where the Central Management store resides$/, ['central-management']],
  [/^Front End Server load balancer/, ['front-end-load-balancer']],
  [/^Mediation Server load balancer/, ['mediation-load-balancer']],
  [/^Director load balancer/, ['director-load-balancer']],
  [/^Persistent Chat Front End/, ['persistent-chat']],
  [/^Front End Servers/, ['front-end']],
  [/^Office Web Apps/, ['office-web-apps']],
  [/^Directors/, ['director']],
  [/^Mediation Servers/, ['mediation']],
  [/^Clients/, ['clients']],
  [/phone/, ['phones']],
];
const rolesOf = (subject: string) => ROLES.find(([words]) => words.test(subject))?.[1] ?? [];

function protocolsOf(text: string): string[] {
  const udp = /UDP|DHCP/.test(text);
  return [...(udp && !/TCP/.test(text) ? [] : ['tcp']), ...(udp ? ['udp'] : [])];
}

describe('the rows of the port tables', () => {
  test.each(rows.filter(({ table }) => table !== IPSEC))('$table, row $number: $subject, $ports $protocol', (row) => {
    const own = requirementsOf(row);
    expect([...new Set(own.map(({ flow }) => flow.protocol))].sort()).toEqual(protocolsOf(row.protocol));
    const ports = own.map(requirementPorts).reduce((all, some) => all.union(some));
    expect(formatPorts(ports)).toBe(formatPorts(parsePorts(row.ports.replace('/', ',')) ?? ports.subtract(ports)));
    const ends = new Set(own.flatMap(({ flow }) => [flow.from.role, flow.to.role]));
    expect(rolesOf(row.subject)).not.toEqual([]);
    for (const role of rolesOf(row.subject)) expect(ends).toContain(role);
  });

  test('are optional where the document says so, and where only some deployments have the part', () => {
    const optional = requirements.filter(({ kind, required }) => kind === 'reach' && !required).map(({ id }) => id);
    expect(optional.sort()).toEqual(
      [
        'clients/1024-65535-tcp',
        'clients/1024-65535-udp',
        'director/5060-tcp',
        'director/5060-tcp-out',
        'front-end-load-balancer/5070-tcp',
        'front-end/444-tcp-branch-appliance',
        'front-end/5060-tcp',
        'front-end/5060-tcp-out',
        'front-end/5067-tcp',
        'front-end/5068-tcp',
        'front-end/5070-tcp',
        'front-end/5081-tcp-out',
        'front-end/5082-tcp-out',
        'monitoring/5061-tcp',
      ].map((id) => `sfb-server/${id}`),
    );
  });
});

describe('the rows of the IPsec table', () => {
  const WORDS: Readonly<Record<string, string | undefined>> = {
    Any: undefined,
    'A/V Edge Server Internal': 'edge-internal',
    'A/V Edge Server External': 'av-edge',
    'Mediation Server(s)': 'mediation',
    'Front End Server running Conferencing Attendant': 'front-end',
    'Front End Servers': 'front-end',
    'Exchange Unified Messaging': 'exchange-um',
    'Application Sharing Servers': 'application-sharing',
  };

  test.each(rows.filter(({ table }) => table === IPSEC))('row $number: $subject', (row) => {
    const [from = '', to = ''] = row.subject.slice(row.subject.indexOf(': ') + 2).split(' > ');
    const clients = row.subject.startsWith('Clients:');
    const [requirement, ...others] = requirementsOf(row);
    expect(others).toEqual([]);
    expect(requirement).toMatchObject({ kind: 'no-ipsec', required: true });
    expect(requirement?.flow.protocol).toBe(row.protocol === 'UDP and TCP' ? 'any' : row.protocol.toLowerCase());
    expect(requirement?.flow.ports).toBeUndefined();
    expect(requirement?.flow.from.role).toBe(clients ? 'clients' : WORDS[from]);
    expect(requirement?.flow.to.role).toBe(WORDS[to]);
    expect(requirement?.flow.direction).toBe(/Inbound/.test(row.subject) ? 'inbound' : 'outbound');
  });
});

describe('the pack as a whole', () => {
  test('asks for nothing that stands in no row', () => {
    const known = new Set(rows.map(({ table, number }) => `${table}, row ${number}`));
    for (const requirement of requirements.filter(({ kind }) => kind !== 'advice')) {
      expect(sectionsOf(requirement).filter((section) => !known.has(section ?? ''))).toEqual([]);
    }
  });

  test('is selected by server role and by the way of load balancing', () => {
    const select = (selector: string) =>
      Catalog.builtIn()
        .select([selector])
        .requirements.map(({ id }) => id);
    expect(select('sfb-server+front-end')).toContain('sfb-server/front-end/5061-tcp');
    expect(select('sfb-server+dns-load-balancing+director').sort()).toEqual([
      'sfb-server/director-load-balancer/443-tcp',
      'sfb-server/director-load-balancer/4443-tcp',
    ]);
  });

  test.skipIf(!existsSync(DOCUMENT))('holds every row that the document has', () => {
    expect(rows).toEqual(rowsOfDocument(readFileSync(DOCUMENT, 'utf8')));
  });
});

/** Reads the tables of the document: every line of cells after a heading in bold, without header and rule. */
function rowsOfDocument(text: string): Row[] {
  const found: Row[] = [];
  let table = '';
  let line = 0;
  for (const content of text.split('\n')) {
    const heading = /^\*\*(.+)\*\*$/.exec(content.trim())?.[1];
    if (heading !== undefined) {
      table = heading;
      line = 0;
    } else if (table !== '' && content.startsWith('|')) {
      line++;
      if (line <= 2) continue;
      const cells = content
        .trim()
        .slice(1, -1)
        .split('|')
        .map((cell) =>
          cell
            .replace(/\s*<br\/>\s*/g, ' ')
            .replace('&amp;', 'and')
            .replace('\\*', '')
            .trim(),
        );
      const [a = '', b = '', c = '', d = '', e = '', f = ''] = cells;
      const columns =
        table === SERVERS
          ? { subject: a, ports: c, protocol: d }
          : table === IPSEC
            ? { subject: `${a}: ${b} > ${c}`, ports: e === 'Any' ? f : `${e} > ${f}`, protocol: d }
            : { subject: a, ports: b, protocol: c.split(' - ')[0] ?? '' };
      found.push({ table, number: `${line - 2}`, ...columns });
    }
  }
  return found;
}
