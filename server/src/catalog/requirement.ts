/** What a requirement asks for. `advice` is shown in hover and coverage, never as a finding. */
export type RequirementKind =
  | 'reach'
  | 'bypass-proxy'
  | 'no-decrypt'
  | 'no-proxy-auth'
  | 'no-ipsec'
  | 'resolve-locally'
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
  /** Host names; `*.` in front is one or more labels, `*` elsewhere one or more characters. */
  readonly hosts?: readonly string[];
}

export interface RequirementFlow {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly protocol: 'tcp' | 'udp' | 'any';
  /** Destination ports: `443`, `3478-3481`, comma separated; absent where every port is meant. */
  readonly ports?: string;
  readonly direction: 'outbound' | 'inbound' | 'both';
}

/** One documented need. */
export interface Requirement {
  /** `<pack>/<entry>/<aspect>`, for instance `m365-worldwide/11/udp` or `m365-worldwide/12/bypass-proxy`. */
  readonly id: string;
  readonly title: string;
  /** One or two sentences of our own on what depends on it. */
  readonly why: string;
  readonly kind: RequirementKind;
  readonly flow: RequirementFlow;
  readonly category?: 'optimize' | 'allow' | 'default';
  /** Whether the document calls it required. An optional one is told more quietly. */
  readonly required: boolean;
  /** What it serves, for grouping and selection: `teams`, `exchange`, `m365`, `optimize`, `rooms`. */
  readonly tags: readonly string[];
  readonly source: RequirementSource;
  readonly since?: string;
  readonly retired?: string;
  readonly status?: 'confirmed' | 'unconfirmed';
}

/** An address or host that a document listed once and lists no more. */
export interface RetiredEndpoint {
  readonly prefix?: string;
  readonly host?: string;
  /** What listed it, for the message. */
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
  readonly cloud?: 'worldwide' | 'usgov-gcchigh' | 'usgov-dod' | 'china';
  readonly requirements: readonly Requirement[];
  readonly retired?: readonly RetiredEndpoint[];
}
