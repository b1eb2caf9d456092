// What a program can ask beside the URL and the host, as variables.
import type { AnyNode } from 'acorn';
import { formatAddress, type IpSet } from '../../../../model/ip.js';
import type { Condition } from '../question/condition.js';
import { CLIENT_ID } from '../question/dimensions.js';
import type { AddressVariable, PointVariable } from '../question/variables.js';
import { computedPhrase, randomPhrase } from './phrases.js';

/** The identities of the variables of the requested host. */
export const HOST_ADDRESS_ID = 'host';
export const HOST_ANY_ADDRESS_ID = 'host, IPv6 too';

const RANDOM = 'random';

/** Whether a number is chosen by chance, and not by the clock. */
export function isRandom({ id }: PointVariable): boolean {
  return id.startsWith(`${RANDOM} `);
}

/** The environment of one exploration of a program: it gives out each variable once. */
export class Environment {
  private readonly addresses = new Map<string, AddressVariable>();
  private readonly points = new Map<string, PointVariable>();
  private readonly conditions = new Map<string, Condition | string>();
  private fresh = 0;

  constructor(
    /** The clients that are asked about. */
    readonly clients: IpSet,
    /** The host of the request, where it is one name and the program runs with it. */
    readonly host: string | undefined,
  ) {}

  /** The address of the client, where all clients have the same. */
  get onlyClient(): string | undefined {
    const { first, size } = this.clients;
    return first && size === 1n ? formatAddress(first) : undefined;
  }

  /** The address that `myIpAddress` gives. */
  client(node: AnyNode): AddressVariable {
    return this.address(CLIENT_ID, 'myIpAddress()', node);
  }

  /** The IPv4 address that DNS gives for a name; for the requested host where there is no name. */
  addressOf(name: string | undefined, node: AnyNode): AddressVariable {
    const text = name?.toLowerCase();
    return text === undefined || text === this.host
      ? this.address(HOST_ADDRESS_ID, 'the address of the host', node)
      : this.address(`name ${text}`, `the address of ${text}`, node);
  }

  /** Whether DNS has an address of either family; only that can be asked of it. */
  anyAddressOf(name: string | undefined, node: AnyNode): AddressVariable {
    const text = name?.toLowerCase();
    return text === undefined || text === this.host
      ? this.address(HOST_ANY_ADDRESS_ID, 'the IPv6 address of the host', node)
      : this.address(`any ${text}`, `the IPv6 address of ${text}`, node);
  }

  private address(id: string, title: string, node: AnyNode): AddressVariable {
    let variable = this.addresses.get(id);
    if (!variable) {
      variable = { kind: 'address', id, title, node };
      this.addresses.set(id, variable);
    }
    return variable;
  }

  /** A point variable that was asked for before is the same. */
  point(id: string, node: AnyNode, make: () => Pick<PointVariable, 'points' | 'phrase'>): PointVariable {
    let variable = this.points.get(id);
    if (!variable) {
      const { points, phrase } = make();
      variable = { kind: 'point', id, points, phrase, node };
      this.points.set(id, variable);
    }
    return variable;
  }

  /** A condition on the clock (or why there is none), made once for the same arguments. */
  kept(key: string, make: () => Condition | string): Condition | string {
    const condition = this.conditions.get(key) ?? make();
    this.conditions.set(key, condition);
    return condition;
  }

  /** One of `count` numbers from 0 on, by chance; another one at each call. */
  random(count: number, node: AnyNode): PointVariable {
    const all = Array.from({ length: count }, (_, point) => point);
    return this.randomOf(all, node);
  }

  /** One of some numbers, by chance; another one at each call. */
  randomOf(all: readonly number[], node: AnyNode): PointVariable {
    return {
      kind: 'point',
      id: `${RANDOM} ${this.fresh++}`,
      points: all,
      phrase: (points) => randomPhrase(points, all),
      node,
    };
  }

  /** One of some numbers that are computed from characters, which is not followed; another one at each computation. */
  computed(points: readonly number[], subject: string, node: AnyNode): PointVariable {
    return {
      kind: 'point',
      id: `computed ${this.fresh++}`,
      points,
      phrase: (chosen) => computedPhrase(chosen, points, subject),
      node,
    };
  }
}
