// Makes the bundle of a program and, beside it, one of each part that the program loads when it needs it.
// esbuild can split only ECMAScript modules, whose loader takes Node.js longer than what is saved. So its chunks are put together
// as CommonJS: the program and all that parts have in common in one file, where each chunk is a function, and every part in its own.
// Long data are files of their own: what is in the program is read with it, and twice more with its compiled code.
// @ts-check
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { parse } from 'acorn';

/**
 * @typedef {{
 *   path: string, code: string, map: object | undefined,
 *   entry: string | undefined, needs: readonly string[],
 * }} Chunk `entry` is the module that is loaded with it, `needs` are the chunks that have to be there before
 */

/**
 * Options that write `NAME.js` and `NAME-PART.js` for each part; parts are called as the folders of their modules.
 * @param {string} name
 * @param {string} folder
 * @returns {import('esbuild').BuildOptions} to be added to those with one entry point
 */
export function inChunks(name, folder) {
  return {
    format: 'esm',
    splitting: true,
    metafile: true,
    write: false,
    // In memory only.
    outdir: 'chunks',
    entryNames: '[name]',
    chunkNames: 'chunk-[hash]',
    plugins: [
      {
        name: 'chunks',
        setup({ initialOptions, onEnd }) {
          const { absWorkingDir = '.', entryPoints } = initialOptions;
          const [program = ''] = Array.isArray(entryPoints) ? entryPoints : [];
          onEnd((result) => {
            if (result.errors.length === 0) writeChunks(name, folder, String(program), absWorkingDir, result);
          });
        },
      },
    ],
  };
}

/**
 * @param {string} name @param {string} folder @param {string} program @param {string} root
 * @param {import('esbuild').BuildResult} result
 */
function writeChunks(name, folder, program, root, { outputFiles = [], metafile }) {
  const outputs = Object.entries(metafile?.outputs ?? {}).filter(([path]) => path.endsWith('.js'));
  const textOf = (/** @type {string} */ path) => outputFiles.find((file) => file.path === resolve(root, path))?.text;
  const chunks = new Map(
    outputs.map(([path, { entryPoint, imports }]) => {
      const map = textOf(`${path}.map`);
      const needs = imports.flatMap(({ path: own, kind, external }) =>
        external || kind !== 'import-statement' ? [] : [own],
      );
      return [path, { path, code: textOf(path) ?? '', map: map && JSON.parse(map), entry: entryPoint, needs }];
    }),
  );
  const parts = [...chunks.values()].filter(({ entry }) => entry !== undefined && entry !== program);
  const files = new Map(
    parts.map(({ path, entry = '' }) => [basename(path), `${name}-${basename(dirname(entry))}.js`]),
  );
  if (new Set(files.values()).size < parts.length) throw new Error(`two parts have one name: ${[...files.values()]}`);
  /** @type {Chunk[]} */
  const first = [];
  for (const chunk of chunks.values()) if (chunk.entry === undefined) addInOrder(chunk, chunks, first);
  for (const chunk of chunks.values()) if (chunk.entry === program) addInOrder(chunk, chunks, first);

  /** @param {string} specifier @param {string} program where the chunks of the program are */
  const imported = (specifier, program) => {
    const file = files.get(basename(specifier));
    return file ? `require("./${file}")` : `${program}__chunks[${JSON.stringify(basename(specifier))}]`;
  };
  write(folder, `${name}.js`, [
    { code: '"use strict"; const __chunks = (exports.__chunks = {});' },
    ...first.map((chunk) => {
      const body = commonJs(chunk, 'return', (specifier) => imported(specifier, ''));
      return { code: `${imported(chunk.path, '')} = (function () { ${body}\n})();`, map: chunk.map };
    }),
  ]);
  for (const chunk of parts) {
    const body = commonJs(chunk, 'module.exports =', (specifier) => imported(specifier, `require("./${name}.js").`));
    write(folder, files.get(basename(chunk.path)) ?? '', [{ code: `"use strict"; ${body}`, map: chunk.map }]);
  }
}

/**
 * Adds a chunk behind all that it needs.
 * @param {Chunk} chunk @param {ReadonlyMap<string, Chunk>} chunks
 * @param {Chunk[]} found @param {readonly Chunk[]} around
 */
function addInOrder(chunk, chunks, found, around = []) {
  if (around.includes(chunk)) throw new Error(`chunks import each other: ${around.map(({ path }) => path).join(', ')}`);
  if (found.includes(chunk)) return;
  for (const path of chunk.needs) {
    const needed = chunks.get(path);
    if (needed) addInOrder(needed, chunks, found, [...around, chunk]);
  }
  found.push(chunk);
}

/**
 * The files of a program in chunks, as a build has written them.
 * @param {string} name @param {string} folder
 */
export function filesOf(name, folder) {
  const text = readFileSync(join(folder, `${name}.js`), 'utf8');
  const parts = [...text.matchAll(/require\("\.\/([\w-]+\.js)"\)/g), ...text.matchAll(/"([\w-]+\.json)"/g)];
  return [`${name}.js`, ...new Set(parts.map(([, file = '']) => file).filter((file) => file.startsWith(`${name}-`)))];
}

/**
 * The same module with `require` and an object of what it exports. Every line stays the same line, for the source map.
 * Bindings are copied, which is right for what is not assigned again: `export let` is nowhere in the sources.
 * @param {Chunk} chunk @param {string} result what stands before the object @param {(specifier: string) => string} imported
 */
function commonJs({ code }, result, imported) {
  /** @type {{ start: number, end: number, text: string }[]} */
  const edits = [];
  // Code that is kept between runs has no loader of modules.
  const onToken = (/** @type {import('acorn').Token} */ { type, end }) => {
    const called = code.slice(end, end + 80);
    if (type.label === 'import' && /^\((?!"(?:\.\/|node:))/.test(called)) throw new Error(`a part imports ${called}`);
  };
  const tree = parse(code, { ecmaVersion: 'latest', sourceType: 'module', onToken });
  /** @param {any} node @param {string} text */
  const replace = ({ start, end }, text) => {
    const lines = code.slice(start, end).split('\n').length - 1;
    edits.push({ start, end, text: text + '\n'.repeat(lines) });
  };
  for (const node of /** @type {any[]} */ (tree.body)) {
    if (node.type === 'ImportDeclaration') replace(node, importOf(node, imported));
    else if (node.type === 'ExportNamedDeclaration') {
      const all = node.specifiers.map((/** @type {any} */ one) => `${one.exported.name}: ${one.local.name}`);
      replace(node, `${result} { ${all.join(', ')} };`);
    }
  }
  for (const match of code.matchAll(/\bimport\("((?:\.\/|node:)[\w./-]+)"\)/g)) {
    const [, name = ''] = match;
    const text = `Promise.resolve().then(() => ${name.startsWith('.') ? imported(name) : `require("${name}")`})`;
    edits.push({ start: match.index, end: match.index + match[0].length, text });
  }
  let written = '';
  let end = 0;
  for (const edit of edits.sort((a, b) => a.start - b.start)) {
    written += code.slice(end, edit.start) + edit.text;
    end = edit.end;
  }
  return written + code.slice(end).replace(/\n\/\/# sourceMappingURL=.*\n$/, '\n');
}

/** @param {any} node @param {(specifier: string) => string} imported */
function importOf({ specifiers, source: { value } }, imported) {
  const own = value.startsWith('./');
  const module = own ? imported(value) : `require(${JSON.stringify(value)})`;
  // Of Node.js, whose modules are their own defaults.
  const whole = specifiers.filter((/** @type {any} */ one) => one.type !== 'ImportSpecifier');
  const named = specifiers.filter((/** @type {any} */ one) => one.type === 'ImportSpecifier');
  const names = named.map((/** @type {any} */ one) => `${one.imported.name}: ${one.local.name}`);
  return [
    ...whole.map((/** @type {any} */ one) => `const ${one.local.name} = ${module};`),
    ...(names.length > 0 ? [`const { ${names.join(', ')} } = ${module};`] : whole.length > 0 ? [] : [`${module};`]),
  ].join(' ');
}

/**
 * Writes a file that begins with a hash of its content, by which the command line knows what it has compiled before.
 * @param {string} folder @param {string} file
 * @param {readonly { readonly code: string, readonly map?: object | undefined }[]} parts each beginning a line
 */
function write(folder, file, parts) {
  let line = 0;
  const sections = [];
  for (const { code, map } of parts) {
    if (map) sections.push({ offset: { line, column: 0 }, map });
    line += code.split('\n').length;
  }
  // Esbuild leaves regular expressions and templates with tags as they are.
  const all = parts.map(({ code }) => code).join('\n');
  const code = inAscii(withDataApart(all, folder, file));
  const text = `/* ${createHash('sha256').update(code).digest('hex').slice(0, 32)} */ ${code}`;
  writeFileSync(join(folder, file), sections.length > 0 ? `${text}\n//# sourceMappingURL=${file}.map\n` : `${text}\n`);
  if (sections.length > 0) writeFileSync(join(folder, `${file}.map`), JSON.stringify({ version: 3, sections }));
}

/** How long a text of JSON is that gets a file of its own, in characters. */
const LONG_DATA = 20_000;

/**
 * Writes each long text that `JSON.parse` is given into a file beside the program, and has it read from there.
 * @param {string} code @param {string} folder @param {string} file of the program
 */
function withDataApart(code, folder, file) {
  let count = 0;
  return code.replace(
    /\bJSON\.parse\(("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\$]|\\.)*`)\)/g,
    (call, literal) => {
      if (literal.length < LONG_DATA) return call;
      const data = file.replace(/\.js$/, `-data-${++count}.json`);
      writeFileSync(join(folder, data), inAscii(textOfLiteral(literal)));
      return `JSON.parse(require("node:fs").readFileSync(require("node:path").join(__dirname, "${data}"), "latin1"))`;
    },
  );
}

/** @param {string} literal the text that a literal of JavaScript stands for */
function textOfLiteral(literal) {
  const [statement] = parse(literal, { ecmaVersion: 'latest' }).body;
  const expression = statement?.type === 'ExpressionStatement' ? statement.expression : undefined;
  if (expression?.type === 'Literal' && typeof expression.value === 'string') return expression.value;
  const text = expression?.type === 'TemplateLiteral' ? expression.quasis[0]?.value.cooked : undefined;
  if (typeof text !== 'string') throw new Error(`no text: ${literal.slice(0, 80)}`);
  return text;
}

/**
 * ASCII, which Node.js reads many times faster.
 * @param {string} text JavaScript or JSON
 */
function inAscii(text) {
  return text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
