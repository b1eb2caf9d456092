import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildProgram, type Run, temporaryFolders } from './program.js';

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/pages/${name}.html`, import.meta.url));

const LINTEL = `roles:
  clients: [10.20.0.0/16]
  front-end: [10.1.1.11]
packs: [own.yaml]
files:
  - match: "*.nft"
    hook: forward
    require: [m365-worldwide/11/*, own]
  - match: rules.v4
    hook: forward
    require: [m365-worldwide/11/udp, own]
`;

const PACK = `id: own
title: Calls <of> "Example" & sons
version: "2026"
documents:
  contract: { title: 'Contract "<i>"', url: "https://example.com/?a=1&b=2" }
requirements:
  - id: own/calls/tcp
    title: <b>Calls</b>
    why: "Phones </script><script>alert(1)</script> register here."
    kind: reach
    flow:
      from: { role: clients }
      to: { prefixes: [192.0.2.0/24] }
      protocol: tcp
      ports: "5061"
      direction: outbound
    required: true
    tags: [own]
    source: { document: contract }
`;

const EDGE = `table inet filter {
  chain forward {
    type filter hook forward priority 0; policy drop;
    ct state established,related accept
    ip saddr 10.20.0.0/16 ip daddr 52.112.0.0/14 udp dport 3478-3481 accept
    drop comment "<img src=x onerror=alert(1)>"
  }
}
`;

const RULES = `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -s 10.20.0.0/16 -d 192.0.2.0/24 -p tcp -m tcp --dport 5061 -j ACCEPT
COMMIT
`;

let run: (folder: string, args: readonly string[]) => Promise<Run>;
const folder = temporaryFolders();

const network = () =>
  folder({ 'lintel.yaml': LINTEL, 'own.yaml': PACK, 'edge <\'&">\u202e.nft': EDGE, 'rules.v4': RULES });

beforeAll(async () => {
  run = await buildProgram('pages');
});

async function page(...args: readonly string[]): Promise<string> {
  const { output, status, errors } = await run(network(), [...args, '--format', 'html']);
  expect({ status, errors }).toMatchObject({ status: 0 });
  return output;
}

/** What a page says, without the style and the script that all have. */
function body(text: string): string {
  return /<main>[\s\S]*<\/main>/.exec(text)?.[0] ?? '';
}

const COMMANDS = ['coverage', 'plan'] as const;

describe.each(COMMANDS)('the page of lintel %s', (command) => {
  it('is what it was', async () => {
    // The only folder of a run is named in the title.
    const text = body(await page(command)).replaceAll(/files-\w+/g, 'FOLDER');
    await expect(text).toMatchFileSnapshot(fixture(command));
  });

  it('runs and styles nothing but what it was made with, and loads nothing', async () => {
    const text = await page(command);
    const hashes = [...text.matchAll(/<(style|script)>([\s\S]*?)<\/\1>/g)].map(
      ([, name, content]) =>
        `${name}-src 'sha256-${createHash('sha256')
          .update(content ?? '')
          .digest('base64')}'`,
    );
    expect(hashes).toHaveLength(2);
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text)?.[1];
    expect(policy?.split('; ')).toEqual(["default-src 'none'", ...hashes, "base-uri 'none'", "form-action 'none'"]);
    expect(text).not.toMatch(/<(?:link|img|iframe|object|base|form)\b|<[^>]*\s(?:src|style|on\w+)=|url\(|@import/);
  });

  it('shows hostile names as they are written', async () => {
    const text = body(await page(command));
    expect(text).toContain('Calls &lt;of&gt; &quot;Example&quot; &amp; sons');
    expect(text).not.toMatch(/<(?:i|script|img)\b|<b>Calls|\u202e/);
  });
});

it('a file of a hostile name is one of the columns', async () => {
  const text = body(await page('coverage'));
  expect(text).toContain('edge &lt;&#39;&amp;&quot;&gt;\\u202e.nft');
});

it('the plan can be copied whole, with every network', async () => {
  const text = body(await page('plan'));
  const whole = /<pre id="whole"[^>]*>([\s\S]*?)<\/pre>/.exec(text)?.[1]?.split('\n') ?? [];
  expect(whole[0]?.split('\t').slice(0, 4)).toEqual(['source_role', 'source', 'destination_role', 'destination']);
  expect(whole.some((line) => line.includes('52.112.0.0/14 52.122.0.0/15'))).toBe(true);
  expect(new Set(whole.map((line) => line.split('\t').length))).toEqual(new Set([11]));
});

it('one file is called by its name', async () => {
  const text = await page('coverage', 'rules.v4');
  expect(text).toContain('<h1>Coverage of rules.v4</h1>');
});
