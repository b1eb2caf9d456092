// One command that changes a table, and the reasons for which iptables may reject it.
import type { QuotedLine } from '../../../model/evidence.js';
import type { OpaqueCondition } from '../../../model/filter.js';
import type { Rule } from '../syntax/rule/rule.js';
import type { Word } from '../syntax/words.js';
import type { Operation, TableName } from '../vocabulary/words.js';

export interface TableCommand {
  readonly operation: Operation;
  readonly table: TableName;
  readonly chain: Word | undefined;
  readonly argument: Word | undefined;
  readonly rule: Rule;
  readonly statement: QuotedLine;
  readonly conditions: readonly OpaqueCondition[];
}

/** Why iptables rejects a command. */
export type Refusal =
  | 'no-such-chain'
  | 'chain-exists'
  | 'no-such-rule'
  | 'bad-number'
  | 'not-built-in'
  | 'bad-policy'
  | 'not-for-filtering'
  | 'built-in'
  | 'in-use';

/** Why a command is rejected, as the message of a problem. */
export function refusalText(refusal: Refusal, chain: string, argument: string | undefined): string {
  switch (refusal) {
    case 'no-such-chain':
      return `the table has no chain '${chain}'`;
    case 'chain-exists':
      return `the table already has a chain '${chain}'`;
    case 'no-such-rule':
      return `the chain '${chain}' has no such rule`;
    case 'bad-number':
      return `the chain '${chain}' has no rule number ${argument ?? ''}`;
    case 'not-built-in':
      return `'${chain}' has no policy: it is not a built-in chain`;
    case 'bad-policy':
      return `invalid policy '${argument ?? ''}', expected ACCEPT or DROP`;
    case 'not-for-filtering':
      return 'iptables rejects the policy DROP in the table nat, which is not for filtering';
    case 'built-in':
      return `'${chain}' is a built-in chain`;
    case 'in-use':
      return `the chain '${chain}' is not empty`;
  }
}
