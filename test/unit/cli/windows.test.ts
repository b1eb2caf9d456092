// The program on a Windows machine: paths as people write them there, and as reports, patterns and fixes need them.
import { win32 } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommandLine } from '../../../server/src/cli/command-line.js';
import { UsageError } from '../../../server/src/cli/terminal.js';
import { canonicalUri } from '../../../server/src/service/files/uris.js';
import { WindowsFiles, windowsSystem } from './windows-files.js';

const FIREWALL = '*filter\r\n:INPUT DROP [0:0]\r\n:FORWARD DROP [0:0]\r\n:OUTPUT ACCEPT [0:0]\r\nCOMMIT\r\n';
const LINTEL = 'files:\n  - match: edge/*.v4\n    require: [teams]\n  - match: "**/*.pac"\n    require: [teams]\n';
const PAC = 'function FindProxyForURL(url, host) {\r\n  return "PROXY proxy.example.com:8080";\r\n}\r\n';
const SQUID = 'include conf.d/*.conf\nhttp_access allow all\n';

function machine(more: Readonly<Record<string, string | Uint8Array>> = {}) {
  return new WindowsFiles({
    'C:\\Net\\lintel.yaml': LINTEL,
    'C:\\Net\\edge\\rules.v4': FIREWALL,
    'C:\\Net\\edge\\Proxy.pac': PAC,
    ...more,
  });
}

async function lintel(files: WindowsFiles, args: readonly string[], folder = 'C:\\Net') {
  const run = { output: '', errors: '', status: undefined as number | undefined };
  const terminal = {
    system: windowsSystem(files),
    folder,
    width: 100,
    listWidth: Number.POSITIVE_INFINITY,
    hasColours: false,
    write: (text: string) => {
      run.output += text;
    },
    writeBytes: (bytes: Uint8Array) => {
      run.output += new TextDecoder().decode(bytes);
    },
    writeError: (text: string) => {
      run.errors += text;
    },
    readInput: async () => new Uint8Array(),
    now: () => 0,
  };
  try {
    run.status = await runCommandLine(args, terminal);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    run.errors += error.message;
    run.status = 2;
  }
  return run;
}

/** The paths at which a run reports something, each once. */
function placesIn(output: string): readonly string[] {
  return [...new Set(output.split('\n').flatMap((line) => /^(\S+?):\d+:\d+[: ]/.exec(line)?.[1] ?? []))];
}

describe('files', () => {
  it('of a folder are found, and told with forward slashes', async () => {
    const { output, status } = await lintel(machine(), ['check', '--format', 'oneline']);
    expect([...placesIn(output)].sort()).toEqual(['edge/Proxy.pac', 'edge/rules.v4']);
    expect(status).toBe(1);
  });

  it.each([
    ['edge\\rules.v4', 'edge/rules.v4'],
    ['edge/rules.v4', 'edge/rules.v4'],
    ['.\\edge\\*.v4', 'edge/rules.v4'],
    ['edge\\*.V4', 'edge/rules.v4'],
    ['**\\rules.*', 'edge/rules.v4'],
    ['C:\\Net\\edge\\rules.v4', 'C:/Net/edge/rules.v4'],
    ['C:\\Net\\edge\\*.v4', 'C:/Net/edge/rules.v4'],
    ['c:\\net\\EDGE\\Rules.v4', 'c:/net/EDGE/Rules.v4'],
  ])('are named by %s', async (named, shown) => {
    const { output, errors } = await lintel(machine(), ['check', '--format', 'oneline', named]);
    expect(errors).toBe('');
    expect(placesIn(output)).toEqual([shown]);
  });

  it('that two spellings name are one', async () => {
    const { output } = await lintel(machine(), ['check', '--format', 'json', 'edge\\rules.v4', 'EDGE\\RULES.V4']);
    expect(JSON.parse(output).files.map(({ path }: { path: string }) => path)).toEqual(['edge/rules.v4']);
  });

  it('on a share and on another drive are read', async () => {
    const files = machine({ '\\\\server\\share\\fw\\rules.v4': FIREWALL, 'D:\\fw\\rules.v4': FIREWALL });
    const { output, errors } = await lintel(files, [
      'check',
      '--format',
      'oneline',
      '--require',
      'teams',
      '\\\\server\\share\\fw',
      'D:\\fw',
    ]);
    expect(errors).toBe('');
    expect(placesIn(output)).toEqual(['//server/share/fw/rules.v4', 'D:/fw/rules.v4']);
  });

  it.each(['.gitignore', '.lintelignore'])('that %s names are passed over', async (name) => {
    const { output } = await lintel(machine({ [`C:\\Net\\${name}`]: 'edge/*.v4\r\n' }), [
      'check',
      '--format',
      'oneline',
    ]);
    expect(placesIn(output)).toEqual(['edge/Proxy.pac']);
  });

  it('that --exclude and --pattern name with backslashes', async () => {
    const files = machine({
      'C:\\Net\\lists\\core.txt':
        'ip access-list extended OUT\n deny ip any any\ninterface Vlan1\n ip access-group OUT in\n',
    });
    const { output } = await lintel(files, [
      'check',
      '--format',
      'json',
      '--exclude',
      'edge/*',
      '--dialect',
      'cisco',
      '--pattern',
      'lists\\*.TXT',
      '.',
    ]);
    const read: readonly { readonly path: string; readonly dialect: string }[] = JSON.parse(output).files;
    expect(read.map(({ path, dialect }) => `${dialect} ${path}`)).toEqual([
      'lintel-config lintel.yaml',
      'cisco lists/core.txt',
    ]);
  });

  it('that another one includes are found beside it', async () => {
    const files = machine({
      'C:\\Net\\squid\\squid.conf': SQUID,
      'C:\\Net\\squid\\conf.d\\deny.conf': 'http_access deny all\n',
    });
    const { output } = await lintel(files, ['check', '--format', 'oneline', '--require', 'teams', 'squid\\squid.conf']);
    expect(placesIn(output)).toContain('squid/conf.d/deny.conf');
  });
});

describe('URIs', () => {
  const system = windowsSystem(machine());

  it.each(['file:///C:/Net/edge/rules.v4', 'file:///c:/Net/edge/rules.v4', 'file:///C%3A/Net/edge/rules.v4'])(
    '%s is the file that editors call by its other spellings',
    (uri) => {
      expect(canonicalUri(uri)).toBe(system.uriOf('C:\\Net\\edge\\rules.v4'));
      expect(system.pathOf(uri).toLowerCase()).toBe('c:\\net\\edge\\rules.v4');
    },
  );

  it('of a share have its server', () => {
    const uri = system.uriOf('\\\\server\\share\\a b.v4');
    expect(uri).toBe('file://server/share/a%20b.v4');
    expect(system.pathOf(uri)).toBe('\\\\server\\share\\a b.v4');
  });
});

describe('reports', () => {
  it.each(['json', 'sarif', 'github', 'junit', 'gitlab', 'checkstyle', 'oneline', 'text'])(
    'as %s have no backslash in a path',
    async (format) => {
      const { output } = await lintel(machine(), ['check', '--format', format]);
      expect(output).toContain('edge/rules.v4');
      expect(output).not.toMatch(/edge\\+rules/);
    },
  );

  it('of a baseline hold on any system', async () => {
    const files = machine();
    await lintel(files, ['check', '--write-baseline', 'accepted\\baseline.json']);
    expect(files.text('C:\\Net\\accepted\\baseline.json')).toContain('"path": "edge/rules.v4"');
    const { status } = await lintel(files, ['check', '--baseline', 'accepted/baseline.json']);
    expect(status).toBe(0);
  });

  it('say what does not exist as it was written', async () => {
    const { errors, status } = await lintel(machine(), ['check', 'edge\\nothing.v4']);
    expect(errors).toContain('edge\\nothing.v4: no such file or folder');
    expect(status).toBe(2);
  });
});

describe('fixes', () => {
  it('keep line ends and stand in the same file', async () => {
    const files = machine();
    const { errors } = await lintel(files, ['fix', 'EDGE']);
    expect(errors).toBe('');
    const text = files.text('C:\\Net\\edge\\rules.v4') ?? '';
    expect(text).toMatch(/-A FORWARD .* -j ACCEPT\r\n/);
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it('are patches with forward slashes', async () => {
    const { output } = await lintel(machine(), ['fix', '--dry-run', 'edge\\rules.v4']);
    expect(output).toContain('--- a/edge/rules.v4');
    expect(output).toContain('+++ b/edge/rules.v4');
  });
});

describe('a workspace', () => {
  it('gets its first lintel.yaml', async () => {
    const files = new WindowsFiles({ 'C:\\Net\\edge\\rules.v4': FIREWALL });
    const { output } = await lintel(files, ['init']);
    expect(output).toContain('lintel.yaml: written for 1 file');
    expect(files.text('C:\\Net\\lintel.yaml')).toContain('match: edge/rules.v4');
    expect((await lintel(files, ['init'])).errors).toContain('lintel.yaml is there already');
  });

  it('is the same from a folder below, and in another case of its drive', async () => {
    const { output } = await lintel(machine(), ['check', '--format', 'oneline'], win32.join('c:\\Net', 'edge'));
    expect([...placesIn(output)].sort()).toEqual(['Proxy.pac', 'rules.v4']);
  });

  it('explains a flow', async () => {
    const { output } = await lintel(machine(), [
      'explain',
      'edge\\rules.v4',
      '--flow',
      'udp 10.1.2.3:50000 > 52.112.1.1:3478',
    ]);
    expect(output).toContain('decided by: edge/rules.v4:3');
  });
});
