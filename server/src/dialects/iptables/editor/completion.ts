// Completion: commands, options, extensions, and values of the known ones.
import type { AddressFamily } from '../../../model/ip.js';
import { startOfLine } from '../../../text/lines.js';
import type { CompletionItem, Completions } from '../../dialect.js';
import { snippetItems } from '../../shared/snippets.js';
import type { IptablesDocument } from '../program/program.js';
import { longOption, shortOption } from '../syntax/command-reader.js';
import { restoreWords, type Word } from '../syntax/words.js';
import { describeExtension, describeOption } from '../vocabulary/docs.js';
import { matchExtension, matchWords, rejectTypes, targetExtension, targetWords } from '../vocabulary/extensions.js';
import { icmpNames } from '../vocabulary/icmp.js';
import type { ExtensionWord, OptionWord } from '../vocabulary/notation.js';
import { serviceNames } from '../vocabulary/ports.js';
import { proposedValues } from '../vocabulary/proposed-values.js';
import { PROTOCOL_NAMES } from '../vocabulary/protocols.js';
import { SAVE_SNIPPETS, SCRIPT_SNIPPETS } from '../vocabulary/snippets.js';
import { BUILT_IN_CHAINS, OPTIONS, STATES } from '../vocabulary/words.js';

function item(label: string, kind: CompletionItem['kind'], detail: string, documentation?: string): CompletionItem {
  return { label, kind, detail, insertText: label, ...(documentation === undefined ? {} : { documentation }) };
}

/** How lines of an iptables-save file begin. */
const SAVE_LINES = ['-A', ...Object.keys(BUILT_IN_CHAINS).map((table) => `*${table}`), ':', 'COMMIT'];

export function completionsAt(document: IptablesDocument, offset: number): Completions | undefined {
  const { source, tree } = document;
  const start = startOfLine(source.text, offset);
  const line = source.text.slice(start, offset);
  if (line.startsWith('#')) return undefined;
  const partial = /[^\s"]*$/.exec(line)?.[0] ?? '';
  const range = { start: offset - partial.length, end: offset };
  const words = restoreWords(line.slice(0, line.length - partial.length));
  const family = familyOfText(document, line);
  if (words.length === 0 && tree.kind === 'save') {
    const lines = SAVE_LINES.map((label) => item(label, 'keyword', 'line of iptables-save'));
    return { range, items: [...lines, ...snippetItems(SAVE_SNIPPETS)] };
  }
  if (tree.kind === 'script' && !/ip6?t|ipt|\$/i.test(line)) {
    return /^\s*[\w-]*$/.test(line) ? { range, items: snippetItems(SCRIPT_SNIPPETS) } : undefined;
  }
  const items = itemsAfter(words, document, family, tableAt(document, words, start));
  return { range, items, ...(tree.kind === 'save' && isClosed(words, family) ? { closed: true } : {}) };
}

/** The options whose values are addresses or ports. */
const ENDPOINTS = /source|destination|port|range|addr|src|dst|^to$|^to-|gateway|on-ip/;

/** Whether neither an address nor a port can follow the words of an unfinished line. */
function isClosed(words: readonly Word[], family: AddressFamily): boolean {
  const option = optionOf(words[words.length - 1]?.text ?? '', loadedExtensions(words, family), family);
  return !option || option.values === 0 || proposedValues(option.name) !== undefined || !ENDPOINTS.test(option.name);
}

/** The address family of an unfinished line. */
function familyOfText({ tree }: IptablesDocument, line: string): AddressFamily {
  if (tree.kind === 'save') return tree.family;
  return /ip6t|6T/i.test(line) ? 6 : 4;
}

/** The table that an unfinished line is about: what it names, otherwise that of the part of iptables-save that it is in. */
function tableAt({ source, tree }: IptablesDocument, words: readonly Word[], start: number): string {
  const named = words[words.findIndex(({ text }) => text === '-t' || text === '--table') + 1];
  if (tree.kind !== 'save') return named && named !== words[0] ? named.text : 'filter';
  const at = source.text.lastIndexOf('\n*', start);
  const from = at < 0 ? 0 : at + 1;
  return /^\*(\w+)/.exec(source.text.slice(from, from + TABLE_NAME_LENGTH))?.[1] ?? 'filter';
}

const TABLE_NAME_LENGTH = 40;

/** What may follow the words of an unfinished line. */
function itemsAfter(
  words: readonly Word[],
  document: IptablesDocument,
  family: AddressFamily,
  table: string,
): CompletionItem[] {
  const loaded = loadedExtensions(words, family);
  const last = words[words.length - 1]?.text ?? '';
  if (words[words.length - 2]?.text === '--match-set') return valuesOf(SET_SIDES, 'side of a packet');
  const beforeLast = optionOf(words[words.length - 2]?.text ?? '', loaded, family);
  if (beforeLast?.values === 2) return valuesOf(proposedValues(beforeLast.name) ?? [], 'value');
  const option = optionOf(last, loaded, family);
  const name = option?.name;
  const values = valuesOf;
  const chains = (labels: Iterable<string>) => [...labels].map((label) => item(label, 'name', 'chain'));
  const builtIn: readonly string[] = isTable(table) ? BUILT_IN_CHAINS[table] : [];
  const own = chainNames(document, table);
  // The kernel lets nobody jump to a chain that packets enter by themselves.
  const targets = own.filter((chain) => !builtIn.includes(chain));
  switch (name) {
    case 'append':
    case 'insert':
    case 'delete':
    case 'replace':
    case 'flush':
    case 'policy':
      return chains(new Set([...own, ...builtIn]));
    case 'jump':
      return [
        ...targetWords(family).map((target) => item(target.name, 'keyword', 'target', describeExtension(target))),
        ...chains(targets),
      ];
    case 'goto':
      return chains(targets);
    case 'match':
      return matchWords(family).map((match) => item(match.name, 'type', 'match', describeExtension(match)));
    case 'protocol':
      return values(PROTOCOL_NAMES, 'protocol');
    case 'table':
      return values(Object.keys(BUILT_IN_CHAINS), 'table');
    case 'state':
    case 'ctstate':
      return values([...STATES, 'RELATED,ESTABLISHED'], 'state');
    case 'icmp-type':
    case 'icmpv6-type':
      return values(icmpNames(family), 'ICMP type');
    case 'reject-with':
      return values(rejectTypes(family), 'error');
    case 'source-port':
    case 'source-ports':
    case 'destination-port':
    case 'destination-ports':
      return values(serviceNames(words.some(({ text }) => text === 'udp') ? 'udp' : 'tcp'), 'service');
    case 'in-interface':
    case 'out-interface':
      return [...interfaceNames(document)].map((label) => item(label, 'name', 'interface'));
    case 'match-set':
    case 'add-set':
    case 'del-set':
      return [...namesOfKind(document, 'set')].map((label) => item(label, 'name', 'set'));
    default:
      // Behind an option stands its value.
      return option && option.values !== 0
        ? values(proposedValues(option.name) ?? [], 'value')
        : optionItems(loaded, words, document);
  }
}

/** Which address of a packet a set is asked about, for sets of one and of two dimensions. */
const SET_SIDES = ['src', 'dst', 'src,dst', 'dst,src'];

function valuesOf(labels: Iterable<string>, detail: string): CompletionItem[] {
  return [...labels].map((label) => item(label, 'value', detail));
}

function isTable(name: string): name is keyof typeof BUILT_IN_CHAINS {
  return Object.hasOwn(BUILT_IN_CHAINS, name);
}

/** How much of a file is searched for the interfaces that it names, in UTF-16 code units. */
const SEARCHED_LENGTH = 1_000_000;

function interfaceNames({ source }: IptablesDocument): ReadonlySet<string> {
  const uses = source.text.slice(0, SEARCHED_LENGTH).matchAll(/\s(?:-[io]|--(?:in|out)-interface)[ \t]+([\w.+@-]+)/g);
  return new Set([...uses].map(([, name = '']) => name));
}

function namesOfKind({ names }: IptablesDocument, wanted: string): ReadonlySet<string> {
  return new Set(names.filter(({ kind }) => kind === wanted).map(({ name }) => name));
}

/** An option by what is written; `undefined` for words that are not options. */
function optionOf(text: string, loaded: readonly ExtensionWord[], family: AddressFamily): OptionWord | undefined {
  if (!text.startsWith('--')) return text.startsWith('-') ? shortOption(text.slice(1)) : undefined;
  const name = text.slice(2);
  // The extension may be named only later.
  const extensions = [...loaded, ...matchWords(family)];
  return (
    longOption(name) ??
    extensions
      .find(({ options }) => options().has(name))
      ?.options()
      .get(name)
  );
}

/** The extensions that the words of a line load. */
function loadedExtensions(words: readonly Word[], family: AddressFamily): ExtensionWord[] {
  return words.flatMap(({ text }, index) => {
    const before = words[index - 1]?.text;
    if (before === '-m' || before === '-p') return matchExtension(text, family) ?? [];
    return before === '-j' ? (targetExtension(text, family) ?? []) : [];
  });
}

/** The options that may follow: a rule has one command, and iptables-save says its table elsewhere. */
function optionItems(
  loaded: readonly ExtensionWord[],
  words: readonly Word[],
  { tree }: IptablesDocument,
): CompletionItem[] {
  const hasCommand = words.some(({ text }) => COMMAND_LETTER.test(text) || text === '--append');
  const own = OPTIONS.flatMap((option) => {
    const documentation = describeOption(option);
    if (option.letter === undefined || documentation === undefined) return [];
    if (hasCommand && option.place === 'command') return [];
    if (tree.kind === 'save' && option.name === 'table') return [];
    return [item(`-${option.letter}`, 'keyword', `--${option.name}`, documentation)];
  });
  const added = loaded.flatMap((extension) =>
    [...extension.options()].map(([name, option]) =>
      item(`--${name}`, 'keyword', extension.name, describeOption(option)),
    ),
  );
  return [...added, ...own];
}

const COMMAND_LETTER = /^-[ADIRLFZNXPES]$/;

/** The chains that a file names in a table. */
function chainNames(document: IptablesDocument, table: string): string[] {
  return [...namesOfKind(document, `${table} chain`)];
}
