// Hover on words, addresses and ports of a Sample filter. The service adds information from the catalog.
import type { Entity } from '../../../../server/src/dialects/dialect.js';
import { lineAt } from '../../../../server/src/kept/line-blocks.js';
import { parsePrefix } from '../../../../server/src/model/ip.js';
import { contains, range } from '../../../../server/src/text/range.js';
import type { SampleDocument } from '../program/program.js';
import { POSITIONS, wordsAt } from '../vocabulary/words.js';

export function entityAt({ tree }: SampleDocument, offset: number): Entity | undefined {
  const found = lineAt(tree, offset);
  if (!found) return undefined;
  const { line, start } = found;
  const position = line.tokens.findIndex((token) => contains(token.range, offset - start));
  const token = line.tokens[position];
  if (!token) return undefined;
  const at = range(start + token.range.start, start + token.range.end);
  const word = wordsAt(position).find(({ name }) => name === token.text);
  if (word) return { kind: 'keyword', range: at, markdown: `\`${word.name}\`: ${word.summary ?? word.place}` };
  const kind = POSITIONS[position];
  if (kind === 'address' && parsePrefix(token.text)) return { kind: 'address', range: at, prefix: token.text };
  return kind === 'ports' && /^\d+$/.test(token.text)
    ? { kind: 'port', range: at, port: Number(token.text) }
    : undefined;
}
