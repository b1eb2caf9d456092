/** One function that clients give to PAC files. */
export interface Helper {
  readonly name: string;
  readonly parameters: string;
  readonly returns: string;
  /** What it does, in a sentence or two. */
  readonly summary: string;
  /** Only Windows (WinHTTP, WinINET) and what follows it have it. */
  readonly microsoft?: true;
  /** Asks DNS, the client's address or the clock. */
  readonly asks?: 'dns' | 'client' | 'time';
}

const MDN =
  'https://developer.mozilla.org/docs/Web/HTTP/Guides/Proxy_servers_and_tunneling/Proxy_Auto-Configuration_PAC_file';
const MICROSOFT =
  'https://learn.microsoft.com/windows/win32/winhttp/ipv6-extensions-to-navigator-auto-config-file-format';

export const HELPERS: readonly Helper[] = [
  {
    name: 'isPlainHostName',
    parameters: 'host',
    returns: 'boolean',
    summary: 'Whether the host name has no dot: the name of a machine without a domain.',
  },
  {
    name: 'dnsDomainIs',
    parameters: 'host, domain',
    returns: 'boolean',
    summary:
      'Whether the host name ends with this text, upper and lower case told apart. With a leading dot (`".example.com"`) it matches the names below a domain; without one it also matches `badexample.com`.',
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
    summary: 'Whether DNS has an IPv4 address for the host. Every page waits for the answer.',
    asks: 'dns',
  },
  {
    name: 'isInNet',
    parameters: 'host, pattern, mask',
    returns: 'boolean',
    summary:
      'Whether the address lies in the network, for instance `"10.0.0.0", "255.0.0.0"`. A host name is looked up in DNS first. False where the pattern or the mask is no dotted quad.',
    asks: 'dns',
  },
  {
    name: 'dnsResolve',
    parameters: 'host',
    returns: 'string | null',
    summary: "The host's first IPv4 address, or null where DNS has none.",
    asks: 'dns',
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
    summary:
      'An address of the client. On a machine with several networks or a VPN clients differ in which one they choose.',
    asks: 'client',
  },
  { name: 'dnsDomainLevels', parameters: 'host', returns: 'number', summary: 'The number of dots in the host name.' },
  {
    name: 'shExpMatch',
    parameters: 'text, pattern',
    returns: 'boolean',
    summary:
      'Whether the whole text matches the shell pattern: `*` is any number of characters, `?` is one. Upper and lower case are told apart.',
  },
  {
    name: 'weekdayRange',
    parameters: 'first, last?, "GMT"?',
    returns: 'boolean',
    summary: 'Whether today is one of the days, each `SUN` to `SAT`.',
    asks: 'time',
  },
  {
    name: 'dateRange',
    parameters: 'day, month, year, …, "GMT"?',
    returns: 'boolean',
    summary: 'Whether today is the date, or lies between two: days 1–31, months `JAN`–`DEC`, years with four digits.',
    asks: 'time',
  },
  {
    name: 'timeRange',
    parameters: 'hour, minute, second, …, "GMT"?',
    returns: 'boolean',
    summary: 'Whether it is the hour, or the time lies between two.',
    asks: 'time',
  },
  { name: 'alert', parameters: 'message', returns: 'void', summary: "Writes a message to the client's log." },
  {
    name: 'isResolvableEx',
    parameters: 'host',
    returns: 'boolean',
    summary: 'Whether DNS has an IPv4 or IPv6 address for the host.',
    microsoft: true,
    asks: 'dns',
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
    asks: 'dns',
  },
  {
    name: 'myIpAddressEx',
    parameters: '',
    returns: 'string',
    summary: "All the client's IPv4 and IPv6 addresses, separated by semicolons.",
    microsoft: true,
    asks: 'client',
  },
  {
    name: 'sortIpAddressList',
    parameters: 'list',
    returns: 'string',
    summary: 'The addresses of a list, sorted, IPv6 first; empty where one is no address.',
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

export const HELPER_BY_NAME: ReadonlyMap<string, Helper> = new Map(HELPERS.map((helper) => [helper.name, helper]));

/** Free names whose calls ask the client's surroundings. */
export const ENVIRONMENT_HELPERS: ReadonlySet<string> = new Set([
  ...HELPERS.filter(({ asks }) => asks).map(({ name }) => name),
  'Date',
  'Math',
]);

export function helperReference(helper: Helper): string {
  return helper.microsoft ? MICROSOFT : `${MDN}#${helper.name.toLowerCase()}`;
}
