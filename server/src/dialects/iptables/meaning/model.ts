// Builds the filter model of a file: its points and chains.
import type { FilterModel, FilterPoint, Hook } from '../../../model/filter.js';
import { REAL_PATHS } from '../../shared/real-paths.js';
import type { Program } from '../program/program.js';
import type { BuiltInChain, TableName } from '../vocabulary/words.js';
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
  const points: FilterPoint[] = [];
  for (const { hook, chains } of PATHS) {
    const own = lowered.flatMap((ruleset) => chains.flatMap(([table, name]) => ruleset.baseChain(table, name) ?? []));
    if (own.length === 0) continue;
    const surroundings = hook === 'forward' ? routerSurroundings(program, own) : undefined;
    const known = surroundings ? { surroundings } : {};
    points.push({ name: hook.toUpperCase(), hook, chains: own, stateful: false, paths: REAL_PATHS, ...known });
  }
  return {
    kind: 'filter',
    families: rulesets.map(({ family }) => family),
    points,
    decidesMessages: 'all',
    ...(lowered.some(({ remembers }) => remembers) ? { remembers: true } : {}),
    chains: new Map(lowered.flatMap((ruleset) => ruleset.userChains())),
  };
}
