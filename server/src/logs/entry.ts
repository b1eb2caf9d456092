// A line of a device's log, as a question about the file that the device runs.
import type { Hook } from '../model/filter.js';

/** What a device did with the packet or request that it logged; `seen` where the line does not say. */
export type LoggedAction = 'denied' | 'permitted' | 'seen';

/** Where the device saw the packet, as far as the line says. */
export interface LoggedPath {
  readonly hook?: Hook;
  readonly inInterface?: string;
  readonly outInterface?: string;
  /** The name of the access list. */
  readonly point?: string;
}

/** A packet that a packet filter logged. */
export interface LoggedFlow {
  readonly kind: 'flow';
  readonly format: LogFormat;
  readonly action: LoggedAction;
  /** A name or a number. */
  readonly protocol: string;
  readonly source: string;
  readonly sourcePort?: number;
  readonly destination: string;
  readonly destinationPort?: number;
  readonly path: LoggedPath;
  /** Whether the packet answers another one: the connection runs the other way. */
  readonly isReply?: boolean;
}

/** A request that a proxy logged. */
export interface LoggedRequest {
  readonly kind: 'url';
  readonly format: LogFormat;
  readonly action: LoggedAction;
  readonly url: string;
  /** The address of the client, where the log has it. */
  readonly client?: string;
  readonly user?: string;
}

export type LogEntry = LoggedFlow | LoggedRequest;

export type LogFormat = 'netfilter' | 'ulogd' | 'ios' | 'asa' | 'pfirewall' | 'squid';

/** A line that begins like one of a known format but lacks what it must have. */
export interface BrokenLine {
  readonly kind: 'broken';
  readonly format: LogFormat;
  /** What is missing, as a phrase. */
  readonly missing: string;
}

/** A line of a known format that is about no packet or request, such as a heading. */
export interface OtherLine {
  readonly kind: 'other';
}

/** What a reader makes of one line; `undefined` where it is not in the reader's format. */
export type LineReading = LogEntry | BrokenLine | OtherLine | undefined;

/** Reads the lines of one format, in their order: some formats declare their fields in a line of their own. */
export type LineReader = (line: string) => LineReading;

export function broken(format: LogFormat, missing: string): BrokenLine {
  return { kind: 'broken', format, missing };
}

/** A port in decimal digits. */
export function portOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,5}$/.test(text) && Number(text) <= 65535 ? Number(text) : undefined;
}

/** Ports as properties of an entry; absent ones are left out. */
export function portsOf(source: string | undefined, destination: string | undefined) {
  const [sourcePort, destinationPort] = [portOf(source), portOf(destination)];
  return {
    ...(sourcePort === undefined ? {} : { sourcePort }),
    ...(destinationPort === undefined ? {} : { destinationPort }),
  };
}
