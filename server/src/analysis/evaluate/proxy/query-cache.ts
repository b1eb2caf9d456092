import { HostSet } from '../../../model/hosts.js';
import { IpSet } from '../../../model/ip.js';
import type { Case, ProxyModel, ProxyRequest, SelectionOutcome, ServerOutcome } from '../../../model/proxy.js';

/** An answer of either kind of model. */
export type Answer =
  | { readonly kind: 'selection'; readonly cases: readonly Case<SelectionOutcome>[] }
  | { readonly kind: 'server'; readonly cases: readonly Case<ServerOutcome>[] };

/**
 * The sets that patterns and prefixes of requirements stand for. They are the same objects in every analysis, so that
 * what a model remembers of a set still holds after an edit. Requirements bring a few hundred; the bound is for packs
 * that are written again and again.
 */
const hostSets = new Map<string, HostSet>();
const addressSets = new Map<string, IpSet>();
const SET_LIMIT = 10_000;

/**
 * Puts the questions of one analysis to one model, each once: several requirements ask about the same hosts, and a PAC
 * file has to be run for every answer.
 */
export class QueryCache {
  private readonly answers = new Map<string, Answer>();
  private readonly identities = new Map<object, number>();

  constructor(readonly model: ProxyModel) {}

  /** The hosts that documented patterns stand for; the same set for the same patterns. */
  hosts(patterns: readonly string[]): HostSet {
    return remember(hostSets, patterns.join(' '), () =>
      HostSet.union(patterns.map((pattern) => HostSet.pattern(pattern))),
    );
  }

  /** The addresses that documented prefixes stand for; the same set for the same prefixes. */
  addresses(prefixes: readonly string[]): IpSet {
    return remember(addressSets, prefixes.join(' '), () => IpSet.parse(...prefixes));
  }

  ask(request: ProxyRequest): Answer {
    const { scheme, port, protocol = 'tcp', user, path, hosts, addresses, clients } = request;
    // Sets are told apart by identity, which is cheap; equal ones that are not the same cost a second answer, no more.
    const sets = [hosts, addresses, clients].map((set) => (set ? this.identityOf(set) : 0)).join(' ');
    const key = `${scheme} ${protocol} ${port} ${typeof user === 'string' ? user : `=${user.name}`} ${sets} ${path ?? ''}`;
    return remember(this.answers, key, () => this.decide(request));
  }

  private identityOf(set: object): number {
    return remember(this.identities, set, () => this.identities.size + 1);
  }

  private decide(request: ProxyRequest): Answer {
    switch (this.model.kind) {
      case 'selection':
        return { kind: 'selection', cases: this.model.decide(request) };
      case 'server':
        return { kind: 'server', cases: this.model.decide(request) };
    }
  }
}

function remember<Key, Value>(known: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = known.get(key);
  if (value !== undefined) return value;
  const made = make();
  if (known.size >= SET_LIMIT) known.clear();
  known.set(key, made);
  return made;
}
