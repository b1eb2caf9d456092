// The words of a Sample filter, which parser, completion and hover read.
import type { Word, WordTable } from '../../../../server/src/dialects/shared/words.js';
import { TCP, UDP } from '../../../../server/src/model/packets.js';

/** The protocols that have ports, by their IP protocol numbers. */
export const PROTOCOLS: ReadonlyMap<string, number> = new Map([
  ['tcp', TCP],
  ['udp', UDP],
]);

export const ANY = 'any';

export const words: WordTable = {
  manual: { title: 'Sample manual', url: 'https://sample.example/manual' },
  words: [
    { name: 'permit', place: 'action', treatment: 'modelled', summary: 'Permits the packets, and replies to them.' },
    { name: 'deny', place: 'action', treatment: 'modelled', summary: 'Drops the packets.' },
    { name: 'tcp', place: 'protocol', treatment: 'modelled', summary: 'Only TCP.' },
    { name: 'udp', place: 'protocol', treatment: 'modelled', summary: 'Only UDP.' },
    { name: ANY, place: 'protocol', treatment: 'modelled', summary: 'Every protocol; with a port, TCP and UDP.' },
    { name: ANY, place: 'address', treatment: 'modelled', summary: 'Every address, IPv4 and IPv6.' },
    { name: 'to', place: 'separator', treatment: 'modelled', summary: 'The destination follows.' },
    { name: 'port', place: 'restriction', treatment: 'modelled', summary: 'A destination port, or a range: `80-81`.' },
  ],
};

/** The positions of a rule, by the `place` of their words. */
export const POSITIONS = ['action', 'protocol', 'address', 'separator', 'address', 'restriction', 'ports'] as const;

/** The words that are allowed at a position of a rule; empty where only addresses or ports are. */
export function wordsAt(position: number): readonly Word[] {
  return words.words.filter(({ place }) => place === POSITIONS[position]);
}
