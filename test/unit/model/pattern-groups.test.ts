import { describe, expect, test } from 'vitest';
import { groupOperations } from '../../../server/src/model/pattern-groups.js';
import { preimage } from '../../../server/src/model/preimages.js';
import { type Language, languageHas, words } from '../../../server/src/model/text-language.js';
import { allTexts } from './all-texts.js';

const TEXTS = allTexts('ab.:', 5);
const RESULTS = allTexts('ab.:', 2);

describe('what a group holds', () => {
  test.each([
    ['^([^.]+)\\.', 1],
    ['^(\\w+):', 1],
    ['([^.]+)\\.([^.]+)$', 1],
    ['([^.]+)\\.([^.]+)$', 2],
    ['\\.([^.]+)$', 1],
    ['^a(.*)b$', 1],
    ['^(.*)\\.a$', 1],
    ['^(a|b)+:(.*)$', 1],
    ['^([^.]*)\\.([^.]*)', 2],
    ['^a\\.(\\w+):', 1],
    ['[^.]+$', 0],
    ['^[^.]+', 0],
    ['^a.*$', 0],
    ['([^.]+)$', 1],
    ['^([^.]+)', 1],
    ['^([^:]*):([^:]*)', 1],
    ['^([^.]+)\\.([^.]+)\\.([^.]+)', 3],
    ['([^.]*)\\.([^.]*)$', 1],
    ['([^.]*)\\.([^.]*)$', 2],
    ['([^.]*)$', 1],
  ] as const)('%s, group %d', (source, group) => {
    const operations = groupOperations(source, '', group);
    if (!operations) {
      expect(['^(a|b)+:(.*)$']).toContain(source);
      return;
    }
    for (const result of RESULTS) {
      const language = operations.reduceRight<Language>((of, operation) => preimage(operation, of), words([result]));
      const differing = TEXTS.filter((text) => {
        const match = new RegExp(source).exec(text);
        return match !== null && languageHas(language, text) !== (match[group] === result);
      });
      expect([result, differing.slice(0, 5)]).toEqual([result, []]);
    }
  });

  test.each([
    ['(a+)', 1],
    ['^(a+)', 1],
    ['(.*)\\.a', 1],
    ['^(.*)\\.', 1],
    ['a(.*)b', 1],
    ['^a(.)b*$', 1],
    ['^([^.]+?)', 1],
    ['(?=(a))', 1],
    ['[^.]+', 0],
  ] as const)('%s, group %d is not known', (source, group) => {
    expect(groupOperations(source, '', group)).toBeUndefined();
  });
});
