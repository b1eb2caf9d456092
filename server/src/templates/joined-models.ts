// One model of several renderings of a template: each applies under the conditions that its branches have.

import { filledIn } from '../dialects/shared/open-values.js';
import { largest } from '../kept/lists.js';
import { type Assumption, NO_STEPS, type QuotedLine } from '../model/evidence.js';
import type { BaseChain, FilterChain, FilterModel, FilterPoint, FilterRule } from '../model/filter.js';
import type { Model, ModelPart } from '../model/model.js';
import {
  type Case,
  changedCase,
  type ProxyModel,
  type SelectionModel,
  type ServerModel,
  type Undecided,
} from '../model/proxy.js';
import { wayTo } from './branch-chains.js';
import type { Step } from './rendering.js';
import type { Tag } from './tree.js';

/** A rendering's model with the branches that it took. */
export interface Alternative<Of = Model> {
  readonly model: Of;
  readonly steps: readonly Step[];
}

export interface Joining {
  /** Why other renderings are not among the alternatives; `undefined` where all are. */
  readonly missing: string | undefined;
  readonly quoteTag: (tag: Tag) => QuotedLine;
}

export function joinModels(alternatives: readonly [Alternative, ...Alternative[]], joining: Joining): Model {
  const [first] = alternatives;
  if (alternatives.length === 1 && joining.missing === undefined) return first.model;
  if (first.model.kind === 'policy') {
    const { parts, addresses } = first.model;
    const joined = parts.map((part, i) => joinParts(partsOf(alternatives, i, part), joining));
    return { kind: 'policy', parts: joined, addresses };
  }
  return joinParts(partsOf(alternatives, 0, first.model), joining);
}

/** The models at one place of all alternatives; one of another kind says nothing. */
function partsOf(alternatives: readonly Alternative[], index: number, first: ModelPart): Alternative<ModelPart>[] {
  return alternatives.map(({ model, steps }) => {
    const part = model.kind === 'policy' ? model.parts[index] : model;
    return { model: part?.kind === first.kind ? part : first, steps };
  });
}

function joinParts(alternatives: readonly Alternative<ModelPart>[], joining: Joining): ModelPart {
  const filters = alternatives.flatMap(({ model, steps }) => (model.kind === 'filter' ? [{ model, steps }] : []));
  const [filter] = filters;
  if (filter) return joinFilters([filter, ...filters.slice(1)], joining);
  const selections = alternatives.flatMap(({ model, steps }) => (model.kind === 'selection' ? [{ model, steps }] : []));
  const [selection] = selections;
  if (selection) return joinSelections(selections, selection.model, joining);
  const servers = alternatives.flatMap(({ model, steps }) => (model.kind === 'server' ? [{ model, steps }] : []));
  return joinServers(servers, servers[0]?.model as ServerModel, joining);
}

// Proxies: the cases of all alternatives, each under the assumption that its branches are taken.

function joinSelections(
  alternatives: readonly Alternative<SelectionModel>[],
  first: SelectionModel,
  joining: Joining,
): SelectionModel {
  return {
    kind: 'selection',
    readsUrl: alternatives.some(({ model }) => model.readsUrl !== false),
    ...(first.steps === undefined ? {} : { steps: largest(alternatives.map(({ model }) => model.steps ?? 0)) }),
    decide: (request) => decideAll(alternatives, joining, (model) => model.decide(request), request),
  };
}

function joinServers(
  alternatives: readonly Alternative<ServerModel>[],
  first: ServerModel,
  joining: Joining,
): ServerModel {
  return { ...first, decide: (request) => decideAll(alternatives, joining, (model) => model.decide(request), request) };
}

function decideAll<Of extends ProxyModel, Outcome>(
  alternatives: readonly Alternative<Of>[],
  { missing, quoteTag }: Joining,
  decide: (model: Of) => readonly Case<Outcome>[],
  { hosts, clients }: Pick<Case<Outcome>, 'hosts' | 'clients'>,
): readonly Case<Outcome | Undecided>[] {
  if (missing !== undefined) {
    const outcome: Undecided = { kind: 'undecided', reason: missing };
    return [{ hosts, clients, outcome, assumptions: [], decidedBy: undefined, trace: NO_STEPS }];
  }
  return alternatives.flatMap(({ model, steps }) => {
    const assumed = steps.map((step) => assumptionOf(step, quoteTag));
    return decide(model).map((one) =>
      changedCase(one, { outcome: one.outcome, assumptions: [...assumed, ...one.assumptions] }),
    );
  });
}

function assumptionOf({ key, phrase, depends, tag }: Step, quoteTag: Joining['quoteTag']): Assumption {
  const text = phrase.includes(`\`${depends}\``) ? phrase : `${phrase}, which depends on \`${depends}\``;
  return { unknown: `template ${key}`, phrase: `${text} in the template`, statement: quoteTag(tag), isBranch: true };
}

// Packet filters: each base chain goes on to that of one alternative.

const NO_PATH: Step = { key: '', option: 0, tag: { start: 0, end: 0 }, depends: '', phrase: '', isLast: true };

function joinFilters(
  alternatives: readonly [Alternative<FilterModel>, ...Alternative<FilterModel>[]],
  joining: Joining,
): FilterModel {
  const chains = new Map<string, FilterChain>();
  const renamed = alternatives.map(({ model, steps }, i) => {
    for (const [name, chain] of model.chains)
      chains.set(nameIn(i, name), { name: chain.name, rules: chain.rules.map((rule) => renamedRule(i, rule)) });
    return { model, steps };
  });
  const points = new Map<string, FilterPoint>();
  for (const { model } of alternatives)
    for (const point of model.points) if (!points.has(point.name)) points.set(point.name, point);
  const joined = [...points.values()].map((point) => ({
    ...point,
    chains: point.chains.map((chain, at) => joinBase(chain, renamed, { at, point, chains, joining })),
  }));
  const families = [...new Set(alternatives.flatMap(({ model }) => model.families))].sort();
  return { ...alternatives[0].model, families, points: joined, chains };
}

interface BasePlace {
  readonly at: number;
  readonly point: FilterPoint;
  readonly chains: Map<string, FilterChain>;
  readonly joining: Joining;
}

function joinBase(
  chain: BaseChain,
  alternatives: readonly Alternative<FilterModel>[],
  { at, point, chains, joining }: BasePlace,
): BaseChain {
  const ways: FilterRule[] = [];
  for (const [i, { model, steps }] of alternatives.entries()) {
    const own = model.points.find(({ name }) => name === point.name);
    const base = own?.chains[at];
    const last = steps.at(-1) ?? NO_PATH;
    const statement = joining.quoteTag(last.tag);
    const name = nameIn(i, `${point.name}/${at}`);
    const isAlike =
      base && own.chains.length === point.chains.length && String(base.families) === String(chain.families);
    const rules: FilterRule[] = isAlike
      ? [
          ...base.rules.map((rule) => renamedRule(i, rule)),
          wayTo({ kind: base.policy }, base.policyStatement ?? statement, []),
        ]
      : [wayTo({ kind: 'undecided', reason: `it depends on ${filledIn(last.depends)}` }, statement, [])];
    chains.set(name, { name: chain.name, rules });
    const isLast = i === alternatives.length - 1 && joining.missing === undefined;
    const opaque = isLast
      ? []
      : [...new Set(steps.map(({ depends }) => depends))].map((depends) => ({ text: filledIn(depends) }));
    ways.push(wayTo({ kind: 'goto', chain: name }, statement, opaque));
  }
  if (joining.missing !== undefined) {
    const statement = joining.quoteTag(alternatives[0]?.steps.at(-1)?.tag ?? NO_PATH.tag);
    ways.unshift(wayTo({ kind: 'undecided', reason: joining.missing }, statement, []));
  }
  const { rulesFor: _, ...rest } = chain;
  return { ...rest, rules: ways };
}

function nameIn(alternative: number, name: string): string {
  return `${alternative}: ${name}`;
}

function renamedRule(alternative: number, rule: FilterRule): FilterRule {
  const { action } = rule;
  return 'chain' in action ? { ...rule, action: { ...action, chain: nameIn(alternative, action.chain) } } : rule;
}
