// Reads the text that FindProxyForURL returns.
import { RESULT_WORDS, SERVER_WORDS } from '../vocabulary/words.js';

/**
 * The string that FindProxyForURL returns: entries separated by `;`, each a type and, except for DIRECT, a server.
 * The case of types is ignored, invalid entries are skipped, and a result without any valid
 * entry means DIRECT (Chromium: `ProxyList::SetFromPacString` and `PacResultElementToProxyChain`, net/base).
 */
export interface ProxyListEntry {
  /** Offset of the trimmed entry in the result. */
  readonly start: number;
  readonly text: string;
  readonly direct: boolean;
  /** The defect of the entry; `undefined` for a valid one. */
  readonly defect: string | undefined;
  /** The probable correction of the entry; `undefined` where that is ambiguous. */
  readonly corrected: string | undefined;
}

export function readProxyList(result: string): ProxyListEntry[] {
  const entries: ProxyListEntry[] = [];
  let offset = 0;
  for (const part of result.split(';')) {
    const text = part.trim();
    if (text !== '') entries.push(readEntry(text, offset + part.indexOf(text.charAt(0))));
    offset += part.length + 1;
  }
  return entries;
}

/** Whether the client's first choice is a direct connection. */
export function isDirectFirst(result: string): boolean {
  const first = readProxyList(result).find((entry) => entry.defect === undefined);
  return first === undefined || first.direct;
}

function readEntry(text: string, start: number): ProxyListEntry {
  const entry = (direct: boolean, defect?: string, corrected?: string): ProxyListEntry => ({
    start,
    text,
    direct,
    defect,
    corrected,
  });
  const space = text.search(/\s/);
  const type = (space < 0 ? text : text.slice(0, space)).toUpperCase();
  const server = space < 0 ? '' : text.slice(space).trim();
  if (type === 'DIRECT') {
    return server === '' ? entry(true) : entry(true, '`DIRECT` has no server', 'DIRECT');
  }
  if (!SERVER_WORDS.has(type)) return readForeignEntry(text, entry);
  if (server === '') return entry(false, `\`${type}\` needs a server of the form \`host:port\``);
  const defect = serverDefect(server);
  if (defect === undefined) return entry(false);
  const corrected = correctedServer(server);
  return entry(false, defect, corrected === undefined ? undefined : `${type} ${corrected.server}`);
}

const KNOWN_TYPES = RESULT_WORDS.map(({ name }) => name)
  .join(', ')
  .replace(/, (?=\w+$)/, ' and ');

/** An entry whose first word is not a type: a bare server or URL is intended as a proxy. */
function readForeignEntry(
  text: string,
  entry: (direct: boolean, defect: string, corrected?: string) => ProxyListEntry,
): ProxyListEntry {
  const word = text.split(/\s/, 1)[0] ?? text;
  const defect = `\`${word}\` is not one of ${KNOWN_TYPES}`;
  const corrected = correctedServer(text);
  if (corrected) return entry(false, defect, `${corrected.type} ${corrected.server}`);
  const isServer = serverDefect(text) === undefined && /:\d+$/.test(text);
  return entry(false, defect, isServer ? `PROXY ${text}` : undefined);
}

function serverDefect(server: string): string | undefined {
  if (server.includes('://')) return `\`${server}\` is a URL; expected \`host:port\``;
  const match = /^(\[[0-9a-fA-F:.]+\]|[^\s:[\]/@?#,]+)(?::(\d{1,5}))?$/.exec(server);
  if (!match) return `\`${server}\` is not a server of the form \`host:port\``;
  return match[2] !== undefined && Number(match[2]) > 65535 ? `port ${match[2]} is above 65535` : undefined;
}

const TYPE_OF_SCHEME: Readonly<Record<string, string>> = {
  http: 'PROXY',
  https: 'HTTPS',
  socks: 'SOCKS',
  socks4: 'SOCKS4',
  socks5: 'SOCKS5',
};

/** Reads `http://host:port/` as the server that it names. */
function correctedServer(text: string): { readonly type: string; readonly server: string } | undefined {
  const match = /^([a-z0-9]{4,6}):\/\/([^\s/@?#,;]+)\/?$/i.exec(text);
  const type = TYPE_OF_SCHEME[match?.[1]?.toLowerCase() ?? ''];
  const server = match?.[2];
  return type && server && serverDefect(server) === undefined ? { type, server } : undefined;
}
