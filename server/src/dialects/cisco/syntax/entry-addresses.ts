// Reads the source and the destination of an entry.
import { IpSet } from '../../../model/ip.js';
import type { LineProblem } from '../../shared/line-problem.js';
import type { ListForm } from '../vocabulary/command-table.js';
import { ENTRY_ADDRESSES } from '../vocabulary/commands.js';
import { isNetmask, prefixSet, quad, rangeSet, wildcardSet } from './addresses.js';
import { type Cursor, isNameLike, problemAt, referenceTo } from './cursor.js';
import type { AddressOperand, NameOperand, NameReference, Token } from './tree.js';

/** The state of reading an entry. */
export interface EntryReader {
  readonly cursor: Cursor;
  readonly form: ListForm;
  readonly problems: LineProblem[];
  readonly references: NameReference[];
  readonly opaque: string[];
}

const ANY: AddressOperand = { kind: 'addresses', set: IpSet.all };
export const ANY_V4: AddressOperand = { kind: 'addresses', set: IpSet.all.ofFamily(4) };
export const ANY_V6: AddressOperand = { kind: 'addresses', set: IpSet.all.ofFamily(6) };

/** What `any` means in a list of a form. */
export function anyOf(form: ListForm): AddressOperand {
  return form === 'asa' ? ANY : form === 'ipv6' ? ANY_V6 : ANY_V4;
}

/** Whether the name of an object or group follows. */
export function startsName(cursor: Cursor): boolean {
  return ENTRY_ADDRESSES.beginning(cursor.keyword)?.reads === 'name';
}

/** Whether another address follows: then the name before it is one of ports. */
export function mayStartAddress(cursor: Cursor): boolean {
  const reads = ENTRY_ADDRESSES.beginning(cursor.keyword)?.reads;
  return (
    reads?.startsWith('any') === true ||
    reads === 'host' ||
    reads === 'host names' ||
    quad(cursor.keyword) !== undefined
  );
}

/** Reads `object-group NAME`, `object NAME` and the like. */
export function readName({ cursor, problems, references }: EntryReader): NameOperand | undefined {
  const keyword = cursor.take();
  const name = cursor.take();
  if (!keyword || !name) {
    problems.push(problemAt(cursor.last, 'the name of an object or group is missing'));
    return undefined;
  }
  const reference = referenceTo(keyword.text.toLowerCase() === 'object' ? 'object' : 'object-group', name);
  references.push(reference);
  return { kind: 'name', reference };
}

/** Reads one address of an entry; `undefined` with a problem where there is none. */
export function readAddress(reader: EntryReader): AddressOperand | NameOperand | undefined {
  const { cursor, form, problems } = reader;
  if (form === 'asa') readIdentities(reader);
  const token = cursor.next;
  if (!token) {
    problems.push(cursor.invalid('address', token));
    return undefined;
  }
  const reads = ENTRY_ADDRESSES.beginning(cursor.keyword)?.reads;
  if (reads === 'name') return readName(reader);
  cursor.take();
  switch (reads) {
    case 'any':
      return anyOf(form);
    case 'any IPv4':
      return ANY_V4;
    case 'any IPv6':
      return ANY_V6;
    case 'interface':
      return readInterface(reader);
    case 'host names':
      return readHostNames(reader);
    case 'host name':
      return readHostName(reader);
    case 'host':
      return readHost(reader);
    default:
      return readNetwork(reader, token);
  }
}

/** `interface NAME`: the address of the device itself there (*ASA Command Reference*, `access-list extended`). */
function readInterface({ cursor, problems, references }: EntryReader): NameOperand | undefined {
  const name = cursor.take();
  if (!name) {
    problems.push(cursor.invalid('name of an interface', name));
    return undefined;
  }
  const reference = referenceTo('interface', name);
  references.push(reference);
  return { kind: 'name', reference };
}

/** The users and security groups of the identity firewall and TrustSec before an address (*ASA CLI Book 2*, "Extended ACLs"). */
function readIdentities({ cursor, opaque }: EntryReader): void {
  for (;;) {
    const command = ENTRY_ADDRESSES.beginning(cursor.keyword);
    if (command?.reads !== 'identity') return;
    const keyword = cursor.take()?.text;
    const names = Array.from({ length: command.names }, () => cursor.take()?.text ?? '');
    opaque.push([keyword, ...names].join(' '));
  }
}

/** `fqdn-group NAME` (*IOS XE Security Configuration Guide*, "FQDN ACL"): the addresses that names resolve to at the time. */
function readHostNames({ cursor, form, problems, references }: EntryReader): AddressOperand | undefined {
  const group = cursor.take();
  if (!group) {
    problems.push(cursor.invalid('group of host names', group));
    return undefined;
  }
  references.push(referenceTo('object-group', group));
  const set = form === 'ipv6' ? IpSet.all.ofFamily(6) : IpSet.all.ofFamily(4);
  return { kind: 'addresses', set, unknown: `the addresses of ${group.text}` };
}

/** `fqdn NAME (unresolved)` of *ASA Command Reference*, `show access-list`. */
function readHostName({ cursor, problems }: EntryReader): AddressOperand | undefined {
  const name = cursor.take();
  if (!name) {
    problems.push(cursor.invalid('host name', name));
    return undefined;
  }
  if (!cursor.accept('(unresolved)')) cursor.accept('(resolved)');
  return { kind: 'addresses', set: IpSet.all, unknown: `the addresses of ${name.text}` };
}

function readHost(reader: EntryReader): AddressOperand | undefined {
  const host = reader.cursor.take();
  const set = host && !host.text.includes('/') ? prefixSet(host.text) : undefined;
  if (host && set) return ofForm(reader, set, host);
  if (host && isNameLike(host.text)) return readAlias(reader, host);
  reader.problems.push(reader.cursor.invalid('address', host));
  return undefined;
}

/** The address operand, if a list of this form can have addresses of the family. */
function ofForm({ form, problems }: EntryReader, set: IpSet, token: Token): AddressOperand | undefined {
  const own = form === 'asa' ? set : set.ofFamily(form === 'ipv6' ? 6 : 4);
  if (!own.isEmpty) return addressesAt(token, set);
  problems.push(
    problemAt(
      token,
      form === 'ipv6' ? 'expected an IPv6 address in an IPv6 list' : 'expected an IPv4 address in this list',
    ),
  );
  return undefined;
}

function addressesAt({ start, end }: Token, set: IpSet, unknown?: string): AddressOperand {
  return { kind: 'addresses', set, span: { start, end }, ...(unknown === undefined ? {} : { unknown }) };
}

/** A name where an address is expected: the ASA's `name`, or a host name that IOS looks up when the line is entered. */
function readAlias({ references }: EntryReader, token: Token): NameOperand {
  const reference = referenceTo('alias', token);
  references.push(reference);
  return { kind: 'name', reference };
}

function readNetwork(reader: EntryReader, token: Token): AddressOperand | undefined {
  const { cursor, form, problems, opaque } = reader;
  if (token.text.includes('/')) {
    const set = prefixSet(token.text);
    if (set) return ofForm(reader, set, token);
    problems.push(cursor.invalid('prefix', token));
    return undefined;
  }
  const address = quad(token.text);
  if (address !== undefined) {
    if (form === 'ipv6') return ofForm(reader, rangeSet(address, address), token);
    return readMasked(reader, token, address);
  }
  if (form === 'asa' && isNameLike(token.text) && quad(cursor.keyword) !== undefined) {
    cursor.take();
    opaque.push(`the network ${token.text}`);
    return readAlias(reader, token);
  }
  const set = prefixSet(token.text);
  if (set && form !== 'asa') return ofForm(reader, set, token);
  problems.push(cursor.invalid('address', token));
  return undefined;
}

/** An IPv4 address with the mask that follows it. */
function readMasked(
  { cursor, form, problems }: EntryReader,
  token: Token,
  address: number,
): AddressOperand | undefined {
  const maskToken = cursor.next;
  const mask = maskToken && quad(maskToken.text);
  if (mask === undefined) {
    // "If the wildcard is omitted, 0.0.0.0 is assumed", for standard lists only.
    if (form === 'standard') return addressesAt(token, rangeSet(address, address));
    if (maskToken && /^[\d.]+$/.test(maskToken.text)) {
      problems.push(cursor.invalid('mask', maskToken));
    } else problems.push(problemAt(token, `the mask after ${token.text} is missing`));
    return undefined;
  }
  cursor.take();
  if (form === 'asa' && !isNetmask(mask)) {
    const message = `invalid netmask '${maskToken?.text}': this list uses netmasks, not wildcard masks`;
    problems.push(problemAt(maskToken ?? token, message));
    return undefined;
  }
  const wildcard = form === 'asa' ? ~mask >>> 0 : mask;
  const set = wildcardSet(address, wildcard);
  if (set) return addressesAt(token, set);
  const base = (address & ~wildcard) >>> 0;
  const unknown = `the wildcard ${maskToken?.text}, which splits into too many ranges`;
  return addressesAt(token, rangeSet(base, (base | wildcard) >>> 0), unknown);
}
