// Builds the filter model of a file: its points and chains.
import type { FilterModel, FilterPoint, Hook } from '../../../model/filter.js';
import type { Program } from '../program/program.js';
import type { BuiltInChain, TableName } from '../vocabulary/words.js';
import type { LoweredBaseChain } from './chains.js';
import { routerSurroundings } from './networks.js';
import { RulesetMeaning } from './ruleset-meaning.js';

/** The built-in chains on each path through the kernel, in the order of their priorities (iptables(8), TABLES; netfilter_ipv4.h). */
const PATHS: readonly { readonly hook: Hook; readonly chains: readonly (readonly [TableName, BuiltInChain])[] }[] = [
  {
    hook: 'forward',
    chains: [
      ['raw', 'PREROUTING'],
      ['mangle', 'PREROUTING'],
      ['nat', 'PREROUTING'],
      ['mangle', 'FORWARD'],
      ['filter', 'FORWARD'],
      ['security', 'FORWARD'],
      ['mangle', 'POSTROUTING'],
    ],
  },
  {
    hook: 'input',
    chains: [
      ['raw', 'PREROUTING'],
      ['mangle', 'PREROUTING'],
      ['nat', 'PREROUTING'],
      ['mangle', 'INPUT'],
      ['filter', 'INPUT'],
      ['security', 'INPUT'],
    ],
  },
  {
    hook: 'output',
    chains: [
      ['raw', 'OUTPUT'],
      ['mangle', 'OUTPUT'],
      ['nat', 'OUTPUT'],
      ['filter', 'OUTPUT'],
      ['security', 'OUTPUT'],
      ['mangle', 'POSTROUTING'],
    ],
  },
];

export function buildModel(program: Program): FilterModel {
  const { rulesets, sets } = program;
  const lowered = rulesets.map((ruleset) => new RulesetMeaning(ruleset, sets, rulesets.length > 1));
  const points: Point[] = [];
  for (const { hook, chains } of PATHS) {
    const own = lowered.flatMap((ruleset) => chains.flatMap(([table, name]) => ruleset.baseChain(table, name) ?? []));
    if (own.length === 0) continue;
    const surroundings = hook === 'forward' ? routerSurroundings(program, own) : undefined;
    const known = surroundings ? { surroundings } : {};
    points.push({ name: hook.toUpperCase(), hook, chains: own, stateful: false, ...known });
  }
  return {
    kind: 'filter',
    families: rulesets.map(({ family }) => family),
    points: points.map((point) => (isAsked(point, points) ? point : { ...point, byNameOnly: true })),
    decidesMessages: true,
    ...(lowered.some(({ remembers }) => remembers) ? { remembers: true } : {}),
    chains: new Map(lowered.flatMap((ruleset) => ruleset.userChains())),
  };
}

type Point = FilterPoint & { readonly chains: readonly LoweredBaseChain[] };

/**
 * Whether the traffic of a point is known to pass it. A file that filters, but not what is forwarded, and that shows no
 * network is that of a host, which forwards nothing: of what it sends and receives, the policies decide that the file sets.
 * Where only a policy denies what is forwarded, both may be: which one it is also depends on lintel.yaml.
 */
function isAsked(point: Point, points: readonly Point[]): boolean {
  if (!points.some(filtersAny) || filtersAny(point)) return true;
  const isForwarded = ({ hook }: Point) => hook === 'forward';
  const isSet = ({ chains }: Point) => chains.some(({ policyStatement }) => policyStatement !== undefined);
  const showsNetwork = (one: Point) => one.surroundings !== undefined && isSet(one);
  const forwarding = points.filter(isForwarded);
  if (isForwarded(point)) return forwarding.some((one) => filtersAny(one) || showsNetwork(one));
  return !forwarding.some((one) => hasRules(one) || showsNetwork(one)) && isSet(point);
}

function hasRules({ chains }: Point): boolean {
  return chains.some((chain: LoweredBaseChain) => chain.hasRules);
}

function filtersAny({ chains }: Point): boolean {
  return chains.some(filters);
}

function filters(chain: LoweredBaseChain): boolean {
  return chain.policy === 'deny' || chain.hasRules;
}
