// Adds hosts to lists of hosts, and to objects whose keys are hosts. The analysis determines which of them lead to DIRECT.
import type { Candidate } from '../../dialect.js';
import { nodesOf } from '../syntax/tree.js';
import type { Bypass } from './bypass.js';
import { elementsFor } from './host-patterns.js';

const HOST = /^[*.\w-]+\.[a-z]{2,}$/i;

export function* extendLists(bypass: Bypass): Generator<Candidate> {
  const { tree } = bypass.program;
  for (const list of nodesOf(tree, 'ArrayExpression')) {
    const elements = list.elements.flatMap((element) => (element ? [element] : []));
    const hosts = elements.map((element) =>
      element.type === 'Literal' && typeof element.value === 'string' ? element.value : undefined,
    );
    const last = elements.at(-1);
    if (!last || hosts.some((host) => host === undefined || !HOST.test(host))) continue;
    const added = bypass.hosts.flatMap((host) => elementsFor(host, hosts.map(String)));
    const missing = added.filter((host) => !hosts.includes(host));
    if (missing.length === 0) continue;
    const separator = separatorBetween(tree.source.text, elements.at(-2), last);
    const quote = tree.source.text.charAt(last.start);
    const newText = missing.map((host) => `${separator}${quote}${host}${quote}`).join('');
    yield bypass.proposal('with the list of line', list.start, last.end, newText);
  }
}

export function* extendTables(bypass: Bypass): Generator<Candidate> {
  const { tree } = bypass.program;
  const { text } = tree.source;
  for (const node of nodesOf(tree, 'ObjectExpression')) {
    const last = node.properties.at(-1);
    const keys = node.properties.map((property) =>
      property.type === 'Property' && property.key.type === 'Literal' && typeof property.key.value === 'string'
        ? property.key.value
        : undefined,
    );
    if (last?.type !== 'Property' || keys.some((key) => key === undefined || !HOST.test(key))) continue;
    const added = bypass.hosts.flatMap((host) => elementsFor(host, keys.map(String)));
    const separator = separatorBetween(text, node.properties.at(-2), last);
    const quote = text.charAt(last.key.start);
    const value = text.slice(last.key.end, last.end);
    const newText = added.map((host) => `${separator}${quote}${host}${quote}${value}`).join('');
    yield bypass.proposal('with the table of line', node.start, last.end, newText);
  }
}

/** The text between two elements, unless it contains a comment, which would be repeated. */
function separatorBetween(
  text: string,
  previous: { readonly end: number } | undefined,
  last: { readonly start: number },
): string {
  const separator = previous ? text.slice(previous.end, last.start) : ', ';
  return /^[\s,]*$/.test(separator) ? separator : ', ';
}
