// What a template of a packet filter means, for one choice of the branches that are more than rules.
import type { QuotedLine } from '../model/evidence.js';
import type { BaseChain, FilterChain, FilterModel, FilterPoint, FilterRule } from '../model/filter.js';
import { BranchChains } from './branch-chains.js';
import { type OpenRule, type Origin, openRules, policyName, unknownRule, type Variation } from './open-rules.js';
import type { Placed } from './place-map.js';
import type { Tag } from './tree.js';

export interface OpenFilter {
  readonly model: FilterModel;
  readonly variations: readonly Variation[];
  readonly origin: Origin;
  /** Values that may be any statements, in their order. */
  readonly unknown: readonly Placed[];
  /** The ranges of chains in the rendering, where the dialect has blocks for them. */
  readonly blocks: readonly Tag[];
  /** Whether rules count in the order in which they are written, so that none behind another comes before it. */
  readonly isInOrder: boolean;
}

/** The filter with conditions in the place of open values and branches, and its statements in the template. */
export function openFilter(filter: OpenFilter): FilterModel {
  return new FilterOpener(filter).model();
}

class FilterOpener {
  private readonly branches: BranchChains;
  private readonly names: readonly string[];

  constructor(private readonly filter: OpenFilter) {
    const { map } = filter.origin;
    this.branches = new BranchChains((tag) => quoteTag(tag, filter));
    this.names = filter.variations.map(({ name }) => name);
    this.uri = map.uri;
  }

  private readonly uri: string;

  model(): FilterModel {
    const { model, variations, origin } = this.filter;
    const others = variations.map((one) => [...one.model.chains.values()]);
    const chains = new Map<string, FilterChain>();
    for (const [index, [name, chain]] of [...model.chains].entries()) {
      const rules = this.rulesOf(
        chain,
        others.map((list) => list[index]),
      );
      chains.set(name, { name: origin.shown(chain.name), rules });
    }
    const points = model.points.map((point, i) =>
      this.point(
        point,
        variations.map((one) => one.model.points[i]),
      ),
    );
    for (const [name, chain] of this.branches.chains) chains.set(name, chain);
    return { ...model, points, chains };
  }

  private point(point: FilterPoint, others: readonly (FilterPoint | undefined)[]): FilterPoint {
    const chains = point.chains.map((chain, i) =>
      this.base(
        chain,
        others.map((other) => other?.chains[i]),
      ),
    );
    return { ...point, name: this.filter.origin.shown(point.name), chains };
  }

  private base(chain: BaseChain, others: readonly (BaseChain | undefined)[]): BaseChain {
    const { rulesFor: _, ...rest } = chain;
    const { map, shown } = this.filter.origin;
    const rules = this.rulesOf(chain, others);
    const open = policyName(chain, others, this.names);
    const policyStatement = chain.policyStatement && map.quote(chain.policyStatement);
    if (open !== undefined && policyStatement) rules.push(unknownRule(open, policyStatement));
    return { ...rest, name: shown(chain.name), policyStatement, rules };
  }

  private rulesOf(chain: FilterChain, others: readonly (FilterChain | undefined)[]): FilterRule[] {
    const { origin } = this.filter;
    const rules = openRules(chain, others, this.filter.variations, origin);
    return this.branches.rulesOf(this.withUnknown(rules, chain));
  }

  /** Puts a rule that decides nothing known where statements are that only a value has. */
  private withUnknown(rules: OpenRule[], chain: FilterChain): OpenRule[] {
    const result = [...rules];
    for (const piece of this.filter.unknown) {
      if (!this.isIn(piece, chain)) continue;
      const at = this.filter.isInOrder ? result.findIndex((rule) => rule.at > piece.at) : 0;
      const rule = unknownRule(piece.name, quoteTag(piece, this.filter));
      result.splice(at < 0 ? result.length : at, 0, { rule, path: piece.path, at: piece.at });
    }
    return result;
  }

  /** Whether statements at a place may be of a chain: of the one around them, where there is one. */
  private isIn({ at }: Placed, chain: FilterChain): boolean {
    const block = this.filter.blocks.find(({ start, end }) => start <= at && at < end);
    if (!block) return true;
    const isInside = ({ uri, range }: QuotedLine) =>
      uri === this.uri && block.start <= range.start && range.start < block.end;
    const policy = 'policyStatement' in chain ? (chain as BaseChain).policyStatement : undefined;
    const statements = [...chain.rules.map(({ statement }) => statement), ...(policy ? [policy] : [])];
    return statements.length === 0 || statements.some(isInside);
  }
}

/** A tag of the template as a statement. */
export function quoteTag({ start, end }: Tag, { origin: { map } }: Pick<OpenFilter, 'origin'>): QuotedLine {
  const range = { start, end };
  return { uri: map.templateUri, range, text: map.written(range) };
}
