import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { dumpStage, STAGES, type Stage } from '../../../server/src/cli/formats/dump.js';
import { DIALECTS, dialectById } from '../../../server/src/dialects/registry.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { MemoryFiles } from '../service/toy.js';

const FILES: Readonly<Record<string, readonly string[]>> = {
  cisco: ['cisco/ok/router.ios'],
  iptables: ['iptables/ok/host.v4', 'iptables/ok/gateway.sh'],
  netpolicy: ['netpolicy/ok/whole.netpolicy.yaml'],
  nftables: ['nftables/ok/router.nft'],
  pac: ['pac/ok/typical.pac'],
  squid: ['squid/ok/whitelist.squid.conf'],
  'windows-firewall': ['windows-firewall/ok/edge.cmd', 'windows-firewall/findings/front-end.ps1'],
};

async function dump(dialectId: string, path: string, stage: Stage, text = fixture(path)): Promise<string | undefined> {
  const uri = `file:///network/${basename(path)}`;
  const service = new LanguageService(new MemoryFiles(new Map()));
  service.put(uri, dialectById(dialectId), text, true);
  const reading = await service.readAlone(uri);
  if (!reading) throw new Error(`${path} was not read`);
  return dumpStage(reading, stage, (file) => service.linesOf(file));
}

function fixture(path: string): string {
  return readFileSync(fileURLToPath(new URL(`../../fixtures/${path}`, import.meta.url)), 'utf8');
}

const CASES = DIALECTS.flatMap(({ id }) => (FILES[id] ?? ['none']).map((path) => [id, path] as const));

describe.each(CASES)('%s, %s', (id, path) => {
  it.each(STAGES)('has its %s printed, the same each time', async (stage) => {
    const printed = await dump(id, path, stage);
    expect(printed?.length).toBeGreaterThan(10);
    expect(printed).not.toContain('[object');
    expect(await dump(id, path, stage)).toBe(printed);
  });
});

describe('a dump', () => {
  const NFT =
    'table inet t {\n  chain c {\n    type filter hook forward priority 0; policy drop;\n    ip daddr 192.0.2.0/24 tcp dport { 80, 443, 3478-3481 } accept\n  }\n}\n';

  it('writes sets as people do, and positions as line and column', async () => {
    const printed = await dump('nftables', 'edge.nft', 'model', NFT);
    expect(printed).toContain('policyStatement: { at: edge.nft:3:42-53, text: "policy drop" }');
    expect(printed).toContain('match: [ TCP 80, 443, 3478-3481 to 192.0.2.0/24 ]');
    expect(printed).toContain('action: { kind: "accept" }');
  });

  it('of a large file ends', async () => {
    const rules = Array.from({ length: 5_000 }, (_, i) => `-A FORWARD -p tcp --dport ${i + 1} -j ACCEPT`);
    const text = ['*filter', ':FORWARD DROP [0:0]', ...rules, 'COMMIT', ''].join('\n');
    for (const stage of ['tree', 'program', 'model'] as const) {
      const printed = await dump('iptables', 'rules.v4', stage, text);
      expect(printed).toContain('more');
      expect(printed?.length).toBeLessThan(2_000_000);
    }
  });
});
