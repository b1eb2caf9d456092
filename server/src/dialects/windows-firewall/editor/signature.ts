// The form of the cmdlet or the command of netsh that is being written.

import type { Signature } from '../../dialect.js';
import { SignatureText } from '../../shared/signature-text.js';
import { wordsOf } from '../program/enumerations.js';
import type { WindowsDocument } from '../program/program.js';
import { commandAt } from '../syntax/commands.js';
import { COMMANDS } from '../vocabulary/commands.js';
import { NETSH_USAGE } from '../vocabulary/netsh-arguments.js';
import { fullParameterName } from '../vocabulary/parameters.js';
import { CMDLET_PARAMETERS, NETSH_NAMES, PARAMETERS_BY_NAME } from '../vocabulary/words.js';
import { commandBefore, typedNetsh } from './typed-command.js';

export function signatureAt({ source, tree }: WindowsDocument, offset: number): Signature | undefined {
  const before = commandBefore(source.text, offset);
  const netsh = typedNetsh(before);
  if (netsh) {
    const command = netsh.isNew ? netsh.command.replace(/ set rule$/, ' add rule') : netsh.command;
    const usage = NETSH_USAGE.get(command);
    if (!usage) return undefined;
    const text = new SignatureText(netsh.command);
    for (const { name, values } of usage) {
      const words = wordsOf(command, name) ?? values;
      const form = `${name}=${words.join('|')}`;
      text.add(` ${form}`, name, PARAMETERS_BY_NAME.get(NETSH_NAMES.get(name) ?? name)?.summary);
    }
    return text.signature(netsh.argument, COMMANDS.get(netsh.command)?.summary);
  }
  if (tree.language === 'batch') return undefined;
  const blank = /(?:\s|`\r?\n)*$/.exec(before)?.[0].length ?? 0;
  const command = commandAt(tree, offset, blank + 1);
  const parameters = command && CMDLET_PARAMETERS.get(command);
  if (!command || !parameters) return undefined;
  const known = COMMANDS.get(command);
  const text = new SignatureText(known?.name ?? command);
  for (const { name, values, isSwitch, treatment, summary } of parameters) {
    // The others of every cmdlet would hide what the rule is made of.
    if (treatment === 'no-effect') continue;
    const words = wordsOf(command, name.toLowerCase()) ?? values ?? [];
    text.add(` -${name}${isSwitch ? '' : ` ${words.join('|') || '…'}`}`, name.toLowerCase(), summary);
  }
  const written = /(?:^|\s)-(\w+)(?::|\s|`\r?\n)*(?:"[^"]*"?|\([^)]*\)?|[^\s-][^\s]*)?(?:\s*,\s*[^\s,]*)*$/.exec(
    before,
  )?.[1];
  const active = written && (fullParameterName(command, written.toLowerCase()) ?? written.toLowerCase());
  return text.signature(active, known?.summary);
}
