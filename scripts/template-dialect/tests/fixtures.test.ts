import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { markedFindings, toldFindings } from '../../../test/fixture-markers.js';
import { read } from './support.js';

const FIXTURES = resolve(import.meta.dirname, '../../fixtures/sample');
const files = ['ok', 'findings'].flatMap((folder) =>
  readdirSync(resolve(FIXTURES, folder)).map((name) => ({ folder, name })),
);

it.each(files)('$folder/$name has exactly the marked findings', ({ folder, name }) => {
  const text = readFileSync(resolve(FIXTURES, folder, name), 'utf8');
  expect(toldFindings(text, read(text).problems)).toEqual(folder === 'ok' ? [] : markedFindings(text, '#'));
});
