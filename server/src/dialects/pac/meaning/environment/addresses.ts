// The functions that look at addresses: those of the client, and those that DNS gives.
import type { AnyNode } from 'acorn';
import { IntervalSet } from '../../../../model/intervals.js';
import { type Address, IpSet, parseAddress, parsePrefix } from '../../../../model/ip.js';
import type { Language } from '../../../../model/text-language.js';
import { isAddressPlaceholder } from '../../vocabulary/placeholders.js';
import { languageOf } from '../question/address-language.js';
import { allOf, anyOf, type Condition, not } from '../question/condition.js';
import type { AddressVariable } from '../question/variables.js';
import { HOST } from '../question/variables.js';
import { ipv6Text } from '../values/ipv6.js';
import { Text } from '../values/text.js';
import {
  Choice,
  Ipv6Text,
  OpenText,
  type OperationResult,
  TracedBoolean,
  TracedNumber,
  Unknown,
  type Value,
} from '../values/value.js';
import { AddressNumber } from './address-number.js';
import type { Helper, HelperContext } from './helper.js';
import { ipv6Language } from './ipv6-language.js';
import { ALL_V4, addressesUnder } from './masks.js';

const HOST_TEXT = new Text({ kind: 'variable', variable: HOST });

/** What a program asks DNS for, or takes as an address. */
type Name =
  /** No text at all, for which DNS is not asked. */
  | { readonly kind: 'none' }
  | { readonly kind: 'name'; readonly name: string }
  /** The name of the request, which may be an address itself. */
  | { readonly kind: 'host' }
  | { readonly kind: 'address'; readonly variable: AddressVariable }
  | { readonly kind: 'unknown'; readonly value: Unknown };

function nameOf(value: Value, { node }: HelperContext): Name {
  if (typeof value === 'string') return { kind: 'name', name: value };
  if (value instanceof Text) {
    const { form } = value;
    if (form.kind === 'variable' && form.variable.kind === 'host') return { kind: 'host' };
    if (form.kind === 'variable' && form.variable.kind === 'address')
      return { kind: 'address', variable: form.variable };
    return { kind: 'unknown', value: missing('asks DNS for a name that is made from the request', node) };
  }
  if (value instanceof Unknown) return { kind: 'unknown', value: missing(value.reason, node) };
  if (value instanceof TracedNumber) {
    return { kind: 'unknown', value: missing('asks DNS for something that depends on the request', node) };
  }
  return { kind: 'none' };
}

/** DNS may have no answer. */
function missing(reason: string, node: AnyNode): Unknown {
  return new Unknown(reason, node, false, true);
}

/** A dotted quad as the helpers take it: with leading zeros, which they ignore. */
function quadOf(text: string): number | undefined {
  const address = parseAddress(text.replace(/(?<!\d)0+(?=\d)/g, ''));
  return address?.family === 4 ? address.value : undefined;
}

function textOf(variable: AddressVariable): Text {
  return new Text({ kind: 'variable', variable });
}

/** Whether the host is an address, as far as some of the hosts may be. */
function hostIsQuad({ region, budget }: HelperContext): Condition {
  const language = languageOf(ALL_V4);
  const quads = region.where(HOST, language, true, budget);
  return quads === undefined ? { kind: 'never' } : hostIn(language);
}

function hostIn(language: Language): Condition {
  return { kind: 'matches', text: HOST_TEXT, language };
}

export const myIpAddress: Helper = (_args, context) => {
  const { environment, node } = context;
  const { onlyClient, clients } = environment;
  if (onlyClient !== undefined) return onlyClient;
  const variable = environment.client(node);
  if (clients.v6.isEmpty) return textOf(variable);
  // Chromium and Firefox prefer IPv4, and give the IPv6 address of a client that has no other.
  const v6 = ipv6Text('looks at the IPv6 address of the client', ipv6Language(clients), context);
  if (clients.v4.isEmpty) return v6;
  return new Choice([
    { when: { kind: 'address-in', variable, set: IpSet.all.ofFamily(4) }, value: textOf(variable) },
    { when: { kind: 'always' }, value: v6 },
  ]);
};

export const myIpAddressEx: Helper = (_args, { environment, node }) => {
  const { onlyClient, clients } = environment;
  if (onlyClient !== undefined) return onlyClient;
  if (!clients.v6.isEmpty) return new Unknown('looks at the list of all addresses of the client', node);
  return textOf(environment.client(node));
};

export const dnsResolve: Helper = (args, context) => {
  const { environment, node } = context;
  const name = nameOf(args[0], context);
  switch (name.kind) {
    case 'none':
      return null;
    case 'unknown':
      return name.value;
    case 'address':
      return textOf(name.variable);
    case 'name': {
      if (quadOf(name.name) !== undefined) return name.name;
      if (name.name === '' || parseAddress(name.name)) return null;
      return answerOf(environment.addressOf(name.name, node));
    }
    case 'host':
      return new Choice([
        { when: hostIsQuad(context), value: HOST_TEXT },
        ...answerOf(environment.addressOf(undefined, node)).alternatives,
      ]);
  }
};

function answerOf(variable: AddressVariable): Choice {
  return new Choice([
    { when: { kind: 'resolves', variable }, value: textOf(variable) },
    { when: { kind: 'always' }, value: null },
  ]);
}

export const isResolvable: Helper = (args, context) => {
  const { environment, node } = context;
  const name = nameOf(args[0], context);
  switch (name.kind) {
    case 'none':
      return false;
    case 'unknown':
      return name.value;
    case 'address':
      return true;
    case 'name': {
      if (quadOf(name.name) !== undefined) return true;
      if (name.name === '' || parseAddress(name.name)) return false;
      return traced({ kind: 'resolves', variable: environment.addressOf(name.name, node) });
    }
    case 'host':
      return traced(
        anyOf([hostIsQuad(context), { kind: 'resolves', variable: environment.addressOf(undefined, node) }]),
      );
  }
};

/** A condition as the value of the program that it is. */
function traced(condition: Condition): boolean | TracedBoolean {
  if (condition.kind === 'always' || condition.kind === 'never') return condition.kind === 'always';
  return new TracedBoolean(condition);
}

export const isInNet: Helper = (args, context) => {
  const [host, pattern, mask] = args;
  // A name as the network: no network at all.
  if (pattern instanceof Text && nameOf(pattern, context).kind === 'host' && hostIsQuad(context).kind === 'never') {
    return false;
  }
  const unknown = [pattern, mask].find(isTraced);
  if (unknown !== undefined)
    return new Unknown(reasonOf(unknown, 'compares an address with a network that is not constant'), context.node);
  const open = [pattern, mask].map(String).find(isAddressPlaceholder);
  if (open !== undefined) return new OpenText(open, context.node);
  const [network, bits] = [quadOf(String(pattern)), quadOf(String(mask))];
  if (network === undefined || bits === undefined) return false;
  const set = addressesUnder(network, bits);
  if (!set) return new Unknown('compares an address with a mask of too many parts', context.node);
  return addressIn(host, set, context);
};

/** Whether the address of a name, or an address itself, is in a set. */
function addressIn(value: Value, set: IpSet, context: HelperContext): OperationResult {
  const { environment, node } = context;
  const name = nameOf(value, context);
  switch (name.kind) {
    case 'none':
      return false;
    case 'unknown':
      // Chromium does not resolve an IPv6 address; Firefox takes its bytes for 0.
      return value instanceof Ipv6Text && !set.v4.has(0) ? false : name.value;
    case 'address':
      return traced({ kind: 'address-in', variable: name.variable, set });
    case 'name': {
      const quad = quadOf(name.name);
      if (quad !== undefined) return set.v4.has(quad);
      if (name.name === '' || parseAddress(name.name)) return false;
      return traced({ kind: 'address-in', variable: environment.addressOf(name.name, node), set });
    }
    case 'host': {
      const answer: Condition = { kind: 'address-in', variable: environment.addressOf(undefined, node), set };
      const isQuad = hostIsQuad(context);
      if (isQuad.kind === 'never') return traced(answer);
      return traced(anyOf([hostIn(languageOf(set)), allOf([not(isQuad), answer])]));
    }
  }
}

function isTraced(value: Value): value is Text | TracedNumber | TracedBoolean | Unknown {
  return (
    value instanceof Text || value instanceof TracedNumber || value instanceof TracedBoolean || value instanceof Unknown
  );
}

function reasonOf(value: Value, otherwise: string): string {
  return value instanceof Unknown ? value.reason : otherwise;
}

export const isInNetEx: Helper = (args, context) => {
  const [address, prefix] = args;
  if (isTraced(prefix))
    return new Unknown(reasonOf(prefix, 'compares an address with a network that is not constant'), context.node);
  if (typeof prefix !== 'string' || (typeof address !== 'string' && !isTraced(address))) return null;
  const network = prefix.includes('/') ? parsePrefix(prefix) : undefined;
  if (!network) return false;
  const set = withMapped(IpSet.of(network));
  if (typeof address === 'string') {
    const own = parseAddress(address);
    return own !== undefined && set.has(own);
  }
  const name = nameOf(address, context);
  switch (name.kind) {
    case 'unknown':
      return name.value;
    case 'address':
      return addressIn(address, set, context);
    case 'host':
      // Names are not looked up.
      return hostIsQuad(context).kind === 'never' ? false : traced(hostIn(languageOf(set)));
    default:
      return null;
  }
};

/** The addresses `::ffff:0:0/96`, which stand for IPv4 addresses (RFC 4291, section 2.5.5.2). */
const MAPPED = 0xffff_0000_0000n;

/** Chromium compares addresses of different families as IPv4-mapped IPv6 addresses. */
function withMapped(set: IpSet): IpSet {
  const mapped = set.v6.intersect(IntervalSet.range(MAPPED, MAPPED + 0xffff_ffffn));
  const v4 = mapped.intervals.map(([low, high]) => [Number(low - MAPPED), Number(high - MAPPED)] as const);
  const v6 = set.v4.intervals.map(([low, high]) => [MAPPED + BigInt(low), MAPPED + BigInt(high)] as const);
  return set.union(new IpSet(IntervalSet.from(v4), IntervalSet.from(v6)));
}

/** The four bytes of a dotted quad as one number; `undefined & 255` is 0. */
export const convertAddress: Helper = ([value], { node }) => {
  if (value instanceof Text && value.form.kind === 'variable' && value.form.variable.kind === 'address') {
    return new AddressNumber(value.form.variable, node);
  }
  if (value instanceof Ipv6Text) return 0;
  if (isTraced(value))
    return new Unknown(reasonOf(value, 'computes with an address that depends on the request'), node);
  const [a, b, c, d] = String(value)
    .split('.')
    .map((byte) => Number(byte) & 255);
  return ((a ?? 0) << 24) | ((b ?? 0) << 16) | ((c ?? 0) << 8) | (d ?? 0);
};

export const dnsResolveEx: Helper = (args, context) => {
  const name = nameOf(args[0], context);
  switch (name.kind) {
    case 'none':
      return undefined;
    case 'unknown':
      return name.value;
    case 'address':
      return textOf(name.variable);
    case 'name':
      if (name.name === '') return '';
      return parseAddress(name.name) ? name.name : answersOf(name.name, context);
    case 'host':
      return new Choice([
        { when: hostIsQuad(context), value: HOST_TEXT },
        ...answersOf(undefined, context).alternatives,
      ]);
  }
};

/** All addresses of a name: whether there are any can be followed, which they are cannot. */
function answersOf(asked: string | undefined, context: HelperContext): Choice {
  const list = new Unknown(`looks at the list of all addresses of ${asked ?? 'the host'}`, context.node);
  return new Choice([
    { when: resolvesEx(asked, context), value: list },
    { when: { kind: 'always' }, value: '' },
  ]);
}

function resolvesEx(asked: string | undefined, { environment, node }: HelperContext): Condition {
  return anyOf([
    { kind: 'resolves', variable: environment.addressOf(asked, node) },
    { kind: 'resolves', variable: environment.anyAddressOf(asked, node) },
  ]);
}

export const isResolvableEx: Helper = (args, context) => {
  const name = nameOf(args[0], context);
  switch (name.kind) {
    // What is not a text gives undefined, which is not the empty text either.
    case 'none':
    case 'address':
      return true;
    case 'unknown':
      return name.value;
    case 'name':
      if (name.name === '') return false;
      return parseAddress(name.name) ? true : traced(resolvesEx(name.name, context));
    case 'host':
      return traced(anyOf([hostIsQuad(context), resolvesEx(undefined, context)]));
  }
};

export const sortIpAddressList: Helper = ([list], { node }) => {
  if (isTraced(list)) return new Unknown(reasonOf(list, 'sorts a list of addresses that is not constant'), node);
  if (typeof list !== 'string') return null;
  const texts = list
    .replace(/[ \t]/g, '')
    .split(';')
    .filter((text) => text !== '');
  const entries = texts.map((text) => ({ text, address: parseAddress(text) }));
  if (entries.length === 0 || entries.some(({ address }) => !address)) return false;
  return entries
    .sort((a, b) => compare(a.address, b.address))
    .map(({ text }) => text)
    .join(';');
};

/** IPv6 before IPv4, each in ascending order. */
function compare(a: Address | undefined, b: Address | undefined): number {
  if (!a || !b) return 0;
  if (a.family !== b.family) return b.family - a.family;
  return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
}
