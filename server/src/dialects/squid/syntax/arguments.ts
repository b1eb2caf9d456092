import { parseAddress } from '../../../model/ip.js';
import type { Directive } from '../vocabulary/directives.js';
import type { Token } from './parse.js';
import { type AclReference, type LineProblem, problemAt, readReferences } from './references.js';

export interface CheckedArguments {
  readonly references: readonly AclReference[];
  readonly problems: readonly LineProblem[];
}

/** Checks the arguments of a directive that is neither an acl nor a rule, as the parsers of src/cache_cf.cc (5.7) do. */
export function checkArguments(directive: Directive, name: Token, args: readonly Token[]): CheckedArguments {
  const [first, second] = args;
  const missing = () => only([problemAt(name, `'${name.text}' needs a value`)]);
  switch (directive.shape) {
    case 'on-off':
      return first ? only(oneOf(first, ON_OFF, directive.name)) : missing();
    case 'on-off-warn':
      return first ? only(oneOf(first, [...ON_OFF, 'warn'], directive.name)) : missing();
    case 'choice':
      return first ? only(oneOf(first, CHOICES[directive.name] ?? [first.text], directive.name)) : missing();
    case 'integer':
      return first ? only(checkNumber(first, /^[-+]?(0x[0-9a-f]+|\d+)$/i)) : missing();
    case 'port-number':
      return first ? only(checkPortNumber(first)) : missing();
    case 'children':
      return first ? only(checkNumber(first, /^[-+]?\d+$/)) : missing();
    case 'bytes':
      return first ? only(checkBytes(first, second)) : missing();
    case 'time':
      return first ? only(checkDuration(directive, first, second)) : missing();
    case 'address':
      return first ? only(checkAddress(first)) : missing();
    case 'address-acls':
      return first ? { references: readReferences(args.slice(1)), problems: checkAddress(first) } : missing();
    case 'value-acls':
      if (!first) return missing();
      return { references: readReferences(args.slice(1)), problems: checkAlgorithm(first, directive.name) };
    case 'size-acls':
      return first ? checkSizeAcls(first, args) : missing();
    case 'key-value-acls':
    case 'header-acls':
      return second ? headerAcls(args) : missing();
    case 'header-access':
    case 'pool-access':
    case 'service-access':
      return targetAccess(name, args);
    case 'unsupported-protocol':
      if (!first) return missing();
      return {
        references: readReferences(args.slice(1)),
        problems: oneOf(first, ['tunnel', 'respond'], directive.name),
      };
    case 'deny-info':
      return denyInfo(args);
    case 'log':
      return { references: logAcls(args), problems: first ? [] : missing().problems };
    case 'port':
      return first ? only(checkPort(first, args.slice(1), directive.name)) : missing();
    case 'peer':
      return only(checkPeer(name, args));
    case 'auth-param':
      return only(checkAuthParam(name, args));
    case 'external-acl':
      return only(checkHelper(name, args));
    case 'refresh-pattern':
      return only(checkRefreshPattern(name, args));
    case 'text':
    case 'rest':
      return first ? only(checkText(directive, first)) : missing();
    default:
      return only(checkWords(directive, name, args));
  }
}

function only(problems: readonly LineProblem[]): CheckedArguments {
  return { references: [], problems };
}

/** `enable` and `disable` are read with a warning. */
const ON_OFF = ['on', 'off', 'enable', 'disable'];

const CHOICES: Readonly<Record<string, readonly string[]>> = {
  memory_cache_mode: ['always', 'disk', 'network'],
  uri_whitespace: ['strip', 'deny', 'allow', 'encode', 'chop'],
};

function oneOf(token: Token, allowed: readonly string[], directive: string): LineProblem[] {
  if (allowed.includes(token.text)) return [];
  const shown = allowed.filter((text) => text !== 'enable' && text !== 'disable').map((text) => `'${text}'`);
  return [problemAt(token, `'${directive}' is ${shown.join(', ')}, not '${token.text}'`)];
}

function checkNumber(token: Token, form: RegExp): LineProblem[] {
  return form.test(token.text) && Math.abs(Number(token.text)) < 2 ** 31
    ? []
    : [problemAt(token, `'${token.text}' is no number`)];
}

function checkPortNumber(token: Token): LineProblem[] {
  return /^\+?\d+$/.test(token.text) && Number(token.text) <= 65535
    ? []
    : [problemAt(token, `'${token.text}' is no number from 0 to 65535`)];
}

/** A number and a unit; without unit squid assumes the directive's own, with a warning. */
function checkBytes(value: Token, unit: Token | undefined): LineProblem[] {
  if (value.text === 'none' || value.text.startsWith('-')) return [];
  if (!/^\+?(\d+\.?\d*|\.\d+)$/.test(value.text)) return [problemAt(value, `'${value.text}' is no size`)];
  if (!unit || Number(value.text) === 0 || /^(bytes|kb|mb|gb)/i.test(unit.text)) return [];
  return [problemAt(unit, `'${unit.text}' is no unit of size: use bytes, KB, MB or GB`)];
}

const TIME_UNIT = /^(nanosecond|microsecond|millisecond|second|minute|hour|day|week|fortnight|month|year|decade)/i;

function checkDuration(directive: Directive, value: Token, unit: Token | undefined): LineProblem[] {
  if (!/^\+?(\d+\.?\d*|\.\d+)$/.test(value.text)) {
    // Squid 6 can switch the validation off.
    if (directive.name === 'paranoid_hit_validation') return [];
    return [problemAt(value, `'${value.text}' is no length of time`)];
  }
  if (Number(value.text) === 0) return [];
  if (!unit) return [problemAt(value, `the time '${value.text}' has no unit, such as 'seconds' or 'minutes'`)];
  return TIME_UNIT.test(unit.text) ? [] : [problemAt(unit, `'${unit.text}' is no unit of time`)];
}

function checkAddress(token: Token): LineProblem[] {
  const special = ['any_addr', 'no_addr', 'full_mask'];
  if (special.includes(token.text) || parseAddress(token.text) || !/^[\d.]+$|[^\w.-]/.test(token.text)) return [];
  return [problemAt(token, `'${token.text}' is no address`)];
}

function checkSizeAcls(first: Token, args: readonly Token[]): CheckedArguments {
  const problems = checkBytes(first, args[1]);
  const withUnit = args[1] !== undefined && /^(bytes|kb|mb|gb)/i.test(args[1].text);
  return { references: problems.length > 0 ? [] : readReferences(args.slice(withUnit ? 2 : 1)), problems };
}

/** Name, value (perhaps quoted, with spaces), acls. */
function headerAcls(args: readonly Token[]): CheckedArguments {
  const quote = /^["']/.exec(args[1]?.text ?? '')?.[0];
  let end = 1;
  if (quote) while (end < args.length - 1 && !(args[end]?.text.endsWith(quote) && args[end]?.text !== quote)) end++;
  return { references: readReferences(args.slice(end + 1)), problems: [] };
}

/** Header, delay pool or service, then `allow` or `deny` and acls; squid ignores a line of another form. */
function targetAccess(name: Token, args: readonly Token[]): CheckedArguments {
  const [, action, ...acls] = args;
  if (action && (action.text === 'allow' || action.text === 'deny'))
    return { references: readReferences(acls), problems: [] };
  return only([
    problemAt(action ?? name, `squid ignores the line: '${name.text}' needs a target and then 'allow' or 'deny'`),
  ]);
}

/** The error page and the acls that it is for; squid ignores names that are no acl. */
function denyInfo(args: readonly Token[]): CheckedArguments {
  return { references: readReferences(args.slice(1)), problems: [] };
}

const LOG_FORMATS = new Set(['squid', 'common', 'combined', 'referrer', 'useragent', 'icap_squid']);

/** Acls stand behind the log's place, its format (a name, or `logformat=`) and its options. */
function logAcls(args: readonly Token[]): AclReference[] {
  const [, ...rest] = args;
  return readReferences(rest.filter(({ text }) => !text.includes('=') && !LOG_FORMATS.has(text)));
}

const PORT_FLAGS = new Set(
  `accel transparent intercept tproxy require-proxy-header vhost no-vhost vport allow-direct act-as-origin ignore-cc
   no-connection-auth connection-auth connection-auth=off connection-auth=on ipv4 tcpkeepalive sslBump ssl-bump
   ftp-track-dirs worker-queues generate-host-certificates`.split(/\s+/),
);
const PORT_OPTIONS = [
  ...['defaultsite=', 'vport=', 'protocol=', 'name=', 'disable-pmtu-discovery=', 'tcpkeepalive=', 'cert=', 'key='],
  ...['version=', 'options=', 'cipher=', 'clientca=', 'cafile=', 'capath=', 'crlfile=', 'dhparams=', 'sslflags='],
  ...['sslcontext=', 'generate-host-certificates', 'dynamic_cert_mem_cache_size=', 'tls-'],
];
const NEEDS_ACCEL = ['defaultsite=', 'vport', 'protocol=', 'allow-direct'];

function checkPort(place: Token, options: readonly Token[], directive: string): LineProblem[] {
  const problems: LineProblem[] = [];
  const port =
    /^(?:\[[^\]]+\]|[^:]+):(\d+)$/.exec(place.text)?.[1] ?? (/^\d+$/.test(place.text) ? place.text : undefined);
  if (port === undefined || Number(port) === 0 || Number(port) > 65535) {
    problems.push(problemAt(place, `'${place.text}' has no port that squid could listen on`));
  }
  const modes = options.filter(({ text }) => ['accel', 'vhost', 'transparent', 'intercept', 'tproxy'].includes(text));
  const kinds = new Set(modes.map(({ text }) => MODE_KINDS[text] ?? text));
  const mode = modes[modes.length - 1];
  if (kinds.size > 1 && mode) problems.push(problemAt(mode, 'a port has only one of accel, intercept and tproxy'));
  let accelerates = false;
  for (const option of options) {
    const { text } = option;
    if (text === 'accel' || text === 'vhost') accelerates = true;
    if (!PORT_FLAGS.has(text) && !PORT_OPTIONS.some((prefix) => text.startsWith(prefix))) {
      problems.push(problemAt(option, `'${directive}' has no option '${text}'`));
    } else if (!accelerates && NEEDS_ACCEL.some((prefix) => text.startsWith(prefix))) {
      problems.push(problemAt(option, `'${text}' needs 'accel' in front of it`));
    }
  }
  const bumps = options.some(({ text }) => text === 'ssl-bump' || text === 'sslBump');
  if (directive === 'https_port' && !options.some(({ text }) => /^(tls-)?cert=/.test(text))) {
    problems.push(problemAt(place, "'https_port' needs a certificate: tls-cert="));
  }
  const intercepts = kinds.has('intercept') || kinds.has('tproxy');
  if (directive === 'https_port' && bumps !== intercepts) {
    problems.push(problemAt(place, "on an https_port 'ssl-bump' goes together with 'intercept' or 'tproxy'"));
  }
  return problems;
}

const MODE_KINDS: Readonly<Record<string, string>> = { vhost: 'accel', transparent: 'intercept' };

const PEER_TYPES = ['parent', 'sibling', 'multicast'];

function checkPeer(name: Token, args: readonly Token[]): LineProblem[] {
  const [host, type, httpPort, icpPort] = args;
  if (!host || !type) return [problemAt(host ?? name, 'cache_peer needs a host, a type and two ports')];
  if (!PEER_TYPES.some((known) => known === type.text.toLowerCase())) {
    const message = `'${type.text}' is no type of cache_peer: squid takes it for 'sibling'`;
    return [{ ...problemAt(type, message), code: 'redundant-rule' }];
  }
  for (const port of [httpPort, icpPort]) {
    if (!port) return [problemAt(type, 'cache_peer needs an HTTP port and an ICP port')];
    if (/^\d/.test(port.text) && (!/^\d+$/.test(port.text) || Number(port.text) > 65535)) {
      return [problemAt(port, `'${port.text}' is no port`)];
    }
  }
  const hashed = args.slice(4).find(({ text }) => HASHED.includes(text));
  if (hashed && type.text.toLowerCase() !== 'parent')
    return [problemAt(hashed, `only a parent can have '${hashed.text}'`)];
  if (httpPort && Number(httpPort.text) === 0)
    return [problemAt(httpPort, 'the HTTP port of a cache_peer cannot be 0')];
  return [];
}

const HASHED = ['carp', 'userhash', 'sourcehash'];

const AUTH_SCHEMES = ['basic', 'digest', 'negotiate', 'ntlm'];

function checkAuthParam(name: Token, args: readonly Token[]): LineProblem[] {
  const [scheme, option] = args;
  if (!scheme || !option) return [problemAt(scheme ?? name, 'auth_param needs a scheme and an option')];
  if (!AUTH_SCHEMES.includes(scheme.text.toLowerCase())) {
    return [problemAt(scheme, `'${scheme.text}' is no authentication scheme`)];
  }
  const count = option.text === 'children' ? args[2] : undefined;
  return count ? checkNumber(count, /^[-+]?\d+$/) : [];
}

const HELPER_OPTION =
  /^(ttl|negative_ttl|children|children-max|children-startup|children-idle|concurrency|queue-size|cache|grace|protocol|quote)=|^(ipv4|ipv6)$/;

/** The upper-case codes of older formats that squid 5 still reads. */
const OLD_CODES = new Set(
  `LOGIN EXT_LOG EXT_TAG EXT_USER IDENT SRC SRCPORT SRCEUI48 SRCEUI64 MYADDR MYPORT URI DST PROTO PORT PATH METHOD
   TAG USER_CERT USER_CERTCHAIN ACL DATA`.split(/\s+/),
);

/** A name, options, at least one code of a format, and a program. */
function checkHelper(name: Token, args: readonly Token[]): LineProblem[] {
  const [own, ...rest] = args;
  if (!own) return [problemAt(name, `'${name.text}' needs a name, a format and a helper`)];
  const options = rest.findIndex(({ text }) => !HELPER_OPTION.test(text));
  const format = options < 0 ? [] : rest.slice(options);
  const codes = format.findIndex(({ text }) => !text.startsWith('%'));
  if (format.length === 0) return [problemAt(own, `the helper '${own.text}' has no format`)];
  const [first] = format;
  if (codes === 0 && first) return [problemAt(first, `'${first.text}' is no option and no code of a format`)];
  const unknown = format.slice(0, codes < 0 ? undefined : codes).find(({ text }) => isUnknownCode(text));
  if (unknown) return [problemAt(unknown, `squid knows no code '${unknown.text}'`)];
  return codes < 0 ? [problemAt(own, `the helper '${own.text}' has no program`)] : [];
}

function isUnknownCode(text: string): boolean {
  const code = /^%([A-Z_]+)$/.exec(text)?.[1];
  return code !== undefined && !OLD_CODES.has(code) && !/^(USER_|CA_|USER_CA_)CERT_/.test(code);
}

const ALGORITHMS: Readonly<Record<string, RegExp>> = {
  sslproxy_cert_sign: /^sign(Trusted|Untrusted|Self)$/,
  sslproxy_cert_adapt: /^set(ValidAfter|ValidBefore|CommonName(\{[^}]*\})?)$/,
};

function checkAlgorithm(token: Token, directive: string): LineProblem[] {
  const form = ALGORITHMS[directive];
  return !form || form.test(token.text) ? [] : [problemAt(token, `'${directive}' knows no algorithm '${token.text}'`)];
}

const VECTORING_POINTS = ['reqmod_precache', 'reqmod_postcache', 'respmod_precache', 'respmod_postcache'];

/** The few directives with words of their own that squid refuses without, or with others. */
function checkWords(directive: Directive, name: Token, args: readonly Token[]): LineProblem[] {
  const [first, second, third] = args;
  switch (directive.name) {
    case 'icap_service':
    case 'ecap_service':
      if (!first || !second || !third)
        return [problemAt(first ?? name, `'${name.text}' needs a name, a point and an address`)];
      if (VECTORING_POINTS.includes(second.text)) return [];
      return [problemAt(second, `'${second.text}' is no point at which a service can be used`)];
    case 'cache_dir':
      if (!first || !second) return [problemAt(first ?? name, "'cache_dir' needs a type and a folder")];
      if (!['ufs', 'aufs', 'diskd'].includes(first.text) || (third && /^\d+$/.test(third.text))) return [];
      return [problemAt(third ?? second, "'cache_dir' needs a size in megabytes behind the folder")];
    case 'http_upgrade_request_protocols':
      return first ? [] : [problemAt(name, `'${name.text}' needs the name of a protocol`)];
    default:
      return NEEDS_WORD.has(directive.name) && !first ? [problemAt(name, `'${name.text}' needs a value`)] : [];
  }
}

const NEEDS_WORD = new Set(
  `auth_schemes cache_replacement_policy cachemgr_passwd client_delay_parameters client_delay_pools cpu_affinity_map
   delay_class delay_parameters delay_pools ftp_epsv icap_service_failure_limit logformat memory_replacement_policy
   neighbor_type_domain pinger_program pipeline_prefetch response_delay_pool store_id_extras url_rewrite_extras
   url_rewrite_timeout wccp2_assignment_method wccp2_forwarding_method wccp2_return_method wccp2_service
   wccp2_service_info`.split(/\s+/),
);

/** `[-i] pattern min percent max [options]`. */
function checkRefreshPattern(name: Token, args: readonly Token[]): LineProblem[] {
  const rest = args[0]?.text === '-i' || args[0]?.text === '+i' ? args.slice(1) : args;
  const [pattern, minimum, percent, maximum] = rest;
  if (!pattern || !minimum || !percent || !maximum) {
    return [
      problemAt(
        rest[rest.length - 1] ?? name,
        'refresh_pattern needs a pattern, a minimum, a percentage and a maximum',
      ),
    ];
  }
  return [
    ...checkNumber(minimum, /^[-+]?\d+$/),
    ...(/^\d+%?$/.test(percent.text) ? [] : [problemAt(percent, `'${percent.text}' is no percentage`)]),
    ...checkNumber(maximum, /^[-+]?\d+$/),
  ];
}

function checkText(directive: Directive, value: Token): LineProblem[] {
  if (directive.name === 'append_domain' && !value.text.startsWith('.')) {
    return [problemAt(value, 'append_domain must begin with a dot')];
  }
  return [];
}
