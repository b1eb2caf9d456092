// Reports jumps that the kernel rejects when a ruleset is loaded, which `nft -c` does not check: loops (ELOOP), and jumps that
// are nested too deeply (EMLINK).
import type { Location } from '../../../text/range.js';
import type { Problem } from '../../dialect.js';
import { type Jump, jumpLoops } from '../../shared/jump-loops.js';
import { anonymousDepthOf, jumpDepthsOf } from '../program/rule-statements.js';
import type { Chain, Ruleset, Table } from '../program/ruleset.js';

/** From how many jumps in a row on the kernel rejects them (`NFT_JUMP_STACK_SIZE` of Linux). */
const JUMP_LIMIT = 16;

export function jumpLoopProblems({ tables }: Ruleset): Problem[] {
  return [...tables.values()].flatMap((table) => {
    const starts = [...table.chains.values()].filter(({ base }) => base);
    const jumps = new Map<Chain, ChainJumps>();
    const jumpsFrom = (chain: Chain): ChainJumps => {
      const known = jumps.get(chain) ?? chainJumps(chain, table);
      jumps.set(chain, known);
      return known;
    };
    // Jumps to base chains are refused by themselves.
    const loops = jumpLoops(starts, (chain) => jumpsFrom(chain).named.filter(({ target }) => !target.base));
    if (loops.length === 0) return deepJumps(starts, jumpsFrom);
    return loops.map(({ uri, range, target }): Problem => {
      const message = `this leads back to the chain ${target.name}, from which it came: the kernel refuses such a ruleset`;
      return { code: 'syntax-error', uri, range, message };
    });
  });
}

interface DeepJump extends Jump<Chain> {
  /** How many jumps it takes: more than one from an anonymous chain. */
  readonly jumps: number;
}

interface ChainJumps {
  readonly named: readonly DeepJump[];
  /** Rules with anonymous chains. */
  readonly anonymous: readonly (Location & { readonly jumps: number })[];
}

function chainJumps({ dependentRules }: Chain, table: Table): ChainJumps {
  const named: DeepJump[] = [];
  const anonymous: (Location & { jumps: number })[] = [];
  for (const rule of dependentRules) {
    const { uri, range } = rule.statement;
    const depths = new Map<Chain, number>();
    for (const [name, jumps] of jumpDepthsOf(rule, table)) {
      const target = table.chains.get(name);
      if (target) depths.set(target, Math.max(jumps, depths.get(target) ?? 0));
    }
    for (const [target, jumps] of depths) named.push({ target, uri, range, jumps });
    const jumps = anonymousDepthOf(rule);
    if (jumps > 0) anonymous.push({ uri, range, jumps });
  }
  return { named, anonymous };
}

/** The first jumps that are one too many, on each way from the base chains of a table, which has no loops. */
function deepJumps(starts: readonly Chain[], jumpsFrom: (chain: Chain) => ChainJumps): Problem[] {
  const problems = new Map<string, Problem>();
  const deepest = new Map<Chain, number>();
  const report = ({ uri, range }: Location) => {
    const message = `jumps are nested more than ${JUMP_LIMIT - 1} levels deep here: the kernel refuses such a ruleset`;
    problems.set(`${uri}#${range.start}`, { code: 'syntax-error', uri, range, message });
  };
  // Each chain is followed again only from a greater depth, at most as often as the limit says.
  const follow = (chain: Chain, level: number) => {
    if ((deepest.get(chain) ?? -1) >= level) return;
    deepest.set(chain, level);
    const { named, anonymous } = jumpsFrom(chain);
    for (const one of anonymous) if (level + one.jumps >= JUMP_LIMIT) report(one);
    for (const one of named) {
      if (one.target.base) continue;
      if (level + one.jumps >= JUMP_LIMIT) report(one);
      else follow(one.target, level + one.jumps);
    }
  };
  for (const start of starts) follow(start, 0);
  return [...problems.values()];
}
