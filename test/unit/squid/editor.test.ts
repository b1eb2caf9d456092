// Hover, completion, outline, folding, names and detection of squid.conf.

import { describe, expect, test } from 'vitest';
import { squid } from '../../../server/src/dialects/squid/index.js';
import { DIRECTIVES } from '../../../server/src/dialects/squid/vocabulary/directives.js';
import { lowered } from './helpers.js';

/** A text with `$0` where the cursor is. */
function at(marked: string): { text: string; offset: number } {
  const offset = marked.indexOf('$0');
  return { text: marked.replace('$0', ''), offset };
}

function hover(marked: string, files: Readonly<Record<string, string>> = {}) {
  const { text, offset } = at(marked);
  return squid.entityAt(lowered(text, files), offset);
}

function completions(marked: string): string[] {
  const { text, offset } = at(marked);
  return squid.completionsAt(lowered(text), offset)?.items.map(({ label }) => label) ?? [];
}

describe('hover', () => {
  test('on a directive explains it and links to its manual', () => {
    const entity = hover('http_ac$0cess deny all\n');
    expect(entity).toMatchObject({ kind: 'keyword', range: { start: 0, end: 11 } });
    expect(entity).toHaveProperty(
      'markdown',
      expect.stringContaining('http://www.squid-cache.org/Doc/config/http_access/'),
    );
  });

  test('on an acl shows what all its lines hold, in every file', () => {
    const text = 'acl office src 10.1.0.0/16\nacl office src "lists/more"\nhttp_access allow !off$0ice\n';
    const entity = hover(text, { 'lists/more': '10.2.0.0/16\n' });
    expect(entity).toHaveProperty('markdown', expect.stringContaining('`10.1.0.0/16`, `10.2.0.0/16`'));
  });

  test('on a built-in acl', () => {
    expect(hover('http_access deny mana$0ger\n')).toHaveProperty('markdown', expect.stringContaining('(built in)'));
  });

  test('on hosts, addresses and ports', () => {
    expect(hover('acl a dstdomain .teams.micro$0soft.com\n')).toMatchObject({
      kind: 'host',
      host: '*.teams.microsoft.com',
    });
    expect(hover('acl a src 10.1.0.0/255.2$055.0.0\n')).toMatchObject({ kind: 'address', prefix: '10.1.0.0/16' });
    expect(hover('acl a port 4$043\n')).toMatchObject({ kind: 'port', port: 443 });
  });

  test('on the second line of a continued statement', () => {
    expect(hover('acl a dstdomain \\\n  .exa$0mple.com\n')).toMatchObject({
      kind: 'host',
      range: { start: 20, end: 32 },
    });
  });

  test('every directive that is not obsolete has a text of its own or its form', () => {
    for (const [name, { status }] of DIRECTIVES) {
      if (status === 'current') expect(hover(`$0${name} x\n`), name).toHaveProperty('kind', 'keyword');
    }
  });
});

describe('completion', () => {
  test('of directives at the start of a line', () => {
    expect(completions('http_port 3128\nssl_$0\n')).toContain('ssl_bump');
    expect(completions('$0')).not.toContain('hierarchy_stoplist');
  });

  test('of acl types, options and values', () => {
    expect(completions('acl a $0')).toContain('ssl::server_name');
    expect(completions('acl a dstdomain $0')).toEqual(['-n']);
    expect(completions('acl a at_step $0')).toContain('SslBump1');
  });

  test('of actions and acl names', () => {
    expect(completions('ssl_bump $0')).toContain('splice');
    expect(completions('http_access $0')).toEqual(['allow', 'deny']);
    expect(completions('acl office src 10.0.0.1\nhttp_access allow $0')).toContain('office');
  });

  test('behind a negation keeps it', () => {
    const { text, offset } = at('acl office src 10.0.0.1\nhttp_access allow !off$0');
    const found = squid.completionsAt(lowered(text), offset);
    expect(found?.range).toEqual({ start: offset - 4, end: offset });
    expect(found?.items.find(({ label }) => label === 'office')?.insertText).toBe('!office');
  });

  test('is silent in comments', () => {
    expect(completions('# http_$0')).toEqual([]);
  });
});

describe('outline and folding', () => {
  const text = `http_port 3128
# the first
# comment
acl office src 10.0.0.0/8
acl office src 10.1.0.0/16
if true
http_access allow office
endif
http_access deny all
cache_peer p.example parent 3128 0
`;

  test('lists ports, acls, peers, and rules under their list', () => {
    const items = squid.outline(lowered(text));
    expect(items.map(({ name, children }) => [name, children.length])).toEqual([
      ['http_port 3128', 0],
      ['office', 0],
      ['office', 0],
      ['http_access', 2],
      ['p.example', 0],
    ]);
    for (const { range, nameRange } of items) {
      expect(range.start <= nameRange.start && nameRange.end <= range.end).toBe(true);
    }
  });

  test('folds comments and conditions', () => {
    const folds = squid.foldingRanges(lowered(text)).map(({ start, end }) => text.slice(start, end).split('\n')[0]);
    expect(folds.sort()).toEqual(['# the first', 'if true']);
  });
});

describe('names', () => {
  test('definitions and references across files', () => {
    const document = lowered('include acls.conf\nhttp_access allow Office\n', {
      'acls.conf': 'acl office src 10.0.0.1\n',
    });
    expect(document.names).toMatchObject([
      { name: 'office', kind: 'acl', role: 'definition', uri: 'file:///work/acls.conf', range: { start: 4, end: 10 } },
      { name: 'office', kind: 'acl', role: 'reference', uri: 'file:///work/squid.conf', range: { start: 36, end: 42 } },
    ]);
    expect(document.dependencies).toEqual(['file:///work/acls.conf']);
  });
});

describe('files are recognised', () => {
  const content = 'acl a src 10.0.0.1\nhttp_access allow a\nhttp_port 3128\n';

  test.each([
    ['/etc/squid/squid.conf', ''],
    ['/repo/proxy/squid.conf.https_proxy', ''],
    ['/repo/edge.squid.conf', ''],
    ['/repo/squid-edge.conf', ''],
    ['/repo/squid/conf.d/10-acls.conf', 'acl a src 10.0.0.1\n'],
    ['/repo/proxy.txt', content],
  ])('%s', (path, text) => {
    expect(squid.detect(path, text)).toBeGreaterThan(0.4);
  });

  test.each([
    ['/repo/nginx.conf', 'server { listen 80; }\n'],
    ['/repo/haproxy.cfg', 'acl is_api path_beg /api\nuse_backend api if is_api\n'],
    ['/repo/proxy.pac', 'function FindProxyForURL(url, host) { return "DIRECT"; }\n'],
  ])('%s is none', (path, text) => {
    expect(squid.detect(path, text)).toBeLessThan(0.4);
  });
});
