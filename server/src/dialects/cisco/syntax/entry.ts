// Reads an entry of an access list from its `permit` or `deny` on.
import { addAll } from '../../../kept/lists.js';
import { ALL_PROTOCOLS, type ProtocolSet, TCP } from '../../../model/packets.js';
import type { LineProblem } from '../../shared/line-problem.js';
import type { ListForm } from '../vocabulary/command-table.js';
import type { PortFamily } from '../vocabulary/protocols-and-ports.js';
import { VAGUE_PROTOCOLS } from '../vocabulary/protocols-and-ports.js';
import type { Cursor } from './cursor.js';
import { anyOf, type EntryReader, mayStartAddress, readAddress, readName, startsName } from './entry-addresses.js';
import { ALWAYS, type EntryOptions, readOptions } from './entry-options.js';
import { portFamilyOf, protocolNamed, readIcmp, readPortTest, UNREADABLE } from './services.js';
import { type AclEntry, EntryMatches, type NameOperand, type Operand, type ProtocolOperand } from './tree.js';

const IGMP = 2;

/** Reads what follows `permit` or `deny`, which the cursor has just taken; `sequence` is the number before it. */
export function readEntry(
  cursor: Cursor,
  form: ListForm,
  sequence: number | undefined,
  conditions: readonly string[] = NONE,
): AclEntry {
  const action = cursor.last.text.toLowerCase() === 'permit' ? 'permit' : 'deny';
  const reader: EntryReader = { cursor, form, problems: [], references: [], opaque: [...conditions] };
  const match = form === 'standard' ? readStandard(reader) : readExtended(reader);
  if (!match) reader.opaque.push(UNREADABLE);
  return {
    action,
    sequence: match?.options.sequence ?? sequence,
    form,
    protocol: match?.protocol ?? EVERY_PROTOCOL,
    operands: match?.operands ?? [anyOf(form), anyOf(form)],
    icmp: match?.icmp,
    phases: match?.options.phases ?? ALWAYS,
    reflects: match?.options.reflects,
    opaque: orNone(reader.opaque),
    references: orNone(reader.references),
    problems: orNone(reader.problems),
    matches: new EntryMatches(),
  };
}

/** An entry of a form that Lintel does not know: it may permit or deny any packet of its list. */
export function opaqueEntry(
  form: ListForm,
  sequence: number | undefined,
  reason: string,
  problem: LineProblem,
): AclEntry {
  return {
    action: 'unknown',
    sequence,
    form,
    protocol: EVERY_PROTOCOL,
    operands: [anyOf(form), anyOf(form)],
    icmp: undefined,
    phases: ALWAYS,
    reflects: undefined,
    opaque: [reason],
    references: NONE,
    problems: [problem],
    matches: new EntryMatches(),
  };
}

const EVERY_PROTOCOL: ProtocolOperand = { kind: 'protocols', set: ALL_PROTOCOLS };

const NONE: readonly never[] = [];

/** One shared empty array: most entries have neither conditions nor references nor problems. */
function orNone<T>(values: readonly T[]): readonly T[] {
  return values.length === 0 ? NONE : values;
}

interface EntryMatch extends Pick<AclEntry, 'protocol' | 'operands' | 'icmp'> {
  readonly options: EntryOptions;
}

/** *Cisco IOS Security Command Reference*, `permit (IP)`, standard: a source, and every destination. */
function readStandard(reader: EntryReader): EntryMatch | undefined {
  const source = readAddress(reader);
  if (!source) return undefined;
  return {
    protocol: EVERY_PROTOCOL,
    operands: [source, anyOf('standard')],
    icmp: undefined,
    options: { ...optionsOf(reader, undefined), sequence: undefined, reflects: undefined },
  };
}

function readExtended(reader: EntryReader): EntryMatch | undefined {
  const protocol = readProtocol(reader);
  if (!protocol) return undefined;
  const protocols = protocol.kind === 'protocols' ? protocol.set : undefined;
  const operands = readOperands(reader, portFamilyOf(protocols));
  if (!operands) return undefined;
  const icmp = protocols && readIcmp(reader.cursor, protocols, reader.form);
  return { protocol, operands, icmp, options: optionsOf(reader, protocols) };
}

function optionsOf({ cursor, opaque, problems }: EntryReader, protocols: ProtocolSet | undefined): EntryOptions {
  const isIgmp = protocols?.has(IGMP) === true && !protocols.has(TCP);
  const options = readOptions(cursor, isIgmp, problems);
  addAll(opaque, options.opaque);
  return options;
}

/**
 * A source and a destination, each perhaps followed by ports. A name may be one of addresses or of ports, so what may
 * follow depends on how many names were read; {@link AclEntry.operands} keeps them in order until the names are resolved.
 */
function readOperands(reader: EntryReader, family: PortFamily): Operand[] | undefined {
  const { cursor, problems } = reader;
  const operands: Operand[] = [];
  let addresses = 0;
  let names = 0;
  while (operands.length < 4) {
    const ports = operands.length > 0 ? readPortTest(cursor, family, problems) : undefined;
    if (ports) {
      operands.push(ports);
      continue;
    }
    if (addresses + names >= 2 && !startsName(cursor) && !(addresses < 2 && mayStartAddress(cursor))) break;
    const operand = readAddress(reader);
    if (!operand) return undefined;
    operands.push(operand);
    if (operand.kind === 'name' && !namesAddresses(operand)) names++;
    else addresses++;
  }
  return operands;
}

/** Whether a name is one of addresses and cannot be one of ports. */
function namesAddresses({ reference: { kind } }: NameOperand): boolean {
  return kind === 'alias' || kind === 'interface';
}

function readProtocol(reader: EntryReader): ProtocolOperand | undefined {
  const { cursor, form, problems } = reader;
  if (startsName(cursor)) return readName(reader);
  const token = cursor.take();
  const set = token && protocolNamed(token.text, form);
  if (set) return { kind: 'protocols', set };
  if (token && VAGUE_PROTOCOLS.has(token.text.toLowerCase())) {
    reader.opaque.push(`the protocol ${token.text}`);
    return EVERY_PROTOCOL;
  }
  problems.push(cursor.invalid('protocol', token));
  return undefined;
}
