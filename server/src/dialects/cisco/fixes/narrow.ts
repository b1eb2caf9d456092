// Proposals that make one entry match less.
import { TCP } from '../../../model/packets.js';
import { lineEndOf } from '../../../text/edit.js';
import type { Narrowing, PacketService, Proposal } from '../../dialect.js';
import type { AccessList } from '../program/lists.js';
import type { CiscoDocument, Program } from '../program/program.js';
import { quotedLine } from '../program/quoted-line.js';
import { networkStyleOf, networkText, portTexts } from './entry-text.js';

const ADDRESS = String.raw`(?:any[46]?|host\s+\S+|(?:object|object-group|addrgroup)\s+\S+|[\da-fA-F.:]+/\d+|[\d.]+\s+[\d.]+)`;
const PORTS = String.raw`(?:\s+(?:eq|gt|lt|neq)\s+\S+|\s+range\s+\S+\s+\S+)`;

/** An entry to every destination: the text before and after the destination. */
const TO_EVERY_ADDRESS = new RegExp(String.raw`^(.*\bpermit\s+\S+\s+${ADDRESS}${PORTS}?\s+)any[46]?(?=\s|$)(.*)$`, 'i');

/** An entry for every port: the text before the protocol, the protocol, the addresses, and the rest. */
const FOR_EVERY_PORT = new RegExp(
  String.raw`^(.*\bpermit\s+)(ip|ipv4|ipv6|tcp|udp)(\s+${ADDRESS}\s+${ADDRESS})(?!\s+(?:eq|gt|lt|neq|range)\s)(.*)$`,
  'i',
);

/** The entry once for each destination or range of ports, under numbers that are free. */
export function narrowEntry({ source, program }: CiscoDocument, { rule, only }: Narrowing): readonly Proposal[] {
  const found = entryAt(program, rule.range.start);
  if (!found) return [];
  const { list, index, entry } = found;
  const { statement } = entry.own;
  if (statement.kind !== 'entry' || statement.list?.position !== undefined) return [];
  const raw = entry.own.raw.replace(/[\r\n]+$/, '');
  const lines =
    'destination' in only ? toDestinations(raw, only.destination.toPrefixes(), list) : forServices(raw, only.services);
  const numbered = list.numbered ? withNumbers(lines, list, index) : lines;
  if (!numbered || numbered.length === 0) return [];
  const start = entry.base + entry.own.offset;
  const newText = numbered.join(lineEndOf(source.text));
  return [{ edits: [{ uri: source.uri, range: { start, end: start + raw.length }, newText }] }];
}

/** The entry whose line begins at an offset, with its list and its index there. */
function entryAt(program: Program, start: number) {
  for (const list of program.lists.values()) {
    const index = list.entries.findIndex((one) => quotedLine(program.uri, one).range.start === start);
    const entry = list.entries[index];
    if (entry) return { list, index, entry };
  }
  return undefined;
}

function toDestinations(raw: string, prefixes: readonly string[], list: AccessList): string[] {
  const match = TO_EVERY_ADDRESS.exec(raw);
  if (!match) return [];
  const [, before = '', after = ''] = match;
  const style = networkStyleOf(list);
  return prefixes.map((prefix) => `${before}${networkText(prefix, style)}${after}`);
}

function forServices(raw: string, services: readonly PacketService[]): string[] {
  const match = FOR_EVERY_PORT.exec(raw);
  if (!match) return [];
  const [, before = '', written = '', addresses = '', after = ''] = match;
  const own = written.toLowerCase();
  return services.flatMap(({ protocol, ports }) => {
    const name = protocol === TCP ? 'tcp' : 'udp';
    if (own !== name && !own.startsWith('ip')) return [];
    return portTexts(ports).map((text) => `${before}${name}${addresses}${text}${after}`);
  });
}

/** The lines under the number of the entry and free ones after it; `undefined` where there are too few. */
function withNumbers(lines: readonly string[], { entries }: AccessList, index: number): string[] | undefined {
  const own = entries[index]?.sequence ?? 0;
  const next = entries[index + 1]?.sequence ?? own + 10 * (lines.length + 1);
  const step = Math.floor((next - own) / lines.length);
  if (step === 0) return undefined;
  return lines.map((line, i) => line.replace(/^(\s*)\d+/, (_, space: string) => `${space}${own + i * step}`));
}
