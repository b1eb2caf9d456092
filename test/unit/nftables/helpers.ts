// Reads nftables rulesets and their includes in tests.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Sources } from '../../../server/src/dialects/dialect.js';
import { nftables } from '../../../server/src/dialects/nftables/index.js';
import type { NftDocument } from '../../../server/src/dialects/nftables/program/ruleset.js';

export const FIXTURES = fileURLToPath(new URL('../../fixtures/nftables/', import.meta.url));

export function fixturesIn(folder: string): string[] {
  return readdirSync(FIXTURES + folder).filter((name) => name.endsWith('.nft'));
}

export function readFixture(path: string): string {
  return readFileSync(FIXTURES + path, 'utf8');
}

/** The files of a map, by URI, in one folder. */
export function sourcesOf(files: Readonly<Record<string, string>>): Sources {
  return {
    roots: ['file:///net'],
    read: (uri) => {
      const text = files[uri];
      if (text !== undefined) return { uri, text };
      return uri.startsWith('file:///net/') ? 'missing' : 'outside-workspace';
    },
    list: (pattern) => {
      const [head = '', tail = ''] = pattern.split('*');
      return Object.keys(files).filter((uri) => pattern.includes('*') && uri.startsWith(head) && uri.endsWith(tail));
    },
  };
}

export const URI = 'file:///net/main.nft';

export function lowered(text: string, files: Readonly<Record<string, string>> = {}): NftDocument {
  const source = { uri: URI, text };
  return nftables.lower(source, nftables.parse(source), sourcesOf({ ...files, [URI]: text }));
}
