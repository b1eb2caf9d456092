// What is at an offset, for hover: a word of iptables, a chain, an address or a port.
import { parsePrefix } from '../../../model/ip.js';
import { startOfLine } from '../../../text/lines.js';
import type { TextRange } from '../../../text/range.js';
import type { Entity } from '../../dialect.js';
import { commandAt } from '../program/located-commands.js';
import type { IptablesDocument } from '../program/program.js';
import type { Command } from '../syntax/command.js';
import { longOption, parseCommand, shortOption } from '../syntax/command-reader.js';
import type { Word } from '../syntax/words.js';
import { describeExtension, describeOption, describeTable } from '../vocabulary/docs.js';
import { targetExtension } from '../vocabulary/extensions.js';
import type { OptionWord } from '../vocabulary/notation.js';
import { parsePort } from '../vocabulary/ports.js';

export function entityAt(document: IptablesDocument, offset: number): Entity | undefined {
  const located = commandAt(document, offset);
  if (!located) return tableAt(document, offset);
  const words = located.words();
  const command = parseCommand(words, located.family);
  const at = offset - located.start;
  const index = words.findIndex(({ start, end }) => start <= at && at <= end);
  const word = words[index];
  if (!word || word.unknown !== undefined) return undefined;
  const range = { start: located.start + word.start, end: located.start + word.end };
  const keyword = (markdown: string | undefined): Entity | undefined =>
    markdown === undefined ? undefined : { kind: 'keyword', range, markdown };
  if (word === command.chain) return chainEntity(document, word.text, range);
  if (word === command.target) {
    const target = targetExtension(word.text, located.family);
    return target ? keyword(describeExtension(target)) : chainEntity(document, word.text, range);
  }
  if (word === command.table) return keyword(describeTable(word.text));
  // A protocol may have loaded an extension as well.
  const match = word === command.protocol?.value ? undefined : command.matches.find((used) => used.word === word);
  if (match) return keyword(describeExtension(match.extension));
  if (word.text.startsWith('-')) {
    const option = optionOf(word, command);
    return option && keyword(describeOption(option));
  }
  if (word === command.source?.value || word === command.destination?.value) return addressEntity(word, range, at);
  const used = command.matches.flatMap(({ options }) => options).find(({ values }) => values.includes(word));
  if (used && /port/.test(used.option.name)) {
    const first = /^[^:,]+/.exec(word.text)?.[0] ?? '';
    const port = parsePort(first, 'tcp');
    return typeof port === 'number' ? { kind: 'port', range, port } : undefined;
  }
  return undefined;
}

function tableAt({ source }: IptablesDocument, offset: number): Entity | undefined {
  const start = startOfLine(source.text, offset);
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
      const own = { start: shift + start, end: shift + end };
      if (parsePrefix(part)) return { kind: 'address', range: own, prefix: part };
      return /^[a-z][\w.-]*\.[a-z]+$/i.test(part) ? { kind: 'host', range: own, host: part } : undefined;
    }
    start = end + 1;
  }
  return undefined;
}

/** The option of a command that a word is. */
function optionOf(word: Word, { matches, targetExtension: target }: Command): OptionWord | undefined {
  const used = [...matches, ...(target ? [target] : [])]
    .flatMap(({ options }) => options)
    .find((one) => one.word === word);
  if (used) return used.option;
  return word.text.startsWith('--') ? longOption(word.text.slice(2)) : shortOption(word.text.slice(1, 2));
}

/** The policy of a chain and its first rules. */
function chainEntity({ model }: IptablesDocument, name: string, range: TextRange): Entity | undefined {
  if (model.kind !== 'filter') return undefined;
  const base = model.points.flatMap(({ chains }) => chains).find((chain) => chain.name === name);
  const chain = base ?? model.chains.get(name);
  if (!chain) return undefined;
  const { rules } = chain;
  const head = base ? `built-in chain, policy ${base.policy === 'accept' ? 'ACCEPT' : 'DROP'}` : 'user-defined chain';
  const shown = rules.slice(0, 8).map(({ statement }) => statement.text);
  const more = rules.length > shown.length ? `\n# and ${rules.length - shown.length} more` : '';
  const listing = shown.length > 0 ? `\n\n\`\`\`\n${shown.join('\n')}${more}\n\`\`\`` : '';
  return {
    kind: 'name',
    range,
    markdown: `**${name}**: ${head}; ${rules.length} ${rules.length === 1 ? 'rule' : 'rules'}${listing}`,
  };
}
