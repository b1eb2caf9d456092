import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FINDING_CODES } from '../../server/src/model/codes.js';

const root = fileURLToPath(new URL('../../server/src', import.meta.url));

/** What each layer may import beside itself. Entries like `main-node.ts` are not listed and may import everything. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  text: [],
  model: ['text'],
  yaml: ['text', 'validators.js'],
  catalog: ['yaml', 'model', 'text', 'validators.js', 'catalog-data.js'],
  dialects: ['yaml', 'model', 'text', 'validators.js', 'netpolicy.schema.json'],
  analysis: ['dialects', 'catalog', 'model', 'text'],
  configuration: [
    'dialects',
    'catalog',
    'yaml',
    'model',
    'text',
    'validators.js',
    'lintel.schema.json',
    'catalog.schema.json',
  ],
  service: ['configuration', 'analysis', 'dialects', 'catalog', 'yaml', 'model', 'text', 'validators.js'],
  lsp: ['service', 'configuration', 'analysis', 'dialects', 'catalog', 'model', 'text'],
  cli: ['lsp', 'service', 'configuration', 'analysis', 'dialects', 'catalog', 'model', 'text', 'package.json'],
};

/** The packages that know how a client is spoken to, or what machine the program runs on. */
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

/** The layer that a relative import leads to; for what lies outside of the sources, the name of the file. */
function layerOf(file: string, specifier: string): string {
  const target = relative(root, resolve(root, dirname(file), specifier));
  const segments = target.split(sep);
  return (target.startsWith('..') ? segments.pop() : segments[0]) ?? '';
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

  it('below lsp/ and cli/ nothing knows a protocol or a machine', () => {
    const broken = files
      .filter(({ layer }) => layers.includes(layer) && layer !== 'lsp' && layer !== 'cli')
      .flatMap(({ file, text }) =>
        importsOf(text)
          .filter((specifier) => FRONT_END_PACKAGES.test(specifier))
          .map((specifier) => `${file} imports ${specifier}`),
      );
    expect(broken).toEqual([]);
  });

  it('below lsp/ and cli/ nothing reads a clock, an environment or a network', () => {
    const broken = files
      .filter(({ layer }) => layers.includes(layer) && layer !== 'lsp' && layer !== 'cli')
      .flatMap(({ file, text }) =>
        withoutComments(text)
          .split('\n')
          .filter((line) => AMBIENT.test(line))
          .map((line) => `${file}: ${line.trim()}`),
      );
    expect(broken).toEqual([]);
  });

  it('one dialect never imports another', () => {
    const broken = files
      .filter(({ file }) => file.split(sep).length > 2 && file.startsWith(`dialects${sep}`))
      .flatMap(({ file, text }) =>
        importsOf(text)
          .filter((specifier) => specifier.startsWith('.'))
          .map((specifier) => relative(root, resolve(root, dirname(file), specifier)).split(sep))
          .filter((target) => target[0] === 'dialects' && target.length > 2 && target[1] !== file.split(sep)[1])
          .map((target) => `${file} imports ${target.join('/')}`),
      );
    expect(broken).toEqual([]);
  });
});

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
