// The model of a rendering with its statements where they are in the template.
import { filledIn, openNameIn } from '../dialects/shared/open-values.js';
import type { Assumption, QuotedLine } from '../model/evidence.js';
import type { Model, ModelPart } from '../model/model.js';
import { type Case, changedCase, type SelectionOutcome, type ServerOutcome } from '../model/proxy.js';
import { openFilter } from './filter-template.js';
import type { PlaceMap } from './place-map.js';

export function quotedModel(model: Model, map: PlaceMap): Model {
  if (model.kind !== 'policy') return quotedPart(model, map);
  return { ...model, parts: model.parts.map((part) => quotedPart(part, map)) };
}

function quotedPart(model: ModelPart, map: PlaceMap): ModelPart {
  switch (model.kind) {
    case 'filter': {
      const origin = { map, shown: (text: string) => text, isNothing: () => false, chainNames: [] };
      return openFilter({ model, variations: [], origin, unknown: [], blocks: [], isInOrder: true });
    }
    case 'selection':
      return {
        ...model,
        decide: (request) => model.decide(request).map((one) => quotedCase(one, selected(one.outcome), map)),
      };
    case 'server':
      return {
        ...model,
        decide: (request) => model.decide(request).map((one) => quotedCase(one, served(one.outcome, map), map)),
      };
  }
}

function quotedCase<Outcome>(one: Case<Outcome>, outcome: Outcome, map: PlaceMap): Case<Outcome> {
  const { decidedBy, clientsBy, at } = one;
  return changedCase(
    one,
    {
      outcome,
      decidedBy: decidedBy && map.quote(decidedBy),
      ...(clientsBy ? { clientsBy: map.quote(clientsBy) } : {}),
      ...(at ? { at: { name: at.name, statement: at.statement && map.quote(at.statement) } } : {}),
      assumptions: one.assumptions.map((assumption) => quotedAssumption(assumption, map)),
    },
    (trace) => trace.map(({ statement, effect }) => ({ statement: map.quote(statement), effect })),
  );
}

/** Unrolled statements are one statement of the template; what is not known of each stays apart. */
function quotedAssumption(assumption: Assumption, map: PlaceMap): Assumption {
  const { statement } = assumption;
  return { ...assumption, statement: map.quote(statement) };
}

function selected(outcome: SelectionOutcome): SelectionOutcome {
  return outcome.kind === 'undecided' ? { ...outcome, reason: readable(outcome.reason) } : outcome;
}

function served(outcome: ServerOutcome, map: PlaceMap): ServerOutcome {
  if (outcome.kind === 'undecided') return { ...outcome, reason: readable(outcome.reason) };
  const { tls, route } = outcome;
  const quote = (line: QuotedLine | undefined) => line && map.quote(line);
  return {
    ...outcome,
    tls: typeof tls === 'string' ? tls : { ...tls, reason: readable(tls.reason) },
    tlsDecidedBy: quote(outcome.tlsDecidedBy),
    route: typeof route === 'string' ? route : { ...route, reason: readable(route.reason) },
    routeDecidedBy: quote(outcome.routeDecidedBy),
  };
}

/** A reason that quotes a mark, said in terms of the template. */
function readable(reason: string): string {
  const name = openNameIn(reason);
  return name === undefined ? reason : `it depends on ${filledIn(name)}`;
}
