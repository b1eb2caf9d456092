// The model of proxies and PAC files, shared by all dialects of proxies.
import type { Assumption, QuotedLine, Trace, TraceStep } from './evidence.js';
import type { Hook } from './filter.js';
import type { HostSet } from './hosts.js';
import type { IpSet } from './ip.js';

/** The schemes of URLs. Those of WebSockets (`ws`, `wss`) concern PAC files, which see the URL itself. */
export type UrlScheme = 'http' | 'https' | 'ws' | 'wss';

/** The scheme of a URL for a server, which sees only whether the connection is encrypted; `https` reaches it as CONNECT. */
export function serverScheme(scheme: UrlScheme): 'http' | 'https' {
  return scheme === 'https' || scheme === 'wss' ? 'https' : 'http';
}

export const DEFAULT_PORTS: Readonly<Record<UrlScheme, number>> = { http: 80, https: 443, ws: 80, wss: 443 };

/** What a proxy or a proxy auto-configuration decides: requests by destination and client. */
export interface ProxyRequest {
  readonly scheme: UrlScheme;
  readonly hosts: HostSet;
  readonly port: number;
  /** Absent for TCP; only packet filters decide anything else. */
  readonly protocol?: 'udp';
  /** All hosts that the same is asked about, in other requests: a model may decide for them together. */
  readonly among?: HostSet;
  /** The documented addresses that the hosts resolve to; `undefined` where no document gives any (public, but unknown). */
  readonly addresses: IpSet | undefined;
  /** `always` where the workspace says that clients resolve external names; otherwise DNS may have no address for a host. */
  readonly resolution?: 'always';
  /** The client addresses that the question is about. */
  readonly clients: IpSet;
  /** `none` cannot log in; `any` is some valid user; otherwise the user's name. */
  readonly user: 'none' | 'any' | { readonly name: string };
  /** Path and query, where a full URL is meant; absent where every path is meant. */
  readonly path?: string;
}

/** A port of a proxy at which requests of clients arrive. */
export interface ProxyEntry {
  /** As users know it: `http_port 3129 intercept`. */
  readonly name: string;
  readonly statement: QuotedLine | undefined;
}

/** One outcome, the part of the request that has it, and why. The cases of a decision cover the request. */
export interface Case<Outcome> {
  readonly hosts: HostSet;
  readonly clients: IpSet;
  readonly outcome: Outcome;
  /**
   * Where requests arrive at several ports, the one that this case is about: every client uses each of them, so the cases
   * of each port decide by themselves.
   */
  readonly at?: ProxyEntry;
  /** Cases that cover the same hosts and clients differ in these. Empty: nothing was unknown. */
  readonly assumptions: readonly Assumption[];
  /** The expression that tells these clients from others; absent where the case is about every client of the request. */
  readonly clientsBy?: QuotedLine;
  /** The statement that decided; `undefined` where no statement did (a built-in default of an empty file). */
  readonly decidedBy: QuotedLine | undefined;
  readonly trace: Trace;
}

/** A case with other properties. */
export function changedCase<Outcome, Other = Outcome>(
  one: Case<Outcome>,
  changes: Omit<Partial<Case<Other>>, 'outcome' | 'trace'> & Pick<Case<Other>, 'outcome'>,
  traceOf: (trace: readonly TraceStep[]) => readonly TraceStep[] = (trace) => trace,
): Case<Other> {
  return { ...one, ...changes, trace: () => traceOf(one.trace()) };
}

/** Why the file cannot be decided for a case, whatever its environment turns out to be. */
export interface Undecided {
  readonly kind: 'undecided';
  readonly reason: string;
}

/** A proxy auto-configuration sends a request past the proxy or to one. */
export type SelectionOutcome =
  | {
      readonly kind: 'selected';
      /** `direct` where the first choice is DIRECT; a later DIRECT is only a fallback. */
      readonly route: 'direct' | 'proxy';
      /** The result as the file returned it. */
      readonly result: string;
    }
  | Undecided;

export type ProxyAccess = 'permit' | 'deny' | 'auth';
export type TlsTreatment = 'none' | 'splice' | 'bump' | 'terminate';

/** Why a permitted request cannot be forwarded: every way out is closed. The client gets an error. */
export interface Nowhere {
  readonly kind: 'nowhere';
  readonly reason: string;
}

/** What a proxy server does with a request. Each part may have been decided by a statement of its own. */
export type ServerOutcome =
  | {
      readonly kind: 'served';
      readonly access: ProxyAccess;
      /** `none` where nothing was to be decided: plain HTTP, a denied request, or a port without TLS interception. */
      readonly tls: TlsTreatment | Undecided;
      readonly tlsDecidedBy: QuotedLine | undefined;
      readonly route: 'direct' | 'parent' | Nowhere | Undecided;
      readonly routeDecidedBy: QuotedLine | undefined;
    }
  | Undecided;

/** What a proxy auto-configuration file means. */
export interface SelectionModel {
  readonly kind: 'selection';
  /** False where nothing of the URL but the host decides: every scheme, port and path then has the same result. */
  readonly readsUrl?: boolean;
  /** How many different steps a trace can have at most, where that may be many. */
  readonly steps?: number;
  decide(request: ProxyRequest): readonly Case<SelectionOutcome>[];
  /** The hosts for which it may answer otherwise than an earlier version; `undefined` or absent where only following both tells. */
  changedHosts?(earlier: SelectionModel): HostSet | undefined;
}

/** What a server can decide: who is permitted, how TLS is treated, who has to log in. */
export type ServerAspect = 'access' | 'tls' | 'login';

/** An earlier version of a server's configuration, and what it has in common with a later one. */
export interface EarlierVersion {
  readonly version: object;
  /** The hosts for which the later one may answer otherwise: for all others the same statements decide. */
  readonly changedHosts: HostSet;
  /** Where a statement of the earlier one is now; `undefined` where it may not be there any longer. */
  moved(statement: QuotedLine): QuotedLine | undefined;
}

/** What a proxy server's configuration means. */
export interface ServerModel {
  readonly kind: 'server';
  /** Which version of a configuration it is of, where the one before it is known. */
  readonly version?: object;
  /** The version before it; `undefined` or absent where that tells nothing of this one. */
  readonly earlier?: EarlierVersion | undefined;
  /** What it decides; absent where it is everything. */
  readonly decides?: readonly ServerAspect[];
  /** The hook of the packet filter whose rules it distinguishes by host; such a filter carries every protocol and port. */
  readonly filtersAt?: Hook;
  decide(request: ProxyRequest): readonly Case<ServerOutcome>[];
  /** Whether it may matter which of some addresses a host has; absent: it may. */
  tellsApart?(addresses: IpSet): boolean;
  /** The hosts for which it may answer otherwise than an earlier version; `undefined` or absent where only asking both tells. */
  changedHosts?(earlier: ServerModel): HostSet | undefined;
}

export type ProxyModel = SelectionModel | ServerModel;
