// Workspaces, documents and numbers for the tests of squid.

import type { Source, Sources } from '../../../server/src/dialects/dialect.js';
import { squid } from '../../../server/src/dialects/squid/index.js';
import type { SquidDocument } from '../../../server/src/dialects/squid/program/program.js';
import type { ServerModel } from '../../../server/src/model/proxy.js';

export const MAIN = 'file:///work/squid.conf';

/** The files of a workspace, by path below its folder. */
export function workspace(files: Readonly<Record<string, string>> = {}): Sources {
  const root = 'file:///work';
  const byUri = new Map(Object.entries(files).map(([path, text]) => [`${root}/${path}`, text]));
  return {
    roots: [root],
    read: (uri): Source | 'missing' | 'outside-workspace' => {
      if (!uri.startsWith(`${root}/`)) return 'outside-workspace';
      const text = byUri.get(uri);
      return text === undefined ? 'missing' : { uri, text };
    },
    list: (pattern) => {
      const [folder, name = ''] = [
        pattern.slice(0, pattern.lastIndexOf('/')),
        pattern.slice(pattern.lastIndexOf('/') + 1),
      ];
      const [before = '', after = ''] = name.split('*');
      return [...byUri.keys()]
        .filter((uri) => uri.slice(0, uri.lastIndexOf('/')) === folder)
        .filter((uri) => uri.slice(folder.length + 1).startsWith(before) && uri.endsWith(after))
        .sort();
    },
  };
}

export function lowered(text: string, files: Readonly<Record<string, string>> = {}): SquidDocument {
  const source = { uri: MAIN, text };
  return squid.lower(source, squid.parse(source), workspace(files));
}

export function serverModel(text: string, files: Readonly<Record<string, string>> = {}): ServerModel {
  const { model } = lowered(text, files);
  if (model.kind !== 'server') throw new Error('a squid.conf is a server');
  return model;
}
