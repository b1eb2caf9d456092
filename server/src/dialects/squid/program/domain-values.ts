// The values of the domain acls in a run of lines, which several questions are asked of, each about all of them.

import { Memo } from '../../../kept/memo.js';
import type { AclStatement } from '../syntax/tree.js';
import { eachOfKind, type StatementLine, type Statements } from './segments.js';

/** Values in rows, those of an acl behind each other; made once, because values are very many. Those in list files are omitted. */
export interface DomainValues {
  /** The values as squid compares them, in small letters. */
  readonly texts: readonly string[];
  readonly acls: readonly DomainRows[];
}

/** The rows of an acl. */
export interface DomainRows {
  readonly key: string;
  readonly from: number;
  /** The row after its last one. */
  readonly to: number;
}

const known = new Memo<Statements, DomainValues>();

export function domainValuesOf(statements: Statements): DomainValues {
  return known.of(statements, () => {
    const texts: string[] = [];
    const acls: DomainRows[] = [];
    eachOfKind(statements, 'domains', (key, lines) => {
      const from = texts.length;
      for (let i = 0; i < lines.length; i++) {
        const { statement } = lines[i] as StatementLine<AclStatement>;
        const { onlyName } = statement;
        if (onlyName !== undefined) texts.push(onlyName);
        else for (const word of statement.words) texts.push(word.toLowerCase());
      }
      if (texts.length > from) acls.push({ key, from, to: texts.length });
    });
    return { texts, acls };
  });
}

/** The acl that the value in a row belongs to. */
export function rowsAround({ acls }: DomainValues, row: number): DomainRows {
  let low = 0;
  let high = acls.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (row < (acls[middle] as DomainRows).to) high = middle;
    else low = middle + 1;
  }
  return acls[low] as DomainRows;
}

/** The line that a value stands on, and its index there. */
export function placeOf(
  statements: Statements,
  values: DomainValues,
  row: number,
): { readonly line: StatementLine<AclStatement>; readonly index: number } | undefined {
  const { key, from } = rowsAround(values, row);
  let index = row - from;
  for (const line of statements.acls.get(key) ?? []) {
    const { type, words } = line.statement;
    if (type.values !== 'domains') continue;
    if (index < words.length) return { line, index };
    index -= words.length;
  }
  return undefined;
}
