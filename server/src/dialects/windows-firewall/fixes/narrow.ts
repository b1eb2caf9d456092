// Edits that make one rule match less.

import { shortPrefixes } from '../../../model/ip.js';
import { TCP } from '../../../model/packets.js';
import { ALL_PORTS } from '../../../model/ports.js';
import { type FileEdit, lineEndOf } from '../../../text/edit.js';
import { startOfLine } from '../../../text/lines.js';
import type { Narrowing, Proposal } from '../../dialect.js';
import type { WindowsDocument } from '../program/program.js';
import { isNetsh, parameterOf, type StoredRule } from '../program/rule.js';
import { portText } from './permit.js';

/** The command that makes the rule with a further parameter, or once for each protocol. */
export function narrowRule(document: WindowsDocument, { rule, only }: Narrowing): readonly Proposal[] {
  const stored = document.program.rules.map((one) => one.stored).find(({ range }) => range.start === rule.range.start);
  if (stored?.kind !== 'firewall') return [];
  const { text, uri } = document.source;
  const netsh = isNetsh(stored.invocation);
  if ('destination' in only) {
    const prefixes = shortPrefixes(only.destination);
    const value = netsh ? prefixes.join(',') : prefixes.map((prefix) => `'${prefix}'`).join(',');
    const edit = settingEdit(stored, uri, {
      name: 'remoteaddress',
      option: netsh ? 'remoteip=' : '-RemoteAddress ',
      value,
    });
    return edit ? [{ edits: [edit] }] : [];
  }
  // A protocol in the command would have to be removed, and a command with a unique name cannot be repeated.
  if (stored.parameters.has('protocol') || stored.parameters.has('remoteport')) return [];
  if (only.services.length > 1 && stored.parameters.has('name')) return [];
  const command = text.slice(stored.range.start, stored.range.end);
  const lineStart = startOfLine(text, stored.range.start);
  const before = text.slice(lineStart, stored.range.start);
  if (before.trim() !== '') return [];
  const commands = only.services.map(({ protocol, ports }) => {
    const name = protocol === TCP ? 'TCP' : 'UDP';
    const parts = netsh ? [`protocol=${name.toLowerCase()}`] : [`-Protocol ${name}`];
    if (!ports.equals(ALL_PORTS)) parts.push(`${netsh ? 'remoteport=' : '-RemotePort '}${portText(ports)}`);
    return `${command} ${parts.join(' ')}`;
  });
  const newText = commands.join(`${lineEndOf(text)}${before}`);
  return [{ edits: [{ uri, range: stored.range, newText }] }];
}

/** Sets a parameter: replaces `Any`, or appends after the other parameters. */
function settingEdit(
  stored: StoredRule,
  uri: string,
  { name, option, value }: { readonly name: string; readonly option: string; readonly value: string },
): FileEdit | undefined {
  const argument = stored.parameters.get(name);
  if (!argument) {
    const { end } = stored.range;
    return { uri, range: { start: end, end }, newText: ` ${option}${value}` };
  }
  // An argument of netsh is replaced together with its name.
  const newText = isNetsh(stored.invocation) ? `${option}${value}` : value;
  return parameterOf(stored, name) === 'any' ? { uri, range: argument.range, newText } : undefined;
}
