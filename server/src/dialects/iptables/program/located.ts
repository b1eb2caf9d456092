import { type LineBlock, lineAt } from '../../../kept/line-blocks.js';
import type { AddressFamily } from '../../../model/ip.js';
import type { TextRange } from '../../../text/range.js';
import type { Document, EndpointCondition, EndpointUse, NameUse } from '../../dialect.js';
import type { IptablesTree } from '../index.js';
import type { Rule } from '../meaning/rule.js';
import { parseNetwork } from '../syntax/addresses.js';
import { restoreWords, type Word } from '../syntax/words.js';
import type { Line } from './line.js';
import type { IptablesInvocation } from './script/commands.js';

type IptablesDocument = Document<IptablesTree>;

/** A command at its place in the document. Offsets of its words count from `start`. */
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

/** The commands of a script, remembered from when it was followed. */
export const scriptCommands = new WeakMap<object, readonly IptablesInvocation[]>();

/** All commands of a document; with an offset, those that can stand there. */
export function locatedCommands(document: IptablesDocument, offset?: number): LocatedCommand[] {
  const { tree } = document;
  if (tree.kind === 'script') return (scriptCommands.get(tree) ?? []).flatMap((one) => fromInvocation(one, document));
  if (tree.kind !== 'save') return [];
  if (offset !== undefined) {
    const at = lineAt(tree.lines, offset);
    return at ? fromLine(at.line, at.start, '', tree.family) : [];
  }
  const located: LocatedCommand[] = [];
  let table = '';
  tree.lines.blocks.forEach((block, i) => {
    const blockStart = tree.lines.starts[i] ?? 0;
    block.lines.forEach((line, j) => {
      if (line.kind === 'table') table = line.table.text;
      else located.push(...fromLine(line, blockStart + (block.starts[j] ?? 0), table, tree.family));
    });
  });
  return located;
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

/** The address family that a line is for, as far as it has been typed. */
export function familyOfText({ tree }: IptablesDocument, line: string): AddressFamily {
  if (tree.kind === 'save') return tree.family;
  return /ip6t|6T/i.test(line) ? 6 : 4;
}

/** Definitions and uses of chains and sets. */
export function nameUses(document: IptablesDocument): NameUse[] {
  const { uri, text } = document.source;
  const uses: NameUse[] = [];
  const seen = new Set<string>();
  for (const { table, chain, rule, start, defines } of locatedCommands(document)) {
    const add = (word: Word | undefined, kind: string, role: NameUse['role']) => {
      if (!word || word.unknown !== undefined) return;
      const range: TextRange = { start: start + word.start, end: start + word.end };
      // Only where the name itself stands, so that it can be renamed there.
      if (text.slice(range.start, range.end) !== word.text) return;
      const key = `${kind} ${role} ${range.start}`;
      if (seen.has(key)) return;
      seen.add(key);
      uses.push({ name: word.text, kind, role, uri, range });
    };
    add(chain, `${table} chain`, defines ? 'definition' : 'reference');
    if (rule?.target && rule.action === undefined) add(rule.target, `${table} chain`, 'reference');
    for (const { name } of rule?.sets ?? []) add(name, 'set', 'reference');
  }
  return uses;
}

/** The networks that rules name, for comparison with what documents have withdrawn. */
export function endpointUses(document: IptablesDocument): EndpointUse[] {
  const { uri, text } = document.source;
  const uses: EndpointUse[] = [];
  for (const { start, family, words } of locatedCommands(document)) {
    const all = words();
    all.forEach((word, index) => {
      if (word.unknown !== undefined || !ADDRESS_OPTION.test(all[index - 1]?.text ?? '')) return;
      // What a variable holds stands elsewhere: the whole word is where it is used.
      const isWritten = text.slice(start + word.start, start + word.end) === word.text;
      let at = word.start;
      for (const part of word.text.split(',')) {
        const set = parseNetwork(part, family);
        if (typeof set !== 'string' && /[.:]/.test(part)) {
          const prefixes = set.toPrefixes();
          const [prefix] = prefixes;
          const range = isWritten
            ? { start: start + at, end: start + at + part.length }
            : { start: start + word.start, end: start + word.end };
          if (prefix !== undefined && prefixes.length === 1) uses.push({ uri, range, endpoint: { prefix } });
        }
        at += part.length + 1;
      }
    });
  }
  return uses;
}

/** What a block names, where it stands in it, by the condition that was asked. */
const askedBlocks = new WeakMap<LineBlock<Line>, { condition: EndpointCondition; found: readonly BlockEndpoint[] }>();

interface BlockEndpoint {
  readonly start: number;
  readonly end: number;
  readonly prefix: string;
}

/** The same for those that meet a condition; a block that has not changed is not asked again. */
export function endpointUsesWhere(document: IptablesDocument, condition: EndpointCondition): EndpointUse[] {
  const { source, tree } = document;
  if (tree.kind !== 'save') return endpointUses(document).filter(({ endpoint }) => condition(endpoint));
  const { uri } = source;
  return tree.lines.blocks.flatMap((block, i) => {
    const known = askedBlocks.get(block);
    const found = known?.condition === condition ? known.found : blockEndpoints(block, condition);
    if (known?.found !== found) askedBlocks.set(block, { condition, found });
    const from = tree.lines.starts[i] ?? 0;
    return found.map(({ start, end, prefix }) => ({
      uri,
      range: { start: from + start, end: from + end },
      endpoint: { prefix },
    }));
  });
}

function blockEndpoints(block: LineBlock<Line>, condition: EndpointCondition): BlockEndpoint[] {
  const found: BlockEndpoint[] = [];
  for (const match of block.text.matchAll(ADDRESS_VALUE)) {
    const list = match[1] ?? '';
    let start = match.index + match[0].length - list.length;
    for (const prefix of list.split(',')) {
      if (condition({ prefix })) found.push({ start, end: start + prefix.length, prefix });
      start += prefix.length + 1;
    }
  }
  return found;
}

const ADDRESS_VALUE = /\s(?:-[sd]|--source|--src|--destination|--dst) ([\da-fA-F.:/,]+)/gm;
const ADDRESS_OPTION = /^(?:-[sd]|--source|--src|--destination|--dst)$/;
