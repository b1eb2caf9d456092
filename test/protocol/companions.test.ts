import { afterEach, beforeAll, expect, it } from 'vitest';
import { buildServer, Editor } from './editor.js';

const PAC = `function FindProxyForURL(url, host) {
  if (dnsDomainIs(host, ".teams.microsoft.com") || host === "teams.microsoft.com") return "DIRECT";
  return "PROXY proxy.example.com:8080";
}
`;

const EDGE = `table inet filter {
  chain forward {
    type filter hook forward priority 0; policy drop;
    ct state established,related accept
  }
}
`;

const LISTED = 'files:\n  - match: proxy.pac\n  - match: edge.nft\n    hook: forward\n';

let program: string;
let editor: Editor | undefined;

beforeAll(async () => {
  program = await buildServer('companions');
});

afterEach(async () => {
  await editor?.stop();
  editor = undefined;
});

it('a PAC file and the firewall on its path are compared, whichever of them is edited', async () => {
  editor = await Editor.start(program, { 'lintel.yaml': LISTED, 'edge.nft': EDGE });
  const session = editor;
  const found = await session.open('proxy.pac', 'pac', PAC);
  const [contradiction] = found.filter(({ code }) => code === 'bypass-blocked');
  expect(contradiction?.range.start.line).toBe(1);
  expect(contradiction?.relatedInformation).toMatchObject([
    { location: { uri: session.uri('edge.nft'), range: { start: { line: 2 } } }, message: 'Denies it there.' },
  ]);

  await session.open('edge.nft', 'nftables', EDGE);
  const pac = session.uri('proxy.pac');
  const cleared = session.next(
    ({ uri, diagnostics }) => uri === pac && diagnostics.every(({ code }) => code !== 'bypass-blocked'),
  );
  const at = { line: 3, character: 0 };
  await session.edit('edge.nft', { range: { start: at, end: at }, newText: '    tcp dport { 80, 443 } accept\n' });
  await cleared;
});
