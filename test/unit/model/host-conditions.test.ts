import { describe, expect, it } from 'vitest';
import { Appended } from '../../../server/src/model/appended.js';
import { Budget, BudgetSpent, paidBy } from '../../../server/src/model/budget.js';
import { combineTrees, type DomainTree, DomainTreeBuilder, treeHas } from '../../../server/src/model/domain-tree.js';
import { type Expression, holdsName } from '../../../server/src/model/host-expression.js';
import { HostSet } from '../../../server/src/model/hosts.js';
import { preimage } from '../../../server/src/model/preimages.js';
import {
  automatonOf,
  containing,
  endingWith,
  javascriptRegex,
  type Language,
  languageHas,
  shellPattern,
  startingWith,
  union,
  word,
  words,
} from '../../../server/src/model/text-language.js';
import { randomFrom } from '../../random.js';

const LABELS = ['a', 'b', 'ab', 'ba', 'cdn'];
const NAMES = [
  ...LABELS,
  ...LABELS.flatMap((x) => LABELS.map((y) => `${x}.${y}`)),
  ...LABELS.flatMap((x) => LABELS.flatMap((y) => LABELS.map((z) => `${x}.${y}.${z}`))),
];

function regex(source: string): Language {
  const reading = javascriptRegex(source, '');
  if (reading.kind !== 'language') throw new Error(reading.reason);
  return reading.language;
}

function shell(pattern: string): Language {
  const reading = shellPattern(pattern);
  if (reading.kind !== 'language') throw new Error(reading.reason);
  return reading.language;
}

const LANGUAGES: readonly (readonly [Language, (name: string) => boolean])[] = [
  [words(['a', 'a.b', 'cdn.ab.b', 'no name', 'x..y']), (name) => ['a', 'a.b', 'cdn.ab.b'].includes(name)],
  [containing(['a.b']), (name) => name.includes('a.b')],
  [containing(['cdn', 'b.a', 'A', '/']), (name) => name.includes('cdn') || name.includes('b.a')],
  [containing(['d']), (name) => name.includes('d')],
  [startingWith('ab'), (name) => name.startsWith('ab')],
  [endingWith('b.b'), (name) => name.endsWith('b.b')],
  [endingWith('.ab'), (name) => name.endsWith('.ab')],
  [union([endingWith('.b'), endingWith('.ab.a'), endingWith('.a.b')]), (name) => /\.b$|\.ab\.a$/.test(name)],
  [union([endingWith('.b'), endingWith('n')]), (name) => /\.b$|n$/.test(name)],
  [shell('*a*.b*'), (name) => /a.*\.b/.test(name)],
  [shell('cd*'), (name) => name.startsWith('cd')],
  [regex('^[^.]+\\.[^.]+$'), (name) => name.split('.').length === 2],
  [regex('^(?!a)'), (name) => !name.startsWith('a')],
  [regex('(.)\\1|b\\b'), (name) => /(.)\1|b\b/.test(name)],
];

describe('sets of hosts under conditions', () => {
  it('hold the names for which the conditions hold, and are empty only where there is none', () => {
    const random = randomFrom(1);
    let empty = 0;
    for (let i = 0; i < 500; i++) {
      let set = random(3) === 0 ? HostSet.domain('b').union(HostSet.exact('a.ab')) : HostSet.all;
      let meaning: (name: string) => boolean = (name) => set0.has(name);
      const set0 = set;
      for (let step = 0; step < 1 + random(6); step++) {
        const [language, has] = LANGUAGES[random(LANGUAGES.length)] as (typeof LANGUAGES)[number];
        const earlier = meaning;
        const other = HostSet.all.where(language, true);
        switch (random(5)) {
          case 0:
            set = set.union(other);
            meaning = (name) => earlier(name) || has(name);
            break;
          case 1:
            set = set.subtract(other);
            meaning = (name) => earlier(name) && !has(name);
            break;
          case 2:
            set = set.intersect(other);
            meaning = (name) => earlier(name) && has(name);
            break;
          default: {
            const holds = random(3) === 0;
            set = set.where(language, holds);
            meaning = (name) => earlier(name) && has(name) === holds;
          }
        }
        expect(NAMES.filter((name) => set.has(name))).toEqual(NAMES.filter(meaning));
        if (set.isEmpty) {
          empty++;
          expect(NAMES.filter(meaning)).toEqual([]);
          expect(set.example).toBeUndefined();
          break;
        }
        expect(meaning(set.example ?? 'no example')).toBe(true);
      }
    }
    expect(empty).toBeGreaterThan(50);
  });

  it('are empty where a name would be longer than names are', () => {
    const long = 'a'.repeat(64);
    expect(HostSet.all.where(regex('^[a-z]{64}'), true).isEmpty).toBe(true);
    expect(HostSet.all.where(regex('^[a-z]{63}\\.'), true).isEmpty).toBe(false);
    expect(HostSet.all.where(regex('^[a-z]{20}[^.]{44}'), true).isEmpty).toBe(true);
    expect(HostSet.all.where(regex('[a-z]{40}[a-z.]{24}$'), true).isEmpty).toBe(false);
    expect(HostSet.all.where(containing([long]), true).isEmpty).toBe(true);
    expect(HostSet.all.where(word(long), true).isEmpty).toBe(true);
    expect(HostSet.all.where(regex('^.{254}'), true).isEmpty).toBe(true);
    expect(HostSet.all.where(regex('^.{253}$'), true).isEmpty).toBe(false);
    expect(HostSet.all.where(regex('^.{253}$'), true).example).toHaveLength(253);
    expect(HostSet.all.where(regex(`${'\\.abcdefghi'.repeat(25)}\\.abc$`), true).isEmpty).toBe(true);
  });

  it('stay cheap under thousands of conditions', () => {
    const random = randomFrom(2);
    const text = (length: number) => Array.from({ length }, () => String.fromCharCode(97 + random(26))).join('');
    const conditions = Array.from({ length: 3_000 }, (_, i) => {
      const own = text(6);
      return [shell(`*${own}*`), shell(`${own}*`), word(`${own}.com`), shell(`*.${own}.net`), shell(`*${own}*.org`)][
        i % 5
      ];
    }) as Language[];
    let set = HostSet.all;
    for (const condition of conditions) {
      expect(set.where(condition, true).isEmpty).toBe(false);
      set = set.where(condition, false);
    }
    expect(set.isEmpty).toBe(false);
    for (const condition of conditions) expect(set.where(condition, true).isEmpty).toBe(true);
  });

  it('take words behind labels as walks through the suffixes of a host find them', () => {
    const list = words(['b', 'ab.b', 'a', 'cdn.a', 'ba.cdn.a']);
    let walk: Language = list;
    for (let count = 1; count <= 3; count++) {
      walk = preimage({ kind: 'from-first', what: '.' }, preimage({ kind: 'drop', count: 1 }, walk));
      const meaning = (name: string) => {
        const labels = name.split('.');
        return labels.length > count && languageHas(list, labels.slice(count).join('.'));
      };
      for (const set of [HostSet.all, HostSet.below('b'), HostSet.domain('cdn.a').union(HostSet.exact('a.a'))]) {
        for (const holds of [true, false]) {
          const part = set.where(walk, holds);
          expect(NAMES.filter((name) => part.has(name))).toEqual(
            NAMES.filter((name) => set.has(name) && meaning(name) === holds),
          );
        }
      }
    }
    const dotted = preimage({ kind: 'from-first', what: '.' }, words(['.b', 'b', '.a.b']));
    const part = HostSet.all.where(dotted, true);
    expect(NAMES.filter((name) => part.has(name))).toEqual(
      NAMES.filter((name) => ['.b', '.a.b'].includes(name.slice(name.indexOf('.')))),
    );
  });

  it('are found empty at little cost where a part was taken out that has none of the same words', () => {
    const many = containing(Array.from({ length: 1_000 }, (_, i) => `word${i}x`));
    const all = HostSet.domain('example.com');
    const budget = new Budget();
    const rest = paidBy(budget, () => all.subtract(all.where(many, false)).where(many, false));
    expect(rest.isEmpty).toBe(true);
    expect(budget.spentShare).toBeLessThan(0.06);
    const other = paidBy(budget, () =>
      all.subtract(HostSet.domain('a.example.com').where(many, false)).where(many, false),
    );
    expect(other.has('b.example.com')).toBe(true);
    expect(other.has('c.a.example.com') || other.has('word1x.example.com')).toBe(false);
  });

  it('spend work that is counted', () => {
    const language = regex('^(?:a|b\\.)*c$');
    const part = () => HostSet.all.where(language, true);
    expect(() => paidBy(new Budget(1), part)).toThrow(BudgetSpent);
    expect(part().isEmpty).toBe(false);
  });
});

describe('trees of domains', () => {
  it('combine exactly, however many labels they have', () => {
    const random = randomFrom(3);
    const names = Array.from({ length: 120 }, (_, i) => `n${i % 60}${i < 60 ? '' : '.n1'}.t`);
    const randomTree = (size: number): DomainTree => {
      const builder = new DomainTreeBuilder();
      for (let i = 0; i < size; i++) builder.add(names[random(names.length)] ?? '', random(3) === 0);
      return builder.build();
    };
    const all = HostSet.all;
    expect(all.isEmpty).toBe(false);
    for (let i = 0; i < 300; i++) {
      let tree = randomTree(random(60));
      let held = new Set(names.filter((name) => treeHas(tree, name)));
      if (random(2) === 0) {
        tree = combineTrees('without', { self: true, below: true, children: new Map() }, tree);
        held = new Set(names.filter((name) => !held.has(name)));
      }
      for (let step = 0; step < 8; step++) {
        const other = randomTree(1 + random(random(2) === 0 ? 2 : 60));
        const op = (['and', 'or', 'without'] as const)[random(3)] ?? 'and';
        tree = random(4) === 0 && op !== 'without' ? combineTrees(op, other, tree) : combineTrees(op, tree, other);
        held = new Set(
          names.filter((name) => {
            const [a, b] = [held.has(name), treeHas(other, name)];
            return op === 'and' ? a && b : op === 'or' ? a || b : a && !b;
          }),
        );
        expect(names.filter((name) => treeHas(tree, name))).toEqual(names.filter((name) => held.has(name)));
      }
    }
  });
});

describe('an expression whose parts are shared on many levels', () => {
  it('reads each of them once for a name, and pays for that', () => {
    const language = (source: string): Expression => ({ kind: 'language', automaton: automatonOf(regex(source)) });
    const long = language('.{9}');
    let all = language('cdn[0-9]x');
    for (let level = 0; level < 200; level++) {
      const short: Expression = { kind: 'and', of: Appended.of<Expression>(all, { kind: 'not', of: long }) };
      all = { kind: 'or', of: Appended.of(short, { kind: 'and', of: Appended.of(all, long) }) };
    }
    const budget = new Budget();
    expect(paidBy(budget, () => holdsName(all, 'cdn7x.example.com'))).toBe(true);
    expect(holdsName(all, 'cdnx.example.com')).toBe(false);
    expect(budget.spentShare).toBeGreaterThan(0.0001);
    expect(budget.spentShare).toBeLessThan(0.001);
  });
});
