// The model of a file, whatever its language.
import type { FilterModel } from './filter.js';
import type { IpSet } from './ip.js';
import type { ProxyModel } from './proxy.js';

/** One meaning of a file, in a form that all dialects of a kind share. */
export type ModelPart = ProxyModel | FilterModel;

/** What a file means that is several things at once: a packet filter, a choice of the proxy, a proxy. */
export interface PolicyModel {
  readonly kind: 'policy';
  /** Each decides what applies to it. Several of one kind are alternatives, of which the network may choose any. */
  readonly parts: readonly ModelPart[];
  /** Addresses that the file has a name for. One that is the name of a role says where that role lives. */
  readonly addresses: ReadonlyMap<string, IpSet>;
}

/** What a file means. */
export type Model = ModelPart | PolicyModel;

/** The packet filter of a file, which may be one of its parts. */
export function filterOf(model: Model): FilterModel | undefined {
  if (model.kind === 'filter') return model;
  if (model.kind !== 'policy') return undefined;
  for (const part of model.parts) if (part.kind === 'filter') return part;
  return undefined;
}
