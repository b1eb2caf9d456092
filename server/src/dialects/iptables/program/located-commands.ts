// The commands of a document with their locations, for names, endpoints, outline and hover.

import { lineAt, linesIn, linesWithin } from '../../../kept/line-blocks.js';
import { addAll } from '../../../kept/lists.js';
import type { AddressFamily } from '../../../model/ip.js';
import { type TextRange, touches } from '../../../text/range.js';
import type { Rule } from '../syntax/rule/rule.js';
import type { Line } from '../syntax/tree.js';
import { restoreWords, type Word } from '../syntax/words.js';
import type { IptablesDocument } from './program.js';
import type { IptablesInvocation } from './script/commands.js';

/** Offsets of its words count from `start`. */
export interface LocatedCommand {
  readonly family: AddressFamily;
  readonly table: string;
  readonly chain: Word | undefined;
  readonly policy: string | undefined;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly isRule: boolean;
  readonly rule: Rule | undefined;
  readonly defines: boolean;
  words(): Word[];
}

/**
 * All commands of a document, in the order of execution; only those that a range touches, where one is given: in a file of
 * iptables-save it may begin behind the line that says their table.
 */
export function locatedCommands(document: IptablesDocument, within?: TextRange): LocatedCommand[] {
  const { tree } = document;
  if (tree.kind === 'script') {
    const { invocations } = document.program;
    const wanted = within ? invocations.filter(({ statement }) => touches(statement.range, within)) : invocations;
    return wanted.flatMap((one) => fromInvocation(one, document));
  }
  if (tree.kind !== 'save') return [];
  const located: LocatedCommand[] = [];
  let table = '';
  for (const { line, start } of within ? linesWithin(tree.lines, within) : linesIn(tree.lines)) {
    if (line.kind === 'table') table = line.table.text;
    else addAll(located, fromLine(line, start, table, tree.family));
  }
  return located;
}

/** The command at an offset of a document. For a line of iptables-save, the table is omitted. */
export function commandAt(document: IptablesDocument, offset: number): LocatedCommand | undefined {
  const { tree } = document;
  const line = tree.kind === 'save' ? lineAt(tree.lines, offset) : undefined;
  const located =
    tree.kind === 'save' && line ? fromLine(line.line, line.start, '', tree.family) : locatedCommands(document);
  return located.find(({ start, end }) => start <= offset && offset <= end);
}

function fromLine(line: Line, start: number, table: string, family: AddressFamily): LocatedCommand[] {
  if (line.kind !== 'chain' && line.kind !== 'command') return [];
  const raw = line.raw.trimEnd();
  const counters = line.kind === 'command' ? (/^\[\d+:\d+\]/.exec(raw)?.[0].length ?? 0) : 0;
  return [
    {
      family,
      table,
      chain: line.chain,
      policy: line.kind === 'chain' ? line.policy?.text : undefined,
      start,
      end: start + raw.length,
      text: raw,
      isRule: line.kind === 'command',
      rule: line.kind === 'command' ? line.rule : undefined,
      defines: line.kind === 'chain' || line.operation === 'new-chain',
      words: () => (line.kind === 'chain' ? [line.chain] : restoreWords(raw, counters)),
    },
  ];
}

function fromInvocation(invocation: IptablesInvocation, { source }: IptablesDocument): LocatedCommand[] {
  const { statement, command, family, rule, words } = invocation;
  if (statement.uri !== source.uri) return [];
  return [
    {
      family,
      table: command.table?.text ?? 'filter',
      chain: command.chain,
      policy: command.operation === 'policy' ? command.argument?.text : undefined,
      start: statement.range.start,
      end: statement.range.end,
      text: statement.text,
      isRule: ['append', 'insert', 'replace'].includes(command.operation ?? ''),
      rule,
      defines: command.operation === 'new-chain',
      words: () => [...words],
    },
  ];
}
