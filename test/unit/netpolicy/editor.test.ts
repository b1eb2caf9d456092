import { describe, expect, it } from 'vitest';
import { Catalog } from '../../../server/src/catalog/catalog.js';
import type { Entity, OutlineItem } from '../../../server/src/dialects/dialect.js';
import { netpolicy } from '../../../server/src/dialects/netpolicy/index.js';
import { applyEdits } from '../../../server/src/text/edit.js';
import { read } from './support.js';

const VOCABULARY = Catalog.builtIn();

/** A text without its cursor `|`, and where the cursor was. */
function cursorIn(marked: string): { text: string; offset: number } {
  const offset = marked.indexOf('|');
  return { text: marked.slice(0, offset) + marked.slice(offset + 1), offset };
}

function entity(marked: string): (Entity & { under: string }) | undefined {
  const { text, offset } = cursorIn(marked);
  const found = netpolicy.entityAt(read(text), offset, VOCABULARY);
  return found && { ...found, under: text.slice(found.range.start, found.range.end) };
}

function completions(marked: string): { labels: string[]; accept: (label: string) => string | undefined } {
  const { text, offset } = cursorIn(marked);
  const found = netpolicy.completionsAt(read(text), offset, VOCABULARY);
  return {
    labels: found?.items.map(({ label }) => label) ?? [],
    accept: (label) => {
      const item = found?.items.find((one) => one.label === label);
      return found && item && applyEdits(text, [{ range: found.range, newText: item.insertText }]);
    },
  };
}

describe('hover', () => {
  it('says what a key is for', () => {
    expect(entity('proxy:\n  by|pass: []\n')).toMatchObject({
      kind: 'keyword',
      under: 'bypass',
      markdown: expect.stringContaining('past the proxy'),
    });
    expect(entity('firewall: { rules: [{ act|ion: permit }] }')).toMatchObject({
      markdown: expect.stringContaining('Allowed: `permit`, `deny`'),
    });
  });

  it.each([
    ['firewall: { rules: [{ action: permit, from: 10.2|0.0.0/16 }] }', { kind: 'address', prefix: '10.20.0.0/16' }],
    ['firewall: { rules: [{ action: permit, to: ["2001:db8|::/32"] }] }', { kind: 'address', prefix: '2001:db8::/32' }],
    ['proxy: { bypass: ["*.teams|.example"] }', { kind: 'host', host: '*.teams.example' }],
    ['firewall: { rules: [{ action: permit, ports: [80, 44|3] }] }', { kind: 'port', port: 443 }],
    ['{"groups": {"ports": {"web": [44|3]}}}', { kind: 'port', port: 443 }],
  ])('knows what %s names', (text, expected) => {
    expect(entity(text)).toMatchObject(expected);
  });

  it('resolves groups, where they are defined and where they are used', () => {
    const groups = 'groups: { addresses: { a: [10.0.0.0/9], b: [a, 10.128.0.0/9] } }\n';
    const content = { kind: 'name', markdown: 'Group of addresses **b**: `10.0.0.0/8`' };
    expect(entity(`${groups}ipsec: { exempt: [{ peers: b| }] }`)).toMatchObject(content);
    expect(entity(groups.replace('b:', 'b|:'))).toMatchObject(content);
  });

  it('knows either end of a range of ports', () => {
    const range = 'groups: { ports: { relays: ["3478-3481"] } }';
    expect(entity(range.replace('3478', '34|78'))).toMatchObject({ kind: 'port', port: 3478, under: '3478' });
    expect(entity(range.replace('3481', '34|81'))).toMatchObject({ kind: 'port', port: 3481, under: '3481' });
  });

  it('says of a group that is called like a role what the role is', () => {
    const hovered = entity('groups: { addresses: { front-end|: [10.1.0.0/28] } }');
    expect(hovered?.kind === 'name' && hovered.markdown).toMatch(
      /^Group of addresses \*\*front-end\*\*: `10\.1\.0\.0\/28`\n\n.*Front End Servers/,
    );
  });

  it('has nothing to say between things', () => {
    expect(entity('proxy:\n  bypass: []\n|\n')).toBeUndefined();
  });
});

describe('completion', () => {
  it('offers the keys that a map does not have yet', () => {
    const { labels, accept } = completions('firewall:\n  rules:\n    - action: permit\n      |\n');
    expect(labels).toEqual(expect.arrayContaining(['from', 'to', 'hosts', 'ports']));
    expect(labels).not.toContain('action');
    expect(accept('from')).toBe('firewall:\n  rules:\n    - action: permit\n      from: \n');
  });

  it('offers the values of a key', () => {
    expect(completions('firewall:\n  default: |\n').labels).toEqual(['permit', 'deny']);
    expect(completions('firewall:\n  rules:\n    - protocol: t|\n').labels).toContain('tcp');
  });

  it('offers the groups that fit', () => {
    const groups =
      'groups:\n  addresses: { office: [10.0.0.0/8] }\n  hosts: { teams: [a.example] }\n  ports: { web: [80] }\n';
    expect(completions(`${groups}proxy:\n  bypass:\n    - |\n`).labels).toEqual(['teams', 'any']);
    expect(completions(`${groups}firewall: { rules: [{ action: permit, from: o| }] }\n`).labels).toEqual([
      'office',
      'any',
    ]);
    expect(completions(`${groups}firewall:\n  rules:\n    - ports: [w|]\n`).labels).toEqual(['web']);
  });

  it('offers the roles that a group may be called after', () => {
    const { labels, accept } = completions('groups:\n  addresses:\n    clients: [10.0.0.0/8]\n    front|\n');
    expect(labels).toEqual(expect.arrayContaining(['front-end', 'mediation']));
    expect(labels).not.toContain('clients');
    expect(accept('front-end')).toContain('    front-end: \n');
    expect(completions('groups:\n  hosts:\n    front|\n').labels).not.toContain('front-end');
  });

  it('writes JSON in JSON', () => {
    expect(completions('{"firewall": {"default": |}}').accept('deny')).toBe('{"firewall": {"default": "deny"}}');
    expect(completions('{"firewall": {"default": "|"}}').accept('deny')).toBe('{"firewall": {"default": "deny"}}');
  });
});

const POLICY = `groups:
  addresses:
    office: [10.0.0.0/8]
firewall:
  rules:
    - name: web
      action: permit
      from: office
    - action: deny
`;

describe('outline, folding and names', () => {
  it('shows sections, groups and rules', () => {
    const names = (items: readonly OutlineItem[]): unknown[] =>
      items.map(({ name, children }) => (children.length > 0 ? [name, names(children)] : name));
    expect(names(netpolicy.outline(read(POLICY)))).toEqual([
      ['groups', [['addresses', ['office']]]],
      ['firewall', [['rules', ['web', 'rule 2']]]],
    ]);
  });

  it('holds every child inside of its parent', () => {
    const check = (items: readonly OutlineItem[], start: number, end: number) => {
      for (const { range, nameRange, children } of items) {
        expect([start <= range.start, range.end <= end]).toEqual([true, true]);
        expect([range.start <= nameRange.start, nameRange.end <= range.end]).toEqual([true, true]);
        check(children, range.start, range.end);
      }
    };
    check(netpolicy.outline(read(POLICY)), 0, POLICY.length);
  });

  it('folds what spans lines', () => {
    const folded = netpolicy.foldingRanges(read(POLICY)).map(({ start, end }) => POLICY.slice(start, end));
    expect(folded.map((text) => text.slice(0, 9))).toEqual([
      'groups:\n ',
      'addresses',
      'firewall:',
      'rules:\n  ',
      'name: web',
    ]);
    expect(folded.every((text) => text.includes('\n') && text === text.trimEnd())).toBe(true);
  });

  it('knows where a group is defined and used', () => {
    const uses = read(POLICY).names.map(({ name, kind, role, range }) => [name, kind, role, range.start]);
    expect(uses).toEqual([
      ['office', 'addresses', 'definition', POLICY.indexOf('office:')],
      ['office', 'addresses', 'reference', POLICY.lastIndexOf('office')],
    ]);
  });

  it('lists hosts and public addresses, each with the edit that drops it from its list', () => {
    const text =
      'proxy:\n  bypass:\n    - old.example # gone\n    - new.example\nipsec: { exempt: [{ peers: [10.0.0.1, 192.0.2.0/24] }] }\n';
    const { endpoints } = read(text);
    expect(endpoints.map(({ endpoint }) => endpoint)).toEqual([
      { prefix: '192.0.2.0/24' },
      { host: 'old.example' },
      { host: 'new.example' },
    ]);
    const after = endpoints.map(({ removal }) => removal && applyEdits(text, removal));
    expect(after).toEqual([
      text.replace(', 192.0.2.0/24', ''),
      text.replace('    - old.example # gone\n', ''),
      text.replace('    - new.example\n', ''),
    ]);
  });
});

describe('detection', () => {
  it.each(['site.netpolicy.yaml', 'a/b.netpolicy.yml', 'C:\\x\\y.NETPOLICY.JSON'])('%s is a policy', (path) => {
    expect(netpolicy.detect(path, '')).toBe(1);
  });

  it.each(['netpolicy.txt', 'values.yaml', 'site.netpolicy.yaml.bak'])('%s is none', (path) => {
    expect(netpolicy.detect(path, 'firewall: {}')).toBe(0);
  });
});
