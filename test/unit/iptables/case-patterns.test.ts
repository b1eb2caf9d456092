// The patterns of `case`: what Lintel says of a text and a pattern is what the shell does.
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { matchesPattern } from '../../../server/src/dialects/iptables/program/script/conditions.js';

/** All words over some letters up to a length. */
function words(letters: string, length: number): string[] {
  const all = [''];
  for (let from = 0, i = 0; i < length; i++) {
    const to = all.length;
    for (; from < to; from++) for (const letter of letters) all.push(`${all[from]}${letter}`);
  }
  return all;
}

test('patterns of case match what sh matches', () => {
  const texts = words('ab', 4);
  const patterns = words('ab*?', 4).filter((pattern) => /[*?]/.test(pattern));
  const script = [
    'while IFS= read -r pattern; do for text in "$@"; do',
    'case "$text" in $pattern) printf 1;; *) printf 0;; esac; done; done',
  ].join('\n');
  const input = `${patterns.join('\n')}\n`;
  const found = execFileSync('sh', ['-f', '-c', script, 'sh', ...texts], { input, encoding: 'utf8' });
  const own = patterns.flatMap((pattern) => texts.map((text) => (matchesPattern(text, pattern) ? '1' : '0')));
  expect(own.join('')).toBe(found);
});

test('a pattern of a thousand stars is one pass over the text', () => {
  const text = 'a'.repeat(3_000);
  expect(matchesPattern(text, '*a'.repeat(1_000))).toBe(true);
  expect(matchesPattern(text, `${'*a'.repeat(1_000)}b`)).toBe(false);
  expect(matchesPattern(text, `${'*a'.repeat(1_000)}*b*`)).toBe(false);
});
