// The library: what files do to documented requirements, as functions of their texts. Nothing is read, written or printed.

import { unknownEverywhere } from '../catalog/unknown-selectors.js';
import { Engine } from './engine.js';
import { InputError } from './input-error.js';
import { listingOf, requirementOf } from './results.js';
import { Texts } from './texts.js';
import type {
  Catalog,
  CheckResult,
  Cloud,
  CoveredFile,
  Explanation,
  FixResult,
  Options,
  Question,
  TextFile,
} from './types.js';

export { InputError } from './input-error.js';
export type * from './types.js';

/**
 * Checks files against documented requirements, together: a file that another one includes is read where that one includes
 * it. Rejects with an {@link InputError} for options that make no sense; a file never makes it reject, whatever its text.
 */
export async function check(files: readonly TextFile[], options: Options = {}): Promise<CheckResult> {
  const { engine } = await engineFor(files, options);
  return engine.check();
}

/** The verdict of every requirement, of each file that decides any. */
export async function coverage(files: readonly TextFile[], options: Options = {}): Promise<readonly CoveredFile[]> {
  const checked = await check(files, options);
  return checked.files
    .filter(({ verdicts }) => verdicts.length > 0)
    .map(({ path, dialect, verdicts }) => ({ path, dialect, verdicts }));
}

/**
 * What one of the files does with a URL or a flow, and why. Rejects with an {@link InputError} for a question that its kind
 * of file does not answer or that cannot be read.
 */
export async function explain(
  files: readonly TextFile[],
  question: Question,
  options: Options = {},
): Promise<Explanation> {
  const { engine, texts } = await engineFor(files, options);
  return engine.explain(texts.uriOf(question.path), question);
}

/**
 * Applies every fix that can be proved: its finding is gone, no other verdict is worse, and nothing else is permitted. The
 * given files stay as they are.
 */
export async function fix(files: readonly TextFile[], options: Options = {}): Promise<FixResult> {
  const { engine } = await engineFor(files, options);
  const { requirements, files: fixed } = await engine.fix();
  return { files: fixed.map((one) => engine.results.fixed(one)), requirements, left: await engine.check() };
}

/** The built-in requirements, and those of the packs that a `lintel.yaml` among `files` lists. */
export async function loadCatalog(
  options: { readonly cloud?: Cloud; readonly files?: readonly TextFile[] } = {},
): Promise<Catalog> {
  const { files = [], ...others } = options;
  const { engine } = await engineFor(files, others);
  const inner = await engine.catalog();
  const find = await engine.finder();
  return {
    packs: inner.packs.map(({ id, title, version }) => ({ id, title, version })),
    requirements: inner.requirements.map(requirementOf),
    select(selectors) {
      const unknown = unknownEverywhere([inner], selectors);
      if (unknown !== undefined) throw new InputError(unknown);
      return inner.select(selectors).requirements.map(requirementOf);
    },
    find: (what) => find(what).listings.map(listingOf),
  };
}

async function engineFor(files: readonly TextFile[], options: Options) {
  const texts = new Texts(files);
  const engine = new Engine({ access: texts, folders: texts.roots, pathOf: (uri) => texts.pathOf(uri) }, options);
  for (const [uri, { text, dialect }] of texts.entries) await engine.add(uri, text, dialect);
  return { engine, texts };
}
