import picomatch from 'picomatch';
import { expect, it } from 'vitest';
import { matchesGlob, matchesName } from '../../../server/src/text/glob.js';

const NAMES = ['a', 'b', 'ab', 'aab', 'ba', 'a.b', 'b.ab', '.a', 'x1', 'x2', 'é', '[a]', 'a-b'];
const PATTERNS = [
  'a',
  '*',
  'a*',
  '*b',
  '*a*b',
  '?',
  '??',
  '*.*',
  '.*',
  'x[0-9]',
  'x[!1]',
  '[ab]*',
  '[^a]',
  '\\*',
  '{a,b}',
  '{a,ab,x?}',
  '{a,x}{1,2}',
  '[a-]*',
];
const FOLDERS = ['', 'a/', 'b/a/', 'a/b/x1/', '.git/', 'a/.b/'];
const FOLDER_PATTERNS = ['', 'a/', '*/', '**/', 'a/**/', '**/b/', '**/x?/**/', '.git/'];

it('agrees with picomatch on every pair of a path and a pattern', () => {
  let matched = 0;
  for (const pattern of [...FOLDER_PATTERNS.flatMap((folder) => PATTERNS.map((own) => folder + own)), '**', 'a/**']) {
    const reference = picomatch(pattern, { noextglob: true, nonegate: true, posix: true });
    for (const path of FOLDERS.flatMap((folder) => NAMES.map((name) => folder + name))) {
      const isMatch = matchesGlob(path, pattern);
      if (isMatch) matched++;
      expect({ pattern, path, isMatch }).toEqual({ pattern, path, isMatch: reference(path) });
    }
  }
  expect(matched).toBeGreaterThan(500);
});

it('takes braces literally in a single name', () => {
  expect(matchesName('{a,b}', '{a,b}')).toBe(true);
  expect(matchesName('a', '{a,b}')).toBe(false);
});

it('ends soon on patterns that make others backtrack', () => {
  expect(matchesName('a'.repeat(5_000), `${'*a'.repeat(500)}b`)).toBe(false);
  expect(matchesGlob('a/'.repeat(500), `${'**/a/'.repeat(200)}b`)).toBe(false);
  expect(matchesGlob('b', '{a,b}'.repeat(200))).toBe(false);
  expect(matchesGlob('b', `${'{'.repeat(10_000)}b`)).toBe(false);
});
