// Parses the lines of a Sample filter. Total: an invalid line is a problem, and the next one is parsed independently.
import type { Source } from '../../../../server/src/dialects/dialect.js';
import { readLineBlocks } from '../../../../server/src/kept/line-blocks.js';
import { parsePrefix } from '../../../../server/src/model/ip.js';
import { parsePorts } from '../../../../server/src/model/ports.js';
import { range } from '../../../../server/src/text/range.js';
import { ANY, POSITIONS, wordsAt } from '../vocabulary/words.js';
import type { RuleStatement, SampleLine, SampleTree, Token } from './tree.js';

export function parseSample({ text }: Source, previous?: SampleTree): SampleTree {
  return readLineBlocks(text, { line: readLine }, previous);
}

function readLine(raw: string): SampleLine {
  const code = raw.replace(/#.*/s, '');
  const tokens = [...code.matchAll(/\S+/g)].map(
    ({ 0: text, index }): Token => ({ text, range: range(index, index + text.length) }),
  );
  const [first, last] = [tokens[0], tokens[tokens.length - 1]];
  if (!first || !last) return { raw, tokens, rule: undefined, problem: undefined };
  const whole = range(first.range.start, last.range.end);
  // A rule ends after its destination, or after its ports.
  const length = tokens.length <= 5 ? 5 : POSITIONS.length;
  for (let position = 0; position < length; position++) {
    const token = tokens[position];
    if (token && isAllowed(token.text, position)) continue;
    return { raw, tokens, rule: undefined, problem: { range: token?.range ?? whole, message: expectation(position) } };
  }
  const extra = tokens[length];
  if (extra) return { raw, tokens, rule: undefined, problem: { range: extra.range, message: 'expected end of line' } };
  return { raw, tokens, rule: ruleOf(tokens, whole), problem: undefined };
}

function isAllowed(text: string, position: number): boolean {
  if (wordsAt(position).some(({ name }) => name === text)) return true;
  const kind = POSITIONS[position];
  if (kind === 'address') return parsePrefix(text) !== undefined;
  return kind === 'ports' && parsePorts(text) !== undefined;
}

function expectation(position: number): string {
  const kind = POSITIONS[position];
  if (kind === 'address') return `expected ${ANY}, an address or a prefix such as 10.0.0.0/8`;
  if (kind === 'ports') return 'expected a port or a range such as 3478-3481';
  return `expected ${wordsAt(position)
    .map(({ name }) => name)
    .join(' or ')}`;
}

/** The parts of a line whose words are all allowed at their positions. */
function ruleOf(tokens: readonly Token[], whole: RuleStatement['range']): RuleStatement | undefined {
  const [action, protocol, source, , destination, , ports] = tokens;
  if (!action || !protocol || !source || !destination) return undefined;
  return {
    range: whole,
    action: action.text === 'permit' ? 'permit' : 'deny',
    protocol: protocol.text,
    source,
    destination,
    ports,
  };
}
