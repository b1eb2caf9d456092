// The packets that `notrack` excludes from connection tracking.
import { decidesNothing } from '../../../model/filter.js';
import { ANY_PACKET, PacketSet } from '../../../model/packets.js';
import { type EarlyRule, type TrackedAt, untrackedBy } from '../../shared/untracked.js';
import { eachStatement, ownStatements, upTo } from '../program/rule-statements.js';
import { type Chain, isRule, type RuleEntry, type Ruleset, type Table } from '../program/ruleset.js';
import type { RuleBody, RuleStatement } from '../syntax/tree.js';
import { type Environments, isSurelyEarly } from './environment.js';
import type { TableSets } from './named-sets.js';
import { FAMILIES } from './points.js';
import { ruleMeaning } from './rule-meaning.js';

/** The packets that rules exclude at each place; `undefined` where they are unknown. */
export function untrackedPackets(
  { tables, effects }: Ruleset,
  environments: Environments,
  setsOf: (table: Table) => TableSets,
): ReadonlyMap<TrackedAt, PacketSet | undefined> {
  const excluded = new Map<TrackedAt, PacketSet | undefined>([
    ['prerouting', PacketSet.none],
    ['output', PacketSet.none],
  ]);
  if (!effects.untracked) return excluded;
  for (const chain of [...tables.values()].flatMap(({ chains }) => [...chains.values()])) {
    if (!chain.rules.some((rule) => isRule(rule) && untracks(rule.body))) continue;
    if (chain.table.dormant) continue;
    // A packet that is tracked already stays tracked (nft_notrack_eval of Linux); one that is invalid does not.
    const isRead = chain.base && isSurelyEarly(chain.base) && FAMILIES[chain.table.family].length > 0;
    const place = isRead ? PLACES.get(chain.base?.hook ?? '') : undefined;
    const known = place && excludedBy(chain, environments, setsOf(chain.table));
    for (const each of place ? [place] : [...excluded.keys()]) {
      const others = excluded.get(each);
      excluded.set(each, known && others ? others.union(known) : undefined);
    }
  }
  return excluded;
}

const PLACES: ReadonlyMap<string, TrackedAt> = new Map([
  ['prerouting', 'prerouting'],
  ['output', 'output'],
]);

function untracks(body: RuleBody): boolean {
  return [...eachStatement(body)].some(isNotrack);
}

function isNotrack(statement: RuleStatement): boolean {
  return statement.kind === 'effect' && statement.name === 'notrack';
}

function excludedBy(chain: Chain, environments: Environments, sets: TableSets): PacketSet | undefined {
  const { rules } = chain;
  const last = rules.map((rule) => isRule(rule) && untracks(rule.body)).lastIndexOf(true);
  return untrackedBy(
    rules.slice(0, last + 1).flatMap((rule) => {
      if (!isRule(rule)) return [UNKNOWN];
      const own = ownStatements(rule.body).findIndex(isNotrack);
      if (own < 0) return untracks(rule.body) ? [UNKNOWN] : earlyRules(rule, chain, environments, sets);
      const reached = upTo(rule.body, own);
      if (!ownStatements(reached).every(onlyPasses)) return [UNKNOWN];
      const before = { ...rule, body: reached };
      const excluding = earlyRules(before, chain, environments, sets).map((one) =>
        one.does === 'ends' ? ({ ...one, does: 'untracks' } as const) : one,
      );
      return [...excluding, ...earlyRules(rule, chain, environments, sets)];
    }),
  );
}

/** Whether a statement decides nothing by itself. */
function onlyPasses({ kind }: RuleStatement): boolean {
  return kind === 'match' || kind === 'condition' || kind === 'effect' || kind === 'verdict';
}

const UNKNOWN: EarlyRule = { match: [ANY_PACKET], isCertain: false, does: 'ends' };

function earlyRules(
  rule: Pick<RuleEntry, 'body' | 'node'>,
  chain: Chain,
  environments: Environments,
  sets: TableSets,
): EarlyRule[] {
  return ruleMeaning(rule, environments.of(chain), sets).parts.map(({ match, phases, limit, opaque, action }) => {
    const leads = action.kind === 'anonymous-chain' || action.kind === 'jump' || action.kind === 'goto';
    const isCertain =
      !leads &&
      opaque.length === 0 &&
      limit?.segment === undefined &&
      limit?.flags === undefined &&
      phases.length === 2;
    const goesOn = !leads && (action.kind === 'deny' || decidesNothing(action));
    return { match, isCertain, does: goesOn ? 'nothing' : 'ends' };
  });
}
