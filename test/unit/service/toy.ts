// A minimal language and an in-memory file system for tests of the service.

import type { Dialect, NameUse, Problem, Source, Sources } from '../../../server/src/dialects/dialect.js';
import { NO_STEPS } from '../../../server/src/model/evidence.js';
import type { ServerModel } from '../../../server/src/model/proxy.js';
import type { FileAccess } from '../../../server/src/service/files/file-access.js';

/** A proxy that serves everything: these tests are about files, not verdicts. */
const OPEN_PROXY: ServerModel = {
  kind: 'server',
  decide: ({ hosts, clients }) => [
    {
      hosts,
      clients,
      outcome: {
        kind: 'served',
        access: 'permit',
        tls: 'none',
        tlsDecidedBy: undefined,
        route: 'direct',
        routeDecidedBy: undefined,
      },
      assumptions: [],
      decidedBy: undefined,
      trace: NO_STEPS,
    },
  ],
};

/**
 * A language of three statements, one per line: `include PATH` (a pattern in the last segment is allowed), `define NAME`
 * and `use NAME`. A used name has to be defined in the file or in what it includes.
 */
export const toyDialect: Dialect<Source> = {
  id: 'toy',
  title: 'Toy',
  lineComment: () => '#',
  mayInclude: (text) => text.includes('include'),
  detect: (path) => (path.endsWith('main.toy') ? 1 : 0),
  parse: (source) => source,
  lower(source, tree, sources) {
    const names: NameUse[] = [];
    const problems: Problem[] = [];
    const dependencies: string[] = [];
    read(source, sources, names, problems, dependencies, 0);
    const defined = new Set(names.filter(({ role }) => role === 'definition').map(({ name }) => name));
    for (const { name, role, uri, range } of names) {
      if (role === 'reference' && !defined.has(name))
        problems.push({ code: 'undefined-name', uri, range, message: `'${name}' is not defined` });
    }
    return { source, tree, program: tree, model: OPEN_PROXY, problems, names, endpoints: [], dependencies };
  },
  emit: () => [],
  outline: () => [],
  entityAt: () => undefined,
  completionsAt: () => undefined,
  foldingRanges: () => [],
};

function read(
  source: Source,
  sources: Sources,
  names: NameUse[],
  problems: Problem[],
  dependencies: string[],
  depth: number,
): void {
  for (const { 1: word = '', 2: value = '', index } of source.text.matchAll(/^(\w+) (\S+)$/gm)) {
    const range = { start: index + word.length + 1, end: index + word.length + 1 + value.length };
    if (word === 'define' || word === 'use') {
      names.push({
        name: value,
        kind: 'name',
        role: word === 'define' ? 'definition' : 'reference',
        uri: source.uri,
        range,
      });
    } else if (word === 'include' && depth < 5) {
      const target = source.uri.replace(/[^/]*$/, value);
      for (const uri of /[*?]/.test(value) ? sources.list(target) : [target]) {
        const included = sources.read(uri);
        if (typeof included === 'string') {
          problems.push({ code: 'syntax-error', uri: source.uri, range, message: `${value} is ${included}` });
        } else {
          dependencies.push(included.uri);
          read(included, sources, names, problems, dependencies, depth + 1);
        }
      }
    }
  }
}

/** Files in memory, with a count of how often each was read. */
export class MemoryFiles implements FileAccess {
  readonly reads = new Map<string, number>();

  constructor(readonly texts: Map<string, string>) {}

  async read(uri: string, limit: number) {
    this.reads.set(uri, (this.reads.get(uri) ?? 0) + 1);
    const text = this.texts.get(uri);
    if (text === undefined) return 'missing';
    if (text.length > limit) return 'too-large';
    return { text, encoding: 'utf-8', byteOrderMark: false } as const;
  }

  async list(folder: string) {
    return this.pathsIn(folder)
      .filter((path) => !path.includes('/'))
      .sort();
  }

  async listFolders(folder: string) {
    const folders = this.pathsIn(folder).flatMap((path) =>
      path.includes('/') ? [path.slice(0, path.indexOf('/'))] : [],
    );
    return [...new Set(folders)].sort();
  }

  private pathsIn(folder: string) {
    const start = folder.endsWith('/') ? folder : `${folder}/`;
    return [...this.texts.keys()].filter((uri) => uri.startsWith(start)).map((uri) => uri.slice(start.length));
  }
}
