// The table of words of every dialect, as its page and its parser read it.
import { describe, expect, test } from 'vitest';
import { allDialects } from '../../../server/src/dialects/registry.js';

const DIALECTS = await allDialects();

describe.each(DIALECTS)('the words of $id', ({ words }) => {
  test('are there, from a manual that can be read', () => {
    expect(words?.words.length).toBeGreaterThan(0);
    expect(words?.manual.url).toMatch(/^https?:\/\//);
  });

  test('stand once at each place', () => {
    const keys = words?.words.map(({ place, name }) => `${place}: ${name}`) ?? [];
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
  });

  test('say what they are in sentences', () => {
    const bad = words?.words.filter(
      ({ summary }) => summary !== undefined && !/^[\p{Lu}\d`“"(*].*[.)`…]$/su.test(summary),
    );
    expect(bad?.map(({ name, summary }) => `${name}: ${summary}`)).toEqual([]);
  });
});
