// Reads logs of devices, line by line, each in whichever format it has.
import { readAsaLine, readIosLine } from './cisco.js';
import type { BrokenLine, LineReader, LineReading, LogEntry } from './entry.js';
import { readKernelLine, readUlogdLine } from './netfilter.js';
import { readSquidLine } from './squid.js';
import { windowsReader } from './windows.js';

export interface ReadLog {
  /** In the order of the log, each different one once. */
  readonly entries: readonly CountedEntry[];
  readonly broken: readonly (BrokenLine & { readonly line: number })[];
  /** The one-based numbers of lines in no known format. */
  readonly foreign: readonly number[];
}

export interface CountedEntry {
  readonly entry: LogEntry;
  /** The one-based number of the first line. */
  readonly line: number;
  readonly count: number;
}

/** Longer lines are no log lines of these devices: syslog ends them far before that (RFC 5424, section 6.1). */
const LINE_LIMIT = 16_384;

/** Reads a log. Empty lines and comments are left out. */
export function readLog(text: string): ReadLog {
  const readers = [readKernelLine, readUlogdLine, readIosLine, readAsaLine, readSquidLine, windowsReader()];
  const entries = new Map<string, CountedEntry>();
  const broken: (BrokenLine & { readonly line: number })[] = [];
  const foreign: number[] = [];
  for (const [i, written] of text.split('\n').entries()) {
    const line = written.trimEnd();
    const reading = line.length > LINE_LIMIT ? undefined : first(readers, line);
    if (reading === undefined) {
      if (line.trim() !== '' && !line.startsWith('#')) foreign.push(i + 1);
    } else if (reading.kind === 'other') {
    } else if (reading.kind === 'broken') {
      broken.push({ ...reading, line: i + 1 });
    } else {
      const key = keyOf(reading);
      const known = entries.get(key);
      entries.set(key, known ? { ...known, count: known.count + 1 } : { entry: reading, line: i + 1, count: 1 });
    }
  }
  return { entries: [...entries.values()], broken, foreign };
}

function first(readers: readonly LineReader[], line: string): LineReading {
  for (const reader of readers) {
    const reading = reader(line);
    if (reading !== undefined) return reading;
  }
  return undefined;
}

/** Packets that differ in the port that a client chose for itself are the same question. */
function keyOf(entry: LogEntry): string {
  if (entry.kind === 'url') return JSON.stringify({ ...entry, url: entry.url });
  const { sourcePort = 0, destinationPort = 0, ...others } = entry;
  const isChosen = sourcePort >= 1024 && !entry.isReply;
  return JSON.stringify({ ...others, sourcePort: isChosen ? 'any' : sourcePort, destinationPort });
}
