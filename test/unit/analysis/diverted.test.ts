// Packets for documented addresses that a translation sends elsewhere: a check and an explanation leave them open at its line.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { cisco } from '../../../server/src/dialects/cisco/index.js';
import type { Dialect } from '../../../server/src/dialects/dialect.js';
import { iptables } from '../../../server/src/dialects/iptables/index.js';
import { nftables } from '../../../server/src/dialects/nftables/index.js';
import type { CheckRequest } from '../../../server/src/service/checks.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { MemoryFiles } from '../service/toy.js';

const REQUEST: CheckRequest = { require: ['m365-worldwide/11/udp'], severity: {}, cloud: 'worldwide' };

describe.each([
  { dialect: nftables as Dialect, file: 'nftables/verdicts/dnat-elsewhere.nft', line: 'udp dport 3479 dnat' },
  { dialect: iptables as Dialect, file: 'iptables/verdicts/dnat-elsewhere.v4', line: '-A PREROUTING' },
  { dialect: cisco as Dialect, file: 'cisco/verdicts/dnat-elsewhere.asa', line: 'nat (inside,dmz) source static' },
])('$file', ({ dialect, file, line }) => {
  const text = readFileSync(fileURLToPath(new URL(`../../fixtures/${file}`, import.meta.url)), 'utf8');
  const uri = `file:///network/${basename(file)}`;
  const service = new LanguageService(new MemoryFiles(new Map()));
  service.put(uri, dialect, text);
  const flow = (asked: string) => service.askExplainer(uri, REQUEST, (explainer) => explainer.flow(asked, {}));

  test('is undecided at the translation, for a check and for an explanation', async () => {
    const examined = await service.examine(uri, REQUEST);
    const [verdict] = examined?.analysis.report.coverage ?? [];
    const answer = await flow('udp 10.20.0.5:50000 > 52.112.0.9:3479');
    const reason = 'it depends on whether the translated destination leads to the service';
    expect(verdict).toMatchObject({ status: 'undecided', reason });
    expect(verdict?.decidedBy[0]?.text).toContain(line);
    expect(answer).toMatchObject({ verdict: 'undecided', reason, decidedBy: { text: verdict?.decidedBy[0]?.text } });
  });

  test('permits what is not translated', async () => {
    expect(await flow('udp 10.20.0.5:50000 > 52.112.0.10:3478')).toMatchObject({ verdict: 'permit' });
  });
});

test('where no document is about the destination, a translation is only a step', async () => {
  const uri = 'file:///network/published.nft';
  const service = new LanguageService(new MemoryFiles(new Map()));
  const text = `table ip nat {
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    ip daddr 198.51.100.3 tcp dport 8443 dnat to 10.70.0.9:443
  }
}
table ip filter {
  chain forward {
    type filter hook forward priority filter; policy drop;
    ct state established accept
    ip daddr 10.70.0.9 tcp dport 443 accept
  }
}
`;
  service.put(uri, nftables, text);
  const answer = await service.askExplainer(uri, REQUEST, (explainer) =>
    explainer.flow('tcp 192.0.2.7:50000 > 198.51.100.3:8443', {}),
  );
  expect(answer).toMatchObject({ verdict: 'permit' });
});
