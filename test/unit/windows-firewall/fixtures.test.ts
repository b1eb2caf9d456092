import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { markedFindings, toldFindings } from '../../fixture-markers.js';
import { read } from './support.js';

const FIXTURES = resolve(import.meta.dirname, '../../fixtures/windows-firewall');

function fixtures(folder: string): { name: string; text: string }[] {
  return readdirSync(resolve(FIXTURES, folder)).map((name) => ({
    name,
    text: readFileSync(resolve(FIXTURES, folder, name), 'utf8'),
  }));
}

describe('findings', () => {
  it.each(fixtures('findings'))('$name has exactly the marked ones', ({ name, text }) => {
    expect(toldFindings(text, read(text, name).problems)).toEqual(markedFindings(text, '#'));
  });

  it.each(fixtures('ok'))('$name has none', ({ name, text }) => {
    expect(toldFindings(text, read(text, name).problems)).toEqual([]);
  });
});
