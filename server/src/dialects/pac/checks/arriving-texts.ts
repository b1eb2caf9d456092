// Decides whether any host or URL that clients pass to a file can match a pattern.
import type { Subject } from '../program/subjects.js';

/**
 * A pattern as a sequence: a text in which `ANY` stands for one character and `SOME` for any number of them. Nothing else
 * is special, so that a pattern is compared with all hosts that can arrive in one pass, exactly and without samples.
 */
export interface TextPattern {
  readonly text: string;
  /** Whether `*` and `?` of the text are wildcards. */
  readonly wildcards: boolean;
  /** Whether any text may stand before and after it. */
  readonly openStart: boolean;
  readonly openEnd: boolean;
}

/** Whether the pattern matches no host, or no URL, that can arrive: names in lower case, URLs with their scheme. */
export function matchesNone({ text, wildcards, openStart, openEnd }: TextPattern, subject: Subject): boolean {
  const isSecure = !openStart && /^(?:https|wss):/.test(text);
  const texts = subject === 'host' ? HOSTS : isSecure ? SECURE_URLS : BROWSED_URLS;
  if (subject === 'url' && !openStart && isNoScheme(text, wildcards, openEnd)) return true;
  if (subject === 'url' && !openStart && namesDefaultPort(text, wildcards)) return true;
  let states = texts.start;
  if (openStart) states = texts.afterSome(states);
  for (let i = 0; i < text.length && states !== 0; i++) {
    const unit = text.charCodeAt(i);
    if (wildcards && unit === 42) states = texts.afterSome(states);
    else if (wildcards && unit === 63) states = texts.afterAny(states);
    else states = texts.after(states, unit);
  }
  if (openEnd) states = texts.afterSome(states);
  return !texts.accepts(states);
}

/** The schemes for which clients ask PAC files, and those that files name. */
const SCHEMES = [
  ...['http', 'https', 'ws', 'wss', 'ftp', 'ftps', 'file', 'gopher', 'socks', 'rtsp', 'rtmp', 'mms', 'news', 'nntp'],
  ...[
    'snews',
    'telnet',
    'wais',
    'ldap',
    'irc',
    'sip',
    'sips',
    'stun',
    'turn',
    'data',
    'blob',
    'feed',
    'svn',
    'git',
    'ssh',
  ],
];

/** Whether a pattern begins with a word that is no scheme, as `example.com*` does: a host without the scheme before it. */
function isNoScheme(text: string, wildcards: boolean, openEnd: boolean): boolean {
  const wildcard = wildcards ? text.search(/[*?]/) : -1;
  const literal = wildcard < 0 ? text : text.slice(0, wildcard);
  if (literal === '' || /[:+]/.test(literal)) return false;
  const isOpen = wildcard >= 0 || openEnd;
  return !(isOpen && SCHEMES.some((scheme) => scheme.startsWith(literal)));
}

/** Whether a URL names the port that its scheme has anyway, which browsers leave out (WHATWG URL, *port state*). */
function namesDefaultPort(text: string, wildcards: boolean): boolean {
  const [, scheme = '', authority = ''] = /^(https?|wss?):\/\/([^/?#]*):(?:443|80)(?:[/?#]|$)/.exec(text) ?? [];
  const port = text.slice(scheme.length + 3 + authority.length).match(/^:(\d+)/)?.[1];
  const isSecure = /s$/.test(scheme);
  if (port !== (isSecure ? '443' : '80')) return false;
  // Of other URLs than secure ones a wildcard may stand for a path as well.
  return isSecure || !wildcards || !/[*?]/.test(authority);
}

/** The hosts, or the URLs, that can arrive. */
export function arrivingTexts(subject: Subject): Texts {
  return subject === 'host' ? HOSTS : URLS;
}

/** A set of texts as a nondeterministic automaton whose sets of states are bit masks. */
class Texts {
  private readonly rows: Int32Array[] = [];
  private readonly reach: number[] = [];
  /** What follows each set of states that was met: there are few of them. */
  private readonly followers: Int32Array[] = [];
  private readonly somewhere: number[] = [];

  /** `steps`: from a state, on these characters, to a state. State 0 is the first. */
  constructor(
    private readonly size: number,
    steps: readonly (readonly [from: number, on: string, to: number])[],
    private readonly accepting: number,
  ) {
    for (let state = 0; state < size; state++) this.rows.push(new Int32Array(128));
    for (const [from, on, to] of steps) {
      const row = this.rows[from];
      for (let i = 0; row && i < on.length; i++) row[on.charCodeAt(i)] = (row[on.charCodeAt(i)] ?? 0) | (1 << to);
    }
    for (const row of this.rows) this.reach.push(row.reduce((all, reached) => all | reached, 0));
  }

  readonly start = 1;

  after(states: number, unit: number): number {
    const followers = this.followers[states] ?? this.followersOf(states);
    return followers[unit] ?? 0;
  }

  private followersOf(states: number): Int32Array {
    const followers = new Int32Array(128);
    for (let state = 0; state < this.size; state++) {
      const row = states & (1 << state) ? this.rows[state] : undefined;
      for (let unit = 0; row && unit < 128; unit++) followers[unit] = (followers[unit] ?? 0) | (row[unit] ?? 0);
    }
    this.followers[states] = followers;
    return followers;
  }

  afterAny(states: number): number {
    let reached = 0;
    for (let state = 0; state < this.size; state++) if (states & (1 << state)) reached |= this.reach[state] ?? 0;
    return reached;
  }

  afterSome(states: number): number {
    let all = this.somewhere[states];
    if (all === undefined) {
      all = states;
      for (let next = all | this.afterAny(all); next !== all; next = all | this.afterAny(all)) all = next;
      this.somewhere[states] = all;
    }
    return all;
  }

  accepts(states: number): boolean {
    return (states & this.accepting) !== 0;
  }
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const NAME = `${LETTERS}${DIGITS}-_`;
const HEX = `${DIGITS}abcdef`;
const PRINTABLE = Array.from({ length: 94 }, (_, i) => String.fromCharCode(i + 33)).join('');

/**
 * Names in lower case, which begin with no dot and may end with one, and IPv6 addresses with two colons or more, with and
 * without brackets: what clients pass as the host (WHATWG URL, *host parsing*: names arrive lower-cased and in Punycode).
 */
const HOSTS = new Texts(
  6,
  [
    [0, NAME, 1],
    [1, `${NAME}.`, 1],
    // An address: before its first colon, after it, after the second.
    [0, '[', 2],
    [0, HEX, 2],
    [0, ':', 3],
    [2, HEX, 2],
    [2, ':', 3],
    [3, HEX, 3],
    [3, ':', 4],
    [4, `${HEX}:.`, 4],
    [4, ']', 5],
  ],
  (1 << 1) | (1 << 4) | (1 << 5),
);

/** A scheme, `://`, a host, perhaps a port, and what may stand behind them: `isBrowsed`, a slash at least. */
function urls(behind: string, isBrowsed: boolean): Texts {
  return new Texts(
    12,
    [
      [0, LETTERS, 1],
      [1, `${LETTERS}${DIGITS}+-`, 1],
      [1, ':', 2],
      [2, '/', 3],
      [3, '/', 4],
      [4, NAME, 5],
      [5, `${NAME}.`, 5],
      [4, '[', 6],
      [6, `${HEX}:.`, 6],
      [6, ']', 7],
      [5, ':', 8],
      [7, ':', 8],
      [8, DIGITS, 9],
      [9, DIGITS, 9],
      ...[5, 7, 9].map((from) => [from, behind === '' ? '/' : '/?#', 10] as const),
      [10, behind, 10],
    ],
    (isBrowsed ? 0 : (1 << 5) | (1 << 7) | (1 << 9)) | (1 << 10),
  );
}

const URLS = urls(PRINTABLE, false);

/** Browsers pass a URL without a path with the slash that it has once it is parsed (WHATWG URL, *special schemes*). */
const BROWSED_URLS = urls(PRINTABLE, true);

/**
 * Of `https:` and `wss:` Chromium and Firefox pass no path and no query (Chromium: *proxy_resolution_service*, SanitizeUrl; Firefox:
 * network.proxy.autoconfig_url_include_path).
 */
const SECURE_URLS = urls('', true);
