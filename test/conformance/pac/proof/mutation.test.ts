// Takes the model of one operation away at a time: the comparison with concrete runs has to notice each.
import { beforeAll, describe, expect, test } from 'vitest';
import type { characterLoopOf } from '../../../../server/src/dialects/pac/meaning/machine/compile/character-loops.js';
import type { Retry } from '../../../../server/src/dialects/pac/meaning/machine/compile/retries.js';
import type { TextOperation } from '../../../../server/src/model/text-operations.js';
import { bundleComparison, type Comparison, type Operation, type Place, type Replace } from './mutants.js';
import { KINDS, programOfKind } from './programs.js';

/** How many programs of a kind of conditions are tried: more than in proof.test.ts, because few hosts tell some operations apart. */
const SEEDS = 160;
const EXTENT = { hosts: 24, states: 2 };

/** A change of one function of the model, and the kinds of conditions that use it. */
interface Mutation {
  readonly name: string;
  readonly place: Place;
  readonly by: (original: Operation) => Operation;
  readonly kinds: RegExp;
}

const PREIMAGE: Place = { module: 'model/preimages.ts', of: 'preimage' };

/** The kinds of conditions that need the pre-image of an operation. A new operation needs its kind here. */
const OPERATIONS: Readonly<Record<TextOperation['kind'], RegExp>> = {
  lower: /^replace in upper case/,
  upper: /^upper and lower/,
  reverse: /^reversal/,
  take: /^substring$|^charAt$/,
  drop: /^substr$|^slice$|^charAt$/,
  'take-last': /^slice|^substr$|^last char/,
  'drop-last': /^slice$/,
  'until-first': /^substring to|^slice between/,
  'from-first': /^substring from|^slice between/,
  'until-last': /^slice between/,
  'from-last': /^slice from|^slice between/,
  item: /^split$|^split, last$/,
  items: /^split, middle parts/,
  behind: /^substring from|^slice between|^split, rest/,
  'replace-first': /^replace of a text/,
  'replace-all': /^replace of all/,
  'replace-pattern': /^replace/,
};

/** As if the operation changed nothing: what its result has to be is asked of the text itself. */
function withoutPreimage([kind, kinds]: [string, RegExp]): Mutation {
  const by = (original: Operation): Operation => {
    return (operation, language, ...others) =>
      isOfKind(operation, kind) ? language : original(operation, language, ...others);
  };
  return { name: `${kind} of a text`, place: PREIMAGE, by, kinds };
}

function isOfKind(operation: unknown, kind: string): boolean {
  return typeof operation === 'object' && operation !== null && 'kind' in operation && operation.kind === kind;
}

const ANY_NUMBER = { values: new Set(), from: 0 };

/** A change of a function that reads a regular expression: it is told another one. */
const otherPattern =
  (change: (source: string, flags: string) => readonly [string, string]) =>
  (original: Operation): Operation =>
  (source, flags) =>
    original(...change(String(source), String(flags)));

const REGEX: Place = { module: 'model/text-language.ts', of: 'javascriptRegex' };

const PREFERRED: Place = { module: 'model/preferred-match.ts', of: 'preferredReplacement' };

const WORDS: Place = { module: 'dialects/pac/meaning/values/operations.ts', of: 'wordsCondition' };

/** As if the first of the names were not there. */
const withoutFirstName =
  (original: Operation): Operation =>
  (key, names) =>
    original(key, new Set([...(names as ReadonlySet<string>)].slice(1)));

/** The state of a path as if one of the variables that it has changed were not there. */
function withoutVariable(path: unknown): unknown {
  if (typeof path !== 'object' || path === null || !('changes' in path) || !Array.isArray(path.changes)) return path;
  return { ...path, changes: path.changes.slice(1) };
}

const MUTATIONS: readonly Mutation[] = [
  ...Object.entries(OPERATIONS).map(withoutPreimage),
  {
    name: 'what stands before and behind a text',
    place: { module: 'model/preimages.ts', of: 'between' },
    by: () => (language) => language,
    kinds: /^equality of a joined|^template|^concat/,
  },
  {
    name: 'the first place of a text',
    place: { module: 'model/text-measures.ts', of: 'firstAt' },
    by: (original) => (what) => original(what, ANY_NUMBER),
    kinds: /^indexOf/,
  },
  {
    name: 'the last place of a text',
    place: { module: 'model/text-measures.ts', of: 'lastAt' },
    by: (original) => (what) => original(what, ANY_NUMBER),
    kinds: /^lastIndexOf/,
  },
  {
    name: 'how often a text occurs',
    place: { module: 'model/text-measures.ts', of: 'countOf' },
    by: (original) => (what) => original(what, ANY_NUMBER),
    kinds: /^split, how many|^dnsDomainLevels/,
  },
  {
    name: 'the length of a text',
    place: { module: 'model/text-measures.ts', of: 'ofLength' },
    by: (original) => () => original(ANY_NUMBER),
    kinds: /^length$/,
  },
  {
    name: 'the least value of a sum',
    place: { module: 'dialects/pac/meaning/values/sums.ts', of: 'answerForAll' },
    by: () => () => false,
    kinds: /^walk by the places/,
  },
  {
    name: 'one variable of paths that meet',
    place: { module: 'dialects/pac/meaning/machine/meeting.ts', of: 'areInSameState' },
    by: (original) => (one, other) => original(withoutVariable(one), withoutVariable(other)),
    kinds: /^paths that meet/,
  },
  {
    name: 'the texts of paths that meet',
    place: { module: 'dialects/pac/meaning/values/text.ts', of: 'isSameText' },
    by: () => () => true,
    kinds: /^paths that meet/,
  },
  {
    name: 'a number that is not drawn again',
    place: { module: 'dialects/pac/meaning/machine/steps/retry.ts', of: 'retryStep' },
    by: (original) => (retry) => {
      const { bound, ...others } = retry as Retry;
      return original({ ...others, bound: bound + 1 });
    },
    kinds: /^random number drawn again/,
  },
  {
    name: 'what is copied of a group',
    place: PREFERRED,
    by: (original) => (source, flags, by) => original(source, flags, String(by).replace('$1', '')),
    kinds: /^replace by groups/,
  },
  {
    name: 'the first of several ways to match',
    place: PREFERRED,
    by: (original) => (source, flags, by) => original(String(source).replace(/([*+}])(?!\?)/g, '$1?'), flags, by),
    kinds: /^replace by groups/,
  },
  {
    name: 'what a function gives for each character',
    place: { module: 'dialects/pac/meaning/machine/steps/tabulate.ts', of: 'tabulated' },
    by: () => () => Array.from({ length: 9 }, () => ({ min: 0, max: 0 })),
    kinds: /^hash of a function/,
  },
  {
    name: 'the code of a character',
    place: { module: 'model/text-measures.ts', of: 'codeAt' },
    by: (original) => (at, codes) => original(at, new Set([...(codes as ReadonlySet<number>)].map((code) => code + 1))),
    kinds: /^charCodeAt/,
  },
  {
    name: 'single characters of shell patterns',
    place: { module: 'model/text-language.ts', of: 'shellPattern' },
    by: (original) => (pattern) => original(String(pattern).replaceAll('?', '*')),
    kinds: /^shExpMatch/,
  },
  {
    name: 'regular expressions without case',
    place: REGEX,
    by: otherPattern((source) => [source, '']),
    kinds: /^test without case/,
  },
  {
    name: 'word boundaries',
    place: REGEX,
    by: otherPattern((source, flags) => [source.replaceAll('\\b', ''), flags]),
    kinds: /^word boundary/,
  },
  {
    name: 'looks ahead and behind',
    place: REGEX,
    by: otherPattern((source, flags) => [source.replace(/\(\?<?[=!][^)]*\)/, ''), flags]),
    kinds: /^looks/,
  },
  {
    name: 'the order of texts',
    place: { module: 'dialects/pac/meaning/values/text-order.ts', of: 'before' },
    by: (original) => (text, orEqual) => original(text, !orEqual),
    kinds: /^order/,
  },
  {
    name: 'the end of a text',
    place: { module: 'dialects/pac/meaning/values/searches.ts', of: 'whereEndsWith' },
    by: (original) => (text, what) => original(text, String(what).slice(1)),
    kinds: /^dnsDomainIs|^endsWith/,
  },
  {
    name: 'the items of a split text',
    place: { module: 'dialects/pac/meaning/values/splits.ts', of: 'splitItem' },
    by: (original) => (list, _, context) => original(list, 0, context),
    kinds: /^split$/,
  },
  {
    name: 'keys of a table',
    place: WORDS,
    by: withoutFirstName,
    kinds: /^table/,
  },
  {
    name: 'keys of a Set and a Map',
    place: WORDS,
    by: withoutFirstName,
    kinds: /^Set and Map/,
  },
  {
    name: 'what stands before the last labels',
    place: { module: 'model/preimages.ts', of: 'beforeLastLabels' },
    by: (original) => (language, count) => (isOfKind(language, 'words') ? language : original(language, count)),
    kinds: /^walk without/,
  },
  {
    name: 'what a loop that counts adds',
    place: { module: 'dialects/pac/meaning/machine/compile/character-loops.ts', of: 'characterLoopOf' },
    by: (original) => (node) => {
      const loop = original(node) as ReturnType<typeof characterLoopOf>;
      return loop?.counts ? { ...loop, counts: { ...loop.counts, step: loop.counts.step + 1 } } : loop;
    },
    kinds: /^loop that counts/,
  },
  {
    name: 'which choice on trial was made',
    place: { module: 'dialects/pac/meaning/question/condition.ts', of: 'isSameCondition' },
    by: () => (one, other) => isOfKind(one, 'matches') && isOfKind(other, 'matches'),
    kinds: /^walk without|^tree of labels/,
  },
  {
    name: 'names without an address',
    place: { module: 'dialects/pac/meaning/environment/addresses.ts', of: 'isResolvable' },
    by: () => () => true,
    kinds: /^isResolvable/,
  },
  {
    name: 'both outcomes of a random number',
    place: { module: 'dialects/pac/meaning/environment/arithmetic.ts', of: 'environmentOperation' },
    by:
      (original) =>
      (operator, ...others) =>
        operator === '<' || operator === '>' || operator === '>=' ? true : original(operator, ...others),
    kinds: /^random share/,
  },
  {
    name: 'ranges of the clock',
    place: { module: 'dialects/pac/meaning/environment/clock.ts', of: 'conditionOver' },
    by: (original) => (variables) => original(variables, () => true),
    kinds: /Range/,
  },
  {
    name: 'addresses under a mask',
    place: { module: 'dialects/pac/meaning/environment/masks.ts', of: 'addressesUnder' },
    by: (original) => (network) => original(network, -1),
    kinds: /^isInNet of|convert_addr/,
  },
  {
    name: 'the sign of a number of octets',
    place: { module: 'dialects/pac/meaning/environment/octets.ts', of: 'octetOperation' },
    by:
      (original) =>
      (...args) => {
        const sum = original(...args);
        return sum && { ...sum, isSigned: false };
      },
    kinds: /octet by octet/,
  },
  {
    name: 'which byte of an address a number is made of',
    place: { module: 'dialects/pac/meaning/environment/octets.ts', of: 'byByte' },
    by: (original) => (number) => {
      const made = original(number);
      if (!(made instanceof Object && 'sources' in made)) return made;
      return Object.assign(Object.create(Object.getPrototypeOf(made)), made, {
        valueOf: ([byte]: readonly number[]) => (byte ?? 0) >> 1,
      });
    },
    kinds: /^a byte of an address/,
  },
];

interface Found {
  readonly program: string;
  readonly seed: number;
}

/** The first program that a model decides otherwise than it runs. */
function firstFault({ compareProgram, Tally }: Comparison, kinds: RegExp): Found | undefined {
  const tried = [...KINDS].filter(([name]) => kinds.test(name));
  for (let seed = 1; seed <= SEEDS; seed++) {
    for (const [, kind] of tried) {
      const program = programOfKind(kind, seed);
      const tally = new Tally();
      compareProgram(program, seed, EXTENT, tally);
      if (tally.faults.length > 0) return { program, seed };
    }
  }
  return undefined;
}

describe('a model without one operation is found to be wrong', () => {
  let load: (replace: Replace) => Promise<Comparison>;
  let whole: Comparison;

  beforeAll(async () => {
    const make = await bundleComparison([...new Set(MUTATIONS.map(({ place }) => place))]);
    load = async (replace) => {
      const comparison = make(replace);
      await comparison.loadOracle();
      return comparison;
    };
    whole = await load((_, original) => original);
  });

  test.each(MUTATIONS)('$name', async ({ place, by, kinds }) => {
    const found = firstFault(await load((one, original) => (one === place ? by(original) : original)), kinds);
    expect(found).toBeDefined();
    if (!found) return;
    // It is the mutation that is wrong with it.
    const tally = new whole.Tally();
    whole.compareProgram(found.program, found.seed, EXTENT, tally);
    expect(tally.faults).toEqual([]);
  });
});
