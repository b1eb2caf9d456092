// The networks that rules name, with their locations.

import type { LineBlock } from '../../../kept/line-blocks.js';
import { LatestMemo } from '../../../kept/memo.js';
import { IpSet } from '../../../model/ip.js';
import { partsWithin, type TextRange } from '../../../text/range.js';
import type { EndpointCondition, EndpointUse } from '../../dialect.js';
import { quadAt } from '../../shared/quads.js';
import { parseNetwork } from '../syntax/addresses.js';
import type { Line } from '../syntax/tree.js';
import { locatedCommands } from './located-commands.js';
import type { IptablesDocument } from './program.js';

/** The networks of all rules. */
export function endpointUses(document: IptablesDocument): EndpointUse[] {
  const { uri, text } = document.source;
  const uses: EndpointUse[] = [];
  for (const { start, family, words } of locatedCommands(document)) {
    const all = words();
    all.forEach((word, index) => {
      if (word.unknown !== undefined || !ADDRESS_OPTION.test(all[index - 1]?.text ?? '')) return;
      // The value of a variable is written elsewhere: the location is the word that uses it.
      const isWritten = text.slice(start + word.start, start + word.end) === word.text;
      let at = word.start;
      for (const part of word.text.split(',')) {
        const set = parseNetwork(part, family);
        if (set instanceof IpSet && /[.:]/.test(part)) {
          const prefixes = set.toPrefixes(2);
          const [prefix] = prefixes;
          const range = isWritten
            ? { start: start + at, end: start + at + part.length }
            : { start: start + word.start, end: start + word.end };
          if (prefix !== undefined && prefixes.length === 1) uses.push({ uri, range, endpoint: { prefix } });
        }
        at += part.length + 1;
      }
    });
  }
  return uses;
}

/** The results of unchanged blocks, for the latest condition. */
const foundInBlocks = new LatestMemo<LineBlock<Line>, EndpointCondition, readonly BlockEndpoint[]>();

/** A network that a block names; offsets count from the start of the block. */
interface BlockEndpoint extends TextRange {
  readonly prefix: string;
}

/** The networks that satisfy a condition, which is evaluated once for each unchanged block. */
export function endpointUsesWhere(
  document: IptablesDocument,
  condition: EndpointCondition,
  within?: TextRange,
): EndpointUse[] {
  const { source, tree } = document;
  if (tree.kind !== 'save') return endpointUses(document).filter(({ endpoint }) => condition(endpoint));
  const { uri } = source;
  const blocks = tree.lines.blocks.map((block, i) => ({ block, from: tree.lines.starts[i] ?? 0 }));
  const wanted = within ? partsWithin(blocks, ({ from }) => from, within) : blocks;
  return wanted.flatMap(({ block, from }) => {
    const find = () => blockEndpoints(block, condition);
    const found = within ? find() : foundInBlocks.of(block, condition, find);
    return found.map(({ start, end, prefix }) => ({
      uri,
      range: { start: from + start, end: from + end },
      endpoint: { prefix },
    }));
  });
}

function blockEndpoints({ text }: LineBlock<Line>, condition: EndpointCondition): BlockEndpoint[] {
  const found: BlockEndpoint[] = [];
  const option = new RegExp(BEFORE_ADDRESSES);
  while (option.test(text)) {
    let start = option.lastIndex;
    for (let end = start; ; end++) {
      const unit = text.charCodeAt(end);
      if (isAddressUnit(unit)) continue;
      if (mayBegin(text, start, end, condition)) {
        const prefix = text.slice(start, end);
        if (condition({ prefix })) found.push({ start, end, prefix });
      }
      start = end + 1;
      if (unit !== COMMA) break;
    }
    option.lastIndex = start - 1;
  }
  return found;
}

/** Whether what is written may satisfy a condition, as far as the number tells that an IPv4 address is. */
function mayBegin(text: string, start: number, end: number, { addresses }: EndpointCondition): boolean {
  const address = addresses ? quadAt(text, start, end) : undefined;
  return address === undefined || addresses?.v4.has(address) !== false;
}

const BEFORE_ADDRESSES = /\s(?:-[sd]|--source|--src|--destination|--dst) (?=[\da-fA-F.:/,])/g;

const COMMA = 44;

/** Digits, also hexadecimal ones, and `.`, `:`, `/`. */
function isAddressUnit(unit: number): boolean {
  return (unit >= 46 && unit <= 58) || (unit >= 65 && unit <= 70) || (unit >= 97 && unit <= 102);
}

const ADDRESS_OPTION = /^(?:-[sd]|--source|--src|--destination|--dst)$/;
