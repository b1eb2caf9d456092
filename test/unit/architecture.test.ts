import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FINDING_CODES } from '../../server/src/model/codes.js';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const root = join(repository, 'server/src');

/** What each layer may import beside itself. Entries like `main-node.ts` are not listed and may import everything. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  text: [],
  kept: ['text'],
  model: ['kept', 'text'],
  yaml: ['kept', 'text', 'validators.js'],
  catalog: [
    'yaml',
    'model',
    'kept',
    'text',
    'validators.js',
    'catalog-data.js',
    'shared/service-url.js',
    'shared/web-access.js',
  ],
  dialects: ['yaml', 'model', 'kept', 'text', 'validators.js', 'netpolicy.schema.json', 'shared/detection.js'],
  logs: ['model'],
  templates: ['dialects', 'yaml', 'model', 'kept', 'text'],
  analysis: ['dialects', 'catalog', 'model', 'kept', 'text'],
  configuration: [
    'templates',
    'dialects',
    'catalog',
    'yaml',
    'model',
    'kept',
    'text',
    'validators.js',
    'lintel.schema.json',
    'catalog.schema.json',
  ],
  service: [
    'configuration',
    'analysis',
    'logs',
    'dialects',
    'catalog',
    'yaml',
    'model',
    'kept',
    'text',
    'validators.js',
    'page.js',
    'shared/coverage.js',
    'shared/explanation.js',
    'shared/overview.js',
    'shared/selection.js',
  ],
  library: ['service', 'configuration', 'analysis', 'dialects', 'catalog', 'model', 'text'],
  lsp: [
    'service',
    'configuration',
    'analysis',
    'dialects',
    'catalog',
    'model',
    'text',
    'shared/coverage.js',
    'shared/protocol.js',
    'shared/service-url.js',
    'shared/web-access.js',
  ],
  system: ['service', 'dialects', 'text'],
  cli: [
    'library',
    'lsp',
    'system',
    'service',
    'configuration',
    'analysis',
    'logs',
    'dialects',
    'catalog',
    'model',
    'kept',
    'text',
    'package.json',
    'shared/age.js',
    'shared/coverage.js',
    'shared/detection.js',
    'shared/service-url.js',
    'shared/web-access.js',
  ],
};

/**
 * The rooms of every dialect, and what each may import beside itself. `dialects/shared` is open to all of them. The doors
 * `index.ts`, `detect.ts`, `recognition.ts` and `document.ts` stand outside of the rooms: `document` may use what finds things in a file,
 * `index` everything.
 */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  vocabulary: [],
  syntax: ['vocabulary'],
  program: ['syntax', 'vocabulary'],
  meaning: ['program', 'syntax', 'vocabulary'],
  checks: ['meaning', 'program', 'syntax', 'vocabulary'],
  fixes: ['meaning', 'program', 'syntax', 'vocabulary'],
  editor: ['meaning', 'program', 'syntax', 'vocabulary'],
};

const DOORS: Readonly<Record<string, readonly string[]>> = {
  'detect.ts': ['vocabulary', 'syntax'],
  'document.ts': ['checks', 'meaning', 'program', 'syntax', 'vocabulary', 'detect.ts'],
  'recognition.ts': ['syntax', 'vocabulary', 'detect.ts'],
  'index.ts': [...Object.keys(ROOMS), 'detect.ts', 'document.ts', 'recognition.ts'],
};

/** The rooms of the analysis, and what each may import beside itself. Its doors are files outside of the rooms. */
const ANALYSIS: Readonly<Record<string, readonly string[]>> = {
  'report.ts': [],
  evaluate: ['report.ts'],
  explain: ['evaluate', 'report.ts'],
  findings: ['evaluate', 'report.ts'],
  'analyze.ts': ['findings', 'evaluate', 'report.ts'],
  plan: ['analyze.ts', 'evaluate', 'report.ts'],
  fixes: ['analyze.ts', 'findings', 'evaluate', 'report.ts'],
};

/**
 * The rooms of the service, and what each may import beside itself: files and folders below `service/`. Any file that is
 * not named here is a feature and may import all that is named, and other features; the façade `language-service.ts`
 * imports everything, and nothing imports it.
 */
const SERVICE_ROOMS: Readonly<Record<string, readonly string[]>> = {
  files: [],
  'markdown.ts': [],
  html: [],
  'checks.ts': [],
  explain: ['markdown.ts', 'html'],
  companions: ['files', 'checks.ts'],
  'examination.ts': ['files', 'checks.ts', 'companions'],
  reports: ['html', 'checks.ts', 'checked-files.ts', 'coverage.ts', 'plan.ts'],
  editing: ['files', 'markdown.ts', 'checks.ts', 'examination.ts'],
};

/** The files that every dialect has, each for the same thing, so that whoever knows one dialect finds them in all. */
const COMMON_FILES = [
  'vocabulary/words.ts',
  'syntax/parse.ts',
  'meaning/model.ts',
  'checks/problems.ts',
  'fixes/permit.ts',
  ...['outline', 'hover', 'completion', 'folding'].map((help) => `editor/${help}.ts`),
];

/** A map or set that a module makes empty, to fill it later; what is declared as read-only stays empty. */
const FILLED_LATER =
  /^(?:export )?(?:const|let) \w+(?:: (?!Readonly)[^=;]+)? = new (?:Weak)?(?:Map|Set)(?:<[^;]*?>)?\(\);/gm;

/** The packages that know how a client is spoken to, or what machine the program runs on. */
const MACHINE_LAYERS = ['lsp', 'cli', 'system'];
const FRONT_END_PACKAGES = /^(?:node:|vscode-languageserver|vscode-jsonrpc|vscode$)/;

/** What only a front end may look at: the machine, its clock and its network. */
const AMBIENT =
  /(?<![.\w'])(?:process|performance|fetch|setTimeout|setInterval|setImmediate|require|Buffer|__dirname)\s*[.(]|\bDate\.now\b|\bnew Date\b|\bMath\.random\s*\(|\beval\s*\(|\bnew Function\b/;

const layers = Object.keys(ARROWS);
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file, layer: file.split(sep)[0] ?? '', text: readFileSync(join(root, file), 'utf8') }));

function importsOf(text: string): string[] {
  return [...text.matchAll(/(?:^|[\s;])(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '');
}

/** The layer that a relative import leads to; for what lies outside of the sources, `shared/…` or the name of the file. */
function layerOf(file: string, specifier: string): string {
  const target = relative(root, resolve(root, dirname(file), specifier));
  const segments = target.split(sep);
  if (!target.startsWith('..')) return segments[0] ?? '';
  return segments.slice(segments.at(-2) === 'shared' ? -2 : -1).join('/');
}

describe('the layers', () => {
  it('are the folders that there are', () => {
    const folders = new Set(files.filter(({ file }) => file.includes(sep)).map(({ layer }) => layer));
    expect([...folders].sort()).toEqual([...layers].sort());
  });

  it.each(layers)('%s imports only the layers below it', (layer) => {
    const allowed = [layer, ...(ARROWS[layer] ?? [])];
    const broken = files
      .filter((one) => one.layer === layer)
      .flatMap(({ file, text }) =>
        importsOf(text)
          .filter((specifier) => specifier.startsWith('.') && !allowed.includes(layerOf(file, specifier)))
          .map((specifier) => `${file} imports ${specifier}`),
      );
    expect(broken).toEqual([]);
  });

  it('below lsp/, cli/ and system/ nothing knows a protocol or a machine', () => {
    const broken = files
      .filter(({ layer }) => layers.includes(layer) && !MACHINE_LAYERS.includes(layer))
      .flatMap(({ file, text }) =>
        importsOf(text)
          .filter((specifier) => FRONT_END_PACKAGES.test(specifier))
          .map((specifier) => `${file} imports ${specifier}`),
      );
    expect(broken).toEqual([]);
  });

  it('below lsp/, cli/ and system/ nothing reads a clock, an environment or a network', () => {
    const broken = files
      .filter(({ layer }) => layers.includes(layer) && !MACHINE_LAYERS.includes(layer))
      .flatMap(({ file, text }) =>
        withoutComments(text)
          .split('\n')
          .filter((line) => AMBIENT.test(line))
          .map((line) => `${file}: ${line.trim()}`),
      );
    expect(broken).toEqual([]);
  });

  it('import each other in no circle, types included', () => {
    expect(circles(new Map(files.map(({ file, text }) => [file, targetsOf(file, text)])))).toEqual([]);
  });
});

describe('the client and what it shares with the server', () => {
  it.each([
    ['client/src', /^(?:\.\/|\.\.\/[\w-]+\.js$|(?:\.\.\/){2,3}shared\/|vscode(?:-languageclient(?:\/\w+)?)?$)/],
    ['shared', /^\.\//],
  ])('%s imports nothing of the server', (folder, allowed) => {
    const names = readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' });
    const broken = names
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) =>
        importsOf(readFileSync(join(repository, folder, file), 'utf8'))
          .filter((specifier) => !allowed.test(specifier))
          .map((specifier) => `${file} imports ${specifier}`),
      );
    expect(broken).toEqual([]);
  });
});

describe('what is kept', () => {
  it('is kept by kept/ or in a field of what it belongs to, never in a variable of a module', () => {
    const broken = files
      .filter(({ layer }) => layer !== 'kept')
      .flatMap(({ file, text }) => [...text.matchAll(FILLED_LATER)].map(([declaration]) => `${file}: ${declaration}`));
    expect(broken).toEqual([]);
  });
});

describe('the rooms of a dialect', () => {
  const dialects = files.flatMap(({ file, text }) => {
    const [layer, dialect, ...path] = file.split(sep);
    const [room] = path;
    return layer === 'dialects' && dialect && room && dialect !== 'shared' ? [{ file, text, dialect, room }] : [];
  });
  const names = [...new Set(dialects.map(({ dialect }) => dialect))];

  it.each(names)('%s has the doors and no other room', (dialect) => {
    const own = new Set(dialects.filter((one) => one.dialect === dialect).map(({ room }) => room));
    expect([...Object.keys(DOORS)].filter((door) => !own.has(door))).toEqual([]);
    expect([...own].filter((room) => !(room in ROOMS) && !(room in DOORS))).toEqual([]);
  });

  it.each(names)('%s has the files that all dialects have', (name) => {
    const own = new Set(
      dialects.filter(({ dialect }) => dialect === name).map(({ file }) => file.split(sep).slice(2).join('/')),
    );
    expect(COMMON_FILES.filter((file) => !own.has(file))).toEqual([]);
  });

  it.each(names)('%s imports only the rooms before, and no other dialect', (name) => {
    const broken = dialects
      .filter(({ dialect }) => dialect === name)
      .flatMap(({ file, text, room }) =>
        targetsOf(file, text).flatMap((target) => {
          const [layer, dialect, targetRoom = ''] = target.split(sep);
          if (layer !== 'dialects' || targetRoom === '' || dialect === 'shared') return [];
          const allowed = dialect === name && [room, ...(ROOMS[room] ?? DOORS[room] ?? [])].includes(targetRoom);
          return allowed ? [] : [`${file} imports ${target}`];
        }),
      );
    expect(broken).toEqual([]);
  });
});

describe('the rooms of the analysis', () => {
  const parts = files.flatMap(({ file, text }) => {
    const [layer, room] = file.split(sep);
    return layer === 'analysis' && room ? [{ file, text, room }] : [];
  });

  it('are those that there are', () => {
    expect([...new Set(parts.map(({ room }) => room))].sort()).toEqual(Object.keys(ANALYSIS).sort());
  });

  it.each(Object.keys(ANALYSIS))('%s imports only what it may', (name) => {
    const broken = parts
      .filter(({ room }) => room === name)
      .flatMap(({ file, text }) =>
        targetsOf(file, text).flatMap((target) => {
          const [layer, room = ''] = target.split(sep);
          const allowed = layer !== 'analysis' || [name, ...(ANALYSIS[name] ?? [])].includes(room);
          return allowed ? [] : [`${file} imports ${target}`];
        }),
      );
    expect(broken).toEqual([]);
  });
});

describe('the rooms of the service', () => {
  const facade = 'language-service.ts';
  const service = files.flatMap(({ file, text }) => {
    const [layer, room = ''] = file.split(sep);
    return layer === 'service' ? [{ file, text, room }] : [];
  });
  const rooms = [...new Set(service.map(({ room }) => room))].filter((room) => room !== facade);
  const features = rooms.filter((room) => !(room in SERVICE_ROOMS));

  it('are those that there are', () => {
    expect(Object.keys(SERVICE_ROOMS).filter((room) => !rooms.includes(room))).toEqual([]);
    expect(features.filter((room) => !room.endsWith('.ts'))).toEqual([]);
  });

  it.each(rooms)('%s imports only the rooms before', (room) => {
    const own = SERVICE_ROOMS[room] ?? ['files', 'markdown.ts', 'checks.ts', ...features];
    const broken = service
      .filter((one) => one.room === room)
      .flatMap(({ file, text }) =>
        targetsOf(file, text)
          .map((target) => target.split(sep))
          .filter(([layer, target = '']) => layer === 'service' && target !== room && !own.includes(target))
          .map((target) => `${file} imports ${target.join('/')}`),
      );
    expect(broken).toEqual([]);
  });
});

/** The files of the sources that a file imports. */
function targetsOf(file: string, text: string): string[] {
  return importsOf(text)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => relative(root, resolve(root, dirname(file), specifier)).replace(/\.js$/, '.ts'))
    .filter((target) => !target.startsWith('..'));
}

/** The shortest circle through each knot of imports, as `a → b → a`. */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const reported = new Set<string>();
  return [...graph.keys()].flatMap((start) => {
    if (reported.has(start)) return [];
    const path = shortestPath(graph, start);
    for (const file of path) reported.add(file);
    return path.length > 0 ? [[...path, start].join(' → ')] : [];
  });
}

/** From `start` back to it, without the last step; empty where there is no such path. */
function shortestPath(graph: ReadonlyMap<string, readonly string[]>, start: string): string[] {
  const from = new Map<string, string>();
  const queue = [start];
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    for (const next of graph.get(file) ?? []) {
      if (next === start) {
        const path = [file];
        for (let at = from.get(file); at !== undefined; at = from.get(at)) path.unshift(at);
        return path;
      }
      if (from.has(next)) continue;
      from.set(next, file);
      queue.push(next);
    }
  }
  return [];
}

describe('the finding codes', () => {
  it.each(Object.entries(FINDING_CODES))('%s is described', (code, description) => {
    expect(code).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
    for (const text of [description.title, description.what, description.why, description.example])
      expect(text.trim()).not.toBe('');
    expect(description.title).not.toMatch(/\.$/);
    expect(description.what).toMatch(/\.$/);
    expect(description.why).toMatch(/\.$/);
  });
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
}
