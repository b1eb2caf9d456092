import { parsePrefix } from '../../../model/ip.js';
import type { TextRange } from '../../../text/range.js';
import type { CompletionItem, Completions, Document, Entity, OutlineItem } from '../../dialect.js';
import type { IptablesTree } from '../index.js';
import { rejectTypes } from '../meaning/targets.js';
import { familyOfText, type LocatedCommand, locatedCommands } from '../program/located.js';
import { BUILT_IN_CHAINS } from '../program/ruleset.js';
import { type Command, LONG_OPTION_NAMES, parseCommand, SHORT_OPTION_NAMES } from '../syntax/command.js';
import { restoreWords, type Word } from '../syntax/words.js';
import { describeMatch, describeOption, describeTable, describeTarget } from '../vocabulary/docs.js';
import { matchExtension, matchNames, targetExtension, targetNames } from '../vocabulary/extensions.js';
import { icmpNames } from '../vocabulary/icmp.js';
import { parsePort, serviceNames } from '../vocabulary/ports.js';
import { PROTOCOL_NAMES } from '../vocabulary/protocols.js';

type IptablesDocument = Document<IptablesTree>;

/** How many rules of a chain the outline lists. */
const RULES_IN_OUTLINE = 500;

/** Tables, their chains, and the rules of each. */
export function outlineOf(document: IptablesDocument): OutlineItem[] {
  const tables = new Map<
    string,
    { range: TextRange; chains: Map<string, OutlineItem & { children: OutlineItem[] }> }
  >();
  for (const { table, chain, policy, start, end, text, isRule } of locatedCommands(document)) {
    if (!chain || chain.unknown !== undefined) continue;
    const known = tables.get(table) ?? { range: { start, end }, chains: new Map() };
    tables.set(table, { range: cover(known.range, { start, end }), chains: known.chains });
    const nameRange = { start: start + chain.start, end: start + chain.end };
    const item = known.chains.get(chain.text);
    const rule: OutlineItem = {
      name: text,
      detail: '',
      kind: 'rule',
      range: { start, end },
      nameRange: { start, end },
      children: [],
    };
    const children = item?.children ?? [];
    if (isRule && children.length < RULES_IN_OUTLINE) children.push(rule);
    known.chains.set(chain.text, {
      name: chain.text,
      detail: policy ?? item?.detail ?? '',
      kind: 'list',
      range: item ? cover(item.range, { start, end }) : { start, end },
      nameRange: item?.nameRange ?? nameRange,
      children,
    });
  }
  return [...tables].map(([name, { range, chains }]) => ({
    name,
    detail: 'table',
    kind: 'section',
    range,
    nameRange: { start: range.start, end: Math.min(range.end, range.start + name.length) },
    children: [...chains.values()],
  }));
}

function cover(a: TextRange, b: TextRange): TextRange {
  return { start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) };
}

/** Tables of a save file; runs of comments in the others. */
export function foldingRangesOf({ source, tree }: IptablesDocument): TextRange[] {
  const ranges: TextRange[] = [];
  if (tree.kind !== 'save') {
    for (const match of source.text.matchAll(/(?:^[ \t]*#.*\n){3,}/gm)) {
      ranges.push({ start: match.index, end: match.index + match[0].trimEnd().length });
    }
    return ranges;
  }
  let open: number | undefined;
  for (const match of source.text.matchAll(/^(?:\*\w|COMMIT\b)/gm)) {
    if (match[0] !== 'COMMIT') open ??= match.index;
    else if (open !== undefined) {
      ranges.push({ start: open, end: match.index + match[0].length });
      open = undefined;
    }
  }
  return ranges;
}

/** The line around an offset as a command: its words, and what each is. */
function commandAt(
  document: IptablesDocument,
  offset: number,
): { located: LocatedCommand; command: Command; words: Word[] } | undefined {
  const located = locatedCommands(document, offset).find(({ start, end }) => start <= offset && offset <= end);
  if (!located) return undefined;
  const words = located.words();
  return { located, command: parseCommand(words, located.family), words };
}

export function entityAt(document: IptablesDocument, offset: number): Entity | undefined {
  const found = commandAt(document, offset);
  if (!found) return tableAt(document, offset);
  const { located, command, words } = found;
  const at = offset - located.start;
  const index = words.findIndex(({ start, end }) => start <= at && at <= end);
  const word = words[index];
  if (!word || word.unknown !== undefined) return undefined;
  const range = { start: located.start + word.start, end: located.start + word.end };
  const keyword = (markdown: string | undefined): Entity | undefined =>
    markdown === undefined ? undefined : { kind: 'keyword', range, markdown };
  if (word === command.chain) return chainEntity(document, word.text, range);
  if (word === command.target) {
    return targetExtension(word.text, located.family)
      ? keyword(describeTarget(word.text))
      : chainEntity(document, word.text, range);
  }
  if (word === command.table) return keyword(describeTable(word.text));
  const previous = words[index - 1]?.text;
  if (previous === '-m' || previous === '--match') return keyword(describeMatch(word.text));
  if (word.text.startsWith('-')) return keyword(describeOption(optionName(word.text, command)));
  if (word === command.source?.value || word === command.destination?.value) return addressEntity(word, range, at);
  const user = command.matches.flatMap(({ options }) => options).find(({ values }) => values.includes(word));
  if (user && /port/.test(user.option.name)) {
    const first = /^[^:,]+/.exec(word.text)?.[0] ?? '';
    const port = parsePort(first, 'tcp');
    return typeof port === 'number' ? { kind: 'port', range, port } : undefined;
  }
  return undefined;
}

function tableAt({ source }: IptablesDocument, offset: number): Entity | undefined {
  const start = source.text.lastIndexOf('\n', offset - 1) + 1;
  const name = /^\*(\w+)/.exec(source.text.slice(start, start + 64))?.[1];
  const markdown = name === undefined ? undefined : describeTable(name);
  if (name === undefined || markdown === undefined) return undefined;
  return { kind: 'keyword', range: { start, end: start + 1 + name.length }, markdown };
}

function addressEntity(word: Word, range: TextRange, at: number): Entity | undefined {
  let start = word.start;
  for (const part of word.text.split(',')) {
    const end = start + part.length;
    if (at >= start && at <= end) {
      const shift = range.start - word.start;
      const place = { start: shift + start, end: shift + end };
      if (parsePrefix(part)) return { kind: 'address', range: place, prefix: part };
      return /^[a-z][\w.-]*\.[a-z]+$/i.test(part) ? { kind: 'host', range: place, host: part } : undefined;
    }
    start = end + 1;
  }
  return undefined;
}

function optionName(text: string, command: Command): string {
  const used = [...command.matches, ...(command.targetExtension ? [command.targetExtension] : [])]
    .flatMap(({ options }) => options)
    .find(({ word }) => word.text === text);
  if (used) return used.option.name;
  return text.startsWith('--') ? text.slice(2) : (SHORT_OPTION_NAMES.get(text.slice(1, 2)) ?? '');
}

/** What a chain does, in a few words and its first rules. */
function chainEntity({ model }: IptablesDocument, name: string, range: TextRange): Entity | undefined {
  if (model.kind !== 'filter') return undefined;
  const base = model.points.flatMap(({ chains }) => chains).find((chain) => chain.name === name);
  const chain = base ?? model.chains.get(name);
  if (!chain) return undefined;
  const { rules } = chain;
  const head = base ? `built in, its policy is to ${base.policy}` : 'rules lead to it';
  const shown = rules.slice(0, 8).map(({ statement }) => statement.text);
  const more = rules.length > shown.length ? `\n# and ${rules.length - shown.length} more` : '';
  const listing = shown.length > 0 ? `\n\n\`\`\`\n${shown.join('\n')}${more}\n\`\`\`` : '';
  return { kind: 'name', range, markdown: `**${name}**: ${head}; ${rules.length} rules${listing}` };
}

function item(label: string, kind: CompletionItem['kind'], detail: string, documentation?: string): CompletionItem {
  return { label, kind, detail, insertText: label, ...(documentation === undefined ? {} : { documentation }) };
}

export function completionsAt(document: IptablesDocument, offset: number): Completions | undefined {
  const { source, tree } = document;
  const start = source.text.lastIndexOf('\n', offset - 1) + 1;
  const line = source.text.slice(start, offset);
  if (line.startsWith('#')) return undefined;
  const partial = /[^\s"]*$/.exec(line)?.[0] ?? '';
  const range = { start: offset - partial.length, end: offset };
  const words = restoreWords(line.slice(0, line.length - partial.length));
  const family = familyOfText(document, line);
  const previous = words[words.length - 1]?.text ?? '';
  if (words.length === 0 && tree.kind === 'save') {
    return {
      range,
      items: ['-A', '*filter', ':', 'COMMIT'].map((label) => item(label, 'keyword', 'line of iptables-save')),
    };
  }
  if (tree.kind === 'script' && !/ip6?t|ipt|\$/i.test(line)) return undefined;
  return { range, items: itemsFor(previous, words, document, family) };
}

function itemsFor(
  previous: string,
  words: readonly Word[],
  document: IptablesDocument,
  family: 4 | 6,
): CompletionItem[] {
  const values = (labels: Iterable<string>, detail: string) => [...labels].map((label) => item(label, 'value', detail));
  switch (previous) {
    case '-j':
    case '--jump':
      return [
        ...targetNames(family).map((name) => item(name, 'keyword', 'target', describeTarget(name))),
        ...chainNames(document).map((name) => item(name, 'name', 'chain')),
      ];
    case '-g':
    case '--goto':
      return chainNames(document).map((name) => item(name, 'name', 'chain'));
    case '-m':
    case '--match':
      return matchNames(family).map((name) => item(name, 'type', 'match', describeMatch(name)));
    case '-p':
    case '--protocol':
      return values(PROTOCOL_NAMES, 'protocol');
    case '-t':
    case '--table':
      return values(Object.keys(BUILT_IN_CHAINS), 'table');
    case '-A':
    case '-I':
    case '-D':
    case '-R':
    case '-F':
    case '-P':
      return [...new Set([...BUILT_IN_CHAINS.filter, ...BUILT_IN_CHAINS.mangle, ...chainNames(document)])].map((name) =>
        item(name, 'name', 'chain'),
      );
    case '--state':
    case '--ctstate':
      return values(['NEW', 'ESTABLISHED', 'RELATED', 'RELATED,ESTABLISHED', 'INVALID', 'UNTRACKED'], 'state');
    case '--icmp-type':
    case '--icmpv6-type':
      return values(icmpNames(family), 'ICMP type');
    case '--reject-with':
      return values(rejectTypes(family), 'answer');
    case '--dport':
    case '--dports':
    case '--sport':
    case '--sports':
      return values(serviceNames(words.some(({ text }) => text === 'udp') ? 'udp' : 'tcp'), 'service');
    default:
      return optionItems(words, family);
  }
}

function optionItems(words: readonly Word[], family: 4 | 6): CompletionItem[] {
  const items = [...SHORT_OPTION_NAMES]
    .filter(([, name]) => LONG_OPTION_NAMES.includes(name) && describeOption(name) !== undefined)
    .map(([letter, name]) => item(`-${letter}`, 'keyword', `--${name}`, describeOption(name)));
  words.forEach(({ text }, index) => {
    const before = words[index - 1]?.text;
    const loaded =
      before === '-m' || before === '-p'
        ? matchExtension(text, family)
        : before === '-j'
          ? targetExtension(text, family)
          : undefined;
    for (const name of loaded?.options.keys() ?? [])
      items.push(item(`--${name}`, 'keyword', text, describeOption(name)));
  });
  return items;
}

function chainNames({ model }: IptablesDocument): string[] {
  return model.kind === 'filter' ? [...model.chains.keys()].filter((name) => !name.includes(' ')) : [];
}
