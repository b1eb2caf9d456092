// The ports that squid listens on, and those on which it receives a request.

import type { QuotedLine } from '../../../model/evidence.js';
import { PORT_BUMP_OPTIONS, PORT_MODES } from '../vocabulary/values.js';
import { linesOf, type PlainLine, type Program, quoteAt } from './program.js';

/** A port that squid listens on. */
export interface Listener {
  /** How connections reach it: explicit proxy, interception, or reverse proxy. */
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

/** The usual port, for files without one, such as parts of a configuration. */
function nominal(program: Program): Listener {
  return { mode: 'forward', tls: false, bumps: hasBumpRules(program), port: 3128, name: '3128', statement: undefined };
}

/**
 * The ports that can receive a request: those of the explicit proxy, and only where there are none those that
 * intercept traffic of the request's kind. `undefined` where traffic of that kind does not reach squid.
 */
export function listenersFor(program: Program, scheme: 'http' | 'https'): readonly Listener[] | undefined {
  const listeners = ['http_port', 'https_port'].flatMap((name) =>
    linesOf(program, name).map((placed) => readListener(program, placed, name === 'https_port')),
  );
  if (listeners.length === 0) return [nominal(program)];
  const forward = listeners.filter(({ mode }) => mode === 'forward');
  if (forward.length > 0) return forward;
  const intercepting = listeners.filter(({ mode, tls }) => mode === 'intercept' && tls === (scheme === 'https'));
  return intercepting.length > 0 ? intercepting : undefined;
}

function readListener(program: Program, placed: PlainLine, tls: boolean): Listener {
  const [place = '', ...options] = placed.line.statement.arguments.map(({ text }) => text);
  const modes = new Set(options.map((option) => PORT_MODES.get(option)));
  return {
    mode: modes.has('accel') ? 'accelerate' : modes.has('intercept') || modes.has('tproxy') ? 'intercept' : 'forward',
    tls,
    bumps: hasBumpRules(program) && options.some((option) => PORT_BUMP_OPTIONS.has(option)),
    port: Number(/(\d+)$/.exec(place)?.[1] ?? '0'),
    name: options.find((option) => option.startsWith('name='))?.slice(5) ?? place,
    statement: quoteAt(program, placed),
  };
}
