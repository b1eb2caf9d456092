// The ports that squid listens on, and those on which it receives the requests of clients.

import { addTo } from '../../../kept/lists.js';
import { Memo } from '../../../kept/memo.js';
import type { ProxyEntry } from '../../../model/proxy.js';
import { PORT_BUMP_OPTIONS, PORT_MODES } from '../vocabulary/values.js';
import { linesOf, type PlainLine, type Program, quoteAt } from './program.js';

/** A port that squid listens on. */
export interface Listener extends ProxyEntry {
  /** How connections reach it: explicit proxy, interception, or reverse proxy. */
  readonly mode: 'forward' | 'intercept' | 'accelerate';
  /** Whether connections begin with TLS. */
  readonly tls: boolean;
  /** Whether `ssl_bump` rules apply to connections that pass through. */
  readonly bumps: boolean;
  readonly port: number;
  /** The `name=`, or the port as written: what `myportname` compares. */
  readonly portName: string;
  /** Whether it is bound to a loopback address, which nothing but the host itself can reach. */
  readonly isLocal: boolean;
}

/** The acl types that differ between the ports of a proxy. */
export const LISTENER_TYPES: readonly string[] = ['localport', 'myportname', 'localip'];

const listeners = new Memo<Program, readonly Listener[]>();

/** All listening ports in the order of the file; a file without any, such as a part of a configuration, has the usual one. */
export function listenersOf(program: Program): readonly Listener[] {
  return listeners.of(program, () => {
    const found = ['http_port', 'https_port'].flatMap((directive) =>
      linesOf(program, directive).map((placed) => readListener(program, placed, directive)),
    );
    return found.length > 0 ? found : [nominal(program)];
  });
}

/**
 * The ports at which clients ask for the servers of others. A reverse proxy serves its own sites only, and a port of the
 * loopback interface only the host itself, which counts where there is no other.
 */
export function clientListeners(program: Program): readonly Listener[] {
  return usable.of(program, () => {
    const outgoing = listenersOf(program).filter(({ mode }) => mode !== 'accelerate');
    const reachable = outgoing.filter(({ isLocal }) => !isLocal);
    return distinctListeners(program, reachable.length > 0 ? reachable : outgoing);
  });
}

const usable = new Memo<Program, readonly Listener[]>();

/** Whether some acl tells the ports apart. */
export function tellsListenersApart(program: Program): boolean {
  return LISTENER_TYPES.some((type) => program.acls.ofType(type).length > 0);
}

/** One port for all that are treated alike: those of one kind, as long as no acl tells them apart. */
function distinctListeners(program: Program, listeners: readonly Listener[]): readonly Listener[] {
  if (tellsListenersApart(program)) return listeners;
  const kinds = new Map<string, Listener[]>();
  for (const one of listeners) addTo(kinds, [one.mode, one.tls, one.bumps].join(' '), one);
  return [...kinds.values()].flatMap(([first, ...others]) => {
    if (!first) return [];
    return [others.length === 0 ? first : { ...first, name: `${first.name} and ${others.length} more` }];
  });
}

/** Whether a port carries a kind of traffic: redirected connections are of the kind that was redirected to it. */
export function carries({ mode, tls }: Listener, scheme: 'http' | 'https'): boolean {
  return mode === 'forward' || tls === (scheme === 'https');
}

/** Without any `ssl_bump` rule squid does not intercept TLS on any port (`clientHttpConnectionsOpen`). */
function hasBumpRules(program: Program): boolean {
  return program.lists.has('ssl_bump');
}

function nominal(program: Program): Listener {
  return {
    name: 'http_port 3128',
    mode: 'forward',
    tls: false,
    bumps: hasBumpRules(program),
    port: 3128,
    portName: '3128',
    isLocal: false,
    statement: undefined,
  };
}

/** Addresses and names of the loopback interface. */
const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])$/i;

function readListener(program: Program, placed: PlainLine, directive: string): Listener {
  const [place = '', ...options] = placed.line.statement.arguments.map(({ text }) => text);
  const modeOption = options.find((option) => PORT_MODES.has(option));
  const mode = modeOption === undefined ? undefined : PORT_MODES.get(modeOption);
  const colon = place.lastIndexOf(':');
  return {
    name: [directive, place, ...(modeOption === undefined ? [] : [modeOption])].join(' '),
    mode: mode === undefined ? 'forward' : mode === 'accel' ? 'accelerate' : 'intercept',
    tls: directive === 'https_port',
    bumps: hasBumpRules(program) && options.some((option) => PORT_BUMP_OPTIONS.has(option)),
    port: Number(place.slice(colon + 1)),
    portName: options.find((option) => option.startsWith('name='))?.slice('name='.length) ?? place,
    isLocal: colon > 0 && LOOPBACK.test(place.slice(0, colon)),
    statement: quoteAt(program, placed),
  };
}
