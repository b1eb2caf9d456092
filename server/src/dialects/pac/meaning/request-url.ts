// The URL of a request as clients hand it to a PAC file.
import { DEFAULT_PORTS, type ProxyRequest } from '../../../model/proxy.js';
import { HOST, PATH } from './question/variables.js';
import { Text } from './values/text.js';
import type { Value } from './values/value.js';

/** The arguments of `FindProxyForURL`. */
export interface EntryArguments {
  readonly url: Value;
  readonly host: Value;
}

/** The arguments for every host of a request. */
export function tracedArguments(request: ProxyRequest): EntryArguments {
  const { before, after } = urlAround(request);
  const url = new Text({
    kind: 'joined',
    parts: [before, { kind: 'variable', variable: HOST }, ...partsAfter(request, after)],
  });
  return { url, host: new Text({ kind: 'variable', variable: HOST }) };
}

/** The arguments for one host; a text as a whole unless every path is asked about. */
export function argumentsFor(host: string, request: ProxyRequest): EntryArguments {
  const { before, after } = urlAround(request);
  const start = `${before}${host.includes(':') ? `[${host}]` : host}`;
  const [first, ...others] = partsAfter(request, after);
  if (others.length === 0) return { url: `${start}${after}`, host };
  return { url: new Text({ kind: 'joined', parts: [`${start}${String(first)}`, ...others] }), host };
}

function partsAfter(request: ProxyRequest, after: string) {
  const path = { kind: 'variable', variable: PATH } as const;
  return isEveryPath(request) ? [after, path] : [after];
}

/** Whether a request is about every path that clients show to the file. */
function isEveryPath({ scheme, path }: ProxyRequest): boolean {
  return path === undefined && !isEncrypted(scheme);
}

/** Of encrypted URLs, browsers show neither path nor query, so that each looks like `/`. */
function isEncrypted(scheme: ProxyRequest['scheme']): boolean {
  return scheme === 'https' || scheme === 'wss';
}

function urlAround({ scheme, port, path }: ProxyRequest): { readonly before: string; readonly after: string } {
  const shownPath = isEncrypted(scheme) || !path?.startsWith('/') ? '/' : path;
  return { before: `${scheme}://`, after: `${port === DEFAULT_PORTS[scheme] ? '' : `:${port}`}${shownPath}` };
}
