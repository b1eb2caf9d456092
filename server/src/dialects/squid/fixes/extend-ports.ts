// Adds ports to the acls of permitted ports.

import type { FileEdit } from '../../../text/edit.js';
import { portsOf } from '../program/acl-content.js';
import type { Acl } from '../program/acls.js';
import { isBuiltInLine } from '../program/program.js';
import type { Rule } from '../program/rules.js';
import { aclKey } from '../syntax/tree.js';
import { after } from './edits.js';
import { wrapped } from './new-acls.js';
import type { FixTask } from './task.js';

/** New values for the port acls that a rule names negated, so that it denies all other ports. */
export function extendPorts(task: FixTask, rule: Rule): FileEdit[] {
  return missingPorts(task, rule).flatMap(({ acl, ports }) => {
    const last = acl.lines[acl.lines.length - 1];
    if (!last || isBuiltInLine(last)) return [];
    const edit = after(task, last, wrapped(`acl ${acl.name} port`, ports.map(String)));
    return edit ? [edit] : [];
  });
}

function missingPorts({ program, change }: FixTask, rule: Rule): { acl: Acl; ports: number[] }[] {
  if (rule.line.statement.action.text !== 'deny') return [];
  return rule.line.statement.references.flatMap(({ name, negated }) => {
    const acl = program.acls.get(aclKey(name));
    if (!negated || acl?.type.name !== 'port') return [];
    const { value } = portsOf(acl, program);
    const ports = change.ports.filter((port) => !value.has(port));
    return ports.length > 0 ? [{ acl, ports }] : [];
  });
}

/** The port acls that a rule names negated, for a title. */
export function portAclNames({ program }: FixTask, rule: Rule | undefined): string {
  const names = rule?.line.statement.references.flatMap(({ name, negated }) =>
    negated && program.acls.get(aclKey(name))?.type.name === 'port' ? [`'${name}'`] : [],
  );
  return (names ?? []).join(' and ');
}
