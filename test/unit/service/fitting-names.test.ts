import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { detectLanguage } from '../../../server/src/configuration/languages.js';
import type { CheckRequest } from '../../../server/src/service/checks.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { MemoryFiles } from './toy.js';

const ROOT = 'file:///network';
const REQUEST: CheckRequest = { require: ['m365-worldwide/11/*'], severity: {}, cloud: 'worldwide' };

const FILES: Readonly<Record<string, string>> = {
  'a/fw.nft': `table inet edge {
	chain passing {
		type filter hook forward priority 0; policy drop;
		iifname "lan0" oifname "wan0" udp dport 3478 accept
		iifname "vpn*" accept
	}
}
`,
  'a/lists.ios.cfg': `ip access-list extended FROM-OFFICE
 permit udp any any eq 3478
ip access-list extended FROM-GUESTS
 deny ip any any
`,
  'o/odd.v4': '*filter\n:FORWARD DROP [0:0]\n-A FORWARD -i 007 -o wan0 -j ACCEPT\nCOMMIT\n',
  'p/x.pac': 'function FindProxyForURL(url, host) { return "DIRECT"; }\n',
  'w/two.ps1': readFileSync(new URL('../../fixtures/windows-firewall/ok/two-policies.ps1', import.meta.url), 'utf8'),
};

/** What is offered where `‸` stands in lintel.yaml, with the text that is inserted. */
async function offered(marked: string, opened: readonly string[] = []) {
  const offset = marked.indexOf('‸');
  const text = marked.replace('‸', '');
  const all = { ...FILES, 'lintel.yaml': text };
  const files = new MemoryFiles(new Map(Object.entries(all).map(([path, one]) => [`${ROOT}/${path}`, one])));
  const service = new LanguageService(files);
  service.setFolders([ROOT]);
  for (const path of ['lintel.yaml', ...opened]) {
    const own = files.texts.get(`${ROOT}/${path}`) ?? '';
    service.put(`${ROOT}/${path}`, detectLanguage(path, own), own);
  }
  const completions = await service.completions(`${ROOT}/lintel.yaml`, offset, REQUEST);
  return completions?.items.map(({ insertText }) => insertText) ?? [];
}

describe('names of files, completed in lintel.yaml', () => {
  it.each([
    ['files:\n  - match: a/*.cfg\n    point: ‸\n', ['FROM-OFFICE', 'FROM-GUESTS']],
    ['files:\n  - match: a/*.cfg\n    point: FROM-‸\n', ['FROM-OFFICE', 'FROM-GUESTS']],
    ['files: [{ match: a/*.cfg, point: ‸ }]\n', ['FROM-OFFICE', 'FROM-GUESTS']],
    ['files:\n  - match: a/*.nft\n    hook: ‸\n', ['forward']],
    ['files:\n  - match: a/*.nft\n    hook: forw‸\n', ['forward']],
    ['files:\n  - match: a/*.nft\n    interfaces:\n      ‸\n', ['lan0: ', 'wan0: ']],
    ['files:\n  - match: a/*.nft\n    interfaces:\n      lan0: [10.20.0.0/16]\n      w‸\n', ['wan0: ']],
    ['files:\n  - match: a/*.nft\n    interfaces: { l‸: [10.20.0.0/16] }\n', ['lan0', 'wan0']],
    ['files:\n  - match: w/*\n    profiles: [‸]\n', ['domain', 'private', 'public']],
    ['files:\n  - match: w/*\n    profiles:\n      - ‸\n', ['domain', 'private', 'public']],
    ['files:\n  - match: a/*.nft\n    require: [m365-worldwide/11/*]\n    role: ‸\n', ['clients']],
  ])('are those of the files that the entry matches: %s', async (text, names) => {
    expect(await offered(text)).toEqual(names);
  });

  it('are those of the files that are open or listed, for what holds for all files', async () => {
    expect(await offered('interfaces:\n  ‸\n', ['a/fw.nft'])).toEqual(['lan0: ', 'wan0: ']);
    expect(await offered('interfaces:\n  ‸\nfiles: [{ match: a/* }]\n')).toEqual(['lan0: ', 'wan0: ']);
  });

  it('are left to the schema where the files have none', async () => {
    expect(await offered('files:\n  - match: p/*\n    hook: ‸\n')).toEqual(['forward', 'input', 'output']);
    expect(await offered('files:\n  - match: none/*\n    profiles: [‸]\n')).toEqual(['domain', 'private', 'public']);
    expect(await offered('files:\n  - hook: ‸\n')).toEqual(['forward', 'input', 'output']);
    expect(await offered('interfaces:\n  ‸\n')).toEqual([]);
  });

  it('do not take the place of other values', async () => {
    expect(await offered('files:\n  - match: a/*\n    dialect: ‸\n')).toContain('nftables');
    expect(await offered('files:\n  - match: a/*.nft\n    interfaces: { lan0: ‸ }\n')).toEqual(['internet']);
    // What is required may be written after the role.
    expect(await offered('files:\n  - match: a/*.nft\n    role: ‸\n')).toContain('front-end');
  });

  it('are quoted where YAML would read something else', async () => {
    expect(await offered('files:\n  - match: o/*.v4\n    interfaces:\n      ‸\n')).toEqual(['"007": ', 'wan0: ']);
    expect(await offered('files:\n  - match: o/*.v4\n    interfaces: { "‸" }\n')).toEqual(['007', 'wan0']);
  });
});
