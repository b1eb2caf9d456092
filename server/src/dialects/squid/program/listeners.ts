import type { QuotedLine } from '../../../model/evidence.js';
import { type PlacedStatement, type Program, statementsOf } from './program.js';
import { placeOf } from './segments.js';

/** A port that squid listens on. */
export interface Listener {
  /** How connections come to it: proxies know it, routers send them, or it stands in front of own servers. */
  readonly mode: 'forward' | 'intercept' | 'accelerate';
  /** Whether connections begin with TLS. */
  readonly tls: boolean;
  /** Whether `ssl_bump` rules apply to connections that pass through. */
  readonly bumps: boolean;
  readonly port: number;
  /** The `name=`, or the port as written. */
  readonly name: string;
  readonly statement: QuotedLine | undefined;
}

/** Without any `ssl_bump` rule squid does not intercept TLS on any port (`clientHttpConnectionsOpen`). */
function hasBumpRules(program: Program): boolean {
  return program.lists.has('ssl_bump');
}

/** A port for files that name none, such as parts of a configuration: the most usual one. */
function nominal(program: Program): Listener {
  return { mode: 'forward', tls: false, bumps: hasBumpRules(program), port: 3128, name: '3128', statement: undefined };
}

/**
 * The ports that a request can come to: those that clients know as their proxy, and only where there are none those that
 * intercept traffic of the request's kind. `undefined` where traffic of that kind does not reach squid.
 */
export function listenersFor(program: Program, scheme: 'http' | 'https'): readonly Listener[] | undefined {
  const bumpRules = hasBumpRules(program);
  const listeners = ['http_port', 'https_port'].flatMap((name) =>
    statementsOf(program, name).map((placed) => readListener(placed, name === 'https_port', bumpRules)),
  );
  if (listeners.length === 0) return [nominal(program)];
  const forward = listeners.filter(({ mode }) => mode === 'forward');
  if (forward.length > 0) return forward;
  const intercepting = listeners.filter(({ mode, tls }) => mode === 'intercept' && tls === (scheme === 'https'));
  return intercepting.length > 0 ? intercepting : undefined;
}

function readListener({ segment, entry }: PlacedStatement, tls: boolean, bumpRules: boolean): Listener {
  const [place, ...options] = entry.statement.arguments.map(({ text }) => text);
  const has = (...flags: string[]) => options.some((option) => flags.includes(option));
  const portText = /(\d+)$/.exec(place ?? '')?.[1] ?? '0';
  return {
    mode: has('accel', 'vhost') ? 'accelerate' : has('intercept', 'transparent', 'tproxy') ? 'intercept' : 'forward',
    tls,
    bumps: bumpRules && has('ssl-bump', 'sslBump'),
    port: Number(portText),
    name: options.find((option) => option.startsWith('name='))?.slice(5) ?? place ?? '',
    statement: placeOf(segment, entry),
  };
}
