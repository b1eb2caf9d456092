// Writes a tree of many small files of all dialects, as a large repository of firewall files has them.
// @ts-check
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What the files are copies of: fixtures that have findings and such that have none, and the examples. */
const SOURCES = [
  ...['pac', 'squid', 'cisco', 'iptables', 'nftables', 'windows-firewall', 'netpolicy'].flatMap((dialect) =>
    ['findings', 'ok'].map((kind) => join('test/fixtures', dialect, kind)),
  ),
  ...['firewall', 'policy', 'proxy', 'servers', 'squid'].map((folder) => join('examples', folder)),
];

/** Files that cost all that one may cost, which no repository is full of. */
const COSTLY = /^too-many-/;

/** Every how many folders have something that is passed over, or that cannot be read. */
const IGNORED_EVERY = 7;
const DAMAGED_EVERY = 100;

/**
 * @typedef {object} Tree
 * @property {number} files how many files of it are configuration, whether they are recognised or not
 * @property {readonly string[]} ignored the paths of those that a .gitignore passes over
 * @property {readonly string[]} damaged the paths of those that cannot be read, though their names are those of configuration
 */

/**
 * Writes at least so many files into a folder. No two are equal: each copy has networks and host names of its own, as sites
 * have them.
 * @param {string} folder
 * @param {number} wanted
 * @returns {Tree}
 */
export function writeTree(folder, wanted) {
  const originals = SOURCES.map((source) => ({
    source,
    files: filesBelow(join(root, source))
      .filter((path) => !COSTLY.test(path))
      .map((path) => ({ path, text: readFileSync(join(root, source, path), 'utf8') })),
  }));
  /** @type {string[]} */
  const ignored = [];
  /** @type {string[]} */
  const damaged = [];
  let files = 0;
  let folders = 0;
  /** @param {string} path @param {string | Uint8Array} content */
  const write = (path, content) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  for (let site = 0; files < wanted; site++) {
    for (const { source, files: copied } of originals) {
      if (files >= wanted) break;
      const within = join(`region-${site % 5}`, `site-${site}`, source.split('/').slice(-2).join('-'));
      for (const { path, text } of copied) write(join(within, path), ofSite(text, site));
      files += copied.length;
      write(join(within, 'README.md'), `# Site ${site}\n\n    iptables -P FORWARD DROP\n`);
      if (folders % IGNORED_EVERY === 0) {
        write(join(within, '.gitignore'), '*.bak\nold/\n');
        for (const path of ['rules.v4.bak', 'old/rules.v4']) {
          write(join(within, path), '*filter\n:FORWARD DROP [0:0]\nCOMMIT\n');
          ignored.push(join(within, path));
        }
      }
      if (folders % DAMAGED_EVERY === 0) {
        write(join(within, 'damaged.rules.v4'), new Uint8Array([42, 0, 1, 2, 10]));
        write(join(within, 'utf-16.rules.v4'), Buffer.from('\ufeff*filter\nCOMMIT\n', 'utf16le'));
        damaged.push(join(within, 'damaged.rules.v4'), join(within, 'utf-16.rules.v4'));
      }
      folders++;
    }
  }
  return { files, ignored, damaged };
}

/**
 * The files below a folder, in a stable order.
 * @param {string} folder
 */
function filesBelow(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort();
}

/**
 * A text with the networks and host names of one site: private addresses and hosts of example.com get its number.
 * @param {string} text
 * @param {number} site
 */
function ofSite(text, site) {
  return text
    .replace(/\b10\.(\d{1,3})\.(?=\d{1,3}\.\d{1,3}\b)/g, (_, second) => `10.${(Number(second) + site) % 256}.`)
    .replace(/\b192\.168\.(\d{1,3})\.(?=\d{1,3}\b)/g, (_, third) => `192.168.${(Number(third) + site) % 256}.`)
    .replace(/\bexample\.(com|org|net)\b/g, `site${site}.example.$1`);
}
