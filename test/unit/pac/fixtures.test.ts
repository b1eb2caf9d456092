import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { applyEdits } from '../../../server/src/text/edit.js';
import { markedFindings, toldFindings } from '../../fixture-markers.js';
import { readPac } from './helpers.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures/pac/', import.meta.url));
const filesIn = (folder: string) => readdirSync(FIXTURES + folder);
const read = (path: string) => readFileSync(FIXTURES + path, 'utf8');

describe('a correct file is silent', () => {
  test.each(filesIn('ok'))('%s', (name) => {
    const text = read(`ok/${name}`);
    expect(toldFindings(text, readPac(text).problems)).toEqual([]);
  });
});

describe('defects are reported where they are', () => {
  test.each(filesIn('findings'))('%s', (name) => {
    const text = read(`findings/${name}`);
    expect(toldFindings(text, readPac(text).problems)).toEqual(markedFindings(text, '//'));
  });

  test.each(filesIn('findings'))('every fix of %s resolves its finding and causes no other', (name) => {
    const text = read(`findings/${name}`);
    const before = readPac(text).problems;
    for (const { code, fix } of before) {
      if (!fix) continue;
      const after = readPac(applyEdits(text, fix.edits)).problems;
      const count = (problems: readonly { code: string }[], of: string) =>
        problems.filter((one) => one.code === of).length;
      expect(count(after, code), fix.title).toBeLessThan(count(before, code));
      expect(after.length, fix.title).toBeLessThan(before.length);
    }
  });
});
