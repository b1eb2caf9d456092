// Checks the arguments of the directives that are neither an acl nor a rule.

import type { LineProblem } from '../../shared/line-problem.js';
import type { Directive } from '../vocabulary/directives.js';
import { LOG_FORMATS, UNSUPPORTED_PROTOCOL_ACTIONS, VECTORING_POINTS } from '../vocabulary/values.js';
import {
  checkAddress,
  checkBytes,
  checkDuration,
  checkKeyOrder,
  checkNumber,
  checkPortNumber,
  checkTlsFlags,
  INTEGER,
} from './argument-values.js';
import { checkListeningPort } from './listening-port.js';
import { checkAuthParam, checkHelper, checkPeer } from './peers-and-helpers.js';
import { problemAt, readReferences } from './references.js';
import type { AclReference, Token } from './tree.js';

export interface CheckedArguments {
  readonly references: readonly AclReference[];
  readonly problems: readonly LineProblem[];
}

/** Checks arguments as the parsers of src/cache_cf.cc (5.7) do, and finds the acls that they name. */
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
      return first ? only(checkNumber(first, INTEGER)) : missing();
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
        problems: oneOf(first, [...UNSUPPORTED_PROTOCOL_ACTIONS.names], directive.name),
      };
    case 'deny-info':
      return denyInfo(args);
    case 'log':
      return { references: logAcls(args), problems: first ? [] : missing().problems };
    case 'port':
      return first ? only(checkListeningPort(first, args.slice(1), directive.name)) : missing();
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

/** `enable` and `disable` are accepted with a warning. */
const ON_OFF = ['on', 'off', 'enable', 'disable'];

const CHOICES: Readonly<Record<string, readonly string[]>> = {
  memory_cache_mode: ['always', 'disk', 'network'],
  uri_whitespace: ['strip', 'deny', 'allow', 'encode', 'chop'],
};

function oneOf(token: Token, allowed: readonly string[], directive: string): LineProblem[] {
  if (allowed.includes(token.text)) return [];
  const shown = allowed.filter((text) => text !== 'enable' && text !== 'disable').map((text) => `'${text}'`);
  return [problemAt(token, `invalid value '${token.text}' for '${directive}': expected ${shown.join(', ')}`)];
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

/** The error page and its acls; squid ignores names of undefined acls. */
function denyInfo(args: readonly Token[]): CheckedArguments {
  return { references: readReferences(args.slice(1)), problems: [] };
}

/** Acls come after the destination of the log, its format (a name, or `logformat=`) and its options. */
function logAcls(args: readonly Token[]): AclReference[] {
  const [, ...rest] = args;
  return readReferences(rest.filter(({ text }) => !text.includes('=') && !LOG_FORMATS.has(text)));
}

const ALGORITHMS: Readonly<Record<string, RegExp>> = {
  sslproxy_cert_sign: /^sign(Trusted|Untrusted|Self)$/,
  sslproxy_cert_adapt: /^set(ValidAfter|ValidBefore|CommonName(\{[^}]*\})?)$/,
};

function checkAlgorithm(token: Token, directive: string): LineProblem[] {
  const form = ALGORITHMS[directive];
  return !form || form.test(token.text)
    ? []
    : [problemAt(token, `unknown algorithm '${token.text}' for '${directive}'`)];
}

/** The few directives with specific required words. */
function checkWords(directive: Directive, name: Token, args: readonly Token[]): LineProblem[] {
  const [first, second, third] = args;
  switch (directive.name) {
    case 'icap_service':
    case 'ecap_service':
      if (!first || !second || !third)
        return [problemAt(first ?? name, `'${name.text}' needs a name, a point and an address`)];
      if (VECTORING_POINTS.has(second.text)) return [];
      return [problemAt(second, `invalid vectoring point '${second.text}'`)];
    case 'cache_dir':
      if (!first || !second) return [problemAt(first ?? name, "'cache_dir' needs a type and a folder")];
      if (!['ufs', 'aufs', 'diskd'].includes(first.text) || (third && /^\d+$/.test(third.text))) return [];
      return [problemAt(third ?? second, "'cache_dir' needs a size in megabytes after the folder")];
    case 'tls_outgoing_options':
      return [...checkTlsFlags(args, /^flags=/), ...checkKeyOrder(args)];
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
    ...checkNumber(minimum, INTEGER),
    ...(/^\d+%?$/.test(percent.text) ? [] : [problemAt(percent, `invalid percentage '${percent.text}'`)]),
    ...checkNumber(maximum, INTEGER),
  ];
}

function checkText(directive: Directive, value: Token): LineProblem[] {
  if (directive.name === 'append_domain' && !value.text.startsWith('.')) {
    return [problemAt(value, 'the value of append_domain has to begin with a dot')];
  }
  return [];
}
