// Reports entries whose sequence number an earlier entry of the list has.
import type { Problem } from '../../dialect.js';
import type { Program } from '../program/program.js';
import { quotedLine } from '../program/quoted-line.js';

export function repeatedNumbers({ uri, repetitions }: Program): Problem[] {
  return repetitions.map(({ entry, earlier, sequence }) => ({
    ...quotedLine(uri, entry),
    code: 'duplicate-name',
    message: `the list already has an entry ${sequence}: the device rejects this one`,
    related: [{ uri, range: quotedLine(uri, earlier).range, message: `entry ${sequence}` }],
  }));
}
