// The manuals of the installed programs against the tables of words: what a program knows is in its table.
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { words as iptablesWords, MATCHES, TARGETS } from '../../server/src/dialects/iptables/vocabulary/words.js';
import { words as nftWords } from '../../server/src/dialects/nftables/vocabulary/words.js';
import { ACL_TYPES } from '../../server/src/dialects/squid/vocabulary/acl-types.js';
import { DIRECTIVES } from '../../server/src/dialects/squid/vocabulary/directives.js';

const BACKSPACE = String.fromCharCode(8);

/** The output of a program; `undefined` where it is not installed or fails. */
function outputOf(program: string, ...args: string[]): string | undefined {
  const format = { MANPAGER: 'cat', MANWIDTH: '120', MAN_KEEP_FORMATTING: '1', GROFF_NO_SGR: '1' };
  const env = { ...process.env, ...format, LC_ALL: 'C.UTF-8' };
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8', env });
  return status === 0 ? stdout : undefined;
}

/** What a manual page prints in bold: each letter, a backspace and the letter again. */
const BOLD = new RegExp(`(?:([^\\s])${BACKSPACE}\\1)+`, 'gu');
const plain = (text: string) => text.replaceAll(new RegExp(`.${BACKSPACE}`, 'gu'), '');

const EXTENSIONS = outputOf('man', 'iptables-extensions');
const NFT = outputOf('man', 'nft');
const SQUID = outputOf('zcat', '-f', '/usr/share/doc/squid-common/squid.conf.documented.gz');
/** Bold in the synopses of nft(8) and no keywords: values, names of chapters, and what a file cannot hold (`xt`). */
const NFT_VALUES = new Set('packet-too-big parameter-problem new hash match target watcher'.split(' '));
const PROGRAMS = { 4: 'iptables', 6: 'ip6tables' } as const;

for (const [what, text] of Object.entries({
  'iptables-extensions(8)': EXTENSIONS,
  'nft(8)': NFT,
  'squid.conf.documented': SQUID,
}))
  if (text === undefined) console.warn(`skipped: the words of ${what}, which is not installed`);

describe.skipIf(EXTENSIONS === undefined)('iptables-extensions(8)', () => {
  const chapters = [...plain(EXTENSIONS ?? '').matchAll(/^ {3}([\w-]+)(?: \((?:IPv[46]|ICMPv6)-specific\))?.*$/gm)].map(
    ([, name = '']) => name,
  );

  test('has no match and no target that the table has not', () => {
    const known = new Set([...MATCHES, ...TARGETS].map(({ name }) => name));
    expect(chapters.length).toBeGreaterThan(80);
    expect(chapters.filter((name) => !known.has(name))).toEqual([]);
  });
});

const extensions = [...MATCHES, ...TARGETS].flatMap((extension) =>
  extension.families.map((family) => ({ extension, family, name: `${extension.name} of IPv${family}` })),
);

describe('the help of iptables', () => {
  const common = outputOf('iptables', '-h');
  const known = (place: string) =>
    new Set(iptablesWords.words.filter((one) => one.place === place).map(({ name }) => name));

  test.skipIf(common === undefined)('has no command and no option of rules that the table has not', () => {
    const names = [...(common ?? '').matchAll(/--([a-z][a-z0-9-]+)/g)].map(([, name = '']) => name);
    const all = new Set([...known('command'), ...known('option of a rule')].map((name) => name.replace(/^-+/, '')));
    // A long option may be abbreviated.
    const isKnown = (name: string) => [...all].some((one) => one.startsWith(name));
    expect(names.filter((name) => !isKnown(name))).toEqual([]);
  });

  test.skipIf(common === undefined).each(extensions)('has no option of $name that the table has not', (one) => {
    const { extension, family } = one;
    const program = PROGRAMS[family];
    const help = outputOf(program, extension.place === 'match' ? '-m' : '-j', extension.name, '-h');
    // Not every extension is in every version.
    if (help === undefined) return;
    const own = help.slice((outputOf(program, '-h') ?? '').length);
    const names = [...own.matchAll(/(?<![\w-])--([a-z][a-z0-9-]+)/g)].map(([, name = '']) => name);
    expect(names.filter((name) => !extension.options().has(name))).toEqual([]);
  });
});

describe('the help of ipset', () => {
  const common = outputOf('ipset', 'help') ?? '';
  const named = (place: string) =>
    new Set(iptablesWords.words.filter((one) => one.place === place).map(({ name }) => name));
  const types = [...new Set([...common.matchAll(/^ {4}([a-z]+:[a-z,]+)\t/gm)].map(([, name = '']) => name))];

  test.skipIf(common === '')('has no command and no type of set that the table has not', () => {
    const commands = [...common.matchAll(/^([a-z]+) .*\n {8}\S/gm)].map(([, name = '']) => name);
    expect(commands.length).toBeGreaterThan(10);
    expect(types.length).toBeGreaterThan(15);
    expect(commands.filter((name) => !named('ipset command').has(name))).toEqual([]);
    expect(types.filter((name) => !named('ipset type').has(name))).toEqual([]);
  });

  test.skipIf(types.length === 0).each(types)('has no option of %s that the table has not', (type) => {
    // The synopsis of the type stands behind that of the program.
    const own = (outputOf('ipset', 'help', type) ?? '').split('type specific options:').at(-1) ?? '';
    const [, create = '', add = ''] = /^create(.*?)^add(.*?)^del/ms.exec(own) ?? [];
    const missing = (text: string, place: string) =>
      [...text.matchAll(/\[([a-z]+)(?=[ |\]])/g)].flatMap(([, name = '']) => (named(place).has(name) ? [] : [name]));
    expect(create).not.toBe('');
    expect([...missing(create, 'ipset option of create'), ...missing(add, 'ipset option of add')]).toEqual([]);
  });
});

describe.skipIf(NFT === undefined)('nft(8)', () => {
  test('has no keyword in its synopses that the table has not', () => {
    const known = new Set(nftWords.words.flatMap(({ name }) => name.split(' ')));
    // Keywords stand in bold there, and in examples nothing does.
    const synopses = (NFT ?? '').split('\n').filter((line) => /^ {11}\S/.test(line) && /[{[|]/.test(plain(line)));
    const bold = synopses.flatMap((line) =>
      [...line.matchAll(BOLD)].flatMap(([text]) => plain(text).split(/[|{}[\]]/)),
    );
    const missing = bold.filter((word) => /^[a-z][a-z0-9-]+$/.test(word) && !NFT_VALUES.has(word));
    expect(missing.length).toBeGreaterThan(100);
    expect([...new Set(missing.filter((word) => !known.has(word)))].sort()).toEqual([]);
  });
});

describe.skipIf(SQUID === undefined)('squid.conf.documented', () => {
  test('has no directive that the table has not', () => {
    const names = [...(SQUID ?? '').matchAll(/^# {2}TAG: (\S+)/gm)].map(([, name = '']) => name);
    expect(names.length).toBeGreaterThan(350);
    expect(names.filter((name) => !DIRECTIVES.has(name))).toEqual([]);
  });

  test('has no acl type and no option of one that the table has not', () => {
    const lines = [...(SQUID ?? '').matchAll(/^#\tacl aclname (\S+)([^\n#]*)/gm)].filter(
      ([, type]) => type !== 'acltype',
    );
    expect(lines.length).toBeGreaterThan(40);
    const missing = lines.flatMap(([, name = '', rest = '']) => {
      const type = ACL_TYPES.get(name);
      const options = [...rest.matchAll(/\[(-\w)/g)].map(([, option = '']) => option);
      return type ? options.filter((option) => !type.options.includes(option)) : [name];
    });
    expect(missing).toEqual([]);
  });
});
