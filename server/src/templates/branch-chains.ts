// The rules in the branches of a template as chains: a jump leads to exactly one of them.

import { filledIn } from '../dialects/shared/open-values.js';
import { addTo } from '../kept/lists.js';
import type { QuotedLine } from '../model/evidence.js';
import type { FilterAction, FilterChain, FilterRule, OpaqueCondition } from '../model/filter.js';
import { ANY_PACKET } from '../model/packets.js';
import type { OpenRule } from './open-rules.js';
import type { Step } from './rendering.js';
import type { Tag } from './tree.js';

export class BranchChains {
  /** The chains that were made, by name. */
  readonly chains = new Map<string, FilterChain>();

  constructor(private readonly quoteTag: (tag: Tag) => QuotedLine) {}

  /** The rules of a chain, with a jump in the place of those that are in branches. */
  rulesOf(rules: readonly OpenRule[], depth = 0): FilterRule[] {
    const result: FilterRule[] = [];
    for (let i = 0; i < rules.length; ) {
      const first = rules[i] as OpenRule;
      const step = first.path[depth];
      if (!step) {
        result.push(first.rule);
        i++;
        continue;
      }
      let end = i + 1;
      while (end < rules.length && rules[end]?.path[depth]?.tag === step.tag) end++;
      result.push(this.branches(rules.slice(i, end), step, depth));
      i = end;
    }
    return result;
  }

  /** A jump to a chain that goes on to the one branch that applies; to none, where that is empty. */
  private branches(rules: readonly OpenRule[], { tag, depends, key }: Step, depth: number): FilterRule {
    const byOption = new Map<number, OpenRule[]>();
    for (const rule of rules) {
      const { option } = rule.path[depth] as Step;
      addTo(byOption, option, rule);
    }
    const statement = this.quoteTag(tag);
    const choices = [...byOption].sort(([a], [b]) => a - b);
    const own = choices.map(([, inside]): FilterRule => {
      const isLast = inside[0]?.path[depth]?.isLast === true;
      const name = this.add(this.rulesOf(inside, depth + 1), key);
      return wayTo({ kind: 'goto', chain: name }, statement, isLast ? [] : [{ text: filledIn(depends) }]);
    });
    return wayTo({ kind: 'jump', chain: this.add(own, key) }, statement, []);
  }

  private add(rules: readonly FilterRule[], key: string): string {
    const name = `template ${this.chains.size + 1}: ${key.slice(0, 40)}`;
    this.chains.set(name, { name, rules });
    return name;
  }
}

/** A rule for all packets. */
export function wayTo(action: FilterAction, statement: QuotedLine, opaque: readonly OpaqueCondition[]): FilterRule {
  return { statement, match: [ANY_PACKET], phases: ['first', 'reply'], opaque, action };
}
