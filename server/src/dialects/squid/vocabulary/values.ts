// The words of arguments and values: options, schemes, steps, codes.

import type { Treatment, Word } from '../../shared/words.js';

/** Words of one position with one treatment. */
class WordList {
  readonly words: readonly Word[];
  readonly names: ReadonlySet<string>;
  private readonly lowerCaseNames: ReadonlySet<string>;

  constructor(place: string, treatment: Treatment, names: string) {
    const list = names.trim().split(/\s+/);
    this.words = list.map((name) => ({ name, place, treatment }));
    this.names = new Set(list);
    this.lowerCaseNames = new Set(list.map((name) => name.toLowerCase()));
  }

  has(name: string): boolean {
    return this.names.has(name);
  }

  /** Whether it has a name, ignoring case. */
  hasAnyCase(name: string): boolean {
    return this.lowerCaseNames.has(name.toLowerCase());
  }
}

export const STEPS = new WordList(
  'value of acl type at_step',
  'modelled',
  'SslBump1 SslBump2 SslBump3 GeneratingCONNECT',
);

/** `AnyP::ProtocolType_str` of squid 5.7. */
export const PROTOCOLS = new WordList(
  'value of acl type proto',
  'modelled',
  'NONE HTTP FTP HTTPS COAP COAPS GOPHER WAIS CACHE_OBJECT ICP HTCP URN WHOIS ICY TLS SSL AUTHORITY_FORM',
);

/** The usual ones; any word may be a method. */
export const METHODS = new WordList(
  'value of acl type method',
  'modelled',
  'GET HEAD POST PUT DELETE OPTIONS PATCH CONNECT',
);

export const TRANSACTION_COMPONENTS = new WordList('value of acl type has', 'opaque', 'request response ale');

export const TRANSACTION_INITIATORS = new WordList(
  'value of acl type transaction_initiator',
  'opaque',
  `client peer-mcast esi certificate-fetching cache-digest htcp icp icmp asn ipc adaptation icon peer-probe internal all`,
);

/** `hier_code.h` of squid 5.7. */
export const HIERARCHY_CODES = new WordList(
  'value of acl type hier_code',
  'opaque',
  `HIER_NONE HIER_DIRECT SIBLING_HIT PARENT_HIT DEFAULT_PARENT SINGLE_PARENT FIRSTUP_PARENT FIRST_PARENT_MISS
   CLOSEST_PARENT_MISS CLOSEST_PARENT CLOSEST_DIRECT NO_DIRECT_FAIL SOURCE_FASTEST ROUNDROBIN_PARENT CD_PARENT_HIT
   CD_SIBLING_HIT CARP ANY_OLD_PARENT USERHASH_PARENT SOURCEHASH_PARENT PINNED ORIGINAL_DST STANDBY_POOL`,
);

/** The flags of TLS options (`Security::PeerOptions::parseFlags`). */
export const TLS_FLAGS = new WordList(
  'flag of a TLS option',
  'no-effect',
  `NO_DEFAULT_CA DELAYED_AUTH DONT_VERIFY_PEER CONDITIONAL_AUTH DONT_VERIFY_DOMAIN NO_SESSION_REUSE VERIFY_CRL
   VERIFY_CRL_ALL`,
);

/** The options for how connections reach a port, by their canonical name. */
export const PORT_MODES: ReadonlyMap<string, 'accel' | 'intercept' | 'tproxy'> = new Map([
  ['accel', 'accel'],
  ['vhost', 'accel'],
  ['transparent', 'intercept'],
  ['intercept', 'intercept'],
  ['tproxy', 'tproxy'],
]);

const PORT_MODE_OPTIONS = new WordList('option of a listening port', 'modelled', [...PORT_MODES.keys()].join(' '));
export const PORT_BUMP_OPTIONS = new WordList('option of a listening port', 'modelled', 'ssl-bump sslBump');
const PORT_FLAGS = new WordList(
  'option of a listening port',
  'no-effect',
  `require-proxy-header no-vhost vport allow-direct act-as-origin ignore-cc no-connection-auth connection-auth
   connection-auth=off connection-auth=on ipv4 tcpkeepalive ftp-track-dirs worker-queues generate-host-certificates`,
);
const NAMED_PORT = new WordList('option of a listening port', 'modelled', 'name=');
/** Prefixes of options: `tls-` and `generate-host-certificates` are common to several. */
const PORT_SETTINGS = new WordList(
  'option of a listening port',
  'no-effect',
  `defaultsite= vport= protocol= disable-pmtu-discovery= tcpkeepalive= cert= key= version= options= cipher= clientca=
   cafile= capath= crlfile= dhparams= sslflags= sslcontext= generate-host-certificates= dynamic_cert_mem_cache_size=
   tls-`,
);

/** Squid does not check what follows `generate-host-certificates`. */
const PORT_OPTION_BEGINNINGS = [...NAMED_PORT.names, ...PORT_SETTINGS.names, 'generate-host-certificates'];

export function isPortOption(text: string): boolean {
  if (PORT_MODES.has(text) || PORT_BUMP_OPTIONS.has(text) || PORT_FLAGS.has(text)) return true;
  return PORT_OPTION_BEGINNINGS.some((beginning) => text.startsWith(beginning));
}

const PARENT = new WordList('type of a cache_peer', 'modelled', 'parent');
const OTHER_PEERS = new WordList('type of a cache_peer', 'no-effect', 'sibling multicast');
export const PEER_TYPES: readonly string[] = [...PARENT.names, ...OTHER_PEERS.names];
const PEER_OPTIONS = new WordList('option of a cache_peer', 'modelled', 'originserver name=');
/** How parents share the requests; allowed only for parents. */
export const PARENT_SELECTIONS = new WordList('option of a cache_peer', 'no-effect', 'carp userhash sourcehash');

export const AUTH_SCHEMES = new WordList('scheme of auth_param', 'no-effect', 'basic digest negotiate ntlm');

/** Settings of an external_acl_type have `=` and a value, flags have not. */
export const HELPER_SETTINGS = new WordList(
  'option of external_acl_type',
  'no-effect',
  `ttl negative_ttl children children-max children-startup children-idle concurrency queue-size cache grace protocol
   quote`,
);
export const HELPER_FLAGS = new WordList('option of external_acl_type', 'no-effect', 'ipv4 ipv6');

/** A format with one of these requests a login; `%ul` is the logformat code. */
export const LOGIN_CODES = new WordList('format code of external_acl_type', 'modelled', '%LOGIN %ul');
/** The other upper-case codes of older formats, which squid 5 still reads. */
const OLD_CODES = new WordList(
  'format code of external_acl_type',
  'no-effect',
  `%EXT_LOG %EXT_TAG %EXT_USER %IDENT %SRC %SRCPORT %SRCEUI48 %SRCEUI64 %MYADDR %MYPORT %URI %DST %PROTO %PORT %PATH
   %METHOD %TAG %USER_CERT %USER_CERTCHAIN %ACL %DATA`,
);

/** Whether squid rejects a code in the format of an external_acl_type. */
export function isUnknownCode(code: string): boolean {
  if (!/^%[A-Z_]+$/.test(code)) return false;
  return !LOGIN_CODES.has(code) && !OLD_CODES.has(code) && !/^%(USER_|CA_|USER_CA_)CERT_/.test(code);
}

/** The built-in formats. */
export const LOG_FORMATS = new WordList(
  'logformat',
  'no-effect',
  'squid common combined referrer useragent icap_squid',
);

export const UNSUPPORTED_PROTOCOL_ACTIONS = new WordList(
  'action of on_unsupported_protocol',
  'no-effect',
  'tunnel respond',
);

export const VECTORING_POINTS = new WordList(
  'vectoring point of an adaptation service',
  'no-effect',
  'reqmod_precache reqmod_postcache respmod_precache respmod_postcache',
);

export const VALUE_WORDS: readonly Word[] = [
  ...[STEPS, PROTOCOLS, METHODS, TRANSACTION_COMPONENTS, TRANSACTION_INITIATORS, HIERARCHY_CODES, TLS_FLAGS],
  ...[PORT_MODE_OPTIONS, PORT_BUMP_OPTIONS, NAMED_PORT, PORT_FLAGS, PORT_SETTINGS],
  ...[PARENT, OTHER_PEERS, PEER_OPTIONS, PARENT_SELECTIONS],
  ...[
    AUTH_SCHEMES,
    HELPER_SETTINGS,
    HELPER_FLAGS,
    LOGIN_CODES,
    OLD_CODES,
    LOG_FORMATS,
    VECTORING_POINTS,
    UNSUPPORTED_PROTOCOL_ACTIONS,
  ],
].flatMap(({ words }) => words);
