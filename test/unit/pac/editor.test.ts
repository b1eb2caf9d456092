import { describe, expect, test } from 'vitest';
import type { Entity, OutlineItem } from '../../../server/src/dialects/dialect.js';
import { pac } from '../../../server/src/dialects/pac/index.js';
import { DOCUMENTED } from '../../../server/src/dialects/pac/vocabulary/javascript.js';
import { MEMBERS } from '../../../server/src/dialects/pac/vocabulary/members.js';
import { HELPERS } from '../../../server/src/dialects/pac/vocabulary/words.js';
import { readPac } from './helpers.js';

/** A text with `$0` where the cursor is. */
function at(marked: string): { text: string; offset: number } {
  return { text: marked.replace('$0', ''), offset: marked.indexOf('$0') };
}

function entity(marked: string): { readonly entity: Entity | undefined; readonly text: string } {
  const { text, offset } = at(marked);
  const found = pac.entityAt(readPac(text), offset);
  return { entity: found, text: found ? text.slice(found.range.start, found.range.end) : '' };
}

const inFunction = (statement: string) =>
  `var P = "PROXY a.example.com:8080";\nvar list = [".a.test", ".b.test"];\nfunction FindProxyForURL(url, host) {\n${statement}\n}`;

describe('hover', () => {
  test.each(HELPERS)('$name is explained, with its document', ({ name, summary }) => {
    const { entity: found, text } = entity(inFunction(`return $0${name}(host);`));
    expect(text).toBe(name);
    expect(found?.kind === 'keyword' && found.markdown).toContain(summary);
    expect(found?.kind === 'keyword' && found.markdown).toMatch(/\[Reference\]\(https:\/\//);
  });

  test('a function of the file hides the helper of that name', () => {
    expect(
      entity('function isInNet(a) { return 1; }\nfunction FindProxyForURL(url, host) { return is$0InNet(host); }')
        .entity?.kind,
    ).toBe('name');
  });

  test.each([
    ['dnsDomainIs(host, ".te$0ams.test")', { kind: 'host', host: '*.teams.test' }],
    ['shExpMatch(host, "*.te$0ams.test")', { kind: 'host', host: '*.teams.test' }],
    ['host == "te$0ams.test"', { kind: 'host', host: 'teams.test' }],
    ['shExpMatch(url, "https://te$0ams.test/*")', { kind: 'host', host: 'teams.test' }],
    ['isInNet(host, "192.0$0.2.0", "255.255.255.0")', { kind: 'address', prefix: '192.0.2.0/24' }],
    ['isInNetEx(host, "2001:$0db8::/32")', { kind: 'address', prefix: '2001:db8::/32' }],
    ['"PROXY a.te$0st:8080"', { kind: 'host', host: 'a.test' }],
    ['"PROXY 192.0$0.2.1:8080"', { kind: 'address', prefix: '192.0.2.1' }],
    ['"DIRECT; PROXY a.test:80$080"', { kind: 'port', port: 8080 }],
  ])('%s', (expression, expected) => {
    expect(entity(inFunction(`return ${expression};`)).entity).toMatchObject(expected);
  });

  test.each([
    ['return $0P;', '"PROXY a.example.com:8080"'],
    ['return $0list[0];', 'list of 2'],
    ['return "PR$0OXY a:1";', 'HTTP proxy'],
    ['return ho$0st;', 'the host of the URL'],
    ['return u$0rl;', 'the URL that a client requests'],
  ])('%s shows %s', (statement, shown) => {
    const { entity: found } = entity(inFunction(statement));
    expect(found && 'markdown' in found && found.markdown).toContain(shown);
  });
});

describe("JavaScript's own objects", () => {
  const members = (statement: string) => {
    const { text, offset } = at(inFunction(statement));
    const found = pac.completionsAt(readPac(text), offset);
    return found?.areMembers ? found.items.map(({ label }) => label) : undefined;
  };

  test.each([
    ['host.$0', 'substring'],
    ['if (url.sub$0', 'indexOf'],
    ['host\n  .toLowerCase()\n  .$0', 'toUpperCase'],
    ['var parts = host.split(".");\nparts.$0', 'join'],
    ['var parts = host.split(".");\nparts[0].$0', 'charAt'],
    ['list.$0', 'push'],
    ['P.$0', 'split'],
    ['dnsResolve(host).$0', 'split'],
    ['("." + host).$0', 'indexOf'],
    ['var h = "." + host;\nreturn h.$0', 'indexOf'],
    ['/^[a-z]+$/i.$0', 'test'],
    ['var re = /a"[/]/;\nre.$0', 'exec'],
    ['new Date().$0', 'getHours'],
    ['var now = new Date();\nnow.$0', 'getDay'],
    ['Math.$0', 'floor'],
    ['Date.$0', 'now'],
    ['Object.$0', 'keys'],
    ['var table = { "a.test": 1 };\ntable.$0', 'hasOwnProperty'],
    ['host.length.$0', 'toFixed'],
  ])('offer what is behind the dot of %s', (statement, label) => {
    expect(members(statement)).toContain(label);
  });

  test.each(['unknown.$0', 'var x = a && host;\nx.$0', '// host.$0', '"host.$0', '1.$0'])(
    'offer nothing where a type is unknown or no code is: %s',
    (statement) => {
      expect(members(statement)).toBeUndefined();
    },
  );

  test('are those of the types that the entry function has, whatever its parameters are called', () => {
    const { text, offset } = at('function FindProxyForURL(u, h) {\n  return h.$0;\n}');
    expect(pac.completionsAt(readPac(text), offset)?.items.map(({ label }) => label)).toContain('substring');
  });

  test('are explained on hover, and what old engines lack is said', () => {
    expect(entity(inFunction('return host.sub$0string(1);')).entity).toMatchObject({
      kind: 'keyword',
      markdown: expect.stringContaining('substring(start, end?): string'),
    });
    expect(entity(inFunction('return host.ends$0With("a");')).entity).toMatchObject({
      markdown: expect.stringContaining('WinHTTP'),
    });
    expect(entity(inFunction('return Math.fl$0oor(1);')).entity).toMatchObject({
      markdown: expect.stringContaining('floor(x): number'),
    });
    expect(entity(inFunction('return unknown.sub$0string(1);')).entity).toBeUndefined();
  });

  test('are those that the standard has, all of what old engines know of texts and lists', () => {
    const known = new Set(MEMBERS.map(({ name }) => name));
    const accessors = ['length', 'global', 'ignoreCase', 'lastIndex', 'source', 'size'];
    const documented = DOCUMENTED.flatMap(([holder, names]) => names.map((name) => `${holder}.${name}`));
    expect(documented.filter((name) => !known.has(name) && !accessors.some((one) => name.endsWith(`.${one}`)))).toEqual(
      [],
    );
  });
});

describe('completion', () => {
  const labels = (marked: string) => {
    const { text, offset } = at(marked);
    return pac.completionsAt(readPac(text), offset)?.items.map(({ label }) => label) ?? [];
  };

  test('helpers and names in code, even while it does not parse', () => {
    expect(labels(inFunction('if (dns$0'))).toContain('dnsDomainIs');
    expect(labels(inFunction('var inner = 1; return $0;'))).toEqual(
      expect.arrayContaining(['shExpMatch', 'P', 'list', 'inner', 'host']),
    );
  });

  test.each(['return "$0";', "return 'PROXY a:1; $0';", 'var way = "P$0', 'return x ? "$0" : 1;'])(
    'results in %s',
    (statement) => {
      expect(labels(inFunction(statement))).toEqual(['DIRECT', 'PROXY', 'HTTPS', 'HTTP', 'SOCKS', 'SOCKS4', 'SOCKS5']);
    },
  );

  test.each(['dnsDomainIs(host, "$0")', '// $0', 'unknown.$0', 'return "PROXY ho$0"'])('nothing in %s', (statement) => {
    expect(labels(inFunction(statement))).toEqual([]);
  });

  test('what is typed is replaced', () => {
    const { text, offset } = at(inFunction('return isPl$0'));
    const range = pac.completionsAt(readPac(text), offset)?.range;
    expect(range && text.slice(range.start, range.end)).toBe('isPl');
  });
});

test('the outline shows variables, functions and their conditions', () => {
  const shown = (items: readonly OutlineItem[]): unknown[] =>
    items.map(({ name, kind, children }) => [name, kind, ...shown(children)]);
  const text = inFunction('var way = 1;\nif (isPlainHostName(host)) return "DIRECT";\nreturn P;');
  expect(shown(pac.outline(readPac(text)))).toEqual([
    ['P', 'variable'],
    ['list', 'list'],
    ['FindProxyForURL', 'function', ['way', 'variable'], ['if (isPlainHostName(host))', 'rule']],
  ]);
});

test('blocks and lists of several lines fold', () => {
  const text = 'var a = [\n1\n];\nvar b = [1];\nfunction f() {\n}\n';
  expect(pac.foldingRanges(readPac(text)).map(({ start, end }) => text.slice(start, end))).toEqual(['[\n1\n]', '{\n}']);
});

test('a name leads to its definition and its uses, apart from others of the same name', () => {
  const text = 'var a = 1;\nfunction f(a) { return a; }\nfunction FindProxyForURL(url, host) { a = 2; return f(a); }';
  const uses = readPac(text).names.filter(({ name }) => name === 'a');
  const kinds = [...new Set(uses.map(({ kind }) => kind))];
  expect(kinds).toHaveLength(2);
  expect(kinds.map((kind) => uses.filter((use) => use.kind === kind).map(({ role }) => role))).toEqual([
    ['definition', 'reference', 'reference'],
    ['definition', 'reference'],
  ]);
});

describe('recognition', () => {
  const content = 'function FindProxyForURL(url, host) { return "DIRECT"; }';

  test.each([
    ['file:///x/proxy.pac', '', 1],
    ['file:///x/wpad.dat', '', 1],
    ['file:///x/proxy.js', content, 0.9],
    ['file:///x/proxy', content, 0.9],
    ['file:///x/notes.txt', content, 0.5],
    ['file:///x/app.js', 'export const a = 1;', 0],
    ['file:///x/squid.conf', 'acl a src all', 0],
  ])('%s', (path, text, certainty) => {
    expect(pac.detect(path, text)).toBe(certainty);
  });
});

describe('endpoints', () => {
  test('are listed with the edit that removes them', () => {
    const text = inFunction(
      'if (dnsDomainIs(host, ".old.test") || isInNet(host, "192.0.2.0", "255.255.255.0") || host == "x.test") return "DIRECT";',
    );
    const after = readPac(text).endpoints.map(({ endpoint, removal }) => {
      const [edit] = removal ?? [];
      const line = edit
        ? (text.slice(0, edit.range.start) + edit.newText + text.slice(edit.range.end)).split('\n')
        : [];
      return [
        endpoint,
        line.find(
          (one) =>
            one.includes('if (') || (one.includes('list') && 'host' in endpoint && endpoint.host.endsWith('a.test')),
        ),
      ];
    });
    expect(after).toContainEqual([
      { prefix: '192.0.2.0/24' },
      'if (dnsDomainIs(host, ".old.test") || host == "x.test") return "DIRECT";',
    ]);
    expect(after).toContainEqual([
      { host: '*.old.test' },
      'if (isInNet(host, "192.0.2.0", "255.255.255.0") || host == "x.test") return "DIRECT";',
    ]);
    expect(after).toContainEqual([
      { host: 'x.test' },
      'if (dnsDomainIs(host, ".old.test") || isInNet(host, "192.0.2.0", "255.255.255.0")) return "DIRECT";',
    ]);
    expect(after.map(([endpoint]) => endpoint)).toContainEqual({ host: '*.b.test' });
  });
});
