import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildProgram, temporaryFolders } from './program.js';

let run: Awaited<ReturnType<typeof buildProgram>>;
const folder = temporaryFolders();

beforeAll(async () => {
  run = await buildProgram('workspace');
});

const root = fileURLToPath(new URL('../../../', import.meta.url));

const PAC = 'function FindProxyForURL(url, host) {\n  return "PROXY proxy.example.com:8080";\n}\n';

const PACK = `id: acme
title: ACME
version: 1
roles: { sbc: Our session border controllers }
documents: { guide: { title: ACME guide, url: https://acme.example/guide } }
requirements:
  - id: acme/trunk/tls
    title: Signalling
    why: Without it no call can be made.
    kind: reach
    flow:
      from: { role: sbc }
      to: { prefixes: [192.0.2.0/28] }
      protocol: tcp
      ports: "5061"
      direction: outbound
    source: { document: guide, section: "2" }
`;

const LINTEL = `packs: [requirements/*.yaml]
roles:
  clients: [10.20.0.0/16]
  sbc: [10.1.8.10]
files:
  - match: edge/*.txt
    dialect: squid
    require: [m365-worldwide/31/tcp]
  - match: "*.netpolicy.yaml"
    require: [acme, m365+optimize]
severity: { requirement-blocked: warning }
`;

const NETWORK = {
  'lintel.yaml': LINTEL,
  'requirements/acme.yaml': PACK,
  'edge/proxy.txt': 'http_port 3128\nhttp_access deny all\n',
};

interface CheckedJson {
  readonly files: readonly {
    readonly path: string;
    readonly dialect: string;
    readonly findings: readonly {
      readonly code: string;
      readonly severity: string;
      readonly message: string;
      readonly requirements: readonly string[];
    }[];
    readonly coverage: readonly { readonly requirement: string; readonly status: string }[];
  }[];
}

async function check(folderOf: string, ...args: readonly string[]): Promise<CheckedJson['files']> {
  const { output } = await run(folderOf, ['check', '--format', 'json', '--fail-on', 'never', ...args]);
  const { files }: CheckedJson = JSON.parse(output);
  return files;
}

describe('check', () => {
  it('finds files that only lintel.yaml names, lintel.yaml itself and the packs', async () => {
    const files = await check(folder(NETWORK));
    expect(files.map(({ path, dialect }) => [path, dialect])).toEqual([
      ['edge/proxy.txt', 'squid'],
      ['lintel.yaml', 'lintel-config'],
      ['requirements/acme.yaml', 'lintel-pack'],
    ]);
    expect(files[0]?.coverage).toMatchObject([{ requirement: 'm365-worldwide/31/tcp', status: 'blocked' }]);
    expect(files[0]?.findings).toMatchObject([{ code: 'requirement-blocked', severity: 'warning' }]);
  });

  it('takes the nearest lintel.yaml up the tree, from wherever it is run', async () => {
    const made = folder({
      ...NETWORK,
      'edge/deep/lintel.yaml': 'files: [{ match: "*", require: [m365-worldwide/1/bypass-proxy] }]',
      'edge/deep/proxy.pac': PAC,
      'edge/proxy.pac': PAC,
    });
    const required = async (where: string, path: string) =>
      (await check(`${made}/${where}`, path))[0]?.coverage.map(({ requirement }) => requirement);
    expect(await required('', 'edge/proxy.txt')).toEqual(['m365-worldwide/31/tcp']);
    expect(await required('edge', 'proxy.txt')).toEqual(['m365-worldwide/31/tcp']);
    expect(await required('edge/deep', 'proxy.pac')).toEqual(['m365-worldwide/1/bypass-proxy']);
    expect(await required('', 'edge/deep/proxy.pac')).toEqual(['m365-worldwide/1/bypass-proxy']);
  });

  it('checks what --require names in its place, of own packs too', async () => {
    const made = folder(NETWORK);
    const [file] = await check(made, '--require', 'm365-worldwide/1/tcp', 'edge/proxy.txt');
    expect(file?.coverage.map(({ requirement }) => requirement)).toEqual(['m365-worldwide/1/tcp']);
    const own = await check(made, '--require', 'acme', 'edge/proxy.txt');
    expect(own[0]?.coverage.map(({ requirement }) => requirement)).toEqual(['acme/trunk/tls']);
    expect(await run(made, ['check', '--require', 'acne'])).toMatchObject({
      status: 2,
      errors: expect.stringContaining('no requirement matches "acne"'),
    });
  });

  it('reports what is wrong in the lintel.yaml that applies, though it was not named', async () => {
    const made = folder({ ...NETWORK, 'lintel.yaml': LINTEL.replace('10.20.0.0/16', '10.20.0.1/16') });
    const { status, output } = await run(`${made}/edge`, ['check', 'proxy.txt', '--fail-on', 'error']);
    expect(status).toBe(1);
    expect(output).toMatch(/lintel\.yaml:3:13 error invalid-configuration\n {2}"10\.20\.0\.1\/16" has host bits set/);
  });

  it('reads a named file as --dialect says, before lintel.yaml', async () => {
    const [file] = await check(folder(NETWORK), '--dialect', 'pac', 'edge/proxy.txt');
    expect(file?.dialect).toBe('pac');
  });

  it('takes the cloud of lintel.yaml, and otherwise that of --cloud', async () => {
    const ids = async (files: Readonly<Record<string, string>>, ...args: readonly string[]) =>
      (await check(folder(files), ...args))[0]?.coverage.map(({ requirement }) => requirement) ?? [];
    const china = await ids({ 'proxy.pac': PAC }, '--cloud', 'china');
    expect(china.some((id) => id.startsWith('m365-china/'))).toBe(true);
    expect(china.some((id) => id.startsWith('m365-worldwide/'))).toBe(false);
    const named = await ids({ 'lintel.yaml': 'cloud: usgov-dod', 'z.pac': PAC }, 'z.pac', '--cloud', 'china');
    expect(named.some((id) => id.startsWith('m365-usgov-dod/'))).toBe(true);
  });
});

describe('catalog', () => {
  it('lists and shows the packs of the workspace beside those that come with Lintel', async () => {
    const made = folder(NETWORK);
    const list = await run(made, ['catalog', 'list']);
    expect(list).toMatchObject({ status: 0, output: expect.stringMatching(/acme 1: ACME\n {2}acme\/trunk\/tls +Sig/) });
    expect(list.output).toContain('m365-worldwide/11/udp');
    expect(await run(`${made}/edge`, ['catalog', 'show', 'acme/trunk/tls'])).toMatchObject({
      status: 0,
      output: expect.stringContaining('https://acme.example/guide'),
    });
    expect((await run(made, ['catalog', 'list', '--cloud', 'china'])).output).toContain('m365-china/');
  });
});

describe('plan', () => {
  const ALL = ['--require', 'acme', '--require', 'm365-worldwide/11/udp', '--require', 'sfb-server/front-end/*'];

  it('is a table of 80 columns with the reason and the document of each opening', async () => {
    const { status, output } = await run(folder(NETWORK), ['plan', ...ALL]);
    expect(status).toBe(0);
    expect(output).toMatch(/^clients +10\.20\.0\.0\/16$/m);
    expect(output).toMatch(/^clients +udp +3478-3481 +52\.112\.0\.0\/14/m);
    expect(output).toMatch(/^sbc +tcp +5061 +192\.0\.2\.0\/28\n {4}Without it no call can be made\. See 2 \[\d\]\.$/m);
    expect(output).toMatch(/^\[\d\] {2}ACME guide https:\/\/acme\.example\/guide$/m);
    const tooWide = output.split('\n').filter((line) => line.length > 80 && !/^ *\S+$/.test(line));
    expect(tooWide).toEqual([]);
  });

  it('names the roles that are needed and not declared', async () => {
    const { output } = await run(folder(NETWORK), ['plan', ...ALL]);
    expect(output).toMatch(/Also needed, but not declared in lintel\.yaml:\n(?: .*\n)* {2}front-end \(/);
  });

  it('is planned for what lintel.yaml requires where nothing is named', async () => {
    const { output } = await run(folder(NETWORK), ['plan', '--format', 'json']);
    const { openings } = JSON.parse(output);
    const ids = openings.flatMap(({ requirements }: { requirements: { id: string }[] }) =>
      requirements.map(({ id }) => id),
    );
    expect(ids).toEqual(expect.arrayContaining(['acme/trunk/tls', 'm365-worldwide/11/udp', 'm365-worldwide/31/tcp']));
    expect(ids).not.toContain('m365-worldwide/9/tcp');
  });

  it('is comma-separated values that a spreadsheet takes for text', async () => {
    const evil = PACK.replace('why: Without it no call', 'why: \'=1+1, "quoted"\'\n    # no call');
    const made = folder({ ...NETWORK, 'requirements/acme.yaml': evil });
    const { output } = await run(made, ['plan', '--format', 'csv', '--require', 'acme']);
    expect(output.split('\r\n')).toEqual([
      'source_role,source,destination_role,destination,protocol,ports,source_ports,required,why,requirements,documents',
      'sbc,10.1.8.10/32,,192.0.2.0/28,tcp,5061,,yes,"\'=1+1, ""quoted""",acme/trunk/tls,https://acme.example/guide',
      '',
    ]);
  });

  it('is a network policy that meets what it was planned for', async () => {
    const made = folder(NETWORK);
    const { output } = await run(made, ['plan', '--format', 'netpolicy']);
    const files = await check(folder({ ...NETWORK, 'planned.netpolicy.yaml': output }), 'planned.netpolicy.yaml');
    const [planned] = files;
    expect(planned?.findings).toEqual([]);
    const reached = planned?.coverage.filter(({ requirement }) => /\/(?:tcp|udp|tls)$/.test(requirement)) ?? [];
    expect(reached.length).toBeGreaterThan(5);
    expect(reached.filter(({ status }) => status !== 'met')).toEqual([]);
  });

  it('of a whole Skype for Business deployment meets all of it whose document says who connects', async () => {
    const catalog = JSON.parse((await run('.', ['catalog', 'list', '--format', 'json'])).output);
    const sfb = catalog.packs.find(({ id }: { id: string }) => id === 'sfb-server');
    const roles = ['clients', ...Object.keys(sfb.roles)].map((role, i) => `  ${role}: [10.${i + 1}.0.0/24]`);
    const lintel = `roles:\n${roles.join('\n')}\nfiles: [{ match: "*", require: [sfb-server] }]\n`;
    const made = folder({ 'lintel.yaml': lintel });
    const { output } = await run(made, ['plan', '--format', 'netpolicy']);
    const [planned] = await check(folder({ 'lintel.yaml': lintel, 'a.netpolicy.yaml': output }), 'a.netpolicy.yaml');
    // What has no documented source is listed, and left to whoever knows it.
    const json = JSON.parse((await run(made, ['plan', '--format', 'json'])).output);
    const open = new Set(
      json.fromUndocumented.flatMap(({ requirements }: { requirements: { id: string }[] }) =>
        requirements.map(({ id }) => id),
      ),
    );
    expect(open.size).toBeGreaterThan(0);
    const missing = planned?.findings.filter(({ code }) => code.startsWith('requirement-')) ?? [];
    expect(missing.flatMap(({ requirements }) => requirements).filter((id) => !open.has(id))).toEqual([]);
    expect(planned?.coverage.filter(({ status }) => status === 'met').length).toBeGreaterThan(60);
  });

  it('tells source ports in a network policy, which has no word for them', async () => {
    const made = folder({ 'lintel.yaml': 'roles: { clients: [10.20.0.0/16] }\n' });
    const { output } = await run(made, ['plan', '--format', 'netpolicy', '--require', 'teams-media-ports/media/udp']);
    expect(output).toContain('Needed from source ports 50000-50059 only.');
  });

  it('is Markdown too', async () => {
    const { output } = await run(folder(NETWORK), ['plan', '--format', 'markdown', '--require', 'acme']);
    expect(output).toContain(
      '| **sbc** `10.1.8.10/32` | `192.0.2.0/28` | tcp | 5061 | yes | Without it no call can be made. |',
    );
  });

  it('is refused for a path that does not exist, and reports problems of lintel.yaml', async () => {
    expect(await run(folder({}), ['plan', 'missing'])).toMatchObject({ status: 2 });
    const broken = folder({ 'lintel.yaml': 'roles: { clients: [10.20.0.1/16] }' });
    expect(await run(broken, ['plan'])).toMatchObject({
      status: 1,
      errors: expect.stringMatching(/^lintel: lintel\.yaml:1: "10\.20\.0\.1\/16" has host bits set/),
    });
  });
});

describe('coverage', () => {
  it('names the deciding line and what is missing, for the files of a workspace', async () => {
    const made = folder(NETWORK);
    const { output } = await run(made, ['coverage']);
    expect(output).toContain(
      'blocked        m365-worldwide/31/tcp (edge/proxy.txt:2): TCP 80, 443 to *.sharepoint.com',
    );
    const { output: csv } = await run(made, ['coverage', '--format', 'csv']);
    expect(csv.split('\r\n')).toHaveLength(3);
    expect(csv).toContain('"TCP 80, 443 to *.sharepoint.com');
  });
});

describe('the examples of the documentation', () => {
  it('load without a fault, the pack in the workspace file', async () => {
    const texts = ['README.md', 'CONTRIBUTING.md'].flatMap((file) =>
      [...readFileSync(`${root}${file}`, 'utf8').matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text),
    );
    const one = (sign: RegExp) => {
      const [text = '', ...others] = texts.filter((block) => sign.test(block));
      expect(others).toEqual([]);
      return text;
    };
    const [lintel, pack] = [one(/^packs:/m), one(/^requirements:/m)];
    expect(lintel).toContain('acme-voice');
    const made = folder({ 'lintel.yaml': lintel, 'requirements/acme-voice.yaml': pack });
    const files = await check(made);
    // The files that the example is about are somewhere else.
    const isOfExample = ({ message }: { message: string }) =>
      !message.startsWith('No file that this lintel.yaml applies to');
    expect(files.map(({ path, findings }) => [path, findings.filter(isOfExample)])).toEqual([
      ['lintel.yaml', []],
      ['requirements/acme-voice.yaml', []],
    ]);
  });

  it('are the workspace file and the packs of the example network', async () => {
    const files = await check(`${root}examples`, 'lintel.yaml', 'requirements');
    expect(files.map(({ findings }) => findings)).toEqual([[], []]);
  });
});
