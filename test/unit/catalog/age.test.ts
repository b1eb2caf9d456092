// How old lists are, and what makes a newer one doubtful.
import { expect, test } from 'vitest';
import { doubtsOf } from '../../../server/src/catalog/doubts.js';
import { publishedOn } from '../../../server/src/catalog/published.js';
import { builtInEndpoints } from '../../../server/src/service/endpoint-lists.js';
import { daysSince, daysText } from '../../../shared/age.js';

const NOON = Date.UTC(2026, 9, 13, 12);

test.each([
  ['2026081400', '2026-08-14', '60 days'],
  ['2026-10-12', '2026-10-12', '1 day'],
  ['2027-01-01', '2027-01-01', '0 days'],
  ['2026-09', '2026-09-30', '13 days'],
  ['2024-02', '2024-02-29', '957 days'],
  ['2026-12', '2026-12-31', '0 days'],
])('version %s is of %s, %s before', (version, day, age) => {
  expect(publishedOn(version)).toBe(day);
  expect(daysText(daysSince(day, NOON) ?? Number.NaN)).toBe(age);
});

test.each(['3', '2019', '2026-13', '202603', 'v1'])('version %s is no date', (version) => {
  expect(publishedOn(version)).toBeUndefined();
});

test('what is no day has no age', () => {
  expect(daysSince('2026-13-45', NOON)).toBeUndefined();
});

test('a list without a fifth of the hosts is doubtful, and so is one without a set of the category Optimize', () => {
  const list = builtInEndpoints('worldwide');
  const without = (isGone: (id: string) => boolean) => ({
    ...list,
    requirements: list.requirements.filter(({ id }) => !isGone(id)),
  });
  expect(doubtsOf(list, list)).toEqual([]);
  expect(
    doubtsOf(
      list,
      without((id) => id.startsWith('m365-worldwide/184/')),
    ),
  ).toEqual([]);
  expect(
    doubtsOf(
      list,
      without((id) => id.startsWith('m365-worldwide/11/')),
    ),
  ).toEqual(['it no longer has m365-worldwide/11 (Teams media relays: UDP 3478-3481) in the category Optimize']);
  const short = without((id) => Number(id.split('/')[1]) > 100);
  expect(doubtsOf(list, short)).toEqual([expect.stringMatching(/^it no longer has \d+ of \d+ hosts$/)]);
});
