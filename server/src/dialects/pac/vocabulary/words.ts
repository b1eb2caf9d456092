// The predefined names of PAC files: helper functions, globals, and words of the result.
import type { Word, WordTable } from '../../shared/words.js';
import { MEMBERS } from './members.js';

/** A function that clients provide to PAC files. */
export interface Helper extends Word {
  readonly parameters: string;
  readonly returns: string;
  readonly summary: string;
  /** Only Windows (WinHTTP, WinINET) and the clients that follow it have it. */
  readonly microsoft?: true;
  /** The result depends on DNS, the client's address or the clock: the analysis follows every possible one. */
  readonly dependsOn?: 'dns' | 'client' | 'time';
}

const MDN =
  'https://developer.mozilla.org/docs/Web/HTTP/Guides/Proxy_servers_and_tunneling/Proxy_Auto-Configuration_PAC_file';
const MICROSOFT =
  'https://learn.microsoft.com/windows/win32/winhttp/ipv6-extensions-to-navigator-auto-config-file-format';

const HELPER_DATA: readonly Omit<Helper, 'place' | 'treatment'>[] = [
  {
    name: 'isPlainHostName',
    parameters: 'host',
    returns: 'boolean',
    summary: 'Whether the host name has no dot: a name without a domain.',
  },
  {
    name: 'dnsDomainIs',
    parameters: 'host, domain',
    returns: 'boolean',
    summary:
      'Whether the host name ends with this text, case-sensitively. With a leading dot (`".example.com"`) it matches the subdomains of a domain; without one it also matches `badexample.com`.',
  },
  {
    name: 'localHostOrDomainIs',
    parameters: 'host, fullName',
    returns: 'boolean',
    summary:
      'Whether the host is this full name, or its first label or labels without the rest (`www` for `www.example.com`).',
  },
  {
    name: 'isResolvable',
    parameters: 'host',
    returns: 'boolean',
    summary: 'Whether DNS has an IPv4 address for the host. Every request waits for the lookup.',
    dependsOn: 'dns',
  },
  {
    name: 'isInNet',
    parameters: 'host, pattern, mask',
    returns: 'boolean',
    summary:
      'Whether the address lies in the network, for instance `"10.0.0.0", "255.0.0.0"`. A host name is looked up in DNS first. False where the pattern or the mask is not a dotted quad.',
    dependsOn: 'dns',
  },
  {
    name: 'dnsResolve',
    parameters: 'host',
    returns: 'string | null',
    summary: "The host's first IPv4 address, or null where DNS has none.",
    dependsOn: 'dns',
  },
  {
    name: 'convert_addr',
    parameters: 'address',
    returns: 'number',
    summary: 'The four bytes of a dotted quad as one number.',
  },
  {
    name: 'myIpAddress',
    parameters: '',
    returns: 'string',
    summary: 'An address of the client. With several networks or a VPN, clients differ in which one they return.',
    dependsOn: 'client',
  },
  { name: 'dnsDomainLevels', parameters: 'host', returns: 'number', summary: 'The number of dots in the host name.' },
  {
    name: 'shExpMatch',
    parameters: 'text, pattern',
    returns: 'boolean',
    summary:
      'Whether the whole text matches the shell pattern: `*` is any number of characters, `?` is one. Case-sensitive.',
  },
  {
    name: 'weekdayRange',
    parameters: 'first, last?, "GMT"?',
    returns: 'boolean',
    summary: 'Whether today is one of the days, each `SUN` to `SAT`.',
    dependsOn: 'time',
  },
  {
    name: 'dateRange',
    parameters: 'day, month, year, …, "GMT"?',
    returns: 'boolean',
    summary: 'Whether today is the date, or is between two: days 1-31, months `JAN` to `DEC`, years with four digits.',
    dependsOn: 'time',
  },
  {
    name: 'timeRange',
    parameters: 'hour, minute, second, …, "GMT"?',
    returns: 'boolean',
    summary: 'Whether it is the hour, or the time is between two.',
    dependsOn: 'time',
  },
  { name: 'alert', parameters: 'message', returns: 'void', summary: "Writes a message to the client's log." },
  {
    name: 'isResolvableEx',
    parameters: 'host',
    returns: 'boolean',
    summary: 'Whether DNS has an IPv4 or IPv6 address for the host.',
    microsoft: true,
    dependsOn: 'dns',
  },
  {
    name: 'isInNetEx',
    parameters: 'address, prefix',
    returns: 'boolean',
    summary:
      'Whether the IPv4 or IPv6 address lies in the prefix, for instance `"10.0.0.0/8"`. Names are not looked up.',
    microsoft: true,
  },
  {
    name: 'dnsResolveEx',
    parameters: 'host',
    returns: 'string',
    summary: "The host's IPv4 and IPv6 addresses, separated by semicolons; empty where DNS has none.",
    microsoft: true,
    dependsOn: 'dns',
  },
  {
    name: 'myIpAddressEx',
    parameters: '',
    returns: 'string',
    summary: "All the client's IPv4 and IPv6 addresses, separated by semicolons.",
    microsoft: true,
    dependsOn: 'client',
  },
  {
    name: 'sortIpAddressList',
    parameters: 'list',
    returns: 'string',
    summary: 'The addresses of a list, sorted, IPv6 first; empty where one is not an address.',
    microsoft: true,
  },
  {
    name: 'getClientVersion',
    parameters: '',
    returns: 'string',
    summary: 'The version of the PAC engine.',
    microsoft: true,
  },
];

/** Helpers that change no result. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set(['alert']);

export const HELPERS: readonly Helper[] = HELPER_DATA.map((helper) => ({
  ...helper,
  place: helper.microsoft ? 'helper function of Windows' : 'helper function',
  treatment: WITHOUT_EFFECT.has(helper.name) ? 'no-effect' : 'modelled',
}));

export const HELPER_BY_NAME: ReadonlyMap<string, Helper> = new Map(HELPERS.map((helper) => [helper.name, helper]));

/** The helpers that look their first argument up in DNS. */
export const DNS_HELPERS: ReadonlySet<string> = new Set(
  HELPERS.filter(({ dependsOn }) => dependsOn === 'dns').map(({ name }) => name),
);

export function helperReference(helper: Helper): string {
  return helper.microsoft ? MICROSOFT : `${MDN}#${helper.name.toLowerCase()}`;
}

/** The functions that clients call, the one that the analysis follows first. WinHTTP alone knows and prefers the second. */
export const ENTRY_FUNCTIONS: readonly Word[] = ['FindProxyForURL', 'FindProxyForURLEx'].map((name) => ({
  name,
  place: 'entry function',
  treatment: 'modelled',
}));

/** The first word of an entry of a result. */
export interface ResultWord extends Word {
  readonly form: string;
  readonly summary: string;
}

export const RESULT_WORDS: readonly ResultWord[] = (
  [
    ['DIRECT', 'DIRECT', 'Connect without a proxy.'],
    ['PROXY', 'PROXY host:port', 'Use an HTTP proxy; for https with CONNECT.'],
    ['HTTPS', 'HTTPS host:port', 'Use an HTTP proxy over TLS.'],
    ['HTTP', 'HTTP host:port', 'The same as PROXY; older clients do not know it.'],
    ['SOCKS', 'SOCKS host:port', 'Use a SOCKS proxy: version 4 in Chromium, 4 or 5 elsewhere.'],
    ['SOCKS4', 'SOCKS4 host:port', 'Use a SOCKS proxy of version 4.'],
    ['SOCKS5', 'SOCKS5 host:port', 'Use a SOCKS proxy of version 5, which resolves names itself.'],
  ] as const
).map(([name, form, summary]) => ({ name, form, summary, place: 'result', treatment: 'modelled' }));

/** Chromium accepts it where the feature is enabled; files should not use it. */
const EXPERIMENTAL_RESULT_WORDS: readonly Word[] = [{ name: 'QUIC', place: 'result', treatment: 'modelled' }];

/** The words of a result that a server follows. */
export const SERVER_WORDS: ReadonlySet<string> = new Set(
  [...RESULT_WORDS, ...EXPERIMENTAL_RESULT_WORDS].map(({ name }) => name).filter((name) => name !== 'DIRECT'),
);

/** The names of ECMAScript that the interpreter has. */
const PROVIDED_GLOBALS = [
  ...['undefined', 'NaN', 'Infinity', 'globalThis', 'arguments', 'isNaN', 'isFinite', 'parseInt', 'parseFloat'],
  ...['escape', 'unescape', 'encodeURI', 'encodeURIComponent', 'decodeURI', 'decodeURIComponent'],
  ...['Object', 'Array', 'String', 'Number', 'Boolean', 'Date', 'Math', 'JSON', 'RegExp'],
  ...['Error', 'EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError', 'URIError'],
  ...['Map', 'Set', 'WeakMap', 'WeakSet', 'Reflect'],
];

/** The names of ECMAScript that it does not follow: what a program does with one of these is unknown. */
export const GLOBALS_NOT_FOLLOWED: readonly string[] = [
  ...[
    'eval',
    'Function',
    'BigInt',
    'Promise',
    'Symbol',
    'Iterator',
    'AggregateError',
    'Proxy',
    'Intl',
    'WeakRef',
    'ArrayBuffer',
    'DataView',
  ],
  ...['Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array'],
  ...[
    'Float16Array',
    'Float32Array',
    'Float64Array',
    'BigInt64Array',
    'BigUint64Array',
    'SharedArrayBuffer',
    'Atomics',
  ],
  ...['FinalizationRegistry', 'WebAssembly', 'SuppressedError', 'DisposableStack', 'AsyncDisposableStack', 'Temporal'],
];

/** Names that ECMAScript defines. PAC files have no `window`, `console` or `document`. */
const GLOBALS: readonly Word[] = [
  ...PROVIDED_GLOBALS.map((name): Word => ({ name, place: 'global of ECMAScript', treatment: 'modelled' })),
  ...GLOBALS_NOT_FOLLOWED.map((name): Word => ({ name, place: 'global of ECMAScript', treatment: 'opaque' })),
];

/** The names that a file may use without defining them. */
export const PREDEFINED_NAMES: ReadonlySet<string> = new Set([...HELPERS, ...GLOBALS].map(({ name }) => name));

export const words: WordTable = {
  manual: { title: 'Proxy Auto-Configuration (PAC) file', url: MDN },
  words: [...ENTRY_FUNCTIONS, ...HELPERS, ...RESULT_WORDS, ...EXPERIMENTAL_RESULT_WORDS, ...GLOBALS, ...MEMBERS],
};
