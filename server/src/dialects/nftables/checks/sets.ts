// Reports elements of named sets and maps that nft or the kernel refuses beside others.
import type { Location } from '../../../text/range.js';
import type { Problem } from '../../dialect.js';
import { typesOf } from '../meaning/named-sets.js';
import { overlapIn, overlapMessage } from '../meaning/set-overlaps.js';
import type { NamedSet, Ruleset } from '../program/ruleset.js';
import { keyText } from '../program/sets.js';
import type { SetElement, Span } from '../syntax/tree.js';

export function setProblems({ tables }: Ruleset): Problem[] {
  return [...tables.values()].flatMap(({ sets }) =>
    [...sets.values()].flatMap((set) => [...valueProblem(set), ...overlapProblem(set)]),
  );
}

/** The first element whose value is not what the set or map holds. */
function valueProblem(set: NamedSet): Problem[] {
  const { isMap, hasVerdicts } = set;
  for (const from of set.elements) {
    const { set: written } = from;
    if (written.kind !== 'set') continue;
    for (const { key, value, start, end } of written.elements) {
      const isRight = isMap ? value && isOpenOr(value.kind, hasVerdicts) : value === undefined || key === '*';
      if (isRight) continue;
      const held = hasVerdicts ? 'verdicts, such as accept or jump' : 'values that are no verdicts';
      const message = isMap
        ? `the map ${set.name} has ${held}`
        : `the set ${set.name} is no map: its elements have no values`;
      return [{ code: 'syntax-error', ...locationOf(from, { start, end }), message }];
    }
  }
  return [];
}

/** Whether a value of a map may be a verdict, or may not; what a variable holds that nothing defines is open. */
function isOpenOr(kind: NonNullable<SetElement['value']>['kind'], isVerdict: boolean): boolean {
  return kind === 'variable' || (kind === 'verdict') === isVerdict;
}

/** The first two elements of a set that do not go together. */
function overlapProblem(set: NamedSet): Problem[] {
  const types = typesOf(set);
  const needsCheck = set.isMap || set.flags.has('interval');
  if (set.autoMerge || !needsCheck) return [];
  const found = overlapIn(
    set.elements.map((from) => ({ set: from.set, from })),
    types,
  );
  if (!found) return [];
  const { element, other, sameKey } = found;
  const texts = [keyText(element.element.key), keyText(other.element.key)] as const;
  const problem: Problem = {
    code: 'syntax-error',
    ...locationOf(element.from, element.element),
    message: overlapMessage(texts, { sameKey, canMerge: !set.isMap && types.length === 1 }),
    related: [{ ...locationOf(other.from, other.element), message: 'the other element' }],
  };
  const { flagsLine } = set;
  if (set.isMap || types.length > 1 || !flagsLine) return [problem];
  const end = { start: flagsLine.range.end, end: flagsLine.range.end };
  const edits = [{ uri: flagsLine.uri, range: end, newText: '; auto-merge' }];
  return [{ ...problem, fix: { title: `Add auto-merge to the set ${set.name}`, edits } }];
}

function locationOf({ uri, start }: { readonly uri: string; readonly start: number }, span: Span): Location {
  return { uri, range: { start: start + span.start, end: start + span.end } };
}
