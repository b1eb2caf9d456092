// Reports acls that need an answer from outside in directives that do not wait for one.

import type { Problem } from '../../dialect.js';
import { STOPPING_TYPES } from '../program/definitions.js';
import { locationOf, type Placed, type Program, spanAt } from '../program/program.js';
import { type AclReference, aclKey, referencesOf } from '../syntax/tree.js';
import { FAST_DIRECTIVES, SLOW_TYPES } from '../vocabulary/speed.js';

/** References to slow acls, also within groups, in directives that take only fast ones. */
export function slowAcls(program: Program): Problem[] {
  return [...FAST_DIRECTIVES].flatMap((directive) =>
    [...statementsOf(program, directive)].flatMap((placed) =>
      referencesOf(placed.line.statement).flatMap((reference) => {
        const slow = slowAcl(program, reference, 0);
        if (!slow) return [];
        const first = program.acls.get(aclKey(slow.name))?.lines[0];
        return [
          {
            ...locationOf(program, placed, reference.token),
            code: 'slow-acl' as const,
            message: `'${directive}' does not wait for the answer that the acl '${slow.name}' (${slow.type}) needs: unless squid has just asked the same, ${STOPPING_TYPES.has(slow.type) ? 'it stops here and applies none of its lines' : 'the acl counts as not matching'}`,
            ...(first ? { related: [{ ...spanAt(program, first), message: 'its definition' }] } : {}),
          },
        ];
      }),
    ),
  );
}

function* statementsOf(program: Program, directive: string): Generator<Placed> {
  for (const segment of program.lists.get(directive) ?? []) {
    for (const line of program.segments[segment]?.statements.rules.get(directive) ?? []) yield { segment, line };
  }
  for (const segment of program.directives.get(directive) ?? []) {
    for (const line of program.segments[segment]?.statements.plain.get(directive) ?? []) yield { segment, line };
  }
}

/** Groups of acls are looked into this deep. */
const DEPTH_LIMIT = 5;

function slowAcl(
  program: Program,
  { name }: Pick<AclReference, 'name'>,
  depth: number,
): { readonly name: string; readonly type: string } | undefined {
  const acl = program.acls.get(aclKey(name));
  if (!acl) return undefined;
  if (SLOW_TYPES.has(acl.type.name)) return { name: acl.name, type: acl.type.name };
  if (acl.type.values !== 'acls' || depth >= DEPTH_LIMIT) return undefined;
  for (const { line } of acl.lines) {
    for (const reference of line.statement.references) {
      const slow = slowAcl(program, reference, depth + 1);
      if (slow) return slow;
    }
  }
  return undefined;
}
