// The tree of a configuration: its lines, and their statements in the mode in which they are entered.
import type { Lineage, LineBlocks } from '../../../kept/line-blocks.js';
import type { FilterRule } from '../../../model/filter.js';
import type { IpSet, Prefix } from '../../../model/ip.js';
import type { ProtocolSet } from '../../../model/packets.js';
import type { PortSet } from '../../../model/ports.js';
import type { TextRange } from '../../../text/range.js';
import type { LineProblem } from '../../shared/line-problem.js';
import type { GroupKind, ListForm, MaskForm } from '../vocabulary/command-table.js';
import type { PortFamily } from '../vocabulary/protocols-and-ports.js';
import type { QosLine } from './qos.js';
import type { StaticNat } from './static-nat.js';

export interface CiscoTree {
  readonly lines: LineBlocks<Line>;
  readonly lineage: Lineage;
}

/** One line of a configuration, its line end included. */
export class Line {
  /**
   * Kept here and not in a weak map, because a hundred thousand weak keys cost the garbage collector more than reading the
   * file does. A line is rarely read in a second mode.
   */
  private known: Statement | undefined;
  private mode = '';

  constructor(readonly raw: string) {}

  /** The statement that `read` gives, which must depend on the text and on what `mode` names only. */
  statementIn(mode: string, read: () => Statement): Statement {
    if (!this.known || this.mode !== mode) {
      this.known = read();
      this.mode = mode;
    }
    return this.known;
  }
}

/** A word of a line. Offsets count from the start of the line. */
export interface Token extends TextRange {
  readonly text: string;
}

/** What a name stands for. Names of different kinds do not meet. */
export type NameKind = 'access-list' | 'object-group' | 'object' | 'alias' | 'interface' | ZoneNameKind;

/** What the names of a zone-based policy firewall stand for. */
export type ZoneNameKind = 'zone' | 'zone-pair' | 'class-map' | 'policy-map';

/** The use of a name in a line. */
export interface NameReference {
  readonly kind: NameKind;
  readonly name: string;
  readonly token: Token;
}

/** Determines which of the two notations for masks the device uses where the line itself does not. */
export type Platform = 'router' | 'asa';

/** The configuration mode in which a line is read: the one that a header line entered, or the top level. */
export type Mode =
  | { readonly kind: 'top' }
  | ListMode
  | GroupMode
  | { readonly kind: 'interface'; readonly name: string }
  | { readonly kind: ZoneModeKind }
  | { readonly kind: 'qos-class-map' | 'qos-policy-map' }
  /** The routes of a table, of NX-OS and IOS XR; without a name the global one. */
  | { readonly kind: 'vrf'; readonly name: string | undefined }
  /** Text up to a line with the delimiter. */
  | { readonly kind: 'banner'; readonly delimiter: string }
  /** A section that filters nothing: its lines are not read. */
  | { readonly kind: 'section' };

/** The modes of a zone-based policy firewall; a class of a policy map has one of its own. */
export type ZoneModeKind = 'zone' | 'zone-pair' | 'class-map' | 'policy-map' | 'policy-class';

export interface ListMode {
  readonly kind: 'list';
  readonly name: string;
  readonly form: ListForm;
}

export interface GroupMode {
  readonly kind: 'group';
  readonly name: string;
  readonly group: GroupKind;
  readonly masks: MaskForm;
  /** The protocol that the header gives to all ports of the group. */
  readonly family: PortFamily | undefined;
  /** `object` defines one thing, `object-group` several. */
  readonly object: boolean;
}

export const TOP: Mode = { kind: 'top' };
export const SECTION: Mode = { kind: 'section' };

/** The list that a line names, in forms without a header line. */
export interface ListName {
  readonly name: string;
  readonly token: Token;
  readonly form: ListForm;
  /** `line N` of the ASA: the position that the entry takes, counted from 1. */
  readonly position: number | undefined;
}

export type Statement =
  | { readonly kind: 'entry'; readonly entry: AclEntry; readonly list: ListName | undefined }
  | { readonly kind: 'remark'; readonly list: ListName | undefined; readonly sequence: number | undefined }
  | { readonly kind: 'evaluate'; readonly name: string; readonly sequence: number | undefined }
  | { readonly kind: 'open-list'; readonly mode: ListMode; readonly token: Token }
  /** `undefined` for all lists. */
  | { readonly kind: 'remove-list'; readonly name: string | undefined }
  | {
      readonly kind: 'remove-entry';
      readonly list: ListName | undefined;
      readonly sequence: number | undefined;
      readonly body: string;
      /** What the body means, where it is an entry. */
      readonly entry: AclEntry | undefined;
    }
  | { readonly kind: 'resequence'; readonly name: string; readonly first: number; readonly step: number }
  | { readonly kind: 'open-group'; readonly mode: GroupMode; readonly token: Token }
  | { readonly kind: 'member'; readonly line: MemberLine }
  /** `no` before a member; `undefined` where it is named by its number. */
  | { readonly kind: 'remove-member'; readonly member: GroupMember | undefined }
  | { readonly kind: 'remove-group'; readonly name: string }
  | { readonly kind: 'alias'; readonly name: Token; readonly address: string }
  | { readonly kind: 'open-interface'; readonly mode: Mode & { readonly kind: 'interface' }; readonly token: Token }
  | InterfaceProperty
  | ListBinding
  | StaticRoute
  | NatRule
  | RouterNat
  | NatPool
  /** Dynamic translation of before 8.3, with the interface that shows the translated sources. */
  | {
      readonly kind: 'old pool';
      readonly interface: string | undefined;
      readonly references: readonly NameReference[];
    }
  /** Whether the version of an ASA is 8.3 or later. */
  | { readonly kind: 'version'; readonly since83: boolean }
  | { readonly kind: 'same-security'; readonly between: SameSecurity }
  /** Names lists for something other than a packet filter: NAT, a route map, a login. */
  | { readonly kind: 'use'; readonly references: readonly NameReference[] }
  | Unmodelled
  | ZoneStatement
  | {
      readonly kind: 'qos';
      readonly line: QosLine;
      readonly opens: Mode | undefined;
      readonly references: readonly NameReference[];
    }
  | { readonly kind: 'open-section'; readonly mode: Mode }
  | { readonly kind: 'nothing' };

export const NOTHING: Statement = { kind: 'nothing' };

/** Between which interfaces of one security level an ASA lets traffic pass; `intra-interface`: back out where it came in. */
export type SameSecurity = 'inter-interface' | 'intra-interface';

export interface StaticRoute {
  readonly kind: 'route';
  readonly prefix: Prefix;
  /** Words that may name the interface, or the address of the neighbour, that it leads to. */
  readonly targets: readonly string[];
  /** The routing table that it names. */
  readonly vrf: string | undefined;
  /** Whether its neighbour is in the global routing table although the route is not. */
  readonly leaks: boolean;
  /** Whether it belongs to the section that it stands in. */
  readonly indented: boolean;
}

/** An address of a translation rule: a name, or `interface` for the own address of the mapped interface. */
export type NatAddress =
  | { readonly kind: 'any' }
  | { readonly kind: 'interface' }
  | { readonly kind: 'addresses'; readonly set: IpSet }
  | NameOperand;

/** The ports that a translation rule is limited to and changes. */
export type NatServices =
  | { readonly kind: 'ports'; readonly protocols: ProtocolSet; readonly real: PortSet; readonly mapped: PortSet }
  /** Service objects: of real source or mapped destination ports, then the other way round. */
  | { readonly kind: 'objects'; readonly first: NameReference; readonly second: NameReference };

/** A translation rule of an ASA. */
export interface NatRule {
  readonly kind: 'nat rule';
  readonly since83: boolean;
  /** Where the real and where the mapped source is; `any` for every interface. */
  readonly interfaces: { readonly real: string; readonly mapped: string };
  /** The section of the table: twice NAT, network objects, twice NAT after these. */
  readonly section: 'first' | 'object' | 'last';
  /** Its written position in its section, counted from 1. */
  readonly position: number | undefined;
  readonly isStatic: boolean;
  /** `real` is absent for a network object, whose own addresses it is. */
  readonly source: { readonly real: NatAddress | undefined; readonly mapped: NatAddress };
  readonly destination: { readonly mapped: NatAddress; readonly real: NatAddress } | undefined;
  readonly services: NatServices | undefined;
  readonly unidirectional: boolean;
  /** A word of it that is not known. */
  readonly unread: string | undefined;
  readonly references: readonly NameReference[];
}

/** `ip nat … source …` of a router. */
export interface RouterNat {
  readonly kind: 'router nat';
  /** The list of translated sources, and what gives their addresses; absent where the rule is of another kind. */
  readonly dynamic: { readonly list: string; readonly target: 'interface' | 'pool'; readonly name: string } | undefined;
  /** Whether it makes inside addresses reachable by others, or outside ones. */
  readonly isStatic: boolean;
  /** What it translates to what; absent where it is dynamic, or of another kind. */
  readonly fixed: StaticNat | undefined;
  /** The same of `ip nat outside source static`: its local address is what a host outside has, the global one what it gets. */
  readonly outside: StaticNat | undefined;
  readonly references: readonly NameReference[];
}

/** `ip nat pool`: addresses that sources are translated to. */
export interface NatPool {
  readonly kind: 'nat pool';
  readonly name: string;
  readonly addresses: IpSet;
}

/** A property of the interface whose section it is in. */
export interface InterfaceProperty {
  readonly kind:
    | 'nameif'
    | 'security-level'
    | 'shutdown'
    | 'no shutdown'
    | 'management'
    | 'vrf'
    | 'nat'
    | 'zone-member'
    | 'inspect'
    | 'address';
  readonly value: string;
}

/** Applies a list to the packets of an interface. */
export interface ListBinding {
  readonly kind: 'bind';
  readonly list: Token;
  readonly direction: 'in' | 'out';
  readonly family: 4 | 6 | undefined;
  /** `undefined` for the interface whose section it is in. */
  readonly interface: string | undefined;
  /** The ASA's rules for every interface. */
  readonly global: boolean;
  readonly remove: boolean;
}

/** A statement that is known and not modelled. */
export interface Unmodelled {
  readonly kind: 'unmodelled';
  readonly problem: LineProblem;
  /** Whose packets it possibly denies in addition to the lists; `either way`: every packet, which it may permit as well. */
  readonly filters: 'nothing' | 'interface' | 'everything' | 'either way';
  /** Which packets of the interface; absent: both those that come in and those that leave. */
  readonly direction?: 'in' | 'out';
  readonly references: readonly NameReference[];
  /** The mode of the lines below it, where it ends a list or a group; absent: the mode goes on. */
  readonly opens?: Mode;
}

/** A statement of a zone-based policy firewall. */
export interface ZoneStatement {
  readonly kind: 'zones';
  readonly line: ZoneLine;
  /** The mode that the line enters. */
  readonly opens: Mode | undefined;
  readonly references: readonly NameReference[];
  readonly problems: readonly LineProblem[];
}

/** What a line of a zone-based policy firewall says. `remove` is the command with `no`. */
export type ZoneLine =
  | { readonly kind: 'zone'; readonly name: Token; readonly remove: boolean }
  | { readonly kind: 'zone-pair'; readonly name: Token; readonly source: string; readonly destination: string }
  | { readonly kind: 'no-zone-pair'; readonly name: Token }
  | { readonly kind: 'class-map'; readonly name: Token; readonly match: 'any' | 'all'; readonly remove: boolean }
  | { readonly kind: 'policy-map'; readonly name: Token; readonly remove: boolean }
  /** The zone of the interface whose section it is in. */
  | { readonly kind: 'member'; readonly zone: string; readonly remove: boolean }
  /** The policy of a zone pair. */
  | { readonly kind: 'policy'; readonly name: string; readonly remove: boolean }
  | { readonly kind: 'criterion'; readonly criterion: ClassCriterion; readonly text: string; readonly remove: boolean }
  /** A class of a policy map; `undefined` for `class-default`. */
  | { readonly kind: 'class'; readonly name: string | undefined; readonly remove: boolean }
  | { readonly kind: 'action'; readonly action: ClassAction; readonly remove: boolean }
  | ({ readonly kind: 'port-map'; readonly remove: boolean } & PortMap)
  | { readonly kind: 'end' };

/** What a packet has to be to belong to a class. */
export type ClassCriterion =
  | { readonly kind: 'list' | 'class' | 'protocol'; readonly name: string }
  /** One that cannot be evaluated from the file. */
  | { readonly kind: 'unknown' };

/** What a policy does with the packets of a class; `deep`: an inspection of their content decides as well. */
export type ClassAction = 'inspect' | 'pass' | 'drop' | 'deep';

/** Ports that an application has in addition to its own. */
export interface PortMap {
  readonly application: string;
  /** `undefined` for both TCP and UDP. */
  readonly family: 'tcp' | 'udp' | undefined;
  readonly ports: PortSet;
  /** Whether it holds for the hosts of a list only. */
  readonly limited: boolean;
}

/** What one entry matches, without its position. An entry that is partly unknown has a definite and a possible match. */
export type EntryMatch = Pick<FilterRule, 'match' | 'phases' | 'opaque'>;

/**
 * What an entry matches, as computed in meaning/. Kept with the entry, which outlives the block that its line is in,
 * and not in a weak map: a file may have a hundred thousand entries.
 */
export class EntryMatches {
  private definitions: object | undefined;
  private known: readonly EntryMatch[] | undefined;

  /** The kept result, recomputed when the definitions are another object. */
  of(definitions: object | undefined, make: () => readonly EntryMatch[]): readonly EntryMatch[] {
    if (!this.known || this.definitions !== definitions) {
      this.known = make();
      this.definitions = definitions;
    }
    return this.known;
  }
}

/** One permit or deny entry, as far as its line determines it. */
export interface AclEntry {
  /** Unknown where Lintel does not know the form of the entry: it permits or denies whatever it matches. */
  readonly action: 'permit' | 'deny' | 'unknown';
  /** As written; `undefined` where the device numbers it. */
  readonly sequence: number | undefined;
  readonly form: ListForm;
  readonly protocol: ProtocolOperand;
  readonly operands: readonly Operand[];
  /** ICMP type × 256 + code; `undefined` for every message. */
  readonly icmp: PortSet | undefined;
  readonly phases: PhaseLimit;
  /** Conditions of the line that cannot be evaluated from the file. */
  readonly opaque: readonly string[];
  /** The list of sessions that it adds to (`reflect`). */
  readonly reflects: string | undefined;
  readonly references: readonly NameReference[];
  readonly problems: readonly LineProblem[];
  readonly matches: EntryMatches;
}

/** `object-group` may be a group of addresses, of ports or of protocols: only its definition says which. */
export interface NameOperand {
  readonly kind: 'name';
  readonly reference: NameReference;
}

export type ProtocolOperand = { readonly kind: 'protocols'; readonly set: ProtocolSet } | NameOperand;

/** Addresses in an entry, or the name of some. `unknown` says why the set is only an upper bound. */
export type AddressOperand =
  | {
      readonly kind: 'addresses';
      readonly set: IpSet;
      readonly unknown?: string;
      /** The range of the address in the line; absent for `any`. */
      readonly span?: TextRange;
    }
  | NameOperand;

export interface PortOperand {
  readonly kind: 'ports';
  readonly set: PortSet;
  readonly unknown?: string;
}

export type Operand = AddressOperand | PortOperand;

/** Whether an entry matches first packets of connections and replies to them, as far as their TCP flags decide. */
export interface PhaseLimit {
  readonly first: 'always' | 'never' | 'unknown';
  readonly reply: 'always' | 'never' | 'unknown';
}

/** One line of an object or object group. */
export interface MemberLine {
  readonly member: GroupMember | undefined;
  readonly references: readonly NameReference[];
  readonly problems: readonly LineProblem[];
}

/** What a line adds to its group. `unknown` says why the set is only an upper bound. */
export type GroupMember =
  | {
      readonly kind: 'addresses';
      readonly set: IpSet;
      readonly unknown?: string;
      /** The range of the address in the line; absent for `any`. */
      readonly span?: TextRange;
    }
  | { readonly kind: 'service'; readonly services: readonly ServiceBox[]; readonly unknown?: string }
  | PortOperand
  /** Everything that another name resolves to. */
  | NameOperand;

/** Protocols with their ports; of ICMP the destination ports are type × 256 + code. */
export interface ServiceBox {
  readonly protocols: ProtocolSet;
  readonly sourcePorts: PortSet;
  readonly destinationPorts: PortSet;
}
