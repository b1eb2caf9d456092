// What a packet filter means, in the form that all dialects of packet filters share.
import type { Assumption, QuotedLine, TraceStep } from './evidence.js';
import type { HostSet } from './hosts.js';
import type { AddressFamily, IpSet } from './ip.js';
import type { PacketBox, PacketSet } from './packets.js';
import type { PortSet } from './ports.js';
import type { Register, RegisterExpression, RegisterTest } from './registers.js';
import type { Surroundings } from './surroundings.js';

/** Where in a host's or router's packet path a filter stands. */
export type Hook = 'forward' | 'input' | 'output';

/**
 * Which packet of a connection is meant. A stateful filter decides on the first one; a stateless filter has to permit the
 * reply as well.
 */
export type Phase = 'first' | 'reply';

/** A condition that the file leaves to its environment: a rate limit, a list kept elsewhere, the time. */
export interface OpaqueCondition {
  /** The condition as the file writes it. */
  readonly text: string;
  /** Set where it is about the name of the destination: it holds for these hosts and for no other. */
  readonly hosts?: HostSet;
  /** Set where it is about what rules before have set: unknown only where that is. */
  readonly test?: RegisterTest;
  /** Set where it is whether an ICMP error belongs to a known connection: whether it has to, for the condition to hold. */
  readonly related?: boolean;
  /** Set where it is about the hop limit: whether it holds for {@link NEIGHBOUR_HOP_LIMIT}. */
  readonly neighbours?: boolean;
  /** Set where it holds for no other packets than such messages, where these are asked about: what a system does with them by itself. */
  readonly messagesAlone?: true;
}

/** The hop limit of all discovery of neighbours and routers: hosts discard what has another one (RFC 4861, 7.1 and 6.1). */
export const NEIGHBOUR_HOP_LIMIT = 255;

/** What a rule does with the packets that it matches. */
export type FilterAction =
  | { readonly kind: 'accept' }
  | { readonly kind: 'deny' }
  /**
   * Continues after this rule when the called chain returns. `inline`: the chain is the rest of this rule, so what returns
   * from it returns from the chain around it. `applied`: the chain is a list that is bound here, which no rule jumps to.
   */
  | { readonly kind: 'jump'; readonly chain: string; readonly inline?: true; readonly applied?: true }
  /** Continues after the jump that led here when the called chain returns. */
  | { readonly kind: 'goto'; readonly chain: string }
  | { readonly kind: 'return' }
  /** Decides nothing: logs, counts. The packets go on. */
  | { readonly kind: 'continue' }
  /** Sets what later rules test, such as a mark. The packets go on. */
  | { readonly kind: 'set'; readonly register: Register; readonly to: RegisterExpression }
  /** Goes on with other ports, which what follows connections does not learn of. Each given set has one member. */
  | { readonly kind: 'change'; readonly sourcePorts?: PortSet; readonly destinationPorts?: PortSet }
  /** Accepts here with another destination, which the base chains after this one see. Each given set has one member. */
  | {
      readonly kind: 'rewrite';
      readonly destination: IpSet | undefined;
      readonly destinationPorts: PortSet | undefined;
    }
  /** Passes the packets to something that the file does not contain, or to one of some destinations. */
  | { readonly kind: 'undecided'; readonly reason: string; readonly destinations?: IpSet };

/**
 * Conditions of a rule on the state of a connection or on where in it a packet belongs. The phases say what that means for
 * first packets and their replies; beside these there are invalid packets, related connections and later segments.
 */
export interface ConnectionLimit {
  /** The states of connection tracking that it matches, in lower case; absent: all. */
  readonly states?: ReadonlySet<string>;
  /** The combinations of TCP flags that it matches, a digit for each; absent: all. */
  readonly flags?: string;
  /** Anything else: the same text for the same condition. */
  readonly segment?: string;
}

export interface FilterRule {
  readonly statement: QuotedLine;
  /** The packets that it matches: a union of products. */
  readonly match: readonly PacketBox[];
  /** The phases in which it can match at all; a rule for established connections never sees a first packet. */
  readonly phases: readonly Phase[];
  /** Absent where it matches every packet of the connections in {@link match}. */
  readonly limit?: ConnectionLimit | undefined;
  /** Each has to hold as well. */
  readonly opaque: readonly OpaqueCondition[];
  readonly action: FilterAction;
}

export interface FilterChain {
  readonly name: string;
  readonly rules: readonly FilterRule[];
  /** How many rules it has, for chains that make them when they are first asked for. */
  readonly ruleCount?: number;
  /** Whether the file has rules for it, for such chains. */
  readonly hasRules?: boolean;
  /** At least those of the rules that match some of the packets, in their order, for chains that find them faster. */
  readonly rulesFor?: (packets: PacketSet) => Iterable<FilterRule>;
  /** Whether there are any of these, for such chains. */
  readonly hasRulesFor?: (packets: PacketSet) => boolean;
}

/** A chain that packets enter without a jump, and its policy for packets that no rule decides. */
export interface BaseChain extends FilterChain {
  /** The address families of the packets that enter it; the others pass by. Absent: all families. */
  readonly families?: readonly AddressFamily[];
  readonly policy: 'accept' | 'deny';
  /** The statement that sets the policy; `undefined` where it is built in. */
  readonly policyStatement: QuotedLine | undefined;
  /** Set where the file says nothing of it, and it is there because every such device has it. */
  readonly isImplied?: boolean;
}

/** One list of rules that decides by itself: a hook of a host firewall, an access list, a zone pair. */
export interface FilterPoint {
  /** Its name: `forward`, `OUTSIDE_IN`, `inet filter input`. */
  readonly name: string;
  readonly hook: Hook | undefined;
  /** In the order in which a packet passes them; each has to accept it. */
  readonly chains: readonly BaseChain[];
  /**
   * Whether the point is stateful: replies of permitted connections pass. Otherwise they have to be permitted as well: at the
   * same point of a router, at the opposite hook of a host.
   */
  readonly stateful: boolean;
  /**
   * Whether packets to servers are asked as those that rules at this point send there from other addresses; `false` where
   * the chains of the point see to that themselves.
   */
  readonly isPublishing?: boolean;
  /** Set where no traffic is known to pass it, so that it is evaluated only when it is named. */
  readonly byNameOnly?: boolean;
  /** Why no traffic passes it, where the file says so: what uses it for something else. */
  readonly unasked?: string;
  /** Set where it decides what neighbours on the link of an interface send to the device itself, and names this by no hook. */
  readonly fromNeighbours?: true;
  /** What acceptance means. Absent: the packets pass; `ipsec`: they are exempt from IPsec. */
  readonly about?: 'ipsec';
  /**
   * The interfaces between which the traffic of a direction goes, as boxes that restrict nothing else, where the file
   * says so; absent where any may be meant.
   */
  readonly paths?: Readonly<Record<'outbound' | 'inbound', readonly PacketBox[]>>;
  /** What the file says about the networks around it; absent where it says nothing. */
  readonly surroundings?: Surroundings;
}

/** What a file may say about the networks around its points instead: it is a template whose branches differ in that. */
export interface OtherNetworks {
  readonly points: readonly FilterPoint[];
  /** Why it is not known whether it does. */
  readonly reason: string;
}

/** What a packet filter's configuration means. */
export interface FilterModel {
  readonly kind: 'filter';
  /** The address families that it filters; `ip6tables` files decide nothing about IPv4. */
  readonly families: readonly AddressFamily[];
  readonly points: readonly FilterPoint[];
  /** All that the points may be, where it is not known which networks are around them; absent where that is known. */
  readonly otherNetworks?: readonly OtherNetworks[];
  /** Whether its rules test what a connection remembers of its first packet, so that replies depend on the way of that. */
  readonly remembers?: boolean;
  /**
   * Which ICMP messages it decides as the device does. `all`: which are related to connections is known, and nothing lets them
   * pass that the file does not show. `denied`: those that a rule denies; the device may have its own way with all others.
   */
  readonly decidesMessages?: 'all' | 'denied';
  /** Whether rules change the ports of packets that go on: the answers to these belong to no connection. */
  readonly changesPackets?: boolean;
  /** Whether conditions of its rules are about the names of hosts. */
  readonly namesHosts?: boolean;
  /** The chains that rules can jump to, by name. */
  readonly chains: ReadonlyMap<string, FilterChain>;
}

/** The hook that the replies pass. */
const OPPOSITE: Readonly<Record<Hook, Hook>> = { forward: 'forward', input: 'output', output: 'input' };

/** The point that replies pass where the first packets pass this one; `undefined` where there is none. */
export function oppositeOf({ points }: FilterModel, point: FilterPoint): FilterPoint | undefined {
  const opposite = point.hook && OPPOSITE[point.hook];
  return opposite === point.hook ? point : points.find(({ hook }) => hook === opposite);
}

/** Whether a rule only does something to packets that go on. */
export function decidesNothing({ kind }: FilterAction): boolean {
  return kind === 'continue' || kind === 'set' || kind === 'change';
}

/** One outcome and the packets that have it. Packets under several cases differ in the assumptions of those. */
export interface FilterCase {
  readonly packets: PacketSet;
  readonly outcome: { readonly kind: 'accept' | 'deny' } | { readonly kind: 'undecided'; readonly reason: string };
  readonly decidedBy: QuotedLine | undefined;
  /** The rule that decided; absent where a policy did. */
  readonly rule?: FilterRule;
  readonly assumptions: readonly Assumption[];
  readonly trace: readonly TraceStep[];
}
