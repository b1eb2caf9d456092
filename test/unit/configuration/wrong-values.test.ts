// What is wrong in lintel.yaml is told on its value, and the rest counts.
import { describe, expect, it } from 'vitest';
import { lintelConfig } from '../../../server/src/configuration/lintel-config.js';
import type { CheckRequest } from '../../../server/src/service/checks.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { MemoryFiles } from '../service/toy.js';

const ROOT = 'file:///network';
const URI = `${ROOT}/lintel.yaml`;
const REQUEST: CheckRequest = { require: ['teams-media-ports'], severity: {}, cloud: 'worldwide' };
const ROUTER = 'table ip edge {\n\tchain c {\n\t\ttype filter hook forward priority 0; policy drop;\n\t}\n}\n';

/** A lintel.yaml beside a router and other files, and what is found in all of them. */
async function workspace(text: string, others: Readonly<Record<string, string>> = {}) {
  const files = { [URI]: text, [`${ROOT}/a.nft`]: ROUTER, ...others };
  const service = new LanguageService(new MemoryFiles(new Map(Object.entries(files))));
  service.setFolders([ROOT]);
  service.put(URI, lintelConfig, text);
  const examined = await service.examine(URI, REQUEST);
  return { service, findings: examined?.analysis.report.findings ?? [] };
}

/** What is told of a text that the media ports of the network follow, and whether these still count. */
async function told(wrong: string) {
  const text = `${wrong}media-ports: 51000-51059\n`;
  const { service, findings } = await workspace(text);
  const { catalog } = await service.plan(`${ROOT}/a.nft`, REQUEST);
  return {
    on: findings.map(({ code, range }) => `${code}: ${text.slice(range.start, range.end)}`),
    restCounts: catalog.byId('teams-media-ports/media/udp')?.flow.sourcePorts === '51000-51059',
  };
}

const entry = (text: string) => `files:\n  - match: a.nft\n    ${text}\n`;

describe('lintel.yaml', () => {
  it.each([
    ['files: a.nft\n', 'a.nft'],
    ['files: { match: a.nft }\n', '{ match: a.nft }'],
    ['files:\n  - a.nft\n', 'a.nft'],
    ['files:\n  - match: [a.nft]\n', '[a.nft]'],
    ['files:\n  - match:\n', ''],
    ['files:\n  -\n', ''],
    ['files:\n  - match: ""\n', '""'],
    ['files:\n  - match: b/*.nft\n', 'b/*.nft'],
    [entry('require: teams'), 'teams'],
    [entry('require: { teams: true }'), '{ teams: true }'],
    [entry('require: [7]'), '7'],
    [entry('point: [c]'), '[c]'],
    [entry('point: d'), 'd'],
    [entry('point:'), ''],
    [entry('hook: forwrd'), 'forwrd'],
    [entry('hook: input'), 'input'],
    [entry('role: 5'), '5'],
    [entry('role: printers'), 'printers'],
    [entry('interfaces: lan0'), 'lan0'],
    [entry('interfaces: [lan0]'), '[lan0]'],
    [entry('interfaces: { lan0: 10.20.0.0/16 }'), '10.20.0.0/16'],
    [entry('interfaces: { lan0: internt }'), 'internt'],
    [entry('interfaces: { lan0: }'), ''],
    [entry('profiles: domain'), 'domain'],
    [entry('profiles: [work]'), 'work'],
    [entry('profiles: [domain]'), '[domain]'],
    [entry('__proto__: { hook: input }'), '__proto__'],
    ['roles: [10.20.0.0/16]\n', '[10.20.0.0/16]'],
    ['roles: { clients: 10.20.0.0/16 }\n', '10.20.0.0/16'],
    ['roles: { clients: *nowhere }\n', '*nowhere'],
    ['roles: { __proto__: [10.20.0.0/16] }\n', '__proto__'],
    ['dns: { external: true }\n', '{ external: true }'],
    ['severity: off\n', 'off'],
    ['severity: { over-permissive-rule: loud }\n', 'loud'],
    ['packs: acme.yaml\n', 'acme.yaml'],
    ['packs: [{}]\n', '{}'],
    ['squid: [5]\n', '[5]'],
    ['variables: [a]\n', '[a]'],
    ['tenant-restrictions: "true"\n', '"true"'],
    ['roles: { clients: [10.20.0.0/16] }\nroles: { clients: [10.30.0.0/16] }\n', 'roles'],
    ['constructor: {}\n', 'constructor'],
  ])('tells what is wrong on the value, and uses the rest: %s', async (text, value) => {
    expect(await told(text)).toEqual({ on: [`invalid-configuration: ${value}`], restCounts: true });
  });

  it('reads a byte order mark, anchors and numbers as keys', async () => {
    const texts = [
      '\ufeffroles: { clients: [10.20.0.0/16] }\n',
      'roles: { clients: &own [10.20.0.0/16], front-end: *own }\n',
      'variables: { 1: x }\n',
    ];
    for (const text of texts) expect(await told(text)).toEqual({ on: [], restCounts: true });
  });

  it('goes on after a tab that is no indentation in YAML', async () => {
    const { on, restCounts } = await told('roles:\n\tclients: [10.20.0.0/16]\n');
    expect(on).toContain('invalid-configuration: \t');
    expect(restCounts).toBe(true);
  });
});

/** What is told of a lintel.yaml with one own pack, by the files that it is told of. */
async function toldWithPack(text: string, pack: string): Promise<string[]> {
  const { findings } = await workspace(text, { [`${ROOT}/acme.yaml`]: pack });
  return findings.map(({ uri, message }) => `${uri.slice(ROOT.length + 1)}: ${message}`);
}

const PACK = (details: string) => `id: acme
title: Acme
version: 1
documents:
  guide: { title: Guide, url: https://example.com/guide }
requirements:
  - id: acme/web
    title: Web
    why: A test.
    kind: no-decrypt
    flow: { to: { hosts: [a.example] }, protocol: tcp }
    source: { document: guide }
${details}`;

describe('a pack that lintel.yaml lists', () => {
  it('is told as the cause where a selector or a role may be missing because of it', async () => {
    const text = `packs: [acme.yaml]\nroles: { printing-hall: [10.1.0.0/16] }\n${entry('require: [acme]')}`;
    const messages = await toldWithPack(text, PACK('    category: none\n'));
    expect(messages).toEqual(
      expect.arrayContaining([
        'lintel.yaml: "acme" selects nothing; what has errors in acme.yaml is not used.',
        'lintel.yaml: Unknown role "printing-hall"; what has errors in acme.yaml is not used.',
        'acme.yaml: "none" is not one of optimize, allow, default.',
      ]),
    );
  });

  it('is told what it refers to that there is not, in whichever pack', async () => {
    const text = `packs: [acme.yaml]\n${entry('require: [acme]')}`;
    const references = '    refines: acme/wbe\n    conflictsWith: [m365-worldwide/12/*, m365-worldwide/12/tpc]\n';
    expect(await toldWithPack(text, PACK(references))).toEqual([
      'acme.yaml: No requirement has the id "acme/wbe"; did you mean acme/web?',
      expect.stringContaining('acme.yaml: No requirement has the id "m365-worldwide/12/tpc"; did you mean'),
    ]);
    expect(await toldWithPack(text, PACK('    conflictsWith: [m365-china/*, acme/*]\n'))).toEqual([]);
  });
});
