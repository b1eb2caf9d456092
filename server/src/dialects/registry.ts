// The list of dialects, and which of them a file is written in.
import { detectionWindow } from '../../../shared/detection.js';
import { recognition as cisco } from './cisco/recognition.js';
import type { Dialect, LoadedLater, Recognition } from './dialect.js';
import { recognition as iptables } from './iptables/recognition.js';
import { recognition as netpolicy } from './netpolicy/recognition.js';
import { recognition as nftables } from './nftables/recognition.js';
import { recognition as pac } from './pac/recognition.js';
import { recognition as squid } from './squid/recognition.js';
import { recognition as windowsFirewall } from './windows-firewall/recognition.js';

/** Every dialect that Lintel reads: one line each. The code of one is loaded with the first file of it. */
export const DIALECTS: readonly LoadedLater[] = [
  { ...pac, load: async () => (await import('./pac/index.js')).pac },
  { ...squid, load: async () => (await import('./squid/index.js')).squid },
  { ...cisco, load: async () => (await import('./cisco/index.js')).cisco },
  { ...iptables, load: async () => (await import('./iptables/index.js')).iptables },
  { ...nftables, load: async () => (await import('./nftables/index.js')).nftables },
  { ...windowsFirewall, load: async () => (await import('./windows-firewall/index.js')).windowsFirewall },
  { ...netpolicy, load: async () => (await import('./netpolicy/index.js')).netpolicy },
];

/** The code of every dialect. */
export function allDialects(): Promise<readonly Dialect[]> {
  return Promise.all(DIALECTS.map((dialect) => dialect.load()));
}

/** The dialect with the highest confidence for a file; `undefined` where every one returns 0. */
export function detectDialect(path: string, text: string): LoadedLater | undefined {
  return detectAmong(DIALECTS, path, text);
}

/** Documents, data and programs, which quote configuration and are none: their content does not make them files of a dialect. */
const QUOTING =
  /\.(?:md|markdown|rst|adoc|asciidoc|org|tex|html?|xml|svg|css|ya?ml|json[5c]?|toml|csv|sql|ipynb|patch|diff|po|py|rb|go|rs|java|kt|scala|swift|c|h|cc|cpp|hpp|cs|pl|pm|lua|hs|exs?|erl|el|vim|nix|tf|cmake|gradle|[cm]?[jt]sx?)$/i;

/** The dialects whose files are recognised by lines that those quote. */
const QUOTED: ReadonlySet<string> = new Set([squid, cisco, iptables, nftables, windowsFirewall].map(({ id }) => id));

/** Nothing is more certain, and the expressions of the dialects that are left need not be compiled. */
const CERTAIN = 1;

export function detectAmong<One extends Recognition>(
  dialects: readonly One[],
  path: string,
  text: string,
): One | undefined {
  const window = text.slice(0, detectionWindow(text));
  let best: One | undefined;
  let highest = 0;
  const quotes = QUOTING.test(path);
  for (const dialect of dialects) {
    if (quotes && QUOTED.has(dialect.id)) continue;
    const confidence = dialect.detect(path, window);
    if (confidence > highest) {
      best = dialect;
      highest = confidence;
    }
    if (highest >= CERTAIN) break;
  }
  return best;
}

export function dialectById(id: string): LoadedLater | undefined {
  return DIALECTS.find((dialect) => dialect.id === id);
}
