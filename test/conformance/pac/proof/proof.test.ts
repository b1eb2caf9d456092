import { beforeAll, describe, expect, test } from 'vitest';
import { loadOracle } from '../oracle/oracle.js';
import { compareProgram, type Extent, Tally } from './compare.js';
import { KINDS, program, programOfKind } from './programs.js';

/** How many triples of program, host and environment are compared. */
const TRIPLES = Number(process.env.LINTEL_PAC_TRIPLES ?? 20_000);
/** Many hosts of one program cost less than many programs. */
const EXTENT: Extent = { hosts: 48, states: 4 };
const KIND_EXTENT: Extent = { hosts: 15, states: 2 };
const PROGRAMS_OF_A_KIND = Number(process.env.LINTEL_PAC_KIND_PROGRAMS ?? 3);
const SHOWN_FAULTS = 3;

beforeAll(async () => {
  await loadOracle();
});

/** The first faults in full, and how many there are. */
function shown({ faults }: Tally): string {
  return faults.length === 0 ? '' : `${faults.length} faults:\n${faults.slice(0, SHOWN_FAULTS).join('\n\n')}`;
}

describe('every kind of condition alone', () => {
  const undecided: string[] = [];

  test.each([...KINDS])('%s', (name, kind) => {
    const tally = new Tally();
    for (let seed = 1; seed <= PROGRAMS_OF_A_KIND; seed++)
      compareProgram(programOfKind(kind, seed), seed, KIND_EXTENT, tally);
    if (tally.undecided > 0) undecided.push(`${name} ${tally.share}`);
    expect(shown(tally)).toBe('');
  });

  test('share of undecided', () => {
    console.info(`PAC kinds with undecided answers: ${undecided.join(', ') || 'none'}`);
  });
});

test('programs of many conditions', { timeout: 600_000 }, () => {
  const tally = new Tally();
  const start = performance.now();
  let seed = 0;
  while (tally.compared < TRIPLES) compareProgram(program(++seed), seed, EXTENT, tally);
  const { narrow } = tally;
  console.info(
    `PAC proof: ${tally.compared} triples of ${seed} programs in ${((performance.now() - start) / 1000).toFixed(0)} s; ` +
      `undecided ${tally.share}, of one host and client ${narrow.undecided} of ${narrow.compared}; ` +
      `slowest decision ${tally.slowest.time.toFixed(0)} ms`,
  );
  expect(shown(tally)).toBe('');
});
