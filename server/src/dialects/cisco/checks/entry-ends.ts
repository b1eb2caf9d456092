// The operand that gives the addresses at one end of an entry.
import type { IpSet } from '../../../model/ip.js';
import type { TextRange } from '../../../text/range.js';
import type { Program } from '../program/program.js';
import type { Operand } from '../syntax/tree.js';

/** The operand of an entry that gives one of its ends, with the range of its address or name. */
export interface EntryEnd {
  readonly operand: Operand;
  readonly range: TextRange;
}

/** The first of some operands that names exactly these addresses. */
export function endOf({ definitions }: Program, operands: readonly Operand[], addresses: IpSet): EntryEnd | undefined {
  for (const operand of operands) {
    if (operand.kind === 'addresses' && operand.span && operand.set.equals(addresses))
      return { operand, range: operand.span };
    if (operand.kind !== 'name') continue;
    const named = definitions.resolve(operand.reference, 'network');
    if (named.addresses.equals(addresses)) return { operand, range: operand.reference.token };
  }
  return undefined;
}
