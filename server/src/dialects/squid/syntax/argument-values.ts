// Checks values that many directives have in common: numbers, ports, sizes, times, addresses.

import { parseNumericHost } from '../../../model/ip.js';
import type { LineProblem } from '../../shared/line-problem.js';
import type { Directive } from '../vocabulary/directives.js';
import { TLS_FLAGS } from '../vocabulary/values.js';
import { problemAt } from './references.js';
import type { Token } from './tree.js';

export const INTEGER = /^[-+]?\d+$/;

export function checkNumber(token: Token, form: RegExp): LineProblem[] {
  return form.test(token.text) && Math.abs(Number(token.text)) < 2 ** 31
    ? []
    : [problemAt(token, `invalid number '${token.text}'`)];
}

export function checkPortNumber(token: Token): LineProblem[] {
  return /^\+?\d+$/.test(token.text) && Number(token.text) <= 65535
    ? []
    : [problemAt(token, `invalid number '${token.text}': expected 0 to 65535`)];
}

/** A number and a unit; without unit squid assumes the default of the directive, with a warning. */
export function checkBytes(value: Token, unit: Token | undefined): LineProblem[] {
  if (value.text === 'none' || value.text.startsWith('-')) return [];
  if (!/^\+?(\d+\.?\d*|\.\d+)$/.test(value.text)) return [problemAt(value, `invalid size '${value.text}'`)];
  if (!unit || Number(value.text) === 0 || /^(bytes|kb|mb|gb)/i.test(unit.text)) return [];
  return [problemAt(unit, `invalid unit of size '${unit.text}': expected bytes, KB, MB or GB`)];
}

const TIME_UNIT = /^(nanosecond|microsecond|millisecond|second|minute|hour|day|week|fortnight|month|year|decade)/i;

export function checkDuration(directive: Directive, value: Token, unit: Token | undefined): LineProblem[] {
  if (!/^\+?(\d+\.?\d*|\.\d+)$/.test(value.text)) {
    // Squid 6 can disable the validation.
    if (directive.name === 'paranoid_hit_validation') return [];
    return [problemAt(value, `invalid duration '${value.text}'`)];
  }
  if (Number(value.text) === 0) return [];
  if (!unit) return [problemAt(value, `expected a unit after '${value.text}', such as 'seconds' or 'minutes'`)];
  return TIME_UNIT.test(unit.text) ? [] : [problemAt(unit, `invalid unit of time '${unit.text}'`)];
}

export function checkAddress(token: Token): LineProblem[] {
  const special = ['any_addr', 'no_addr', 'full_mask'];
  if (special.includes(token.text) || parseNumericHost(token.text) || !/^[\d.]+$|[^\w.-]/.test(token.text)) return [];
  return [problemAt(token, `invalid address '${token.text}'`)];
}

/** A key is read for the certificate before it (`Security::PeerOptions::parse`). */
export function checkKeyOrder(options: readonly Token[]): LineProblem[] {
  const key = options.findIndex(({ text }) => /^(?:tls-|ssl)?key=/.test(text));
  if (key < 0 || options.slice(0, key).some(({ text }) => /^(?:tls-|ssl)?cert=/.test(text))) return [];
  const [name] = options[key]?.text.split('=') ?? [];
  return options.slice(key, key + 1).map((token) => problemAt(token, `'${name}=' needs a certificate before it`));
}

/** The flags in options such as `sslflags=` of a port; `names` are the names of the option there. */
export function checkTlsFlags(options: readonly Token[], names: RegExp): LineProblem[] {
  return options.flatMap((token) => {
    const name = names.exec(token.text)?.[0];
    const unknown = name === undefined ? undefined : unknownFlag(token.text.slice(name.length));
    return unknown === undefined ? [] : [problemAt(token, `unknown TLS flag '${unknown}'`)];
  });
}

/** Squid reads a known flag and a delimiter by turns, and nothing after a flag without one. */
function unknownFlag(text: string): string | undefined {
  for (let rest = text; rest !== ''; ) {
    const flag = [...TLS_FLAGS.names].find((name) => rest.startsWith(name));
    if (flag === undefined) return rest;
    if (!/^[:,]/.test(rest.slice(flag.length))) return undefined;
    rest = rest.slice(flag.length + 1);
  }
  return undefined;
}
