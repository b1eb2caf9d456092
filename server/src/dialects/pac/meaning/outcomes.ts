// What the ends of the paths of a program mean: where each part of what was asked is sent.

import type { AnyNode } from 'acorn';
import { type Budget, BudgetSpent } from '../../../model/budget.js';
import { PaidInterned } from '../../../model/paid-memo.js';
import type { SelectionOutcome } from '../../../model/proxy.js';
import { javascriptRegex, type Language, NOTHING } from '../../../model/text-language.js';
import { isDirectFirst, readProxyList } from '../syntax/proxy-list.js';
import { beforePlaceholder } from '../vocabulary/placeholders.js';
import { SERVER_WORDS } from '../vocabulary/words.js';
import type { Leaf } from './machine/follow.js';
import { Region } from './question/region.js';
import { choiceOver } from './values/numbers.js';
import { Text, type TextForm } from './values/text.js';
import { ListOf, OpenText, TracedNumber, Unknown } from './values/value.js';

/** Parts of what was asked that have the same outcome for the same reason. */
export interface OutcomeGroup {
  readonly regions: readonly Region[];
  readonly outcome: SelectionOutcome;
  readonly decision: AnyNode | undefined;
  readonly earlierRequests: AnyNode | undefined;
}

/** The ends of all paths, those with the same outcome together. */
export function groupsOf(ends: readonly Leaf[], lineOf: (node: AnyNode) => number, budget: Budget): OutcomeGroup[] {
  const groups = new Map<string, OutcomeGroup & { readonly regions: Region[] }>();
  for (const end of ends) {
    for (const { region, outcome, decision } of meteredOutcomes(end, lineOf, budget)) {
      const { earlierRequests } = end;
      const text = outcome.kind === 'selected' ? outcome.result : outcome.reason;
      const key = JSON.stringify([outcome.kind, text, decision?.start, decision?.end, earlierRequests?.start]);
      const group = groups.get(key);
      if (group) group.regions.push(region);
      else groups.set(key, { regions: [region], outcome, decision, earlierRequests });
    }
  }
  return [...groups.values()].map((group) => ({ ...group, regions: joinedAsFarAs(group.regions, budget) }));
}

function joinedAsFarAs(regions: readonly Region[], budget: Budget): readonly Region[] {
  try {
    return Region.joined(regions, budget);
  } catch (thrown) {
    if (thrown instanceof BudgetSpent) return regions;
    throw thrown;
  }
}

interface RegionOutcome {
  readonly region: Region;
  readonly outcome: SelectionOutcome;
  readonly decision: AnyNode | undefined;
}

function meteredOutcomes(end: Leaf, lineOf: (node: AnyNode) => number, budget: Budget): RegionOutcome[] {
  try {
    return outcomesOf(end, lineOf, budget);
  } catch (thrown) {
    if (!(thrown instanceof BudgetSpent)) throw thrown;
    const outcome = { kind: 'undecided', reason: `the file ${thrown.message}` } as const;
    return [{ region: end.region, outcome, decision: end.decision }];
  }
}

function outcomesOf(
  { region, outcome, decision }: Leaf,
  lineOf: (node: AnyNode) => number,
  budget: Budget,
): RegionOutcome[] {
  const undecided = (reason: string, node: AnyNode | undefined): RegionOutcome => ({
    region,
    outcome: { kind: 'undecided', reason },
    decision: node,
  });
  const inLine = (node: AnyNode | undefined) => (node ? `line ${lineOf(node)}` : 'it');
  if (outcome.kind === 'failed') {
    const { reason, node = decision } = outcome;
    return [undecided(node ? `${inLine(node)} ${reason}` : `the file ${reason}`, node)];
  }
  const { value, typeName } = outcome;
  if (value instanceof OpenText) {
    const route = routeOfBeginning(beforePlaceholder(value.text));
    if (route) return [{ region, outcome: { kind: 'selected', route, result: value.text }, decision }];
  }
  if (value instanceof Unknown) return [undecided(`${inLine(value.node)} ${value.reason}`, value.node)];
  if (value instanceof Text) return tracedOutcomes(value, region, decision, budget);
  if (value instanceof TracedNumber) {
    const parts = partsByValue(value, region, decision, budget);
    if (parts) return parts.flatMap((part) => outcomesOf(part, lineOf, budget));
  }
  if (value instanceof TracedNumber || (value !== undefined && value !== null && typeof value !== 'string')) {
    return [
      undecided(
        `${inLine(decision)} returns ${/^[aeiou]/.test(typeName) ? 'an' : 'a'} ${typeName} instead of a string`,
        decision,
      ),
    ];
  }
  // Without a result browsers connect directly.
  return [{ region, outcome: selected(value ?? ''), decision }];
}

/** An end for each of the results that are picked among, as by a random number. */
function partsByValue(
  result: TracedNumber,
  region: Region,
  decision: AnyNode | undefined,
  budget: Budget,
): Leaf[] | undefined {
  const node = decision ?? { type: 'EmptyStatement', start: 0, end: 0 };
  const choice = choiceOver(result, (value) => value, { node, budget });
  if (choice instanceof Unknown) return undefined;
  const parts: Leaf[] = [];
  let rest: readonly Region[] = [region];
  for (const { when, value } of choice.alternatives) {
    const divided = rest.map((part) => part.split(when, budget));
    rest = divided.flatMap(({ fails }) => fails);
    if (value instanceof ListOf) return undefined;
    const outcome = { kind: 'returned', value, typeName: typeof value } as const;
    for (const part of divided.flatMap(({ holds }) => holds)) parts.push({ region: part, outcome, decision });
  }
  return parts;
}

function selected(result: string): SelectionOutcome {
  return { kind: 'selected', route: isDirectFirst(result) ? 'direct' : 'proxy', result };
}

/** The route of a list of proxies of which only the beginning is known. */
function routeOfBeginning(beginning: string): 'direct' | 'proxy' | undefined {
  const end = beginning.lastIndexOf(';') + 1;
  const first = readProxyList(beginning.slice(0, end)).find(({ defect }) => defect === undefined);
  if (first) return first.direct ? 'direct' : 'proxy';
  return BEGINS_SERVER.test(beginning.slice(end)) ? 'proxy' : undefined;
}

/** The outcomes of a result that is made from the request: `"PROXY " + host + ":8080"`. */
function tracedOutcomes(result: Text, region: Region, decision: AnyNode | undefined, budget: Budget): RegionOutcome[] {
  const shown = constantParts(result.form);
  const direct = region.split({ kind: 'matches', text: result, language: ofExpression(DIRECT_FIRST) }, budget);
  const proxy = direct.fails.map((part) =>
    part.split({ kind: 'matches', text: result, language: ofExpression(PROXY_FIRST) }, budget),
  );
  const ends = (regions: readonly Region[], outcome: SelectionOutcome) =>
    regions.map((part) => ({ region: part, outcome, decision }));
  return [
    ...ends(direct.holds, { kind: 'selected', route: 'direct', result: shown }),
    ...ends(
      proxy.flatMap(({ holds }) => holds),
      { kind: 'selected', route: 'proxy', result: shown },
    ),
    ...ends(
      proxy.flatMap(({ fails }) => fails),
      { kind: 'undecided', reason: `the result \`${shown}\` is no list of proxies for every host` },
    ),
  ];
}

function constantParts(form: TextForm): string {
  if (form.kind !== 'joined') return '…';
  return form.parts.map((part) => (typeof part === 'string' ? part : constantParts(part))).join('');
}

const expressions = new PaidInterned<Language>(4);

function ofExpression(source: string): Language {
  return expressions.of(source, () => {
    const reading = javascriptRegex(source, 'i');
    return reading.kind === 'language' ? reading.language : NOTHING;
  });
}

const PORT = '(?:\\d{1,4}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5])';
const SERVER = `(?:\\[[0-9a-f:.]+\\]|[^\\s:;[\\]/@?#,]+)(?::${PORT})?`;
const DIRECT_FIRST = '^[\\s;]*direct\\s*(?:;|$)';
const BEGINS_SERVER = new RegExp(`^\\s*(?:${[...SERVER_WORDS].join('|')})\\s`, 'i');
const PROXY_FIRST = `^[\\s;]*(?:${[...SERVER_WORDS].join('|')})\\s+${SERVER}\\s*(?:;|$)`;
