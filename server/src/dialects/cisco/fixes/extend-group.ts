import { parsePrefix } from '../../../model/ip.js';
import { PacketSet } from '../../../model/packets.js';
import { lineEndOf } from '../../../text/edit.js';
import type { Candidate, Source } from '../../dialect.js';
import { coresOf } from '../meaning/entry-rules.js';
import type { Item } from '../program/blocks.js';
import type { Program } from '../program/program.js';
import { type Denial, networkText, quadText } from './permit.js';

/**
 * The edit that adds the missing addresses to the object group of an entry that permits the same service already: the
 * way in which a list with groups is kept.
 */
export function groupExtension(source: Source, program: Program, denials: readonly Denial[]): Candidate | undefined {
  const [denial, ...others] = denials;
  if (!denial || others.length > 0) return undefined;
  const side = denial.phase === 'first' ? 'destination' : 'source';
  for (const { item } of denial.list.entries.slice(0, denial.index)) {
    const { statement } = item;
    if (statement.kind !== 'ace' || statement.ace.action !== 'permit') continue;
    const names = statement.ace.operands.filter((operand) => operand.kind !== 'ports');
    const named = side === 'destination' ? names[names.length - 1] : names[0];
    if (named?.kind !== 'name' || program.definitions.definition(named.reference.name)?.group !== 'network') continue;
    const cores = coresOf(statement.ace, program.definitions);
    const widened = PacketSet.of(
      ...cores.flatMap(({ match }) =>
        match.flatMap((box) => denial.packets.boxes.map((own) => ({ ...box, [side]: own[side] }))),
      ),
    );
    if (cores.some(({ opaque }) => opaque.length > 0) || !widened.containsAll(denial.packets)) continue;
    const prefixes = new Set(denial.packets.boxes.flatMap((box) => box[side].toPrefixes()));
    const edit = addMembers(source, program, named.reference.name, [...prefixes]);
    if (edit) return { title: `Add the addresses to the object group ${named.reference.name}`, edits: [edit] };
  }
  return undefined;
}

function addMembers(source: Source, program: Program, name: string, prefixes: readonly string[]) {
  let last: { item: Item; base: number } | undefined;
  for (const { base, summary } of program.blocks) {
    for (const item of summary.items) {
      if (
        item.statement.kind === 'member' &&
        item.mode.kind === 'group' &&
        item.mode.name === name &&
        !item.mode.object
      ) {
        last = { item, base };
      }
    }
  }
  if (last?.item.mode.kind !== 'group') return undefined;
  const { raw } = last.item.line;
  const indentation = raw.slice(0, raw.length - raw.trimStart().length);
  const keyword = /^\s*network-object\s/i.test(raw) ? 'network-object ' : '';
  const { masks } = last.item.mode;
  const number = masks === 'wildcard' ? /^\s*(\d+)\s/.exec(raw)?.[1] : undefined;
  const slashed = /\d\/\d/.test(raw) || masks === 'wildcard';
  const eol = lineEndOf(source.text);
  const lines = prefixes.map((prefix, i) => {
    const sequence = number === undefined ? '' : `${Number(number) + 10 * (i + 1)} `;
    return `${eol}${indentation}${sequence}${keyword}${slashed ? networkText(prefix, { form: 'ipv4', prefixes: true }) : masked(prefix)}`;
  });
  const end = last.base + last.item.offset + raw.replace(/[\r\n]+$/, '').length;
  return { uri: source.uri, range: { start: end, end }, newText: lines.join('') };
}

/** `address netmask`, as IOS and the ASA write members. */
function masked(text: string): string {
  const prefix = parsePrefix(text);
  if (prefix?.address.family !== 4) return text;
  const [address = ''] = text.split('/');
  if (prefix.length === 32) return `host ${address}`;
  return `${address} ${quadText((2 ** 32 - 2 ** (32 - prefix.length)) >>> 0)}`;
}
