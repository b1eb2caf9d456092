import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findingPages } from '../../../scripts/docs.mjs';

const FOLDER = new URL('../../../docs/findings/', import.meta.url);

describe('the pages of the findings', () => {
  it('are what the codes say of themselves (write them anew with: node scripts/docs.mjs)', async () => {
    const pages = await findingPages();
    expect(readdirSync(FOLDER).sort()).toEqual([...pages.keys()].sort());
    for (const [name, text] of pages) expect(readFileSync(new URL(name, FOLDER), 'utf8')).toBe(text);
  });
});
