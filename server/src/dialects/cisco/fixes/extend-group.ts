// The edit that adds addresses to an object group, the usual change in a configuration with groups.
import { PacketSet } from '../../../model/packets.js';
import { type FileEdit, lineEndOf } from '../../../text/edit.js';
import type { Candidate, Source } from '../../dialect.js';
import { matchesOf } from '../meaning/entry-rules.js';
import type { PlacedLine } from '../program/blocks.js';
import type { Program } from '../program/program.js';
import { indentationOf } from '../syntax/tokens.js';
import type { Denial } from './denials.js';
import { networkText } from './entry-text.js';

/** For packets that one list denies, where an earlier entry with a group permits the same service already. */
export function groupExtension(source: Source, program: Program, denials: readonly Denial[]): Candidate | undefined {
  const [denial, ...others] = denials;
  if (!denial || others.length > 0 || !program.definitions.hasGroups) return undefined;
  const side = denial.phase === 'first' ? 'destination' : 'source';
  for (const { own } of denial.list.entries.slice(0, denial.index)) {
    const { statement } = own;
    if (statement.kind !== 'entry' || statement.entry.action !== 'permit') continue;
    const addresses = statement.entry.operands.filter((operand) => operand.kind !== 'ports');
    const named = side === 'destination' ? addresses[addresses.length - 1] : addresses[0];
    if (named?.kind !== 'name' || program.definitions.definition(named.reference.name)?.group !== 'network') continue;
    const matches = matchesOf(statement.entry, program.definitions);
    const widened = PacketSet.from(
      matches.flatMap(({ match }) =>
        match.flatMap((box) => denial.packets.boxes.map((denied) => ({ ...box, [side]: denied[side] }))),
      ),
    );
    if (matches.some(({ opaque }) => opaque.length > 0) || !widened.containsAll(denial.packets)) continue;
    const prefixes = new Set(denial.packets.boxes.flatMap((box) => box[side].toPrefixes()));
    const edit = addMembers(source, program, named.reference.name, [...prefixes]);
    if (edit) return { place: `in the object group ${named.reference.name}`, edits: [edit] };
  }
  return undefined;
}

/** Writes members after the last one of a group, in the same notation. */
function addMembers(source: Source, program: Program, name: string, prefixes: readonly string[]): FileEdit | undefined {
  const last = lastMember(program, name);
  if (last?.own.mode.kind !== 'group') return undefined;
  const { raw, offset, mode } = last.own;
  const keyword = /^\s*network-object\s/i.test(raw) ? 'network-object ' : '';
  const isNxos = mode.masks === 'wildcard';
  const number = isNxos ? /^\s*(\d+)\s/.exec(raw)?.[1] : undefined;
  // IOS and the ASA write members with netmasks.
  const style = { form: 'asa', prefixes: isNxos || /\d\/\d/.test(raw) } as const;
  const head = `${lineEndOf(source.text)}${indentationOf(raw)}`;
  const lines = prefixes.map((prefix, i) => {
    const sequence = number === undefined ? '' : `${Number(number) + 10 * (i + 1)} `;
    return `${head}${sequence}${keyword}${networkText(prefix, style)}`;
  });
  const end = last.base + offset + raw.replace(/[\r\n]+$/, '').length;
  return { uri: source.uri, range: { start: end, end }, newText: lines.join('') };
}

/** The last member line of an object group. */
function lastMember({ blocks }: Program, name: string): PlacedLine | undefined {
  let last: PlacedLine | undefined;
  for (const { base, content } of blocks) {
    for (const own of content.lines) {
      const { statement, mode } = own;
      if (statement.kind !== 'member' || mode.kind !== 'group') continue;
      if (mode.name === name && !mode.object) last = { own, base };
    }
  }
  return last;
}
