// Reports statements and list files whose effect on verdicts is unknown.

import type { Problem } from '../../dialect.js';
import { unreadableList } from '../program/list-files.js';
import { linesOf, locationOf, type Placed, type Program, spanAt } from '../program/program.js';
import { rulesOf } from '../program/rules.js';
import type { PlainStatement } from '../syntax/tree.js';
import { DIRECTIVES } from '../vocabulary/directives.js';

/** A hint for each opaque statement that may apply to some request. */
export function unmodelledStatements(program: Program): Problem[] {
  return [...DIRECTIVES].flatMap(([name, { effect }]) => {
    if (effect === undefined) return [];
    const lines = linesOf(program, name).filter(({ line: { statement } }) => !isWithoutEffect(statement));
    const rules = [...rulesOf(program, name)].filter(({ line }) => line.statement.action.text === 'allow');
    return [...lines, ...rules].map((placed: Placed) => ({
      ...spanAt(program, placed),
      code: 'unmodelled-statement' as const,
      message: `Lintel does not model this: ${effect}`,
    }));
  });
}

/** A service that is asked about nothing, and a size that is no limit. */
function isWithoutEffect({ directive, arguments: [first, second] }: PlainStatement): boolean {
  return second?.text === 'deny' || (directive?.name === 'reply_body_max_size' && first?.text === 'none');
}

/** Reports list files that cannot be read. */
export function unreadLists(program: Program): Problem[] {
  return program.segments.flatMap(({ statements }, segment) =>
    statements.listed.flatMap((line) => {
      const { file } = line.statement;
      const unreadable = unreadableList(program, line.statement);
      if (unreadable === undefined || !file) return [];
      const message = `${unreadable}. Verdicts that its values could change are undecided`;
      return [
        { ...locationOf(program, { segment, line }, file.token), code: 'unmodelled-statement' as const, message },
      ];
    }),
  );
}
