// The hosts and networks that a file names in its texts.
import { type DomainTree, DomainTreeBuilder } from '../../../model/domain-tree.js';
import { IpSet, parseAddress, parsePrefix } from '../../../model/ip.js';
import { nodesOf, type ParsedPac } from '../syntax/tree.js';
import { type TextLiteral, textOf } from './constants.js';
import { calledHelper, isCallOf } from './helper-calls.js';
import type { Scopes } from './scopes.js';

const HOST_NAME = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;

/**
 * The host names in a text: itself without scheme, port and path, without leading dot or `*.`, and with wildcards
 * inside filled in.
 */
export function hostsIn(text: string): string[] {
  if (text.length > 300) return [];
  const authority = text
    .toLowerCase()
    .replace(/^[a-z*?]{1,8}:\/\//, '')
    .replace(/[/:].*$/s, '');
  const names = new Set<string>();
  for (const filling of ['', 'x']) {
    const name = authority
      .replace(/^[*.?]+(?=\.)/, '')
      .replace(/[*?]/g, filling)
      .replace(/^\.+|\.+$/g, '');
    if (name.length < 254 && HOST_NAME.test(name)) names.add(name);
  }
  return [...names];
}

/** The host names of a file, as a tree of labels. */
export function hostLabels(literals: readonly TextLiteral[], tree: ParsedPac): DomainTree {
  const builder = new DomainTreeBuilder();
  for (const { text } of literals) {
    for (const host of hostsIn(text)) if (!/^\d+(?:\.\d+){0,2}$/.test(host)) builder.add(host, false);
  }
  for (const node of nodesOf(tree, 'Literal')) {
    if (!('regex' in node) || !node.regex) continue;
    for (const match of node.regex.pattern.replace(/\\([./-])/g, '$1').matchAll(/[a-z0-9_-]+(?:\.[a-z0-9_-]+)+/gi))
      builder.add(match[0].toLowerCase(), false);
  }
  return builder.build();
}

/** The networks that a file distinguishes, larger ones first: of isInNet and isInNetEx, and of texts such as `10.` or `10.*`. */
export function networksIn(literals: readonly TextLiteral[], tree: ParsedPac, scopes: Scopes): IpSet[] {
  const networks = new Map<string, { set: IpSet; length: number }>();
  const add = (text: string) => {
    const prefix = parsePrefix(text);
    if (prefix) networks.set(text, { set: IpSet.of(prefix), length: prefix.length });
  };
  for (const node of nodesOf(tree, 'CallExpression')) {
    const call = calledHelper(node, scopes);
    if (call?.name === 'isInNet') {
      const network = networkOf(textOf(call.args[1], scopes), textOf(call.args[2], scopes));
      if (network) networks.set(network.text, network);
    }
  }
  for (const { node, text } of literals) {
    const parent = tree.parents.get(node);
    if (text.length > 50 || (parent && isCallOf(parent, 'isInNet', scopes))) continue;
    if (text.includes('/') || parseAddress(text)) add(text);
    const octets = /^((?:\d{1,3}\.){1,3})\*?$/.exec(text)?.[1];
    if (octets) {
      const count = octets.split('.').length - 1;
      add(`${octets}${new Array(4 - count).fill('0').join('.')}/${count * 8}`);
    }
  }
  return [...networks.values()].sort((a, b) => a.length - b.length).map(({ set }) => set);
}

/** The network of an address and a mask as isInNet reads them; `undefined` where they are not a network. */
export function networkOf(
  pattern: string | undefined,
  mask: string | undefined,
): { readonly set: IpSet; readonly length: number; readonly text: string } | undefined {
  const address = pattern === undefined ? undefined : parseAddress(pattern);
  const bits = mask === undefined ? undefined : parseAddress(mask);
  if (address?.family !== 4 || bits?.family !== 4) return undefined;
  const length = maskLength(bits.value);
  if (length === undefined) return undefined;
  const set = IpSet.of({ address, length });
  return { set, length, text: set.toPrefixes()[0] ?? '0.0.0.0/0' };
}

/** The prefix length of a mask; `undefined` where its ones are not all on the left. */
export function maskLength(mask: number): number | undefined {
  for (let length = 0; length <= 32; length++) if (mask === 2 ** 32 - 2 ** (32 - length)) return length;
  return undefined;
}
