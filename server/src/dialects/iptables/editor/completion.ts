// Completion: commands, options, extensions, and values of the known ones.
import type { AddressFamily } from '../../../model/ip.js';
import { startOfLine } from '../../../text/lines.js';
import type { CompletionItem, Completions } from '../../dialect.js';
import type { IptablesDocument } from '../program/program.js';
import { longOption, shortOption } from '../syntax/command-reader.js';
import { restoreWords, type Word } from '../syntax/words.js';
import { describeExtension, describeOption } from '../vocabulary/docs.js';
import { matchExtension, matchWords, rejectTypes, targetExtension, targetWords } from '../vocabulary/extensions.js';
import { icmpNames } from '../vocabulary/icmp.js';
import type { ExtensionWord } from '../vocabulary/notation.js';
import { serviceNames } from '../vocabulary/ports.js';
import { PROTOCOL_NAMES } from '../vocabulary/protocols.js';
import { BUILT_IN_CHAINS, OPTIONS, STATES } from '../vocabulary/words.js';

function item(label: string, kind: CompletionItem['kind'], detail: string, documentation?: string): CompletionItem {
  return { label, kind, detail, insertText: label, ...(documentation === undefined ? {} : { documentation }) };
}

/** How lines of an iptables-save file begin. */
const SAVE_LINES = ['-A', '*filter', ':', 'COMMIT'];

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
    return { range, items: SAVE_LINES.map((label) => item(label, 'keyword', 'line of iptables-save')) };
  }
  if (tree.kind === 'script' && !/ip6?t|ipt|\$/i.test(line)) return undefined;
  return { range, items: itemsAfter(words, document, family) };
}

/** The address family of an unfinished line. */
function familyOfText({ tree }: IptablesDocument, line: string): AddressFamily {
  if (tree.kind === 'save') return tree.family;
  return /ip6t|6T/i.test(line) ? 6 : 4;
}

/** What may follow the words of an unfinished line. */
function itemsAfter(words: readonly Word[], document: IptablesDocument, family: AddressFamily): CompletionItem[] {
  const loaded = loadedExtensions(words, family);
  const name = optionNameOf(words[words.length - 1]?.text ?? '', loaded, family);
  const values = (labels: Iterable<string>, detail: string) => [...labels].map((label) => item(label, 'value', detail));
  const chains = (labels: Iterable<string>) => [...labels].map((label) => item(label, 'name', 'chain'));
  const own = chainNames(document);
  switch (name) {
    case 'append':
    case 'insert':
    case 'delete':
    case 'replace':
    case 'flush':
    case 'policy':
      return chains(new Set([...BUILT_IN_CHAINS.filter, ...BUILT_IN_CHAINS.mangle, ...own]));
    case 'jump':
      return [
        ...targetWords(family).map((target) => item(target.name, 'keyword', 'target', describeExtension(target))),
        ...chains(own),
      ];
    case 'goto':
      return chains(own);
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
    default:
      return optionItems(loaded);
  }
}

/** The long name of an option; `undefined` for words that are not options. */
function optionNameOf(text: string, loaded: readonly ExtensionWord[], family: AddressFamily): string | undefined {
  if (!text.startsWith('--')) return text.startsWith('-') ? shortOption(text.slice(1))?.name : undefined;
  const name = text.slice(2);
  // The extension may be named only later.
  const extensions = [...loaded, ...matchWords(family)];
  const option = longOption(name) ?? extensions.find(({ options }) => options.has(name))?.options.get(name);
  return option?.name;
}

/** The extensions that the words of a line load. */
function loadedExtensions(words: readonly Word[], family: AddressFamily): ExtensionWord[] {
  return words.flatMap(({ text }, index) => {
    const before = words[index - 1]?.text;
    if (before === '-m' || before === '-p') return matchExtension(text, family) ?? [];
    return before === '-j' ? (targetExtension(text, family) ?? []) : [];
  });
}

function optionItems(loaded: readonly ExtensionWord[]): CompletionItem[] {
  const own = OPTIONS.flatMap((option) => {
    const documentation = describeOption(option);
    if (option.letter === undefined || documentation === undefined) return [];
    return [item(`-${option.letter}`, 'keyword', `--${option.name}`, documentation)];
  });
  const added = loaded.flatMap((extension) =>
    [...extension.options].map(([name, option]) =>
      item(`--${name}`, 'keyword', extension.name, describeOption(option)),
    ),
  );
  return [...own, ...added];
}

function chainNames({ model }: IptablesDocument): string[] {
  return model.kind === 'filter' ? [...model.chains.keys()].filter((name) => !name.includes(' ')) : [];
}
