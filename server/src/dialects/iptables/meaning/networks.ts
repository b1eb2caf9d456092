// What a file shows of the networks around the router that it is for.
import type { FilterChain } from '../../../model/filter.js';
import type { Surroundings } from '../../../model/surroundings.js';
import { forwardRules, type PlainRule, surroundingsOf } from '../../shared/router-networks.js';
import type { Program } from '../program/program.js';
import type { Ruleset } from '../program/ruleset.js';

/** The networks around a router whose forwarded packets pass some chains; `undefined` where the file shows none. */
export function routerSurroundings(
  { rulesets, routes }: Program,
  chains: readonly FilterChain[],
): Surroundings | undefined {
  return surroundingsOf({
    routes,
    translations: rulesets.flatMap(translationsOf),
    filters: forwardRules(chains),
  });
}

const SOURCE_TRANSLATIONS: ReadonlySet<string> = new Set(['MASQUERADE', 'SNAT']);

function translationsOf({ tables }: Ruleset): PlainRule[] {
  const { runs = [] } = tables.get('nat')?.chains.get('POSTROUTING') ?? {};
  return runs.flatMap(({ run, uri, start }) =>
    run.rules.flatMap(({ rule, text, conditions, ...span }): PlainRule[] => {
      const { match, opaque, states, sets, addressTypes, target } = rule;
      const isPlain = [opaque, states, sets, addressTypes, conditions].every((tests) => tests.length === 0);
      if (!isPlain || !target || !SOURCE_TRANSLATIONS.has(target.text)) return [];
      const range = { start: start + span.start, end: start + span.end };
      return [{ statement: { uri, range, text }, match }];
    }),
  );
}
