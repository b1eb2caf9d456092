// The list of dialects, and which of them a file is written in.
import { detectionWindow } from '../../../shared/detection.js';
import { cisco } from './cisco/index.js';
import type { Dialect } from './dialect.js';
import { iptables } from './iptables/index.js';
import { netpolicy } from './netpolicy/index.js';
import { nftables } from './nftables/index.js';
import { pac } from './pac/index.js';
import { squid } from './squid/index.js';
import { windowsFirewall } from './windows-firewall/index.js';

/** Every dialect that Lintel reads: one line each. */
export const DIALECTS: readonly Dialect[] = [pac, squid, cisco, iptables, nftables, windowsFirewall, netpolicy];

/** The dialect with the highest confidence for a file; `undefined` where every one returns 0. */
export function detectDialect(path: string, text: string): Dialect | undefined {
  return detectAmong(DIALECTS, path, text);
}

/** Documents, data and programs, which quote configuration and are none: their content does not make them files of a dialect. */
const QUOTING =
  /\.(?:md|markdown|rst|adoc|asciidoc|org|tex|html?|xml|svg|css|ya?ml|json[5c]?|toml|csv|sql|ipynb|patch|diff|po|py|rb|go|rs|java|kt|scala|swift|c|h|cc|cpp|hpp|cs|pl|pm|lua|hs|exs?|erl|el|vim|nix|tf|cmake|gradle|[cm]?[jt]sx?)$/i;

/** The dialects whose files are recognised by lines that those quote. */
const QUOTED: ReadonlySet<string> = new Set([squid, cisco, iptables, nftables, windowsFirewall].map(({ id }) => id));

export function detectAmong(dialects: readonly Dialect[], path: string, text: string): Dialect | undefined {
  const window = text.slice(0, detectionWindow(text));
  let best: Dialect | undefined;
  let highest = 0;
  const quotes = QUOTING.test(path);
  for (const dialect of dialects) {
    if (quotes && QUOTED.has(dialect.id)) continue;
    const confidence = dialect.detect(path, window);
    if (confidence > highest) {
      best = dialect;
      highest = confidence;
    }
  }
  return best;
}

export function dialectById(id: string): Dialect | undefined {
  return DIALECTS.find((dialect) => dialect.id === id);
}
