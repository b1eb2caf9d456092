// Reports jumps that form a loop, which the kernel rejects.
import type { Problem } from '../../dialect.js';
import { type Jump, jumpLoops } from '../../shared/jump-loops.js';
import { type Chain, type Ruleset, targetChainsOf } from '../program/ruleset.js';

export function jumpLoopProblems({ tables }: Ruleset): Problem[] {
  return [...tables.values()].flatMap(({ chains }) => {
    const builtIn = [...chains.values()].filter(({ policy }) => policy);
    return jumpLoops(builtIn, (chain) => jumpsOf(chain, chains)).map(
      ({ uri, range, from, target }): Problem => ({
        code: 'syntax-error',
        uri,
        range,
        message: `the kernel rejects loops of chains: this jump leads from '${from.name}' back to '${target.name}'`,
      }),
    );
  });
}

/** One jump for each chain that a chain leads to; built-in chains cannot be jumped to. */
function* jumpsOf(chain: Chain, chains: ReadonlyMap<string, Chain>): Generator<Jump<Chain>> {
  for (const [name, place] of targetChainsOf(chain)) {
    const target = chains.get(name);
    if (target && !target.policy) yield { target, ...place };
  }
}
