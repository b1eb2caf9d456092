// The chains of the model; an unchanged run of rules is lowered once.
import { Memo } from '../../../kept/memo.js';
import type { QuotedLine } from '../../../model/evidence.js';
import type { BaseChain, FilterRule } from '../../../model/filter.js';
import type { AddressFamily } from '../../../model/ip.js';
import { ANY_PACKET } from '../../../model/packets.js';
import {
  fixedRun,
  type PlacedRun,
  placeRun,
  RuleRun,
  RunChain,
  type RuleTemplate as Template,
} from '../../../model/rule-runs.js';
import { EXCLUDING } from '../../shared/untracked.js';
import type { Chain, ChainRule, ChainRun, PlacedChainRun, Policy } from '../program/ruleset.js';
import { BOTH_PHASES, type Rule } from '../syntax/rule/rule.js';
import type { Meaning } from './parts.js';
import { meaningKey, meaningsOf, type RuleContext } from './rule-meaning.js';

const CONTINUE: FilterRule['action'] = { kind: 'continue' };

/** `CT --notrack`, where states test it. */
const UNTRACKING: FilterRule['action'] = { kind: 'set', register: 'status', to: EXCLUDING };

interface RuleTemplate extends Meaning, Template {
  readonly origin: ChainRule;
}

/** The lowered rules of a run, by all of the context that they depend on and by the names of the chains they lead to. */
const loweredRuns = new Memo<ChainRun, Map<string, RuleRun<RuleTemplate>>>();

/** What a chain needs from its rule set. */
export interface ChainContext {
  readonly rules: RuleContext;
  /** The name of a chain of the same table in the model. */
  readonly keyOf: (chain: string) => string;
}

export class LoweredChain extends RunChain {
  constructor(
    name: string,
    private readonly chain: Chain,
    private readonly context: ChainContext,
  ) {
    super(name, () => [...this.chain.runs.map((placed) => this.placed(placed)), ...this.lastRuns()]);
  }

  get hasRules(): boolean {
    return this.chain.runs.length > 0 || this.lastRuns().length > 0;
  }

  /** Rules after those of the file. */
  protected lastRuns(): readonly PlacedRun[] {
    return [];
  }

  private placed({ run, uri, start }: PlacedChainRun): PlacedRun {
    return placeRun(this.lower(run), ({ match, phases, limit, opaque, action, origin }) => {
      const range = { start: start + origin.start, end: start + origin.end };
      return { statement: { uri, range, text: origin.text }, match, phases, limit, opaque, action };
    });
  }

  private lower(run: ChainRun): RuleRun<RuleTemplate> {
    const meaning = meaningKey(run.tests, this.context.rules);
    const lowered = () => {
      const templates: RuleTemplate[] = [];
      for (const rule of run.rules) this.addTemplates(rule, templates);
      return new RuleRun(templates);
    };
    if (meaning === undefined) return lowered();
    const byKey = loweredRuns.of(run, () => new Map());
    const key = `${meaning} ${this.context.keyOf('')}`;
    const known = byKey.get(key) ?? lowered();
    byKey.set(key, known);
    return known;
  }

  private addTemplates(origin: ChainRule, templates: RuleTemplate[]): void {
    const { rule, conditions } = origin;
    const { followsTracking } = this.context.rules;
    const own = rule.untracks && followsTracking ? UNTRACKING : (rule.action ?? this.jump(rule));
    const action = own.kind === 'set' && !this.context.rules.followsMarks ? CONTINUE : own;
    for (const { match, phases, opaque } of meaningsOf(rule, this.context.rules)) {
      const all = conditions.length === 0 ? opaque : [...opaque, ...conditions];
      templates.push({ match, phases, limit: rule.limit, opaque: all, action, origin });
    }
  }

  private jump({ target, goto }: Rule): FilterRule['action'] {
    return { kind: goto ? 'goto' : 'jump', chain: this.context.keyOf(target?.text ?? '') };
  }
}

export class LoweredBaseChain extends LoweredChain implements BaseChain {
  readonly policy: 'accept' | 'deny';
  readonly policyStatement: QuotedLine | undefined;
  declare readonly families?: readonly AddressFamily[];

  private readonly alternatives: Policy['alternatives'];

  constructor(
    name: string,
    chain: Chain,
    context: ChainContext,
    { policy, families }: { readonly policy: Policy; readonly families: readonly AddressFamily[] | undefined },
  ) {
    super(name, chain, context);
    this.policy = policy.action;
    this.policyStatement = policy.statement;
    this.alternatives = policy.alternatives;
    if (families) this.families = families;
  }

  get isImplied(): boolean {
    return this.policyStatement === undefined && !this.hasRules;
  }

  /** A policy that a script sets conditionally is a last rule for all packets, under those conditions. */
  protected override lastRuns(): readonly PlacedRun[] {
    const rules = this.alternatives.map(
      ({ action, statement, conditions }): FilterRule => ({
        statement,
        match: [ANY_PACKET],
        phases: BOTH_PHASES,
        opaque: conditions,
        action: { kind: action },
      }),
    );
    return rules.length === 0 ? [] : [fixedRun(rules)];
  }
}
