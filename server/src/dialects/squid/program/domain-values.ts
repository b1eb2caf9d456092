// The values of the domain acls in a run of lines, which several questions are asked of, each about all of them.

import { Memo } from '../../../kept/memo.js';
import type { AclStatement } from '../syntax/tree.js';
import type { StatementLine, Statements } from './segments.js';

/** Columns with a row for each value, those of an acl behind each other. They are made once: values are very many. */
export interface DomainValues {
  /** The values as squid compares them, in small letters. */
  readonly texts: readonly string[];
  readonly keys: readonly string[];
  readonly lines: readonly StatementLine<AclStatement>[];
  /** The index of the value on its line. */
  readonly indexes: readonly number[];
}

const columns = new Memo<Statements, DomainValues>();

/** The values on lines; those in list files are omitted. */
export function domainValuesOf(statements: Statements): DomainValues {
  return columns.of(statements, ({ acls }) => {
    const texts: string[] = [];
    const keys: string[] = [];
    const lines: StatementLine<AclStatement>[] = [];
    const indexes: number[] = [];
    for (const [key, own] of acls) {
      for (const line of own) {
        const { statement } = line;
        if (statement.type.values !== 'domains') continue;
        const { words } = statement;
        for (let index = 0; index < words.length; index++) {
          texts.push((words[index] as string).toLowerCase());
          keys.push(key);
          lines.push(line);
          indexes.push(index);
        }
      }
    }
    return { texts, keys, lines, indexes };
  });
}
