// Bundles the model of PAC files with the comparison of this folder, so that single functions of the model can be replaced by others.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { compileFunction } from 'node:vm';
import esbuild from 'esbuild';
import type * as Oracle from '../oracle/oracle.js';
import type * as Compare from './compare.js';

const SERVER = fileURLToPath(new URL('../../../../server/src', import.meta.url));
const ENTRY = `
export { compareProgram, Tally } from './compare.js';
export { loadOracle } from '../oracle/oracle.js';
`;

export type Operation = (...args: readonly unknown[]) => unknown;

/** An exported function of a module, which is named by its path below server/src. */
export interface Place {
  readonly module: string;
  readonly of: string;
}

/** What stands for the function of a place; the function itself where nothing changes. */
export type Replace = (place: Place, original: Operation) => Operation;

/** The comparison with a model of its own: nothing that one of them keeps is seen by another. */
export type Comparison = Pick<typeof Compare, 'compareProgram' | 'Tally'> & Pick<typeof Oracle, 'loadOracle'>;

/** Makes comparisons whose models differ in the functions of some places. */
export async function bundleComparison(places: readonly Place[]): Promise<(replace: Replace) => Comparison> {
  const { outputFiles } = await esbuild.build({
    stdin: { contents: ENTRY, resolveDir: fileURLToPath(new URL('.', import.meta.url)), loader: 'ts' },
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'es2022',
    packages: 'external',
    // Packages come from `require`: compiled functions have no loader of modules.
    supported: { 'dynamic-import': false },
    logLevel: 'warning',
    plugins: [replaceable(places)],
  });
  const [file] = outputFiles;
  const run = compileFunction(file?.text ?? '', ['module', 'require', '$replace']);
  const require = createRequire(import.meta.url);
  return (replace) => {
    const module = { exports: {} };
    run(module, require, (at: number, original: Operation) => {
      const place = places[at];
      return place ? replace(place, original) : original;
    });
    return module.exports as Comparison;
  };
}

/** Has `$replace` asked for what stands for the function of each place when the bundle is loaded, for calls within its module as well. */
function replaceable(places: readonly Place[]): esbuild.Plugin {
  return {
    name: 'replaceable functions',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const own = [...places.entries()].filter(([, { module }]) => path === `${SERVER}/${module}`);
        if (own.length === 0) return undefined;
        let contents = await readFile(path, 'utf8');
        for (const [at, { module, of }] of own) {
          const head = new RegExp(`^export (function|const) ${of}\\b`, 'm');
          if (!head.test(contents)) throw new Error(`${module} has no exported function ${of}`);
          contents = contents.replace(head, (_, word) => `${word} $${of}`);
          contents += `\nvar $for_${of};\nexport function ${of}(...args) { return ($for_${of} ??= $replace(${at}, $${of}))(...args); }\n`;
        }
        return { contents, loader: 'ts' };
      });
    },
  };
}
