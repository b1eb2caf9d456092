// Reports helpers that are called with an argument in the wrong place, or of the wrong kind.
import type { CallExpression, Expression } from 'acorn';
import { parseAddress } from '../../../model/ip.js';
import type { FileEdit } from '../../../text/edit.js';
import { constantValue } from '../program/constants.js';
import { entryFunction } from '../program/entry-function.js';
import { calledHelper, type HelperCall } from '../program/helper-calls.js';
import { maskLength } from '../program/hosts-and-networks.js';
import { nodesOf } from '../syntax/tree.js';
import type { CheckContext } from './context.js';

export function checkArgumentPlaces(context: CheckContext): void {
  for (const node of nodesOf(context.tree, 'CallExpression')) {
    const call = calledHelper(node, context.scopes);
    if (!call || context.isClaimed(node)) continue;
    const found =
      hostAfterMask(call, context) ??
      exchangedArguments(call, context) ??
      uncalledAddress(call, context) ??
      exchangedMask(call, context) ??
      urlInPlaceOfHost(call, context) ??
      nameInPlaceOfAddress(call, context) ??
      listInPlaceOfText(call, node, context);
    if (!found || !context.claim(node)) continue;
    const { at, message, fix } = found;
    context.report('pac-invalid-argument', at, message, fix ? { fix } : {});
  }
}

interface Misplaced {
  readonly at: Expression;
  readonly message: string;
  readonly fix?: { readonly title: string; readonly edits: readonly FileEdit[] } | undefined;
}

/** The helpers that take a host first, and what they compare it with second. */
const COMPARING: ReadonlySet<string> = new Set(['dnsDomainIs', 'localHostOrDomainIs', 'shExpMatch', 'isInNet']);

/** `isInNet("10.0.0.0", host, "255.0.0.0")`: a constant in the place of the host, and the host after it. */
function exchangedArguments({ name, args }: HelperCall, context: CheckContext): Misplaced | undefined {
  const [first, second] = args;
  if (!first || !second || !COMPARING.has(name)) return undefined;
  const constant = context.constantOf(first);
  if (constant === undefined || !context.subjects.of(second)) return undefined;
  const message = `The host comes first: ${name} compares "${constant}" with the host here.`;
  return { at: first, message, fix: exchange(first, second, context) };
}

/** `isInNet("10.0.0.0", "255.0.0.0", host)`: the host last. */
function hostAfterMask({ name, args }: HelperCall, context: CheckContext): Misplaced | undefined {
  const [network, mask, subject] = args;
  if (name !== 'isInNet' || !network || !mask || !subject) return undefined;
  if ([network, mask].some((text) => parseAddress(context.constantOf(text) ?? '')?.family !== 4)) return undefined;
  if (context.constantOf(subject) !== undefined) return undefined;
  const [first, second, third] = [network, mask, subject].map((one) => context.textOf(one));
  const edits = [
    context.edit(network, third ?? ''),
    context.edit(mask, first ?? ''),
    context.edit(subject, second ?? ''),
  ];
  const message = 'What is looked up comes first, before the network and its mask.';
  return { at: network, message, fix: { title: 'Put the host first', edits } };
}

/** `isInNet(myIpAddress, …)`: the function instead of the address that it gives. */
function uncalledAddress({ name, args }: HelperCall, context: CheckContext): Misplaced | undefined {
  const [subject] = args;
  if (subject?.type !== 'Identifier' || !/^(?:isInNet|isInNetEx)$/.test(name)) return undefined;
  if (!/^myIpAddress(?:Ex)?$/.test(subject.name) || context.scopes.bindingOf.has(subject)) return undefined;
  const written = `${subject.name}()`;
  const message = `\`${subject.name}\` is not called here: its address is \`${written}\`.`;
  return { at: subject, message, fix: { title: `Write ${written}`, edits: [context.edit(subject, written)] } };
}

/** `isInNet(host, "255.0.0.0", "10.0.0.0")`: the mask before the network. */
function exchangedMask({ name, args }: HelperCall, context: CheckContext): Misplaced | undefined {
  const [, network, mask] = args;
  if (name !== 'isInNet' || !network || !mask) return undefined;
  const [first, second] = [network, mask].map((argument) => parseAddress(context.constantOf(argument) ?? ''));
  if (first?.family !== 4 || second?.family !== 4 || first.value === 0) return undefined;
  if (maskLength(first.value) === undefined || maskLength(second.value) !== undefined) return undefined;
  const message = 'The mask comes after the network.';
  return { at: network, message, fix: exchange(network, mask, context) };
}

function exchange(first: Expression, second: Expression, context: CheckContext): Misplaced['fix'] {
  const edits = [context.edit(first, context.textOf(second)), context.edit(second, context.textOf(first))];
  return { title: 'Exchange the arguments', edits };
}

const TAKES_HOST: ReadonlySet<string> = new Set([
  ...['isPlainHostName', 'dnsDomainIs', 'localHostOrDomainIs', 'isResolvable', 'isInNet', 'dnsResolve'],
  ...['dnsDomainLevels', 'isResolvableEx', 'dnsResolveEx', 'isInNetEx'],
]);

function urlInPlaceOfHost({ name, args }: HelperCall, context: CheckContext): Misplaced | undefined {
  const [subject] = args;
  if (!subject || !TAKES_HOST.has(name) || context.subjects.of(subject) !== 'url') return undefined;
  const message = `${name} expects the host; a URL has its scheme before it and its path after it.`;
  // The parameter of the host is in sight where that of the URL is not passed on.
  const [, host] = entryFunction(context.tree, context.scopes)?.params ?? [];
  const [url] = entryFunction(context.tree, context.scopes)?.params ?? [];
  const isOwn =
    subject.type === 'Identifier' &&
    url?.type === 'Identifier' &&
    context.scopes.bindingOf.get(subject) === context.scopes.bindingOf.get(url);
  if (!isOwn || host?.type !== 'Identifier') return { at: subject, message };
  return { at: subject, message, fix: { title: `Write ${host.name}`, edits: [context.edit(subject, host.name)] } };
}

/** isInNetEx, unlike isInNet, does not look names up. */
function nameInPlaceOfAddress({ name, args }: HelperCall, context: CheckContext): Misplaced | undefined {
  const [subject, prefix] = args;
  if (name !== 'isInNetEx' || !subject || context.subjects.of(subject) !== 'host') return undefined;
  const message = 'isInNetEx does not look names up: the condition holds for hosts that are addresses only.';
  const isIpv4 = parseAddress((context.constantOf(prefix) ?? '').split('/')[0] ?? '')?.family === 4;
  if (!isIpv4) return { at: subject, message };
  const looked = `dnsResolve(${context.textOf(subject)})`;
  return { at: subject, message, fix: { title: `Write ${looked}`, edits: [context.edit(subject, looked)] } };
}

/** `dnsDomainIs(host, list)`: the text of a list is its elements with commas between them. */
function listInPlaceOfText(
  { name, args }: HelperCall,
  { start, end }: CallExpression,
  context: CheckContext,
): Misplaced | undefined {
  const [subject, pattern] = args;
  if (!subject || !pattern || !COMPARING.has(name)) return undefined;
  const value = constantValue(pattern, context.scopes);
  if (value?.type !== 'ArrayExpression' || value.elements.length < 2) return undefined;
  const message = `${name} compares with one text, not with a list.`;
  const texts = value.elements.map((element) => (element ? context.constantOf(element) : undefined));
  if (value !== pattern || texts.includes(undefined) || name === 'isInNet') return { at: pattern, message };
  const calls = texts.map(
    (text) => `${name}(${context.textOf(subject)}, ${context.quotedLike(value.elements[0] ?? pattern, text ?? '')})`,
  );
  return {
    at: pattern,
    message,
    fix: { title: 'Write one call for each', edits: [context.edit({ start, end }, `(${calls.join(' || ')})`)] },
  };
}
