// Reports entries for the address that clients have outside, in outbound lists, which see the one that they have inside.
import { addAll } from '../../../kept/lists.js';
import { formatAddress, IpSet, parsePrefix, shortPrefixes } from '../../../model/ip.js';
import { listed } from '../../../model/packet-text.js';
import type { TextRange } from '../../../text/range.js';
import type { Problem } from '../../dialect.js';
import { matchesOf } from '../meaning/entry-rules.js';
import { type SourceTranslation, translatedSources } from '../meaning/translations.js';
import type { PlacedLine } from '../program/blocks.js';
import type { Program } from '../program/program.js';
import { quotedLine, rangeIn } from '../program/quoted-line.js';
import { type EntryEnd, endOf } from './entry-ends.js';

/** How many translations are looked at, and how many comparisons of one with an entry are made in a file. */
const TRANSLATION_LIMIT = 1_000;
const COMPARISON_LIMIT = 200_000;

/** How many networks a message names. */
const NETWORKS_SHOWN = 3;

/**
 * Since 8.3, "you must use the real, untranslated IP address" in the lists of interfaces (*Migration to Version 8.3*, "Real IP
 * Addresses in Access List Migration"), and what the device itself sends passes none of them.
 */
export function mappedSources(program: Program): Problem[] {
  if (program.platform !== 'asa' || !program.nat.since83) return [];
  const all = translatedSources(program).slice(0, TRANSLATION_LIMIT);
  const changing = all.filter(({ isOwn, real, mapped }) => isOwn || !real.overlaps(mapped));
  // What is a real address as well may be meant.
  const real = IpSet.join(all.flatMap((one) => (isEverything(one.real) ? [] : one.real)));
  let left = COMPARISON_LIMIT;
  const problems: Problem[] = [];
  for (const { name, bindings } of program.interfaces) {
    const here = changing.filter(({ out }) => out === name || out === 'any');
    if (here.length === 0) continue;
    const mapped = IpSet.join(here.map((one) => one.mapped)).subtract(real);
    for (const { direction, list } of bindings) {
      if (direction !== 'out') continue;
      const entries = program.lists.get(list)?.entries ?? [];
      const compared = entries.slice(0, Math.floor(left / here.length));
      left -= compared.length * here.length;
      addAll(
        problems,
        compared.flatMap((placed) => problemIn(program, placed, here, mapped) ?? []),
      );
    }
  }
  return problems;
}

function isEverything(set: IpSet): boolean {
  return ([4, 6] as const).some((family) => set.ofFamily(family).equals(IpSet.all.ofFamily(family)));
}

function problemIn(
  program: Program,
  placed: PlacedLine,
  translations: readonly SourceTranslation[],
  mapped: IpSet,
): Problem | undefined {
  const { statement } = placed.own;
  if (statement.kind !== 'entry') return undefined;
  const boxes = matchesOf(statement.entry, program.definitions).flatMap(({ match }) => match);
  const source = IpSet.join(boxes.map((box) => box.source));
  if (source.isEmpty || !mapped.containsAll(source)) return undefined;
  const concerned = translations.filter((one) => one.mapped.overlaps(source));
  const [translation] = concerned;
  if (!translation) return undefined;
  const { uri } = program;
  const line = quotedLine(uri, translation.line);
  const end = endOf(program, statement.entry.operands, source);
  const range = end ? rangeIn(placed, end.range) : quotedLine(uri, placed).range;
  const all = IpSet.join(concerned.map((one) => one.real));
  const real = isEverything(all) ? 'any address' : listed(shortPrefixes(all), NETWORKS_SHOWN);
  const replacement = concerned.length === 1 && end ? replacementOf(placed, end, translation) : undefined;
  return {
    code: 'mapped-address',
    message: `no packet with the source ${shortPrefixes(source).join(', ')} comes to this list: NAT gives it to those from ${real} afterwards`,
    uri,
    range,
    related: [{ uri, range: line.range, message: line.text }],
    ...(replacement
      ? {
          fix: {
            title: `Write '${replacement.text}'`,
            edits: [{ uri, range: rangeIn(placed, replacement.range), newText: replacement.text }],
          },
        }
      : {}),
  };
}

/** The real sources in the notation of the operand; `undefined` where they are any, or cannot be written there. */
function replacementOf(
  { own: { raw } }: PlacedLine,
  { operand, range }: EntryEnd,
  { object, real, mapped }: SourceTranslation,
): { readonly text: string; readonly range: TextRange } | undefined {
  if (isEverything(real)) return undefined;
  if (operand.kind === 'name') {
    const isObject = operand.reference.kind === 'object' && object !== undefined;
    return isObject ? { text: object, range } : undefined;
  }
  if (operand.kind !== 'addresses' || !operand.set.equals(mapped)) return undefined;
  if (real.size === 1n && real.first) return { text: formatAddress(real.first), range };
  const keyword = /\bhost\s+$/i.exec(raw.slice(0, range.start));
  const text = object === undefined ? networkText(real) : `object ${object}`;
  return keyword && text !== undefined ? { text, range: { start: keyword.index, end: range.end } } : undefined;
}

/** `10.20.0.0 255.255.0.0`; `undefined` for more than one IPv4 network. */
function networkText(set: IpSet): string | undefined {
  const [only, ...others] = set.toPrefixes(2);
  const prefix = only !== undefined && others.length === 0 ? parsePrefix(only) : undefined;
  if (prefix?.address.family !== 4) return undefined;
  const mask = 2 ** 32 - 2 ** (32 - prefix.length);
  return `${formatAddress(prefix.address)} ${formatAddress({ family: 4, value: mask })}`;
}
