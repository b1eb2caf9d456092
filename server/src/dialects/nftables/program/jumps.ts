import type { RuleBody } from '../syntax/tree.js';
import type { RuleEntry } from './ruleset.js';

/** The chains that a rule leads to, by name. */
export function targetsOf(entry: RuleEntry): readonly string[] {
  return bodyTargets(entry.body);
}

function bodyTargets(body: RuleBody): string[] {
  return body.statements.flatMap((statement) => {
    switch (statement.kind) {
      case 'verdict':
        return statement.chain?.kind === 'word' ? [statement.chain.text] : [];
      case 'verdict-map':
        return statement.map.kind === 'set'
          ? statement.map.elements.flatMap(({ value }) =>
              value?.kind === 'verdict' && value.chain?.kind === 'word' ? [value.chain.text] : [],
            )
          : [];
      case 'anonymous-chain':
        return statement.rules.flatMap(bodyTargets);
      default:
        return [];
    }
  });
}
