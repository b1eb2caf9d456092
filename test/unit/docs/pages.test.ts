import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { GENERATED } from '../../../scripts/docs.mjs';

describe('the pages that are generated (write them anew with: node scripts/docs.mjs)', () => {
  it.each(Object.entries(GENERATED))('%s say what the code says of itself', async (folder, pagesOf) => {
    const url = new URL(`../../../${folder}/`, import.meta.url);
    const pages = await pagesOf();
    expect(readdirSync(url).sort()).toEqual([...pages.keys()].sort());
    for (const [name, text] of pages) expect(readFileSync(new URL(name, url), 'utf8')).toBe(text);
  });

  it.each(Object.keys(GENERATED))('of %s have ranges that can be pasted', (folder) => {
    const url = new URL(`../../../${folder}/`, import.meta.url);
    const pages = readdirSync(url).map((name) => readFileSync(new URL(name, url), 'utf8'));
    expect(pages.flatMap((text) => text.match(/.*\d–\d.*/g) ?? [])).toEqual([]);
  });
});
