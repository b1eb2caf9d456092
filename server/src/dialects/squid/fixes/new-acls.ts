// New acls for a change: their names and lines.

import { IntervalSet } from '../../../model/intervals.js';
import type { ProxyChange } from '../../dialect.js';
import { portsOf } from '../program/acl-content.js';
import { aclKey } from '../syntax/tree.js';
import type { HostValues } from './host-values.js';
import type { FixTask } from './task.js';

export interface NewAcl {
  readonly name: string;
  /** The lines that define it; empty for an existing acl. */
  readonly lines: readonly string[];
}

/** The acl types that take domain values and expressions. */
export interface AclTypePair {
  readonly domains: string;
  readonly expressions: string;
}

export const URL_HOST: AclTypePair = { domains: 'dstdomain', expressions: 'dstdom_regex' };
export const SERVER_NAME: AclTypePair = { domains: 'ssl::server_name', expressions: 'ssl::server_name_regex' };

const NAME_ENDINGS: Readonly<Record<ProxyChange['goal'], string>> = {
  permit: 'hosts',
  bypass: 'hosts',
  'no-decrypt': 'not_decrypted',
  'no-login': 'without_login',
};

/** One acl for the domains among some values, and one for the expressions. */
export function newAcls(task: FixTask, values: HostValues, types: AclTypePair): NewAcl[] {
  const base = `${baseName(task)}_${NAME_ENDINGS[task.change.goal]}`;
  const acls: NewAcl[] = [];
  if (values.domains.length > 0) {
    const name = freshName(task, base);
    acls.push({ name, lines: wrapped(`acl ${name} ${types.domains}`, values.domains) });
  }
  if (values.expressions.length > 0) {
    const name = freshName(task, `${base}_regex`);
    acls.push({ name, lines: wrapped(`acl ${name} ${types.expressions}`, values.expressions) });
  }
  return acls;
}

/** A name that no acl has; names of acls have at most 63 characters. */
export function freshName({ program }: FixTask, base: string): string {
  const short = base.slice(0, 58);
  let name = short;
  for (let i = 2; program.definitions.get(aclKey(name)); i++) name = `${short}_${i}`;
  return name;
}

/** The label of the change as the prefix of the name of an acl. */
function baseName({ change }: FixTask): string {
  return change.label.replace(/[^A-Za-z0-9_]+/g, '_');
}

/** The width at which lines are wrapped. */
export const LINE_WIDTH = 100;

/** The values on lines that begin with `head`, wrapped. */
export function wrapped(head: string, values: readonly string[]): string[] {
  const lines: string[] = [];
  let line = head;
  for (const value of values) {
    if (line !== head && line.length + 1 + value.length > LINE_WIDTH) {
      lines.push(line);
      line = head;
    }
    line += ` ${value}`;
  }
  return [...lines, line];
}

const WEB_PORTS: readonly number[] = [80, 443];

/** An acl for exactly the needed ports: an existing one if possible. */
export function portAcl(task: FixTask): NewAcl {
  const { program, change } = task;
  const ports = change.ports.length > 0 ? change.ports : WEB_PORTS;
  const wanted = IntervalSet.from(ports.map((port) => [port, port] as const));
  for (const acl of program.acls.ofType('port')) {
    const { value, unknown } = portsOf(acl, program);
    if (unknown === undefined && value.equals(wanted)) return { name: acl.name, lines: [] };
  }
  const web = ports.length === 2 && ports.every((port) => WEB_PORTS.includes(port));
  const name = freshName(task, web ? 'web_ports' : `${baseName(task)}_ports`);
  return { name, lines: [`acl ${name} port ${ports.join(' ')}`] };
}

/** What a new rule with an acl of ports is limited to, as a part of a title. */
export function limitOf(ports: NewAcl | undefined): string {
  return ports ? `on the ports of ${ports.name}` : '';
}
