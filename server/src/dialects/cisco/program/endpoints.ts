// The public networks that entries and groups name. Private ones are omitted: no document publishes them.
import { LatestMemo } from '../../../kept/memo.js';
import { PRIVATE_SPACE } from '../../../model/ip.js';
import { partsWithin, type TextRange } from '../../../text/range.js';
import type { EndpointCondition, EndpointUse } from '../../dialect.js';
import type { GroupMember, Operand } from '../syntax/tree.js';
import type { BlockContent, PlacedBlock, StatementLine } from './blocks.js';
import type { Program } from './program.js';

export function endpointsOf(program: Program): EndpointUse[] {
  return placedNetworks(program, program.blocks, networksOf);
}

/** Those that satisfy a condition, which is evaluated once for each unchanged block. */
export function endpointsWhere(program: Program, condition: EndpointCondition, within?: TextRange): EndpointUse[] {
  const find = (content: BlockContent) => networksOf(content).filter(({ prefix }) => condition({ prefix }));
  if (within)
    return placedNetworks(
      program,
      partsWithin(program.blocks, ({ base }) => base, within),
      find,
    );
  return placedNetworks(program, program.blocks, (content) => foundByBlock.of(content, condition, () => find(content)));
}

const foundByBlock = new LatestMemo<BlockContent, EndpointCondition, readonly NamedNetwork[]>();

/** A network, with its position in a block. */
interface NamedNetwork extends TextRange {
  readonly prefix: string;
}

function placedNetworks(
  { uri }: Program,
  blocks: readonly PlacedBlock[],
  find: (content: BlockContent) => readonly NamedNetwork[],
) {
  return blocks.flatMap(({ base, content }) =>
    find(content).map(({ start, end, prefix }): EndpointUse => {
      return { uri, range: { start: base + start, end: base + end }, endpoint: { prefix } };
    }),
  );
}

function networksOf({ lines }: BlockContent): NamedNetwork[] {
  return lines.flatMap(publicNetworks);
}

function publicNetworks({ offset, statement }: StatementLine): NamedNetwork[] {
  return operandsOf(statement).flatMap((operand) => {
    if (operand?.kind !== 'addresses' || operand.unknown !== undefined || !operand.span) return [];
    const { set, span } = operand;
    if (PRIVATE_SPACE.containsAll(set)) return [];
    const [prefix, ...more] = set.v4.intervals.length + set.v6.intervals.length > 1 ? [] : set.toPrefixes();
    if (!prefix || more.length > 0) return [];
    return [{ start: offset + span.start, end: offset + span.end, prefix }];
  });
}

function operandsOf(statement: StatementLine['statement']): readonly (Operand | GroupMember | undefined)[] {
  switch (statement.kind) {
    case 'entry':
      return statement.entry.operands;
    case 'member':
      return [statement.line.member];
    default:
      return [];
  }
}
