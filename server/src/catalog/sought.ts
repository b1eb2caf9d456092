// What somebody looks up in the catalog: a host, an address, a port or several of them, as logs and people write them.
import { parseAddress, parsePrefix } from '../model/ip.js';
import { parsePorts } from '../model/ports.js';
import type { NamedEndpoint } from './service-index.js';

/** The ports of URLs that name none (RFC 9110, section 4.2; RFC 6455, section 3). */
const SCHEME_PORTS: Readonly<Record<string, string>> = { http: '80', ws: '80', https: '443', wss: '443' };

/** A part of a host name, with `*` for what a pattern leaves open. Underscores occur in real names. */
const LABELS = /^\.?[a-z0-9_*-]+(?:\.[a-z0-9_*-]+)+\.?$/;

/**
 * Reads `52.109.32.27`, `52.108.0.0/14`, `2603:1006::/40`, `*.office.net`, `.office.net`, `https://teams.microsoft.com/path`,
 * `udp/3478`, `3478-3481/udp`, `443`, `teams.microsoft.com:443`, `[2603:1006::1]:443`, `52.112.0.1:3478/udp`; `undefined`
 * where a text is none of these.
 */
export function parseSought(text: string): NamedEndpoint | undefined {
  const word = text.trim().toLowerCase();
  const url = /^(https?|wss?):\/\/(?:[^/?#@]*@)?([^/?#]+)/.exec(word);
  if (url) {
    const [, scheme = '', authority = ''] = url;
    const named = /(?:\]|^[^:]*):\d+$/.test(authority) ? authority : `${authority}:${SCHEME_PORTS[scheme]}`;
    return withPorts(named, 'tcp');
  }
  const transport = /^(tcp|udp)[/ :]\s*(\S+)$/.exec(word) ?? swapped(/^(.*\S)[/ ]\s*(tcp|udp)$/.exec(word));
  if (!transport) return plainOf(word) ?? withPorts(word, undefined);
  const [, protocol, rest = ''] = transport;
  return withPorts(rest, protocol === 'tcp' ? 'tcp' : 'udp');
}

/** Several questions in one text, as in a list that is pasted; the text itself where it is one question or its parts are none. */
export function questionsIn(text: string): readonly string[] {
  const parts = text.split(/[,;\n]/).flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
  const isOne = parseSought(text) !== undefined || parts.some((part) => parseSought(part) === undefined);
  return isOne || parts.length === 0 ? [text] : parts;
}

function swapped(match: RegExpExecArray | null): readonly (string | undefined)[] | null {
  return match && [match[0], match[2], match[1]];
}

/** A host, an address or a prefix without ports. */
function plainOf(word: string): NamedEndpoint | undefined {
  const bare = word.startsWith('[') && word.endsWith(']') ? word.slice(1, -1) : word;
  if (parsePrefix(bare)) return { prefix: bare };
  // `443` is a port, and four numbers that are no address are no name either.
  if (!LABELS.test(word) || /^[\d.]+$/.test(word)) return undefined;
  return { host: word.endsWith('.') ? word.slice(0, -1) : word };
}

function withPorts(word: string, protocol: NamedEndpoint['protocol']): NamedEndpoint | undefined {
  const transport = protocol === undefined ? {} : { protocol };
  const alone = parsePorts(word);
  if (alone) return { ports: alone, ...transport };
  const colon = word.lastIndexOf(':');
  const place = plainOf(word.slice(0, colon));
  const ports = colon < 0 || parseAddress(word) ? undefined : parsePorts(word.slice(colon + 1));
  return place && ports ? { ...place, ports, ...transport } : undefined;
}
