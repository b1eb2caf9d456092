// Reads iptables files in tests, with the files beside them.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Document, Sources } from '../../../server/src/dialects/dialect.js';
import { iptables } from '../../../server/src/dialects/iptables/index.js';
import type { IptablesDocument } from '../../../server/src/dialects/iptables/program/program.js';
import type { FilterModel } from '../../../server/src/model/filter.js';

const FIXTURES = new URL('../../fixtures/iptables/', import.meta.url);

export function fixture(name: string): string {
  return readFileSync(fileURLToPath(new URL(name, FIXTURES)), 'utf8');
}

/** Files beside the one under test, by their name. */
export function sourcesOf(files: Readonly<Record<string, string>>): Sources {
  const prefix = 'file:///etc/';
  return {
    roots: [prefix],
    read: (uri) => {
      const text = files[uri.slice(prefix.length)];
      return text === undefined ? 'missing' : { uri, text };
    },
    list: (pattern) => {
      const [head = '', tail = ''] =
        pattern.slice(prefix.length).split('*').length === 2
          ? pattern.slice(prefix.length).split('*')
          : ['', pattern.slice(prefix.length).replaceAll('*', '')];
      return Object.keys(files)
        .filter((name) => name.startsWith(head) && name.includes(tail))
        .map((name) => prefix + name);
    },
  };
}

export function read(name: string, text: string, files: Readonly<Record<string, string>> = {}): IptablesDocument {
  const source = { uri: `file:///etc/${name}`, text };
  return iptables.lower(source, iptables.parse(source), sourcesOf(files));
}

export function modelOf(document: Document): FilterModel {
  if (document.model.kind !== 'filter') throw new Error('an iptables file is a filter');
  return document.model;
}
