// Completion: cmdlets and commands of netsh from their first letter, their parameters, and the words that those take.

import type { CompletionItem, Completions } from '../../dialect.js';
import { snippetItems } from '../../shared/snippets.js';
import { wordsOf } from '../program/enumerations.js';
import type { WindowsDocument } from '../program/program.js';
import { commandAt } from '../syntax/commands.js';
import type { Tree } from '../syntax/tree.js';
import { CMDLETS, NETSH_COMMANDS, NETSH_PROFILES } from '../vocabulary/commands.js';
import { NETSH_SETTINGS, NETSH_USAGE, type NetshArgument } from '../vocabulary/netsh-arguments.js';
import { fullParameterName } from '../vocabulary/parameters.js';
import { NETSH_SNIPPETS, POWERSHELL_SNIPPETS } from '../vocabulary/snippets.js';
import { CMDLET_PARAMETERS, NETSH_NAMES, PARAMETERS_BY_NAME, type Parameter } from '../vocabulary/words.js';
import { commandBefore, type TypedNetsh, typedNetsh } from './typed-command.js';

export function completionsAt(document: WindowsDocument, offset: number): Completions | undefined {
  const { source, tree } = document;
  const before = commandBefore(source.text, offset);
  const netsh = typedNetsh(before);
  if (netsh) return listed(netshItems(netsh), netsh.typed, offset, !ENDPOINTS.test(netsh.argument ?? ''));
  if (/^\s*(?:rem\b|::|#)/i.test(before)) return undefined;
  const typed = /[\w$-]*$/.exec(before)?.[0] ?? '';
  const rest = before.slice(0, before.length - typed.length);
  if (isCommandPlace(rest)) return listed(commandItems(tree), typed, offset);
  if (tree.language === 'batch') return undefined;
  const name = parameterBefore(rest, undefined);
  const isClosed = typed.startsWith('-') || name === undefined || !ENDPOINTS.test(name);
  return listed(argumentItems(document, offset, typed, rest), typed, offset, isClosed);
}

/** The parameters and arguments whose values are addresses or ports. */
const ENDPOINTS = /address|port|ip$|endpoint/i;

function listed(
  items: readonly CompletionItem[],
  typed: string,
  offset: number,
  closed = true,
): Completions | undefined {
  const range = { start: offset - typed.length, end: offset };
  return items.length === 0 ? undefined : { range, items, ...(closed ? { closed } : {}) };
}

/** The parameter whose value is written at the end of a text, with others before it: `-Profile Domain, `. */
function parameterBefore(rest: string, command: string | undefined): string | undefined {
  const written = /\s-(\w+):?(?:\s|`\r?\n)+(?:[^\s,-][^\s,]*\s*,\s*)*$/.exec(rest)?.[1]?.toLowerCase();
  return written && (fullParameterName(command ?? 'new-netfirewallrule', written) ?? written);
}

/** Whether a command may begin behind a text: at the beginning of a line, of a block, or behind another command. */
function isCommandPlace(before: string): boolean {
  return /(?:^|[|;{&(]|(?:^|\s)=|\b(?:do|else)\s*\()\s*$/.test(before) || /^\s*@\s*$/.test(before);
}

const CMDLET_ITEMS = CMDLETS.map(({ name, summary }) => item(name, 'function', summary));
const NETSH_ITEM = item('netsh', 'function', 'Configures the network; `netsh advfirewall` the host firewall.');
const POWERSHELL_ITEMS = [...CMDLET_ITEMS, NETSH_ITEM, ...snippetItems([...POWERSHELL_SNIPPETS, ...NETSH_SNIPPETS])];
const BATCH_ITEMS = [NETSH_ITEM, ...snippetItems(NETSH_SNIPPETS)];

function commandItems(tree: Tree): readonly CompletionItem[] {
  return tree.language === 'batch' ? BATCH_ITEMS : POWERSHELL_ITEMS;
}

/** The parameters of a cmdlet that it has not got yet, or the words that the last one takes. */
function argumentItems(
  document: WindowsDocument,
  offset: number,
  typed: string,
  rest: string,
): readonly CompletionItem[] {
  const blank = /(?:\s|`\r?\n)*$/.exec(rest)?.[0].length ?? 0;
  const command = commandAt(document.tree, offset, typed.length + blank + 1);
  const name = parameterBefore(rest, command);
  if (name !== undefined && !typed.startsWith('-')) {
    const parameter = PARAMETERS_BY_NAME.get(name);
    if (parameter && !parameter.isSwitch) {
      const words = [...(parameter.values ?? []), ...(wordsOf(command ?? '', name) ?? [])];
      return [...variables(document), ...[...new Set(words)].map((value) => item(value, 'value'))];
    }
  }
  if (command === undefined || (typed !== '' && !typed.startsWith('-')) || !/\s$/.test(rest)) return [];
  const given = new Set(
    [...rest.matchAll(/\s-(\w+)/g)].map(
      ([, one = '']) => fullParameterName(command, one.toLowerCase()) ?? one.toLowerCase(),
    ),
  );
  return (CMDLET_PARAMETERS.get(command) ?? [])
    .filter((parameter) => !given.has(parameter.name.toLowerCase()))
    .map((parameter) => ({ ...item(`-${parameter.name}`, 'keyword', parameter.summary), rank: rankOf(parameter) }));
}

/** The variables that the script sets, as it writes them. */
function variables({ names, source }: WindowsDocument): readonly CompletionItem[] {
  const set = names.filter(({ kind, role, uri }) => kind === 'variable' && role === 'definition' && uri === source.uri);
  const labels = set.map(({ range }) => `$${source.text.slice(range.start, range.end).replace(/^\$/, '')}`);
  return [...new Set(labels)].map((label) => ({ label, kind: 'name', detail: 'variable', insertText: label }));
}

/** What decides comes before what every cmdlet has. */
function rankOf({ treatment, families }: Parameter): number {
  if (families.includes('common')) return 63_000;
  return treatment === 'modelled' ? 60_000 : treatment === 'opaque' ? 61_000 : 62_000;
}

/** The commands of netsh, word by word. */
const COMMAND_WORDS: readonly (readonly string[])[] = NETSH_COMMANDS.flatMap(({ name }) =>
  name.includes('PROFILES')
    ? NETSH_PROFILES.map((profile) => name.replace('PROFILES', `${profile}profile${profile === 'all' ? 's' : ''}`))
    : [name],
).map((name) => name.split(' '));

function netshItems({ command, given, isNew, argument }: TypedNetsh): readonly CompletionItem[] {
  const changed = isNew ? command.replace(/ set rule$/, ' add rule') : command;
  const usage = NETSH_USAGE.get(changed);
  if (argument !== undefined) return valuesOf(usage, changed, argument).map((value) => item(value, 'value'));
  if (usage) {
    const items = usage.filter(({ name }) => !given.includes(name)).map(argumentItem);
    const takesNew = / set rule$/.test(command) && !isNew && given.length > 0;
    return takesNew
      ? [item('new', 'keyword', 'What follows is set; what is before selects the rules.'), ...items]
      : items;
  }
  const words = command.split(' ');
  const settings = words.length === 4 && words[2] === 'set' ? undefined : NETSH_SETTINGS.get(words[4] ?? '');
  if (words.length === 5 && settings) return settings.map((value) => item(value, 'value'));
  const next = COMMAND_WORDS.filter(
    (one) => one.length > words.length && words.every((word, index) => word === one[index]),
  ).map((one) => one[words.length] ?? '');
  return [...new Set(next)].map((word) => item(word, 'keyword'));
}

function valuesOf(usage: readonly NetshArgument[] | undefined, command: string, name: string): readonly string[] {
  return wordsOf(command, name) ?? usage?.find((one) => one.name === name)?.values ?? [];
}

function argumentItem({ name, values }: NetshArgument, index: number): CompletionItem {
  const about = PARAMETERS_BY_NAME.get(NETSH_NAMES.get(name) ?? name)?.summary;
  const form = values.length > 0 ? `\`${name}=${values.join('|')}\`` : undefined;
  const documentation = [form, about].filter((one) => one !== undefined).join('\n\n');
  return { ...item(`${name}=`, 'keyword', documentation || undefined), rank: 60_000 + index };
}

function item(label: string, kind: CompletionItem['kind'], documentation?: string): CompletionItem {
  const common = { label, kind, detail: 'Windows Firewall', insertText: label };
  return documentation === undefined ? common : { ...common, documentation };
}
