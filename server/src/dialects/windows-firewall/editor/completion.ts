// Completion: the names of parameters after a dash, and the values of those that have a fixed set.

import { startOfLine } from '../../../text/lines.js';
import type { CompletionItem, Completions } from '../../dialect.js';
import type { WindowsDocument } from '../program/program.js';
import { commandAt } from '../syntax/commands.js';
import { fullParameterName } from '../vocabulary/parameters.js';
import { CMDLET_PARAMETERS, PARAMETERS_BY_NAME } from '../vocabulary/words.js';

export function completionsAt({ source, tree }: WindowsDocument, offset: number): Completions | undefined {
  const { text } = source;
  const before = text.slice(startOfLine(text, offset), offset);
  const typed = /[\w-]*$/.exec(before)?.[0] ?? '';
  const range = { start: offset - typed.length, end: offset };
  const command = commandAt(tree, offset, typed.length + 1);
  const previous = /-(\w+):?\s+$/.exec(before.slice(0, before.length - typed.length))?.[1]?.toLowerCase();
  const name = previous && (fullParameterName(command ?? 'new-netfirewallrule', previous) ?? previous);
  const values = name === undefined ? undefined : PARAMETERS_BY_NAME.get(name)?.values;
  if (values) return { range, items: values.map((value) => item(value, 'value')) };
  if (!typed.startsWith('-') || command === undefined) return undefined;
  const parameters = CMDLET_PARAMETERS.get(command) ?? [];
  return { range, items: parameters.map((parameter) => item(`-${parameter.name}`, 'keyword', parameter.summary)) };
}

function item(label: string, kind: CompletionItem['kind'], documentation?: string): CompletionItem {
  const common = { label, kind, detail: 'Windows Firewall', insertText: label };
  return documentation === undefined ? common : { ...common, documentation };
}
