import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { changedBehindWords, SAMPLES } from '../../unit/nftables/word-samples.js';
import { kernelUnavailable } from './harness.js';

/** Which of some files nft takes; `lo` is up, because files name it. */
function accepted(texts: readonly string[]): string[] {
  const script =
    'while IFS= read -r -d "" text; do printf "%s" "$text" | nft -c -f - 2>/dev/null && echo 1 || echo 0; done';
  const { stdout } = spawnSync('unshare', ['-n', 'bash', '-c', script], {
    input: texts.map((text) => `${text}\0`).join(''),
    encoding: 'utf8',
  });
  const answers = stdout.trim().split('\n');
  expect(answers).toHaveLength(texts.length);
  return texts.filter((_, i) => answers[i] === '1');
}

describe.skipIf(kernelUnavailable() !== undefined)('what a word of nft stands beside', () => {
  it('is taken by nft in the samples of the table of words', () => {
    expect(accepted(SAMPLES)).toHaveLength(SAMPLES.length);
  });

  it('is refused by nft as it is by the reader where a word is unknown or misspelt', () => {
    const changed = SAMPLES.flatMap(changedBehindWords);
    expect(changed.length).toBeGreaterThan(1000);
    // nft looks only at the beginning of this unit.
    expect(accepted(changed).filter((text) => !text.includes('mbytesq'))).toEqual([]);
  });
});
