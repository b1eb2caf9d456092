/** The acl types of squid 5 and 6: their values, options, and what they match. */

import type { Treatment, Word } from '../../shared/words.js';

/** The notation of the values of an acl line. */
export type AclValueKind =
  | 'addresses'
  | 'domains'
  | 'patterns'
  | 'ports'
  | 'methods'
  | 'protocols'
  | 'users'
  | 'steps'
  | 'acls'
  | 'time'
  | 'numbers'
  | 'header'
  | 'random'
  | 'names'
  | 'statuses'
  | 'words';

export interface AclType {
  readonly name: string;
  readonly values: AclValueKind;
  /** Options before the values; patterns and users accept `-i` and `+i` among their values too. */
  readonly options: readonly string[];
  /** What it matches, as a phrase to follow "matches". */
  readonly about: string;
  /** `opaque`: both outcomes are assumed, and the verdict says so. */
  readonly treatment: Treatment;
}

const CASE = ['-i', '+i'];
const SERVER_NAME = ['--client-requested', '--server-provided', '--consensus'];

type TypeRow = readonly [name: string, values: AclValueKind, about: string, options?: readonly string[]];

const MODELLED_TYPES: readonly TypeRow[] = [
  ['src', 'addresses', 'the address of the client'],
  ['dst', 'addresses', 'an address that the host of the URL resolves to', ['-n']],
  ['dstdomain', 'domains', 'the host of the URL', ['-n']],
  ['dstdom_regex', 'patterns', 'the host of the URL', ['-n', ...CASE]],
  ['url_regex', 'patterns', 'the whole URL', CASE],
  ['urllogin', 'patterns', 'the user name in the URL', CASE],
  ['urlpath_regex', 'patterns', 'the path of the URL', CASE],
  ['port', 'ports', 'the destination port'],
  ['localport', 'ports', 'the port that the client connected to'],
  ['myportname', 'names', 'the name= of the port that the client connected to'],
  ['proto', 'protocols', 'the scheme of the URL'],
  ['method', 'methods', 'the request method'],
  ['proxy_auth', 'users', 'the user who logged in at the proxy', CASE],
  ['proxy_auth_regex', 'patterns', 'the user who logged in at the proxy', CASE],
  ['annotate_transaction', 'words', 'always, and annotates the transaction', ['-m']],
  ['annotate_client', 'words', 'always, and annotates the client', ['-m']],
  ['any-of', 'acls', 'any of the named acls'],
  ['all-of', 'acls', 'all acls of one of its lines'],
  ['at_step', 'steps', 'the step of the SslBump process'],
  ['ssl::server_name', 'domains', 'the TLS server name', SERVER_NAME],
  ['ssl::server_name_regex', 'patterns', 'the TLS server name', [...SERVER_NAME, ...CASE]],
];

const OPAQUE_TYPES: readonly TypeRow[] = [
  ['localip', 'addresses', 'the address that the client connected to'],
  ['arp', 'words', 'the Ethernet address of the client'],
  ['eui64', 'words', 'the EUI-64 of the client'],
  ['srcdomain', 'domains', 'the name that the address of the client resolves to'],
  ['srcdom_regex', 'patterns', 'the name that the address of the client resolves to', CASE],
  ['src_as', 'numbers', 'the autonomous system of the client'],
  ['dst_as', 'numbers', 'the autonomous system of the destination'],
  ['peername', 'names', 'the cache_peer that the request goes to'],
  ['peername_regex', 'patterns', 'the cache_peer that the request goes to', CASE],
  ['time', 'time', 'the day and time of the request'],
  ['http_status', 'statuses', 'the status of the reply'],
  ['browser', 'patterns', 'the User-Agent header', CASE],
  ['referer_regex', 'patterns', 'the Referer header', CASE],
  ['ident', 'users', 'the user that the ident service of the client names', CASE],
  ['ident_regex', 'patterns', 'the user that the ident service of the client names', CASE],
  ['snmp_community', 'words', 'the SNMP community'],
  ['maxconn', 'numbers', 'whether the client has more connections than this'],
  ['max_user_ip', 'numbers', 'whether the user logs in from more addresses than this', ['-s']],
  ['random', 'random', 'a share of the requests at random'],
  ['req_mime_type', 'patterns', 'the media type of the request body', CASE],
  ['req_header', 'header', 'a request header', CASE],
  ['rep_mime_type', 'patterns', 'the media type of the reply', CASE],
  ['rep_header', 'header', 'a reply header', CASE],
  ['external', 'words', 'the reply of an external helper'],
  ['user_cert', 'words', 'an attribute of the client certificate'],
  ['ca_cert', 'words', 'an attribute of the issuer of the client certificate'],
  ['ext_user', 'users', 'the user that an external helper names', CASE],
  ['ext_user_regex', 'patterns', 'the user that an external helper names', CASE],
  ['tag', 'words', 'the tag that an external helper sets'],
  ['hier_code', 'words', 'how the request was forwarded'],
  ['note', 'words', 'an annotation of the transaction', ['-m']],
  ['adaptation_service', 'words', 'the ICAP or eCAP service that was used'],
  ['transaction_initiator', 'words', 'who started the transaction'],
  ['has', 'words', 'which components the transaction has'],
  ['client_connection_mark', 'words', 'the netfilter mark of the connection'],
  ['squid_error', 'words', 'the error page that is sent'],
  ['connections_encrypted', 'words', 'whether all connections of the request are encrypted'],
  ['ssl_error', 'words', 'the error found in the certificate of the server'],
  ['server_cert_fingerprint', 'words', 'the fingerprint of the certificate of the server', ['-sha1']],
];

/** Older names, which squid still accepts for the types that replaced them (`ACL::ParseAclLine`). */
const RENAMED_TYPES: readonly (readonly [name: string, current: string])[] = [
  ['myip', 'localip'],
  ['myport', 'localport'],
  ['clientside_mark', 'client_connection_mark'],
];

/** The acl types by name; an older name has the type that replaced it. */
export const ACL_TYPES: ReadonlyMap<string, AclType> = typesByName();

function typesByName(): Map<string, AclType> {
  const types = new Map<string, AclType>();
  const add = (rows: readonly TypeRow[], treatment: Treatment) => {
    for (const [name, values, about, options = []] of rows) {
      types.set(name, { name, values, about, options, treatment });
    }
  };
  add(MODELLED_TYPES, 'modelled');
  add(OPAQUE_TYPES, 'opaque');
  for (const [name, current] of RENAMED_TYPES) {
    const type = types.get(current);
    if (type) types.set(name, type);
  }
  return types;
}

/** What each option does to verdicts; an option of an opaque type is as opaque as the type. */
const MODELLED_OPTIONS = new Set(['-n', '-m', ...CASE, ...SERVER_NAME]);

export const ACL_WORDS: readonly Word[] = [...ACL_TYPES].flatMap(([name, type]): Word[] => {
  const { treatment } = type;
  if (name !== type.name) {
    return [{ name, place: 'acl type', treatment, summary: `An older name of \`${type.name}\`.` }];
  }
  return [
    { name, place: 'acl type', treatment, summary: `Matches ${type.about}.` },
    ...type.options.map((option) => ({
      name: option,
      place: `option of acl type ${name}`,
      treatment: MODELLED_OPTIONS.has(option) ? treatment : 'opaque',
    })),
  ];
});

/** The built-in acls of a version (cf.data.pre, `DEFAULT` of `acl`), as lines of a file; of any where none is named. */
export function builtInAcls(version: string | undefined): readonly string[] {
  const major = Number.parseInt(version ?? '', 10);
  // *Squid 6 release notes*: "This Squid introduces the to_linklocal ACL as pre-defined".
  return major < 6 ? BUILT_IN_ACLS.filter((line) => !line.startsWith('acl to_linklocal ')) : BUILT_IN_ACLS;
}

const BUILT_IN_ACLS: readonly string[] = [
  'acl ssl::certHasExpired ssl_error X509_V_ERR_CERT_HAS_EXPIRED',
  'acl ssl::certNotYetValid ssl_error X509_V_ERR_CERT_NOT_YET_VALID',
  'acl ssl::certDomainMismatch ssl_error SQUID_X509_V_ERR_DOMAIN_MISMATCH',
  'acl ssl::certUntrusted ssl_error X509_V_ERR_CERT_UNTRUSTED',
  'acl ssl::certSelfSigned ssl_error X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT',
  'acl all src all',
  'acl manager url_regex -i ^cache_object:// +i ^[^:]+://[^/]+/squid-internal-mgr/',
  'acl localhost src 127.0.0.1/32 ::1',
  'acl to_localhost dst 127.0.0.0/8 0.0.0.0/32 ::1/128 ::/128',
  'acl to_linklocal dst 169.254.0.0/16 fe80::/10',
  'acl CONNECT method CONNECT',
];
