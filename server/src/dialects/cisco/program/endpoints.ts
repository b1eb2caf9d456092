// The public networks that entries and groups name. Private ones are omitted: no document publishes them.
import { LatestMemo } from '../../../kept/memo.js';
import { type IpSet, PRIVATE_SPACE } from '../../../model/ip.js';
import { partsWithin, type TextRange } from '../../../text/range.js';
import type { EndpointCondition, EndpointUse } from '../../dialect.js';
import type { GroupMember, Operand } from '../syntax/tree.js';
import type { BlockContent, PlacedBlock, StatementLine } from './blocks.js';
import type { Program } from './program.js';

export function endpointsOf(program: Program): EndpointUse[] {
  return placedNetworks(program, program.blocks, (content) => networksOf(content));
}

/** Those that satisfy a condition, which is evaluated once for each unchanged block. */
export function endpointsWhere(program: Program, condition: EndpointCondition, within?: TextRange): EndpointUse[] {
  const find = (content: BlockContent) =>
    networksOf(content, condition.addresses).filter(({ prefix }) => condition({ prefix }));
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

/** The networks of a block; those whose first address is one of some, where these are given. */
function networksOf({ lines }: BlockContent, addresses?: IpSet): NamedNetwork[] {
  const networks: NamedNetwork[] = [];
  for (const { offset, statement } of lines) {
    for (const operand of operandsOf(statement)) {
      if (operand?.kind !== 'addresses' || operand.unknown !== undefined || !operand.span) continue;
      const { set, span } = operand;
      if (addresses && !beginsIn(addresses, set)) continue;
      const prefix = publicPrefix(set);
      if (prefix !== undefined) networks.push({ start: offset + span.start, end: offset + span.end, prefix });
    }
  }
  return networks;
}

function beginsIn(addresses: IpSet, { v4, v6 }: IpSet): boolean {
  if (v4.min !== undefined) return addresses.v4.has(v4.min);
  return v6.min !== undefined && addresses.v6.has(v6.min);
}

/** The text of a set that is one prefix, if it is not private. */
function publicPrefix(set: IpSet): string | undefined {
  if (set.count > 1 || PRIVATE_SPACE.containsAll(set)) return undefined;
  const [prefix, more] = set.toPrefixes(2);
  return more === undefined ? prefix : undefined;
}

const NONE: readonly never[] = [];

function operandsOf(statement: StatementLine['statement']): readonly (Operand | GroupMember | undefined)[] {
  switch (statement.kind) {
    case 'entry':
      return statement.entry.operands;
    case 'member':
      return [statement.line.member];
    default:
      return NONE;
  }
}
