import { describe, expect, test } from 'vitest';
import { type DomainTree, DomainTreeBuilder, treeHas } from '../../../server/src/model/domain-tree.js';
import { isApart } from '../../../server/src/model/language-bounds.js';
import { automatonOf, javascriptRegex, languageHas } from '../../../server/src/model/text-language.js';

const LABELS = ['a', 'ab', 'b', 'example', 'com'];

/** All names of one to three labels of a few. */
const NAMES = LABELS.flatMap((last) => [
  last,
  ...LABELS.flatMap((middle) => [`${middle}.${last}`, ...LABELS.map((first) => `${first}.${middle}.${last}`)]),
]);

/** A tree of names, of domains with everything below them, and (`*.`) of what is below a name alone. */
function treeOf(...parts: readonly string[]): DomainTree {
  const builder = new DomainTreeBuilder();
  for (const part of parts) {
    if (part.startsWith('*.')) builder.addBelow(part.slice(2));
    else builder.add(part.replace('+', ''), part.startsWith('+'));
  }
  return builder.build();
}

const TREES = [
  treeOf('a.com'),
  treeOf('+a.com', 'ab.b'),
  treeOf('*.a.com', '*.example'),
  treeOf('a.b.com', 'ab.b.com', 'b'),
  treeOf('+com'),
  treeOf('a.a.a', '*.b.b', '+ab.example.com'),
];

const EXPRESSIONS = [
  '^a',
  'b$',
  'a\\.com$',
  '^a.com$',
  '\\bab\\b',
  '^(?:www.)?b.example$',
  'x',
  '^[^.]+$',
  'ab?\\.',
  '^a\\.',
];

describe('names of a tree that are said to be outside a language are outside', () => {
  test.each(EXPRESSIONS)('%s', (source) => {
    const reading = javascriptRegex(source, '');
    if (reading.kind !== 'language') throw new Error('not a language');
    const { language } = reading;
    for (const tree of TREES) {
      const common = NAMES.filter((name) => treeHas(tree, name) && languageHas(language, name));
      if (isApart(tree, automatonOf(language))) expect(common).toEqual([]);
    }
  });

  test('where no label of the tree can be read', () => {
    const reading = javascriptRegex('^(?:www.)?portal.example.org$', '');
    if (reading.kind !== 'language') throw new Error('not a language');
    expect(TREES.map((tree) => isApart(tree, automatonOf(reading.language)))).toEqual(TREES.map(() => true));
  });
});
