// Checks the arguments of cache_peer, auth_param and external_acl_type.

import type { LineProblem } from '../../shared/line-problem.js';
import {
  AUTH_SCHEMES,
  HELPER_FLAGS,
  HELPER_SETTINGS,
  isUnknownCode,
  PARENT_SELECTIONS,
  PEER_TYPES,
} from '../vocabulary/values.js';
import { checkKeyOrder, checkNumber, checkTlsFlags, INTEGER } from './argument-values.js';
import { problemAt, redundancyAt } from './references.js';
import type { Token } from './tree.js';

/** Host, type, HTTP port, ICP port, options. */
export function checkPeer(name: Token, args: readonly Token[]): LineProblem[] {
  const [host, type, httpPort, icpPort] = args;
  if (!host || !type) return [problemAt(host ?? name, 'cache_peer needs a host, a type and two ports')];
  if (!PEER_TYPES.includes(type.text.toLowerCase())) {
    return [redundancyAt(type, `unknown type of cache_peer '${type.text}': squid treats it as 'sibling'`)];
  }
  for (const port of [httpPort, icpPort]) {
    if (!port) return [problemAt(type, 'cache_peer needs an HTTP port and an ICP port')];
    // A name may be one of the system's services.
    const isPort = /^\d+$/.test(port.text) ? Number(port.text) <= 65535 : /^[a-z][\w+-]*$/i.test(port.text);
    if (!isPort) return [problemAt(port, `invalid port '${port.text}'`)];
  }
  const hashed = args.slice(4).find(({ text }) => PARENT_SELECTIONS.has(text));
  if (hashed && type.text.toLowerCase() !== 'parent')
    return [problemAt(hashed, `'${hashed.text}' is allowed only for a parent`)];
  if (httpPort && Number(httpPort.text) === 0)
    return [problemAt(httpPort, 'the HTTP port of a cache_peer cannot be 0')];
  return [...checkTlsFlags(args.slice(4), /^(?:sslflags|tls-flags)=/), ...checkKeyOrder(args.slice(4))];
}

export function checkAuthParam(name: Token, args: readonly Token[]): LineProblem[] {
  const [scheme, option] = args;
  if (!scheme || !option) return [problemAt(scheme ?? name, 'auth_param needs a scheme and an option')];
  if (!AUTH_SCHEMES.hasAnyCase(scheme.text)) {
    return [problemAt(scheme, `unknown authentication scheme '${scheme.text}'`)];
  }
  const count = option.text === 'children' ? args[2] : undefined;
  return count ? checkNumber(count, INTEGER) : [];
}

/** A name, options, at least one code of a format, and a program. */
export function checkHelper(name: Token, args: readonly Token[]): LineProblem[] {
  const [own, ...rest] = args;
  if (!own) return [problemAt(name, `'${name.text}' needs a name, a format and a helper`)];
  const options = rest.findIndex(({ text }) => !isHelperOption(text));
  const format = options < 0 ? [] : rest.slice(options);
  const codes = format.findIndex(({ text }) => !text.startsWith('%'));
  if (format.length === 0) return [problemAt(own, `the helper '${own.text}' has no format`)];
  const [first] = format;
  if (codes === 0 && first) return [problemAt(first, `'${first.text}' is neither an option nor a code of a format`)];
  const unknown = format.slice(0, codes < 0 ? undefined : codes).find(({ text }) => isUnknownCode(text));
  if (unknown) return [problemAt(unknown, `unknown code '${unknown.text}'`)];
  return codes < 0 ? [problemAt(own, `the helper '${own.text}' has no program`)] : [];
}

function isHelperOption(text: string): boolean {
  const equals = text.indexOf('=');
  return equals < 0 ? HELPER_FLAGS.has(text) : HELPER_SETTINGS.has(text.slice(0, equals));
}
