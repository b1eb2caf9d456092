import { describe, expect, it } from 'vitest';
import { Appended } from '../../../server/src/model/appended.js';
import { treeOf } from '../../../server/src/model/domain-tree.js';
import { type Expression, holdsName } from '../../../server/src/model/host-expression.js';
import { ALWAYS, type Formula, HostFormulas, NEVER } from '../../../server/src/model/host-formulas.js';
import { WordPatterns } from '../../../server/src/model/word-patterns.js';

const word = (...words: string[]): Expression => ({ kind: 'pattern', patterns: WordPatterns.ofWords(words) });
const below = (domain: string): Expression => ({ kind: 'tree', tree: treeOf(domain, 'below') });
const not = (of: Expression): Expression => ({ kind: 'not', of });
const all = (...of: Expression[]): Expression => ({ kind: 'and', of: Appended.of(...of) });
const any = (...of: Expression[]): Expression => ({ kind: 'or', of: Appended.of(...of) });
const oneLabel: Expression = { kind: 'levels', levels: [{ from: 2, to: 2, tree: treeOf('b.example', 'below') }] };

function read(formulas: HostFormulas, expression: Expression, ending: string): Formula {
  return [...ending].reduceRight(
    (formula, symbol) => formulas.next(formula, symbol.charCodeAt(0)),
    formulas.of(expression),
  );
}

const EXPRESSIONS: readonly Expression[] = [
  all(below('a.example'), not(word('ad', 'track'))),
  any(word('ad'), all(not(word('ad')), word('track')), all(not(word('ad')), not(word('track')), below('b.example'))),
  all(oneLabel, not(any(word('x'), all(below('b.example'), word('y'))))),
  not(any(below('a.example'), oneLabel)),
];
const NAMES = ['ad', 'track', 'x', 'y', 'z', 'x.y'].flatMap((label) =>
  ['a.example', 'b.example', 'example'].map((domain) => `${label}.${domain}`),
);

describe('formulas of sets of host names', () => {
  it('accept the names of the sets', () => {
    const formulas = new HostFormulas();
    for (const expression of EXPRESSIONS) {
      for (const name of NAMES) {
        const end = read(formulas, expression, name);
        expect(formulas.accepts(end), name).toBe(holdsName(expression, name));
      }
    }
  });

  it('leave out what is decided within a domain', () => {
    const formulas = new HostFormulas();
    const ad = word('ad');
    const set = any(all(below('a.example'), ad), all(below('b.example'), word('track')));
    expect(read(formulas, set, 'z.a.example')).toBe(read(formulas, ad, 'z.a.example'));
    expect(read(formulas, set, 'z.c.example')).toBe(NEVER);
    expect(read(formulas, all(below('a.example')), 'z.a.example')).toBe(ALWAYS);
  });

  it('are those of any condition where one is asked after the other', () => {
    const formulas = new HostFormulas();
    const [one, two, three] = [word('one'), word('two'), word('three')];
    const chain = any(one, all(not(one), two), all(not(one), not(two), three));
    expect(formulas.of(chain)).toBe(formulas.of(any(one, two, three)));
  });
});
