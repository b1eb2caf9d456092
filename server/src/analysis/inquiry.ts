import { HostSet } from '../model/hosts.js';
import { IpSet } from '../model/ip.js';
import type { Case, Model, ProxyRequest, SelectionOutcome, ServerOutcome } from '../model/proxy.js';

/** An answer of either kind of model. */
export type Answer =
  | { readonly kind: 'selection'; readonly cases: readonly Case<SelectionOutcome>[] }
  | { readonly kind: 'server'; readonly cases: readonly Case<ServerOutcome>[] };

/**
 * Puts the questions of one analysis to one model, each once: several requirements ask about the same hosts, and a PAC
 * file has to be run for every answer.
 */
export class Inquiry {
  private readonly hostSets = new Map<string, HostSet>();
  private readonly addressSets = new Map<string, IpSet>();
  private readonly answers = new Map<HostSet, Map<string, Answer>>();

  constructor(readonly model: Model) {}

  /** The hosts that documented patterns stand for; the same set for the same patterns. */
  hosts(patterns: readonly string[]): HostSet {
    return remember(this.hostSets, patterns.join(' '), () =>
      HostSet.union(patterns.map((pattern) => HostSet.pattern(pattern))),
    );
  }

  /** The addresses that documented prefixes stand for; the same set for the same prefixes. */
  addresses(prefixes: readonly string[]): IpSet {
    return remember(this.addressSets, prefixes.join(' '), () => IpSet.parse(...prefixes));
  }

  ask(request: ProxyRequest): Answer {
    const known = remember(this.answers, request.hosts, () => new Map<string, Answer>());
    const user = typeof request.user === 'string' ? request.user : `=${request.user.name}`;
    const addresses = request.addresses?.toPrefixes().join(' ') ?? '';
    const clients = request.clients.toPrefixes().join(' ');
    const key = `${request.scheme} ${request.port} ${user} ${request.path ?? ''}|${addresses}|${clients}`;
    return remember(known, key, () => this.decide(request));
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
  known.set(key, made);
  return made;
}
