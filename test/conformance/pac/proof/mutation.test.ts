// Takes the model of one operation away at a time: the comparison with concrete runs has to notice each.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';

const SERVER = '../../../../server/src/';
const PREIMAGES = `${SERVER}model/preimages.js`;
const isFollowed = existsSync(fileURLToPath(new URL(PREIMAGES.replace('.js', '.ts'), import.meta.url)));
/** More programs than are compared of each kind in proof.test.ts, which shows that the whole model is right. */
const SEEDS = 40;

type Exports = Record<string, unknown>;
type Operation = (...args: readonly unknown[]) => unknown;

/** A change of one exported function of a module, and the kinds of conditions that use it. */
interface Mutation {
  readonly name: string;
  readonly module: string;
  readonly of: string;
  readonly by: (original: Operation) => Operation;
  readonly kinds: RegExp;
}

/** As if the operation changed nothing: what its result has to be is asked of the text itself. */
function withoutPreimage(kind: string, kinds: RegExp): Mutation {
  const by = (original: Operation): Operation => {
    return (operation, language, ...others) =>
      isOfKind(operation, kind) ? language : original(operation, language, ...others);
  };
  return { name: `${kind} of a text`, module: PREIMAGES, of: 'preimage', by, kinds };
}

function isOfKind(operation: unknown, kind: string): boolean {
  return typeof operation === 'object' && operation !== null && 'kind' in operation && operation.kind === kind;
}

const MUTATIONS: readonly Mutation[] = [
  withoutPreimage('take', /^substring$|^charAt$/),
  withoutPreimage('drop', /^substr$|^slice$|^charAt$/),
  withoutPreimage('take-last', /^slice/),
  withoutPreimage('until-first', /^substring to|^slice between/),
  withoutPreimage('from-first', /^substring from|^slice between/),
  withoutPreimage('behind', /^substring from|^slice between/),
  withoutPreimage('from-last', /^slice from|^slice between/),
  withoutPreimage('item', /^split/),
  withoutPreimage('reverse', /^reversal/),
  withoutPreimage('upper', /^upper and lower/),
  withoutPreimage('replace-pattern', /^replace/),
  {
    name: 'regular expressions without flags',
    module: `${SERVER}model/text-language.js`,
    of: 'javascriptRegex',
    by: (original) => (source) => original(source, ''),
    kinds: /^test without case/,
  },
  {
    name: 'addresses under a mask',
    module: `${SERVER}dialects/pac/meaning/environment/masks.js`,
    of: 'addressesUnder',
    by: (original) => (network) => original(network, -1),
    kinds: /^isInNet of|convert_addr/,
  },
];

afterEach(() => {
  for (const { module } of MUTATIONS) vi.doUnmock(module);
  vi.resetModules();
});

/** Programs of some kinds of conditions, until the comparison finds a fault. */
async function firstFault(kinds: RegExp): Promise<string | undefined> {
  const [{ loadOracle }, { compareProgram, Tally }, { KINDS, programOfKind }] = await Promise.all([
    import('../oracle/oracle.js'),
    import('./compare.js'),
    import('./programs.js'),
  ]);
  await loadOracle();
  const tally = new Tally();
  for (let seed = 1; seed <= SEEDS; seed++) {
    for (const [name, kind] of KINDS) {
      if (!kinds.test(name)) continue;
      compareProgram(programOfKind(kind, seed), seed, { hosts: 24, states: 2 }, tally);
      if (tally.faults.length > 0) return tally.faults[0];
    }
  }
  return undefined;
}

describe.skipIf(!isFollowed)('a model without one operation is found to be wrong', () => {
  test.each(MUTATIONS)('$name', async ({ module, of, by, kinds }) => {
    vi.resetModules();
    vi.doMock(module, async (importOriginal) => {
      const original = await importOriginal<Exports>();
      const operation = original[of];
      if (typeof operation !== 'function') throw new Error(`${module} has no ${of}`);
      return { ...original, [of]: by((...args) => Reflect.apply(operation, undefined, args) as unknown) };
    });
    expect(await firstFault(kinds)).toBeDefined();
  });
});
