// What a ruleset shows of the networks around the router that it is for.
import type { FilterChain } from '../../../model/filter.js';
import type { Surroundings } from '../../../model/surroundings.js';
import { forwardRules, type PlainRule, surroundingsOf } from '../../shared/router-networks.js';
import { ownStatements } from '../program/rule-statements.js';
import { type Chain, isRule, type RuleEntry, type Ruleset } from '../program/ruleset.js';
import type { RuleMeaning } from './rule-meaning.js';

/** The networks around a router whose forwarded packets pass some chains; `undefined` where the file shows none. */
export function routerSurroundings(
  ruleset: Ruleset,
  chains: readonly FilterChain[],
  meaningOf: (rule: RuleEntry, chain: Chain) => RuleMeaning,
): Surroundings | undefined {
  const translations: PlainRule[] = [];
  for (const table of ruleset.tables.values()) {
    for (const chain of table.dormant ? [] : table.chains.values()) {
      const { type, hook } = chain.base ?? {};
      if (type !== 'nat' || hook !== 'postrouting') continue;
      for (const part of chain.parts) {
        if (!isRule(part) || !ownStatements(part.body).some(translatesSource)) continue;
        const plain = meaningOf(part, chain).parts.filter(
          ({ action, opaque, limit }) => action.kind === 'accept' && opaque.length === 0 && !limit,
        );
        const match = plain.flatMap((one) => one.match);
        if (match.length > 0) translations.push({ statement: part.statement, match });
      }
    }
  }
  return surroundingsOf({ routes: [], translations, filters: forwardRules(chains) });
}

function translatesSource(statement: ReturnType<typeof ownStatements>[number]): boolean {
  return statement.kind === 'translate' && (statement.name === 'snat' || statement.name === 'masquerade');
}
