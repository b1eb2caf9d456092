// Names that are likely to be in a set of hosts, tried before a search.
import type { Appended } from './appended.js';
import { spend } from './budget.js';
import { type DomainTree, placesOf } from './domain-tree.js';
import { type Expression, holdsName, readingCost } from './host-expression.js';
import { type Levels, namesOfLevels } from './host-levels.js';
import { isHostName } from './host-search.js';
import { shortestText } from './needed-words.js';

const PLAIN_LABELS = ['host', 'www', 'site'];

/** How many parts of a tree are tried for a plain name. */
const PLAIN_PARTS = 32;

/** Names that look as if made by hand. */
export function* plainNames(bound: DomainTree): Generator<string> {
  let tried = 0;
  for (const { kind, name } of placesOf(bound)) {
    const labels = kind === 'name' ? [''] : PLAIN_LABELS;
    for (const label of labels) {
      const plain = kind === 'name' ? name : `${label}.${name === '' ? 'example' : name}`;
      if (isHostName(plain)) yield plain;
    }
    if (++tried >= PLAIN_PARTS) return;
  }
}

/** How many parts of a tree are tried with the samples of a condition. */
const SAMPLE_PARTS = 8;

/** Names within a tree that are likely to fulfil some conditions; `levelsOf` gives what conditions on levels leave of the tree. */
export function* likelyNames(
  bound: DomainTree,
  conditions: Appended<Expression>,
  levelsOf: () => Levels,
): Generator<string> {
  if (conditions.some(({ kind }) => kind === 'levels')) yield* likelyNamesOfLevels(levelsOf(), conditions.toArray());
  yield* namesWithin(bound, conditions.last);
}

/** Names with the number of labels that is asked for; their first label is what other conditions want. */
function* likelyNamesOfLevels(levels: Levels, conditions: readonly Expression[]): Generator<string> {
  const labels = conditions.flatMap(samplesOf).filter((sample) => !sample.includes('.'));
  for (const name of namesOfLevels(levels)) {
    yield name;
    const dot = name.indexOf('.');
    for (const label of labels) {
      const begun = label + (dot < 0 ? '' : name.slice(dot));
      if (isHostName(begun)) yield begun;
    }
  }
}

/** Names within a tree, first those for which a condition is likely to hold. */
function* namesWithin(bound: DomainTree, condition: Expression | undefined): Generator<string> {
  const samples = condition ? samplesOf(condition) : [];
  if (samples.length > 0) {
    let tried = 0;
    for (const { kind, name } of placesOf(bound)) {
      if (kind === 'below') for (const sample of samples) yield* sampleBelow(sample, name);
      if (++tried >= SAMPLE_PARTS) break;
    }
  }
  yield* plainNames(bound);
}

function* sampleBelow(sample: string, domain: string): Generator<string> {
  // A sample that is in the domain already is no less simple than one that gets it appended.
  if (domain !== '' && sample.endsWith(`.${domain}`) && isHostName(sample)) yield sample;
  const below = before(sample, domain === '' ? 'example' : domain);
  if (isHostName(below)) yield below;
  if (domain === '' && isHostName(sample)) yield sample;
}

/** A sample before a name, as labels of it. */
function before(sample: string, name: string): string {
  return `${sample}${sample.endsWith('.') ? '' : '.'}${name}`;
}

/** How many of the words of a condition are tried. */
const SAMPLES = 4;

/** In a larger automaton, as that of a list, looking for a text costs more than it saves. */
const LONGEST_AUTOMATON = 2_000;

function samplesOf(condition: Expression): readonly string[] {
  switch (condition.kind) {
    case 'pattern':
      return condition.patterns.patterns.slice(0, SAMPLES).map(({ word }) => begun(word));
    case 'language': {
      if (condition.automaton.steps.length > LONGEST_AUTOMATON) return [];
      const text = shortestText(condition.automaton);
      return text === undefined ? [] : [begun(text)];
    }
    default:
      return [];
  }
}

/** How many labels are put before a name so that more conditions hold. */
const MENDED = 6;

/**
 * A name with labels before it, each so that one more of some conditions holds, until all of them do; `undefined` where that is not seen
 * easily. `holds` tells whether a name is within what limits the set beside its conditions.
 */
export function mendedName(
  name: string,
  conditions: Appended<Expression>,
  holds: (name: string) => boolean,
): string | undefined {
  let mended = name;
  for (let count = 0; count <= MENDED; count++) {
    spend(readingCost(conditions.length, mended));
    const failing = conditions.toArray().find((condition) => !holdsName(condition, mended));
    if (!failing) return holds(mended) ? mended : undefined;
    const longer = wantedFor(failing, mended)
      .map((sample) => before(sample, mended))
      .find((one) => isHostName(one) && holds(one) && holdsName(failing, one));
    if (longer === undefined) return undefined;
    mended = longer;
  }
  return undefined;
}

/** What may stand before a name so that a condition holds, which does not hold for it. */
function wantedFor(condition: Expression, name: string): readonly string[] {
  switch (condition.kind) {
    case 'and': {
      const failing = condition.of.toArray().find((part) => !holdsName(part, name));
      return failing ? wantedFor(failing, name) : [];
    }
    case 'or':
      return condition.of
        .toArray()
        .slice(0, SAMPLES)
        .flatMap((part) => wantedFor(part, name));
    case 'not':
      return unwantedFor(condition.of, name);
    default:
      return samplesOf(condition);
  }
}

/** The same so that a condition no longer holds. */
function unwantedFor(condition: Expression, name: string): readonly string[] {
  if (condition.kind === 'not') return wantedFor(condition.of, name);
  if (condition.kind !== 'and' && condition.kind !== 'or') return [];
  const parts = condition.of.toArray();
  const holding = condition.kind === 'and' ? parts.slice(0, SAMPLES) : parts.filter((part) => holdsName(part, name));
  return holding.slice(0, SAMPLES).flatMap((part) => unwantedFor(part, name));
}

/** A text with a label where it begins with a dot. */
function begun(text: string): string {
  return `${text.startsWith('.') ? 'host' : ''}${text}`;
}
