// Tells values of options that iptables refuses and no other reader looks at.
import { type AddressFamily, hasPadding, inetAton, parseAddress } from '../../../../model/ip.js';
import { type ValueSyntax, valueSyntax } from '../../vocabulary/option-values.js';
import { parseProtocol } from '../../vocabulary/protocols.js';
import { parseNetwork } from '../addresses.js';
import type { UsedExtension } from '../command.js';
import type { RuleBuilder } from './builder.js';

/** Reports the values that an option of an extension does not take, where its reader has not done so. */
export function checkOptionValues(builder: RuleBuilder, used: UsedExtension): void {
  for (const { option, values } of used.options) {
    const [value] = values;
    const syntax = value && value.unknown === undefined ? valueSyntax(option) : undefined;
    if (!value || !syntax || takes(syntax, value.text, builder.family)) continue;
    if (builder.problems.some(({ start, end }) => start <= value.start && value.end <= end)) continue;
    builder.report(value, `invalid value '${value.text}' of '--${option.name}', expected ${expected(syntax)}`);
  }
}

function takes(syntax: ValueSyntax, text: string, family: AddressFamily): boolean {
  switch (syntax.kind) {
    case 'number':
      return isNumber(text, syntax.low, syntax.high) || (syntax.words?.some((word) => sameWord(text, word)) ?? false);
    case 'number-range': {
      const parts = text.split(':');
      return parts.length <= 2 && parts.every((part) => part === '' || isNumber(part, 0n, syntax.high));
    }
    case 'words': {
      const given = syntax.list ? text.split(',').filter(Boolean) : [text];
      const { words } = syntax;
      return (
        given.length > 0 &&
        given.every((one) => words.some((word) => (syntax.anyCase ? sameWord(one, word) : one === word)))
      );
    }
    case 'rate':
      return isRate(text, syntax.highest);
    case 'mask':
      return isMask(text, family);
    case 'network':
      return (
        parseNetwork(text, family) !== 'invalid' || (family === 4 && inetAton(text.split('/')[0] ?? '') !== undefined)
      );
    case 'translation':
      return isTranslation(text, family);
    case 'protocol':
      return parseProtocol(text) !== undefined || isNumber(text, 0n, 255n);
    case 'pattern':
      return syntax.pattern.test(text);
  }
}

function sameWord(given: string, word: string): boolean {
  return given.toLowerCase() === word.toLowerCase();
}

/** As strtoul(3) reads it with base 0. */
function isNumber(text: string, low: bigint, high: bigint): boolean {
  const [, hex, octal, decimal] = /^\s*\+?(?:(0x[\da-f]+)|0([0-7]*)|([1-9]\d*))$/i.exec(text) ?? [];
  const digits = hex ?? (octal === undefined ? decimal : octal === '' ? '0' : `0o${octal}`);
  if (digits === undefined || digits.length > 32) return false;
  const value = BigInt(digits);
  return low <= value && value <= high;
}

const SECONDS: Readonly<Record<string, number>> = { second: 1, minute: 60, hour: 3_600, day: 86_400 };

/** `10/minute`: a unit may be abbreviated; without one, seconds (`parse_rate`). `512kb/s` counts bytes. */
function isRate(text: string, highest: number): boolean {
  const [count = '', unit = 'second'] = text.split('/', 2);
  const seconds = Object.keys(SECONDS).find((name) => unit !== '' && name.startsWith(unit.toLowerCase()));
  const [, digits = '', rest = ''] = /^\s*\+?(\d+)(.*)$/.exec(count) ?? [];
  if (seconds === undefined || !(Number(digits) > 0)) return false;
  return /b/i.test(rest) || Math.floor(Number(digits) / (SECONDS[seconds] ?? 1)) <= highest;
}

/** A length or a mask, which is read as an address: 33 is 0.0.0.33. */
function isMask(text: string, family: AddressFamily): boolean {
  if (family === 4) return isNumber(text, 0n, 0xffff_ffffn) || inetAton(text) !== undefined;
  return isNumber(text, 0n, 128n) || parseAddress(text)?.family === 6;
}

/** `address[-address][:port[-port[/base]]]`, or ports alone; IPv6 addresses stand in brackets where ports follow. */
function isTranslation(text: string, family: AddressFamily): boolean {
  const form =
    family === 4 || text.startsWith(':') ? /^([^:]*)(?::(.+))?$/ : /^(?:\[(?=.*\]))?([^\]]*)(?:\](?::(.+))?)?$/;
  const [, hosts = '', ports] = form.exec(text) ?? (text.startsWith('::') ? [text, text] : []);
  if (ports !== undefined && !/^(?:\d{1,5}(?:-\d{1,5}(?:\/\d{1,5})?)?|[a-z][\w.+-]*)$/i.test(ports)) return false;
  if (hosts === '') return ports !== undefined;
  // By `inet_pton`, other than the addresses of matches.
  return hosts.split('-', 2).every((host) => parseAddress(host)?.family === family && !hasPadding(host));
}

function expected(syntax: ValueSyntax): string {
  switch (syntax.kind) {
    case 'number':
      return `a number from ${syntax.low} to ${syntax.high}${syntax.words ? `, or ${alternatives(syntax.words)}` : ''}`;
    case 'number-range':
      return `a number or a range such as 1:9, at most ${syntax.high}`;
    case 'words':
      return `${syntax.list ? 'one or more of ' : ''}${alternatives(syntax.words)}`;
    case 'rate':
      return `a rate such as 10/minute, at most ${syntax.highest} a second`;
    case 'mask':
      return 'the length of a prefix or a mask';
    case 'network':
      return 'an address or a network';
    case 'translation':
      return 'an address or a range of addresses, with or without ports';
    case 'protocol':
      return 'the name or the number of a protocol';
    case 'pattern':
      return syntax.expected;
  }
}

function alternatives(words: readonly string[]): string {
  const [last = '', ...others] = [...words].reverse();
  return others.length === 0 ? last : `${others.reverse().join(', ')} or ${last}`;
}
