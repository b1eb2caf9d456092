import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { validateNetpolicy } from '../../../server/generated/validators.js';
import { analyze } from '../../../server/src/analysis/analyze.js';
import { fixesFor } from '../../../server/src/analysis/fixes/remedies.js';
import type { Requirement } from '../../../server/src/catalog/requirement.js';
import { netpolicy } from '../../../server/src/dialects/netpolicy/index.js';
import { applyEdits } from '../../../server/src/text/edit.js';
import { checksFor, NO_SOURCES, read, requirement } from './support.js';

/** The texts that the fixes of every requirement finding give. Each is valid, meets what was asked, and keeps comments. */
function fixed(text: string, ...asked: readonly Requirement[]): string[] {
  const document = read(text);
  const checks = checksFor(...asked);
  const analysis = analyze(document, netpolicy, checks);
  const context = { document, dialect: netpolicy, sources: NO_SOURCES, checks, analysis };
  return analysis.report.findings
    .filter(({ requirements }) => requirements.length > 0)
    .flatMap((finding) => fixesFor(context, finding))
    .map(({ edits, requirements }) => {
      const after = applyEdits(text, edits);
      expect(validateNetpolicy(parse(after))).toBe(true);
      const again = analyze(read(after), netpolicy, checks).report;
      for (const id of requirements)
        expect(again.coverage.find((one) => one.requirement === id)?.status, after).toBe('met');
      for (const comment of text.match(/#.*/g) ?? []) expect(after).toContain(comment);
      return after;
    });
}

const MEDIA = requirement('reach', { to: { prefixes: ['198.51.100.0/24'] }, protocol: 'udp', ports: '3478-3481' });
const WEB = requirement('reach', { to: { hosts: ['*.teams.example'] }, ports: '443' });
const PUSH = requirement('reach', { to: { hosts: ['push.teams.example'] }, protocol: 'udp', ports: '5223' });
const HOSTS = ['*.teams.example', 'cdn.example'];
const BYPASS = requirement('bypass-proxy', { to: { hosts: HOSTS }, ports: '443' });
const NO_DECRYPT = requirement('no-decrypt', { to: { hosts: HOSTS }, ports: '443' });
const NO_LOGIN = requirement('no-proxy-auth', { to: { hosts: HOSTS }, ports: '443' });
const NO_IPSEC = requirement('no-ipsec', { from: { role: 'mediation' }, protocol: 'any' });
const NO_IPSEC_CLIENTS = requirement('no-ipsec', { protocol: 'udp', sourcePorts: '1024-65535' });

const lines = (...text: readonly string[]) => `${text.join('\n')}\n`;

describe('packets are permitted', () => {
  it('by a rule in the form of its neighbours, before the one that denies and its comment', () => {
    const written = (...rule: readonly string[]) =>
      lines(
        'firewall:',
        '    rules:',
        '      - name: web   # everybody',
        '        action: permit',
        '        protocol: tcp',
        '        ports: 443',
        ...rule,
        '      # the rest of the world',
        '      - name: rest',
        '        action: deny',
        '        to: any',
      );
    expect(fixed(written(), MEDIA)).toEqual([
      written(
        '      - name: teams',
        '        action: permit',
        '        to: 198.51.100.0/24',
        '        protocol: udp',
        '        ports: 3478-3481',
      ),
    ]);
  });

  it('by a rule in brackets where the others stand in brackets', () => {
    const written = (...rule: readonly string[]) =>
      lines(
        'groups: { addresses: { clients: [10.20.0.0/16], media: [198.51.100.0/24] }, ports: { relays: ["3478-3481"] } }',
        'firewall:',
        '  default: deny # as ever',
        '  rules:',
        '  - { from: clients, action: permit, to: 203.0.113.0/24 } # last year',
        ...rule,
      );
    expect(fixed(written(), MEDIA)).toEqual([
      written('  - { from: clients, action: permit, to: media, protocol: udp, ports: relays }'),
    ]);
  });

  it('by the ports that a rule lacks, in the group that it names', () => {
    const written = (ports: string) =>
      lines(
        'groups:',
        '  ports:',
        `    relays: [${ports}] # one is not enough`,
        'firewall:',
        '  rules:',
        '    - { action: permit, to: 198.51.100.0/24, protocol: udp, ports: relays }',
      );
    expect(fixed(written('3478'), MEDIA)).toEqual([written('3478, 3479-3481')]);
  });

  it('by the addresses that a rule lacks, in its list', () => {
    const written = (...to: readonly string[]) =>
      lines(
        'firewall:',
        '  rules:',
        '    - action: permit',
        '      to:',
        ...to.map((one) => `        - ${one}`),
        '      protocol: udp',
        '      ports: 3478-3481',
      );
    expect(fixed(written('198.51.100.0/25 # half'), MEDIA)).toEqual([
      written('198.51.100.0/25 # half', '198.51.100.128/25'),
    ]);
  });

  it.each([
    ['firewall:\n  default: deny\n', 'firewall:\n  default: deny\n  rules:\n    - action: permit\n'],
    ['firewall: { default: deny }\n', 'firewall: { default: deny, rules: [{ action: permit, '],
    ['{"firewall":{"rules":[]}}', '{"firewall":{"rules":[{ "action": "permit", "to": "198.51.100.0/24", '],
  ])('where there are no rules yet: %j', (written, after) => {
    expect(fixed(written, MEDIA)).toEqual([expect.stringContaining(after)]);
  });

  it('in JSON, on lines of their own or on one', () => {
    const rest = { action: 'deny', to: 'any' };
    const rule = { action: 'permit', to: '198.51.100.0/24', protocol: 'udp', ports: '3478-3481' };
    const pretty = (...rules: readonly object[]) => JSON.stringify({ firewall: { rules } }, null, 2);
    expect(fixed(pretty(rest), MEDIA)).toEqual([pretty(rule, rest)]);
    expect(fixed(JSON.stringify({ firewall: { rules: [rest] } }), MEDIA).map((text) => JSON.parse(text))).toEqual([
      { firewall: { rules: [rule, rest] } },
    ]);
  });

  it('with the line ends of the file', () => {
    const written = 'firewall:\r\n  rules:\r\n    - action: deny\r\n';
    const [after = ''] = fixed(written, MEDIA);
    expect(after.replace(/\r\n/g, '')).not.toMatch(/[\r\n]/);
    expect(after).toMatch(/^firewall:\r\n {2}rules:\r\n {4}- action: permit\r\n[\s\S]* {4}- action: deny\r\n$/);
  });
});

describe('hosts are permitted', () => {
  it('by a rule for clients, where the file knows where these are', () => {
    const written = (...rule: readonly string[]) =>
      lines(
        'groups: { addresses: { clients: [10.20.0.0/16] } }',
        'firewall:',
        '  rules:',
        ...rule,
        '    - action: deny',
      );
    expect(fixed(written('    - { action: permit, from: clients, to: 192.0.2.0/24, ports: 25 }'), WEB)).toEqual([
      written(
        '    - { action: permit, from: clients, to: 192.0.2.0/24, ports: 25 }',
        '    - action: permit',
        '      from: clients',
        '      hosts: "*.teams.example"',
        '      protocol: tcp',
        '      ports: 443',
      ),
    ]);
  });

  it('by their names in a rule that permits others', () => {
    const written = (hosts: string) =>
      `firewall: { rules: [{ action: permit, hosts: [${hosts}], protocol: tcp, ports: 443 }] }\n`;
    expect(fixed(written("'www.example'"), WEB)).toEqual([written("'www.example', '*.teams.example'")]);
  });

  it('over UDP as well', () => {
    expect(fixed('firewall:\n  rules:\n    - action: deny\n', PUSH)[0]).toContain(
      'hosts: push.teams.example\n      protocol: udp\n      ports: 5223\n',
    );
  });
});

describe('hosts are put on the lists of the proxy', () => {
  it('the bypass, in a list of lines with comments', () => {
    const written = (...hosts: readonly string[]) =>
      lines(
        'proxy:',
        '  bypass:',
        '  - intranet.example # inside',
        ...hosts,
        '  # that is all',
        'ipsec: { required: false }',
      );
    expect(fixed(written(), BYPASS)).toEqual([written('  - "*.teams.example"', '  - cdn.example')]);
  });

  it('the exceptions from inspection, in brackets over several lines', () => {
    const written = (...hosts: readonly string[]) =>
      lines(
        'proxy:',
        '  inspection:',
        '    exceptions: [',
        `      bank.example${hosts.length > 0 ? ',' : ''} # law`,
        ...hosts,
        '    ]',
      );
    expect(fixed(written(), NO_DECRYPT)).toEqual([written('      "*.teams.example",', '      cdn.example')]);
  });

  it('the exemptions from the login, which the file did not have', () => {
    expect(fixed('proxy:\n  login:\n    required: true # by policy\n', NO_LOGIN)).toEqual([
      lines(
        'proxy:',
        '  login:',
        '    required: true # by policy',
        '    exemptions:',
        '      hosts: ["*.teams.example", cdn.example]',
      ),
    ]);
  });

  it('in JSON', () => {
    const policy = (exceptions: readonly string[]) =>
      JSON.stringify({ proxy: { inspection: { exceptions } } }, null, 4);
    expect(fixed(policy(['bank.example']), NO_DECRYPT)).toEqual([policy(['bank.example', ...HOSTS])]);
  });

  it('in the group that the list names, unless another list names it too', () => {
    const written = (group: string, exceptions: string, bypass: string) =>
      lines(
        `groups: { hosts: { teams: [${group}] } }`,
        'proxy:',
        `  bypass: [${bypass}]`,
        `  inspection: { exceptions: [${exceptions}] }`,
      );
    expect(fixed(written('a.example', 'teams', 'b.example'), NO_DECRYPT)).toEqual([
      written('a.example, "*.teams.example", cdn.example', 'teams', 'b.example'),
    ]);
    expect(fixed(written('a.example', 'teams', 'teams'), NO_DECRYPT)).toEqual([
      written('a.example', 'teams, "*.teams.example", cdn.example', 'teams'),
    ]);
  });

  it('no more where an exception is what has them decrypted', () => {
    const written = (...hosts: readonly string[]) =>
      lines(
        'proxy:',
        '  inspection:',
        '    default: none',
        '    exceptions:',
        ...hosts,
        '      - risky.example # not ours',
      );
    const [host = ''] = HOSTS;
    const one = requirement('no-decrypt', { to: { hosts: [host] }, ports: '443' });
    expect(fixed(written(`      - "${host}"`), one)).toEqual([written()]);
  });
});

describe('traffic is exempt from IPsec', () => {
  it('for a role that a group is called like', () => {
    const written = (...exempt: readonly string[]) =>
      lines(
        'groups: { addresses: { mediation: [10.1.2.0/24] } }',
        'ipsec:',
        '  required: true # everywhere',
        ...exempt,
      );
    expect(fixed(written(), NO_IPSEC)).toEqual([
      written('  exempt:', '    - peers: mediation', '      protocol: [tcp, udp]'),
    ]);
  });

  it('for the ports of clients, wherever these are', () => {
    const written = (...exempt: readonly string[]) => lines('ipsec:', '  exempt:', '    - peers: 10.0.0.53', ...exempt);
    expect(fixed(written(), NO_IPSEC_CLIENTS)).toEqual([written('    - protocol: udp', '      ports: 1024-65535')]);
  });

  it('not for a role that may be anywhere', () => {
    expect(fixed('ipsec: {}\n', NO_IPSEC)).toEqual([]);
  });
});
