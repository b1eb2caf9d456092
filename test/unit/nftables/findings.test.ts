import { describe, expect, test } from 'vitest';
import { markedFindings, toldFindings } from '../../fixture-markers.js';
import { fixturesIn, lowered, readFixture } from './helpers.js';

describe('a correct ruleset is silent', () => {
  test.each(fixturesIn('ok'))('%s', (name) => {
    const text = readFixture(`ok/${name}`);
    expect(toldFindings(text, lowered(text).problems)).toEqual([]);
  });

  test.each(fixturesIn('kernel').filter((name) => name !== 'include.nft'))('kernel/%s has no errors', (name) => {
    const { problems } = lowered(readFixture(`kernel/${name}`));
    expect(problems.filter(({ code }) => code === 'syntax-error' || code === 'undefined-name')).toEqual([]);
  });
});

describe('defects are told where they stand', () => {
  test.each(fixturesIn('findings'))('%s', (name) => {
    const text = readFixture(`findings/${name}`);
    expect(toldFindings(text, lowered(text).problems)).toEqual(markedFindings(text, '#'));
  });
});
