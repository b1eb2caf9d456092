import { describe, expect, test } from 'vitest';
import { nftables } from '../../../server/src/dialects/nftables/index.js';
import { detectDialect } from '../../../server/src/dialects/registry.js';
import { lowered } from './helpers.js';

/** A text without its `|`, and the offset of it. */
function cursorIn(marked: string): { text: string; offset: number } {
  const offset = marked.indexOf('|');
  return { text: marked.slice(0, offset) + marked.slice(offset + 1), offset };
}

const RULESET = (rules: string) => `define lan = "eth1"
table inet filter {
    set media {
        type ipv4_addr
        flags interval
        elements = { 52.112.0.0/14, 52.122.0.0/15 }
    }
    chain helper {
        accept
    }
    chain forward {
        type filter hook forward priority 0; policy drop;
        ${rules}
    }
}
`;

function hover(rules: string) {
  const { text, offset } = cursorIn(RULESET(rules));
  return nftables.entityAt(lowered(text), offset);
}

function completions(rules: string): string[] {
  const { text, offset } = cursorIn(RULESET(rules));
  return (nftables.completionsAt(lowered(text), offset)?.items ?? []).map(({ label }) => label);
}

describe('hover', () => {
  test('on a set shows what it holds', () => {
    expect(hover('ip daddr @me|dia accept')).toMatchObject({
      kind: 'name',
      markdown: expect.stringContaining('52.112.0.0/14, 52.122.0.0/15'),
    });
  });

  test('on a variable shows its value', () => {
    expect(hover('iifname $la|n accept')).toMatchObject({ kind: 'name', markdown: expect.stringContaining('eth1') });
  });

  test('on a chain shows its rules', () => {
    expect(hover('jump hel|per')).toMatchObject({ kind: 'name', markdown: expect.stringContaining('1 rule') });
  });

  test('on a verdict says what the rule permits', () => {
    expect(hover('ip daddr @media udp dport 3478-3481 acc|ept')).toMatchObject({
      kind: 'keyword',
      markdown: expect.stringContaining('permits UDP 3478-3481 to 52.112.0.0/14, 52.122.0.0/15'),
    });
  });

  test('on addresses and ports leaves the word to the catalog', () => {
    expect(hover('ip daddr 52.1|12.0.0/14 accept')).toMatchObject({ kind: 'address', prefix: '52.112.0.0/14' });
    expect(hover('udp dport { 53, 34|78 } accept')).toMatchObject({ kind: 'port', port: 3478 });
    expect(hover('meta mark 34|78 accept')).toBeUndefined();
  });

  test('on a field explains it, with a link', () => {
    expect(hover('ct sta|te new accept')).toMatchObject({
      kind: 'keyword',
      markdown: expect.stringMatching(/established.*wiki\.nftables\.org/s),
    });
  });
});

describe('completion', () => {
  test('offers names where names are used', () => {
    expect(completions('ip daddr @|')).toEqual(['media']);
    expect(completions('iifname $|')).toEqual(['lan']);
    expect(completions('jump |')).toEqual(['helper']);
  });

  test('offers the values of a field', () => {
    expect(completions('ct state |')).toContain('established');
    expect(completions('ct state established,|')).toContain('related');
    expect(completions('icmpv6 type { |')).toContain('nd-neighbor-solicit');
  });

  test('offers statements in a rule, and nothing in a comment', () => {
    expect(completions('|')).toEqual(expect.arrayContaining(['ip daddr', 'tcp dport', 'accept', 'jump']));
    expect(completions('# ip |')).toEqual([]);
  });
});

describe('the outline', () => {
  test('shows tables with their chains and sets', () => {
    const [variable, table] = nftables.outline(lowered(RULESET('accept')));
    expect(variable).toMatchObject({ name: 'lan', kind: 'variable' });
    expect(table).toMatchObject({
      name: 'filter',
      detail: 'table inet',
      children: [
        { name: 'media', kind: 'list' },
        { name: 'helper', kind: 'function' },
        { name: 'forward', detail: 'type filter hook forward priority 0; policy drop' },
      ],
    });
  });

  test('and folding follows the blocks', () => {
    const text = RULESET('accept');
    const folded = nftables
      .foldingRanges(lowered(text))
      .map(({ start }) => text.slice(start, text.indexOf(' {', start)));
    expect(folded).toEqual(['table inet filter', 'set media', 'chain helper', 'chain forward']);
  });
});

describe('names', () => {
  test('meet across includes', () => {
    const main = 'include "./sets.nft"\ntable inet t {\nchain in {\nip saddr @bad drop\nip saddr $net drop\n}\n}\n';
    const sets = 'define net = 10.0.0.0/8\ntable inet t {\nset bad {\ntype ipv4_addr\n}\n}\n';
    const { names, problems, dependencies } = lowered(main, { 'file:///net/sets.nft': sets });
    expect(dependencies).toEqual(['file:///net/sets.nft']);
    expect(problems.filter(({ code }) => code === 'undefined-name')).toEqual([]);
    for (const kind of ['set', 'variable']) {
      const uses = names.filter((use) => use.kind === kind);
      expect(uses.map(({ role, uri }) => `${role} ${uri}`)).toEqual([
        'definition file:///net/sets.nft',
        'reference file:///net/main.nft',
      ]);
      expect(new Set(uses.map(({ name }) => name)).size).toBe(1);
    }
  });
});

describe('a file is recognised', () => {
  test.each([
    ['edge.nft', ''],
    ['nftables.conf', ''],
    ['firewall', '#!/usr/sbin/nft -f\n'],
    [
      'firewall',
      '# made by hand\nflush ruleset\ntable inet filter {\n\tchain input {\n\t\ttype filter hook input priority 0;\n',
    ],
    ['fw.rules', 'add table inet t\nadd chain inet t c { type filter hook input priority 0; }\n'],
  ])('%s', (path, text) => {
    expect(detectDialect(path, text)?.id).toBe('nftables');
  });

  test('and its JSON form is left alone', () => {
    expect(nftables.detect('ruleset.json', '{"nftables": [{"table": {"family": "inet", "name": "t"}}]}')).toBe(0);
  });
});
