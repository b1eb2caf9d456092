// Replacements by groups, and of what may match in several ways, beside those of the engine.
import { describe, expect, test } from 'vitest';
import { groupReplacement } from '../../../server/src/model/pattern-replacement.js';
import { preimage } from '../../../server/src/model/preimages.js';
import { languageHas, word } from '../../../server/src/model/text-language.js';
import { allTexts } from './all-texts.js';

const TEXTS = [...allTexts('ab.', 6)];
/** So many results are looked at; there are hundreds of some replacements. */
const RESULTS = 200;

describe('the texts that a replacement makes a text from', () => {
  test.each([
    [/^(?:[ab-]+\.)*((?:[ab-]+\.)[a-z0-9-]{2,24})\.?/i, '$1'],
    [/^.*\.([^.]+\.[^.]+)$/, '$1'],
    [/^(?:.*\.)?([^.]+\.[^.]+)$/, '$1'],
    [/^([^.]+)\.(.+)$/, '$1-$2'],
    [/a|ab/, 'X'],
    [/ab|a/, 'X'],
    [/(a|ab)(c|b\.)?/, '<$1$2>'],
    [/b+?/, '-'],
    [/(a*)(b*)$/, '$1'],
    [/^([a-b]+?)(\.[^.]+)?$/, '$1'],
    [/(?:ab)*?b/, ''],
    [/^(a+)(?:\.a)*/, '$1'],
    [/^(a+)(?:\.a)*?b/g, '$1$$'],
    [/^((a)|b)*/, '-'],
    [/^(?:a(b+)\.)/, '$1'],
    [/\.?(a{1,2})/, '[$1]'],
    [/(ab?){2}$/, 'Z'],
    [/^a??b/, ''],
  ])('%s by %s', (expression, by) => {
    const operation = groupReplacement(expression.source, expression.flags, by);
    if (!operation) throw new Error('not modelled');
    const sources = new Map<string, Set<string>>();
    for (const text of TEXTS) {
      const result = text.replace(expression, by);
      sources.set(result, (sources.get(result) ?? new Set()).add(text));
    }
    for (const [result, from] of [...sources].slice(0, RESULTS)) {
      const language = preimage(operation, word(result));
      expect(new Set(TEXTS.filter((text) => languageHas(language, text)))).toEqual(from);
    }
  });

  test.each([
    ['a group of the last round', /^(?:(a)|b)*/, '$1'],
    ['a group out of its order', /^(a)(b)/, '$2$1'],
    ['a group twice', /^(a)/, '$1$1'],
    ['one of two groups', /^(?:(a)|(b))/, '$2'],
    ['a group that is not there', /^(a)/, '$2'],
    ['what stands before', /^(a)b/, '$`'],
    ['each match', /(a)b?/g, '$1'],
    ['what looks ahead', /^(a)(?=b)/, '$1'],
    ['rounds that read nothing', /^(a?)*/, '-'],
    ['a repetition of a repetition', /^((a{1,90}){1,90}){1,90}/, '$1'],
  ])('%s is not modelled', (_, expression, by) => {
    expect(groupReplacement(expression.source, expression.flags, by)).toBeUndefined();
  });
});
