// Sets of TCP and UDP ports as texts.
import { IntervalSet } from './intervals.js';

/** A set of TCP or UDP ports, 0–65535. */
export type PortSet = IntervalSet<number>;

export const ALL_PORTS: PortSet = IntervalSet.of([0, 65535]);

/**
 * The source ports of a client that may choose any: the dynamic range of RFC 6335, section 6, which every common system's
 * own range includes.
 */
export const EPHEMERAL_PORTS: PortSet = IntervalSet.of([49152, 65535]);

/** Reads `443`, `3478-3481` or a comma list of them; `undefined` where a part is not a port or a range is reversed. */
export function parsePorts(text: string): PortSet | undefined {
  const intervals: [number, number][] = [];
  for (const part of text.split(',')) {
    const match = /^\s*(\d{1,5})(?:\s*-\s*(\d{1,5}))?\s*$/.exec(part);
    if (!match) return undefined;
    const low = Number(match[1]);
    const high = Number(match[2] ?? match[1]);
    if (low > high || high > 65535) return undefined;
    intervals.push([low, high]);
  }
  return IntervalSet.from(intervals);
}

/** Ports as text that can be pasted: `443`, `3478-3481`, `80, 443`. */
export function formatPorts(ports: PortSet): string {
  return portTexts(ports).join(', ');
}

/** Each port or range of a set: `443`, `3478-3481`. */
export function portTexts(ports: PortSet): string[] {
  return ports.intervals.map(([low, high]) => (low === high ? `${low}` : `${low}-${high}`));
}
