import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { markedFindings, toldFindings } from '../../fixture-markers.js';
import { lowered } from './helpers.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures/squid/', import.meta.url));
const filesIn = (folder: string) => readdirSync(`${FIXTURES}${folder}`).filter((name) => name.endsWith('.conf'));
const read = (path: string) => readFileSync(FIXTURES + path, 'utf8');

describe('a correct configuration is silent', () => {
  test.each(filesIn('ok'))('%s', (name) => {
    const text = read(`ok/${name}`);
    expect(toldFindings(text, lowered(text).problems)).toEqual([]);
  });

  test.each(filesIn('conformance'))('conformance/%s has no errors', (name) => {
    const { problems } = lowered(read(`conformance/${name}`));
    expect(problems.filter(({ code }) => code === 'syntax-error' || code === 'undefined-name')).toEqual([]);
  });
});

describe('defects are told where they stand', () => {
  test.each(filesIn('findings'))('%s', (name) => {
    const text = read(`findings/${name}`);
    expect(toldFindings(text, lowered(text).problems)).toEqual(markedFindings(text, '#'));
  });
});
