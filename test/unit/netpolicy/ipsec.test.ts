import { describe, expect, it } from 'vitest';
import { analyze, type Checks } from '../../../server/src/analysis/analyze.js';
import { fixesFor } from '../../../server/src/analysis/fixes/remedies.js';
import { Catalog } from '../../../server/src/catalog/catalog.js';
import { netpolicy } from '../../../server/src/dialects/netpolicy/index.js';
import { applyEdits } from '../../../server/src/text/edit.js';
import { checksFor, NO_SOURCES, read } from './support.js';

/** The rows of "Recommended IPsec Exceptions". */
const ROWS = (Catalog.builtIn().packs.find(({ id }) => id === 'sfb-server')?.requirements ?? []).filter(
  ({ kind }) => kind === 'no-ipsec',
);

const CHECKS: Checks = checksFor(...ROWS);

function asked(text: string) {
  const document = read(text);
  const analysis = analyze(document, netpolicy, CHECKS);
  const context = { document, dialect: netpolicy, sources: NO_SOURCES, checks: CHECKS, analysis };
  const { findings, coverage } = analysis.report;
  return {
    open: coverage.filter(({ status }) => status !== 'met').map(({ requirement, status }) => [requirement, status]),
    findings: findings
      .filter(({ requirements }) => requirements.length > 0)
      .map(({ code, message, range }) => ({ code, message, under: text.slice(range.start, range.end) })),
    fixes: findings.flatMap((finding) => fixesFor(context, finding)).map(({ edits }) => applyEdits(text, edits)),
  };
}

const GROUPS = `groups:
  addresses:
    clients: [10.20.0.0/16]
    front-end: [10.1.1.0/28]
    mediation: [10.1.2.0/28, "2001:db8:1:2::/64"]
    edge-internal: [10.1.3.10]
    av-edge: [192.0.2.10]
    exchange-um: [10.1.4.0/28]
    application-sharing: [10.1.5.0/28]
`;

const EXEMPT = `ipsec:
  exempt:
    - { peers: [front-end, mediation, edge-internal, av-edge, exchange-um], protocol: [tcp, udp] }
    - { peers: application-sharing, protocol: tcp }
    - { peers: clients, protocol: udp, ports: 1024-65535 }
`;

describe('the rows of Recommended IPsec Exceptions', () => {
  it('are all there', () => {
    expect(ROWS).toHaveLength(15);
  });

  it('are met by exemptions for their roles, and by a network without IPsec', () => {
    expect(asked(GROUPS + EXEMPT)).toEqual({ open: [], findings: [], fixes: [] });
    expect(asked('ipsec: { required: false }\n').open).toEqual([]);
  });

  it.each([
    ['front-end, ', '', ['conferencing-attendant-inbound', 'av-conferencing-outbound']],
    ['[tcp, udp]', 'tcp', ['mediation-inbound', 'exchange-outbound', 'av-edge-external-inbound']],
    ['protocol: tcp', 'protocol: udp', ['application-sharing-inbound', 'application-sharing-outbound']],
  ])('are missing where %j is %j', (written, instead, missing) => {
    const { open, findings, fixes } = asked(GROUPS + EXEMPT.replace(written, instead));
    for (const row of missing) expect(open.map(([id]) => id)).toContain(`sfb-server/ipsec/${row}`);
    expect(findings.map(({ code, under }) => [code, under])).toEqual([['ipsec-not-exempt', 'ipsec:']]);
    expect(fixes.map((text) => asked(text).open)).toEqual([[]]);
  });

  it('are open where some source ports of clients are exempt, of which it is not declared which ones they use', () => {
    const { findings } = asked(GROUPS + EXEMPT.replace('1024-65535', '1024-65534'));
    expect(findings.map(({ code }) => code)).toEqual(['requirement-undecided']);
  });

  it('get one exemption for each service, in the names of the file', () => {
    const { findings, fixes } = asked(`${GROUPS}ipsec:\n  required: true # everywhere\n`);
    expect(findings).toEqual([
      {
        code: 'ipsec-not-exempt',
        message: expect.stringContaining('edge-internal, av-edge, mediation, front-end, exchange-um'),
        under: 'required: true',
      },
    ]);
    expect(fixes).toEqual([
      `${GROUPS}ipsec:
  required: true # everywhere
  exempt:
    - peers: [edge-internal, av-edge, mediation, front-end, exchange-um]
      protocol: [tcp, udp]
    - peers: application-sharing
      protocol: tcp
    - peers: clients
      protocol: udp
      ports: 1024-65535
`,
    ]);
    expect(fixes.map((text) => asked(text).open)).toEqual([[]]);
  });

  it('are undecided for roles that nobody declared, and the others still have their fix', () => {
    const { open, findings, fixes } = asked(
      `${GROUPS.replace('av-edge', 'elsewhere')}${EXEMPT.replace('av-edge', 'elsewhere').replace('front-end, ', '')}`,
    );
    expect(open).toContainEqual(['sfb-server/ipsec/av-edge-external-inbound', 'undecided']);
    expect(findings).toContainEqual({
      code: 'requirement-undecided',
      message: expect.stringMatching(/undecided for av-edge: it depends on the addresses of its role; .*lintel\.yaml/),
      under: 'ipsec:',
    });
    expect(fixes).toHaveLength(1);
    expect(fixes.flatMap((text) => asked(text).open.map(([, status]) => status))).toEqual(['undecided', 'undecided']);
  });

  it('are denied to such roles where nothing at all is exempt', () => {
    const { findings, fixes } = asked(`${GROUPS.replace(/ {4}av-edge.*\n/, '')}ipsec: {}\n`);
    expect(findings.map(({ code }) => code)).toEqual(['ipsec-not-exempt', 'ipsec-not-exempt']);
    // Nobody knows for whom, and everybody is too many.
    expect(fixes).toHaveLength(1);
  });
});
