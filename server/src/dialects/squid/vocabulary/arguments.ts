// The words that the arguments of directives usually are, for whoever types them (squid.conf.documented). Squid takes others as well.

import { AUTH_SCHEMES, LOG_FORMATS, PARENT_SELECTIONS, PEER_TYPES } from './values.js';

/** A word at a place; one that ends with `=` or `:` is followed by a text of the user. */
export type ArgumentWords = readonly string[];

function list(text: string): ArgumentWords {
  return text.trim().split(/\s+/);
}

const SCHEMES: ArgumentWords = [...AUTH_SCHEMES.names];
const ON_OFF = ['on', 'off'];

/** What each scheme may set. */
const AUTH_PARAMETERS: Readonly<Record<string, ArgumentWords>> = {
  basic: list('program children realm credentialsttl casesensitive key_extras utf8'),
  digest: list(
    'program children realm nonce_garbage_interval nonce_max_duration nonce_max_count nonce_strictness check_nonce_count post_workaround key_extras utf8',
  ),
  negotiate: list('program children keep_alive key_extras'),
  ntlm: list('program children keep_alive key_extras'),
};

const AUTH_VALUES: Readonly<Record<string, ArgumentWords>> = {
  casesensitive: ON_OFF,
  utf8: ON_OFF,
  keep_alive: ON_OFF,
  nonce_strictness: ON_OFF,
  check_nonce_count: ON_OFF,
  post_workaround: ON_OFF,
};

const CHILDREN = list('startup= idle= concurrency= queue-size= on-persistent-overload=');

const PEER_PORTS: readonly (readonly string[])[] = [
  ['3128', '80', '443'],
  ['0', '3130'],
];
const PEER_OPTIONS: ArgumentWords = [
  ...list('default name= originserver no-query no-digest proxy-only round-robin weighted-round-robin weight='),
  ...PARENT_SELECTIONS.names,
  ...list(
    `login= login=PASS login=PASSTHRU login=NEGOTIATE connection-auth=on connection-auth=off forceddomain= tls tls-cafile=
     tls-min-version= sslcert= sslkey= sslflags= ssldomain= connect-timeout= connect-fail-limit= max-conn= standby=
     allow-miss no-tproxy no-delay no-netdb-exchange background-ping htcp`,
  ),
];

const LOG_MODULES = list('none daemon: stdio: syslog: udp: tcp:');
const LOG_OPTIONS = list('logformat= buffer-size= on-error=die on-error=drop rotate=');
const REFRESH_OPTIONS = list(
  'override-expire override-lastmod reload-into-ims ignore-reload ignore-no-store ignore-private refresh-ims store-stale max-stale=',
);
const TLS_OPTIONS = list(
  'disable cert= key= cipher= min-version= options= cafile= capath= crlfile= flags= default-ca default-ca=off domain=',
);

/** Pages about what is denied that squid brings along, the status codes of a redirect, and what closes the connection instead. */
const DENY_ANSWERS = [
  'ERR_ACCESS_DENIED',
  'ERR_CACHE_ACCESS_DENIED',
  'ERR_CACHE_MGR_ACCESS_DENIED',
  'ERR_ACL_TIME_QUOTA_EXCEEDED',
  'ERR_FORWARDING_DENIED',
  'ERR_TOO_BIG',
  '302:',
  '303:',
  '307:',
  'TCP_RESET',
];

/** The words that may follow a directive and its arguments so far; empty where a text of the user stands. */
export function argumentWords(directive: string, args: readonly string[]): ArgumentWords {
  const [first = '', second = ''] = args;
  switch (directive) {
    case 'auth_param':
      if (args.length === 0) return SCHEMES;
      if (args.length === 1) return AUTH_PARAMETERS[first] ?? [];
      if (second === 'children') return args.length > 2 ? CHILDREN : [];
      return args.length === 2 ? (AUTH_VALUES[second] ?? []) : [];
    case 'cache_peer':
      if (args.length === 0) return [];
      if (args.length === 1) return PEER_TYPES;
      return PEER_PORTS[args.length - 2] ?? PEER_OPTIONS;
    case 'access_log':
      if (args.length === 0) return LOG_MODULES;
      return args.length === 1 ? [...LOG_FORMATS.names, ...LOG_OPTIONS] : LOG_OPTIONS;
    case 'deny_info':
      return args.length === 0 ? DENY_ANSWERS : [];
    case 'refresh_pattern':
      return args.filter((arg) => arg !== '-i').length > 3 ? REFRESH_OPTIONS : args.length === 0 ? ['-i', '.'] : [];
    case 'tls_outgoing_options':
      return TLS_OPTIONS;
    default:
      return [];
  }
}
