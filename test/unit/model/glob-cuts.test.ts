import { describe, expect, it } from 'vitest';
import { restsBetween } from '../../../server/src/model/glob-cuts.js';

function matches(glob: string, text: string): boolean {
  return new RegExp(`^${glob.replace(/\./g, '\\.').replace(/\*/g, '.*').replace(/\?/g, '.')}$`).test(text);
}

const TEXTS = ['a', 'b', '/'].reduce<string[]>(
  (all, _) => all.flatMap((text) => [text, `${text}a`, `${text}b`, `${text}/`]),
  [''],
);

describe('the rest of a pattern between known ends', () => {
  const globs = ['*', '*/*', 'a*b', '*a/*', '*a*', 'a?/*b', '*a*b*', '?*/', 'ab/', '**a', '*ab*/?'];
  const ends = ['', 'a', 'b', '/', 'a/', 'ab', '/a'];
  it.each(globs)('stands for the same texts: %s', (glob) => {
    for (const prefix of ends) {
      for (const suffix of ends) {
        const rests = restsBetween(glob, prefix, suffix) ?? [];
        for (const text of TEXTS) {
          const held = rests.some((rest) => matches(rest, text));
          expect([prefix, text, suffix, held]).toEqual([prefix, text, suffix, matches(glob, prefix + text + suffix)]);
        }
      }
    }
  });

  it('is one pattern for a domain in a URL', () => {
    expect(restsBetween('*://*.d1.example.com/*', 'https://', '/')).toEqual(['*.d1.example.com/*', '*.d1.example.com']);
  });
});
