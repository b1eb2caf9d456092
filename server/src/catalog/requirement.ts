// Requirements and the packs that contain them: what documents ask of a network.
import type { Feed } from './feeds.js';

/**
 * What a requirement asks for. `forbid` is the opposite of `reach`: none of its packets may pass. `advice` is shown in hover and
 * coverage, never as a finding.
 */
export type RequirementKind =
  | 'reach'
  | 'forbid'
  | 'bypass-proxy'
  | 'use-proxy'
  | 'no-decrypt'
  | 'must-decrypt'
  | 'no-proxy-auth'
  | 'no-ipsec'
  | 'control-messages'
  | 'advice';

/** Where a requirement is documented. */
export interface RequirementSource {
  readonly document: string;
  readonly section?: string;
  readonly url: string;
  /** The revision or publication date that was read, as the document gives it. */
  readonly revision?: string;
}

/** One end of a flow: a role in the reader's network, addresses, host patterns, or several of them. */
export interface Endpoint {
  readonly role?: string;
  /** `address/length`, IPv4 or IPv6. */
  readonly prefixes?: readonly string[];
  /** Endpoint sets of the Microsoft cloud of the pack; the catalog fills in their addresses as `prefixes`. */
  readonly sets?: readonly number[];
  /** Feeds of the pack; the networks of the copies in use are among `prefixes`. */
  readonly feeds?: readonly string[];
  /** Host names; a leading `*.` is one or more labels, `*` elsewhere one or more characters. */
  readonly hosts?: readonly string[];
}

/** The kinds of media that have a range of source ports of their own. */
export const MEDIA = ['audio', 'video', 'sharing'] as const;

export type Media = (typeof MEDIA)[number];

export interface RequirementFlow {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'icmpv6' | 'any';
  /** Destination ports: `443`, `3478-3481`, comma separated; absent where every port is meant. */
  readonly ports?: string;
  /** ICMP messages: `135`, `3/4`, the type or type and code, comma separated. */
  readonly messages?: string;
  /** Source ports in the same form; absent where the document names none. */
  readonly sourcePorts?: string;
  /** The setting that narrows the source ports to those that the reader's own servers tell clients to use. */
  readonly sourcePortsSetting?: 'media-ports';
  /** The setting that the source ports are the documented default of: what the reader declares replaces them. */
  readonly sourcePortsDefaultOf?: 'media-ports' | `media-ports.${Media}`;
  /** `inbound` where the subject of the document is `to` and listens, `outbound` where it is `from` and connects. */
  readonly direction: 'outbound' | 'inbound' | 'both';
  /** For `forbid`: who may send all the same, and where to; either is enough. */
  readonly except?: FlowException;
}

/** Ends that a forbidden flow does not concern. */
export interface FlowException {
  readonly from?: Endpoint;
  readonly to?: Endpoint;
}

/** One documented need. */
export interface Requirement {
  /** `<pack>/<entry>/<aspect>`, for instance `m365-worldwide/11/udp` or `m365-worldwide/12/bypass-proxy`. */
  readonly id: string;
  readonly title: string;
  /** One or two sentences on what depends on it, in our own words. */
  readonly why: string;
  readonly kind: RequirementKind;
  readonly flow: RequirementFlow;
  readonly category?: 'optimize' | 'allow' | 'default';
  /** Whether the document calls it required. An optional one is reported with a lower severity. */
  readonly required: boolean;
  /** What it serves, for grouping and selection: `teams`, `exchange`, `m365`, `optimize`, `rooms`. */
  readonly tags: readonly string[];
  readonly source: RequirementSource;
  /** Further documents that ask for the same. */
  readonly alsoDocumentedIn?: readonly RequirementSource[];
  /**
   * The id of the requirement that this one narrows: the same treatment of the same hosts, for one kind of client. It is
   * checked besides the wider one only where the workspace declares the role of those clients; otherwise the wider one
   * covers both, so that one cause gives one finding.
   */
  readonly refines?: string;
  /**
   * Set where only a few machines need it, which nobody but the workspace can name: it is checked where the role that connects
   * is declared, so that no file is told to open it for every client.
   */
  readonly onlyIfDeclared?: boolean;
  /** A selector that selects it too where its role is declared: rooms of Teams use more than the endpoints of Teams. */
  readonly alongWith?: string;
  /** Ids (with `*`) of requirements that contradict this one. The deployment decides which of them applies. */
  readonly conflictsWith?: readonly string[];
  /**
   * What it asks for where the workspace says that tenant restrictions are in use. It is then checked in every file, and
   * its hosts are taken out of the requirements in `conflictsWith`.
   */
  readonly underTenantRestrictions?: RequirementKind;
  /** Of endpoint lists: whether the addresses are routed over ExpressRoute too. */
  readonly expressRoute?: boolean;
  /** What the publisher of an endpoint list says of the set, in its words. */
  readonly notes?: string;
  /** The version of the pack that first listed it. */
  readonly since?: string;
  /** The first version of the pack that no longer lists it. */
  readonly retired?: string;
  /** The title of its pack, where this is one of an organisation's own: its tags then say nothing of whose service it is. */
  readonly ownPack?: string;
  /** `unconfirmed` where the figure could not be read in the document itself. */
  readonly status?: 'confirmed' | 'unconfirmed';
}

/** The Microsoft clouds. Each publishes its own endpoints. */
export const CLOUDS = ['worldwide', 'usgov-gcchigh', 'usgov-dod', 'china'] as const;

export type Cloud = (typeof CLOUDS)[number];

/** An address or host that a document no longer lists. */
export interface RetiredEndpoint {
  readonly prefix?: string;
  readonly host?: string;
  /** The prefixes inside of it that the same document lists today: those replace it. */
  readonly replacedBy?: readonly string[];
  /** What listed it, for the message: `ID 12`. */
  readonly was: string;
  /** The last version that is known to list it. */
  readonly lastSeen: string;
  readonly source: RequirementSource;
}

/** One data file of requirements. */
export interface Pack {
  readonly id: string;
  readonly title: string;
  readonly version: string;
  /** Absent where the pack applies to every cloud. */
  readonly cloud?: Cloud;
  /** The roles that its flows name besides `clients`, each with a description. */
  readonly roles?: Readonly<Record<string, string>>;
  /** The feeds that its flows name, by short names, each with the copy in use. */
  readonly feeds?: Readonly<Record<string, Feed>>;
  readonly requirements: readonly Requirement[];
  readonly retired?: readonly RetiredEndpoint[];
}
