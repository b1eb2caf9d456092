// Checks the options and values of one acl line.

import { posixRegexFault } from '../../../model/posix-regex.js';
import { numberInC } from '../../../text/c-numbers.js';
import type { LineProblem } from '../../shared/line-problem.js';
import type { AclType } from '../vocabulary/acl-types.js';
import {
  HIERARCHY_CODES,
  PROTOCOLS,
  STEPS,
  TRANSACTION_COMPONENTS,
  TRANSACTION_INITIATORS,
} from '../vocabulary/values.js';
import { readAddress } from './addresses.js';
import { isNoHostName, readDomain } from './domains.js';
import { problemAt, redundancyAt } from './references.js';
import type { Token } from './tree.js';

interface AclLineParts {
  readonly type: AclType;
  readonly name: Token;
  readonly options: readonly Token[];
  readonly values: readonly Token[];
  readonly hasFile: boolean;
}

/** The problems of one acl line that do not depend on other lines, as `squid -k parse` 5.7 reports them. */
export function checkAclLine({ type, name, options, values, hasFile }: AclLineParts): LineProblem[] {
  const badOptions = options.filter(({ text }) => !knownOption(type, text));
  if (badOptions.length > 0) {
    return badOptions.map((token) => problemAt(token, `an acl of type '${type.name}' has no option '${token.text}'`));
  }
  const serverName = options.filter(({ text }) => text.startsWith('--') && text.length > 2);
  if (type.name.startsWith('ssl::server_name') && new Set(serverName.map(({ text }) => text)).size > 1) {
    return serverName.slice(1).map((token) => problemAt(token, 'only one of these options is allowed'));
  }
  if (values.length === 0 && !hasFile) return checkEmpty(type, name);
  return checkValues(type, values);
}

/** Single letters may be joined, as in `-in`; the algorithm of a fingerprint is a whole word. */
function knownOption(type: AclType, text: string): boolean {
  if (text === '--' || type.options.includes(text)) return true;
  if (text.startsWith('--')) return type.options.includes(text.split('=')[0] ?? text);
  const sign = text[0] ?? '';
  return (
    text.length > 2 &&
    [...(text.slice(1).split('=')[0] as string)].every((letter) => type.options.includes(sign + letter))
  );
}

/** Types that squid rejects without a value; acls of other types never match then. */
const NEEDS_VALUE = new Set([
  'maxconn',
  'max_user_ip',
  'random',
  'external',
  'user_cert',
  'ca_cert',
  'note',
  'annotate_client',
  'annotate_transaction',
  'transaction_initiator',
  'client_connection_mark',
]);

function checkEmpty(type: AclType, name: Token): LineProblem[] {
  if (NEEDS_VALUE.has(type.name)) return [problemAt(name, `an acl of type '${type.name}' needs a value`)];
  if (type.name === 'connections_encrypted' || type.name === 'time') return [];
  const message = `the acl '${name.text}' has no values here, so this line matches nothing`;
  return [redundancyAt(name, message)];
}

function checkValues(type: AclType, values: readonly Token[]): LineProblem[] {
  switch (type.values) {
    case 'addresses':
      return values.flatMap(checkAddress);
    case 'domains':
      return values.flatMap((token) => {
        return isNoHostName(readDomain(token.text)) ? [noHost(token)] : [];
      });
    case 'ports':
      return values.flatMap(checkPort);
    case 'patterns':
      return checkPatterns(values);
    case 'header':
      return checkPatterns(values.slice(1));
    case 'protocols':
      return values.flatMap((token) => {
        if (PROTOCOLS.hasAnyCase(token.text)) return [];
        return [redundancyAt(token, `squid ignores the unknown protocol '${token.text}'`)];
      });
    case 'steps':
      return values.flatMap((token) =>
        STEPS.hasAnyCase(token.text) ? [] : [problemAt(token, `unknown step '${token.text}'`)],
      );
    case 'time':
      return values.flatMap(checkTime);
    case 'numbers':
      return checkNumbers(type, values);
    case 'random':
      return values.slice(0, 1).flatMap(checkRandom);
    case 'words':
      return checkWords(type, values);
    case 'users':
    case 'methods':
    case 'acls':
    case 'names':
    case 'statuses':
      return [];
  }
}

function checkAddress(token: Token): LineProblem[] {
  const value = readAddress(token.text);
  if (value.kind === 'refused') return [problemAt(token, value.reason)];
  if (value.kind === 'name' || !value.surprise) return [];
  const { from, message } = value.surprise;
  return [{ code: 'never-matches', start: token.start + from, end: token.end, message }];
}

/** In most other notations `*.x` is what squid writes as `.x`: the domain and all names below it. */
function noHost(token: Token): LineProblem {
  const { start, end, text } = token;
  const common = { code: 'never-matches', start, end } as const;
  const message = `'${text}' is not a host name and matches nothing`;
  const domain = text.replace(/^(?:\.?\*+|\.+)(?=\.)/, '');
  if (domain === text || isNoHostName(readDomain(domain))) return { ...common, message };
  const hint = `write '${domain}' for the domain and its subdomains`;
  return { ...common, message: `${message} (${hint})`, replacement: domain };
}

/** One port or a range of them, 0–65535 (`ACLIntRange::parse`). */
function checkPort(token: Token): LineProblem[] {
  const [low = '', high, ...rest] = token.text.split('-');
  if (rest.length > 0 || ![low, high ?? low].every((text) => /^\d+$/.test(text) && Number(text) <= 65535)) {
    return [problemAt(token, `invalid port or range of ports '${token.text}'`)];
  }
  return Number(high ?? low) < Number(low) ? [problemAt(token, `the range '${token.text}' is reversed`)] : [];
}

function checkPatterns(values: readonly Token[]): LineProblem[] {
  return values.flatMap((token) => {
    if (token.text === '-i' || token.text === '+i') return [];
    const fault = posixRegexFault(token.text);
    if (fault === undefined) return [];
    return [problemAt(token, `squid skips the invalid regular expression '${token.text}': ${fault}`)];
  });
}

/** Days are letters of SMTWHFAD; a time is `h1:m1-h2:m2` (`ACLTimeData::parse`). */
function checkTime(token: Token): LineProblem[] {
  if (!/^\d/.test(token.text)) {
    return /^[SMTWHFAD-]*$/.test(token.text)
      ? []
      : [problemAt(token, `invalid day in '${token.text}', which squid ignores`)];
  }
  const match = /^(\d{1,9}):(\d{1,9})-(\d{1,9}):(\d{1,9})/.exec(token.text);
  const [h1 = 99, m1 = 99, h2 = 99, m2 = 99] = (match ?? []).slice(1).map(Number);
  const valid = h1 < 24 && m1 < 60 && m2 < 60 && (h2 < 24 || (h2 === 24 && m2 === 0));
  if (!valid) return [problemAt(token, `invalid time range '${token.text}'`)];
  return h1 * 60 + m1 > h2 * 60 + m2 ? [problemAt(token, `the time range '${token.text}' is reversed`)] : [];
}

function checkNumbers(type: AclType, values: readonly Token[]): LineProblem[] {
  const [first] = values;
  if (!first || !type.name.startsWith('max') || /^\d+$/.test(first.text)) return [];
  return [problemAt(first, `invalid number of connections '${first.text}'`)];
}

/** `a:b`, `a/b` with a ≤ b, or a fraction `0.…` (`ACLRandom::parse`). */
function checkRandom(token: Token): LineProblem[] {
  const ratio = /^(\d{1,9})([:/])(\d{1,9})/.exec(token.text);
  const [a, b] = [Number(ratio?.[1] ?? 0), Number(ratio?.[3] ?? 0)];
  if (ratio ? a > 0 && b > 0 && (ratio[2] === ':' || a <= b) : /^0\.\d/.test(token.text)) return [];
  return [problemAt(token, `invalid fraction of requests '${token.text}'`)];
}

function checkWords(type: AclType, values: readonly Token[]): LineProblem[] {
  switch (type.name) {
    case 'has':
      return values.flatMap((token) =>
        TRANSACTION_COMPONENTS.hasAnyCase(token.text)
          ? []
          : [problemAt(token, `unknown component of a transaction '${token.text}'`)],
      );
    case 'transaction_initiator':
      return values.flatMap((token) =>
        TRANSACTION_INITIATORS.has(token.text)
          ? []
          : [problemAt(token, `unknown initiator of transactions '${token.text}'`)],
      );
    case 'hier_code':
      return values.flatMap((token) =>
        HIERARCHY_CODES.has(token.text) ? [] : [problemAt(token, `unknown hierarchy code '${token.text}'`)],
      );
    case 'ssl_error':
      return values.flatMap((token) =>
        /^(X509_V_ERR_|SQUID_|ssl::|ERR_)|^\d+$/.test(token.text)
          ? []
          : [problemAt(token, `unknown name of a TLS error '${token.text}'`)],
      );
    case 'client_connection_mark':
      return values.flatMap((token) => (isMark(token.text) ? [] : [problemAt(token, `invalid mark '${token.text}'`)]));
    case 'annotate_client':
    case 'annotate_transaction':
      return values.flatMap((token) =>
        token.text.includes('=') ? [] : [problemAt(token, `expected an annotation of the form name=value`)],
      );
    default:
      return [];
  }
}

/** `mark` or `mark/mask`, of 32 bits; a mask has some (`NfMarkConfig::Parse`). */
function isMark(text: string): boolean {
  const [mark, mask = '1', ...more] = text.split('/');
  const [value, bits] = [numberInC(mark ?? '', 0xffff_ffff), numberInC(mask, 0xffff_ffff)];
  return value !== undefined && bits !== undefined && bits > 0 && more.length === 0;
}
