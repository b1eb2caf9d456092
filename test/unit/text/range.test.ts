import { expect, test } from 'vitest';
import { partsWithin } from '../../../server/src/text/range.js';

test.each([
  [{ start: 0, end: 0 }, ['a', 'b']],
  [{ start: 5, end: 5 }, ['a', 'b']],
  [{ start: 10, end: 10 }, ['a', 'b', 'c']],
  [{ start: 11, end: 19 }, ['c']],
  [{ start: 12, end: 25 }, ['c', 'd']],
  [{ start: 99, end: 99 }, ['d']],
])('the parts that %o touches', (range, names) => {
  const parts = [
    { name: 'a', start: 0 },
    { name: 'b', start: 0 },
    { name: 'c', start: 10 },
    { name: 'd', start: 20 },
  ];
  expect(partsWithin(parts, ({ start }) => start, range).map(({ name }) => name)).toEqual(names);
});
