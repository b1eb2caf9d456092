// Finds jumps between chains that form a loop, which the kernel rejects.
import type { Location } from '../../text/range.js';

export interface Jump<Chain> extends Location {
  readonly target: Chain;
}

/** A jump that closes a loop, with the chain whose rule it is. */
export interface LoopingJump<Chain> extends Jump<Chain> {
  readonly from: Chain;
}

/**
 * The jumps that close a loop, for each chain that packets can reach from `starts`. Chains are known by identity, and
 * `jumpsOf` is called once for each of them. Needs no stack, because a file may have thousands of chains in a row.
 */
export function jumpLoops<Chain>(
  starts: Iterable<Chain>,
  jumpsOf: (chain: Chain) => Iterable<Jump<Chain>>,
): LoopingJump<Chain>[] {
  const loops: LoopingJump<Chain>[] = [];
  const entered = new Set<Chain>();
  const onPath = new Set<Chain>();
  for (const start of starts) {
    const path: { readonly chain: Chain; readonly jumps: Iterator<Jump<Chain>> }[] = [];
    const enter = (chain: Chain) => {
      if (entered.has(chain)) return;
      entered.add(chain);
      onPath.add(chain);
      path.push({ chain, jumps: jumpsOf(chain)[Symbol.iterator]() });
    };
    enter(start);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const next = top.jumps.next();
      if (next.done) {
        onPath.delete(top.chain);
        path.pop();
      } else if (onPath.has(next.value.target)) loops.push({ ...next.value, from: top.chain });
      else enter(next.value.target);
    }
  }
  return loops;
}
