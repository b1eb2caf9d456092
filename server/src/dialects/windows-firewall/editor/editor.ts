import { ALL_PORTS, formatPorts } from '../../../model/ports.js';
import type { TextRange } from '../../../text/range.js';
import type { CompletionItem, Completions, Document, Entity, OutlineItem } from '../../dialect.js';
import { loweredOf } from '../document.js';
import { parameterOf } from '../meaning/model.js';
import { type Script, textsOf } from '../program/invocation.js';
import { DOCS } from '../vocabulary/docs.js';
import { CMDLETS, fullParameterName } from '../vocabulary/parameters.js';

export function outline(document: Document<Script>): readonly OutlineItem[] {
  const seen = new Set<number>();
  return loweredOf(document).rules.flatMap(({ stored }): OutlineItem[] => {
    if (seen.has(stored.range.start)) return [];
    seen.add(stored.range.start);
    const named = stored.parameters.get('displayname') ?? stored.parameters.get('name');
    const name = (named && textsOf(named.value)?.[0]) || stored.invocation.command;
    const detail =
      stored.kind === 'ipsec'
        ? 'IPsec'
        : `${parameterOf(stored, 'direction') ?? 'inbound'} ${parameterOf(stored, 'action') ?? 'allow'}`;
    return [
      { name, detail, kind: 'rule', range: stored.range, nameRange: stored.invocation.commandRange, children: [] },
    ];
  });
}

export function entityAt(document: Document<Script>, offset: number): Entity | undefined {
  const within = ({ start, end }: TextRange) => start <= offset && offset <= end;
  const { text } = document.source;
  for (const { stored, filter } of loweredOf(document).rules) {
    if (!within(stored.range)) continue;
    if (within(stored.invocation.commandRange)) {
      const parts = [
        ...(filter.localPorts.equals(ALL_PORTS) ? [] : [`local ports ${formatPorts(filter.localPorts)}`]),
        ...(filter.remotePorts.equals(ALL_PORTS) ? [] : [`remote ports ${formatPorts(filter.remotePorts)}`]),
        ...filter.opaque.map((condition) => `depends on ${condition}`),
      ];
      const docs = DOCS[stored.invocation.command] ?? DOCS['new-netfirewallrule'];
      const markdown = [docs?.summary, parts.join(', '), docs ? `[Microsoft's manual](${docs.url})` : ''];
      return {
        kind: 'keyword',
        range: stored.invocation.commandRange,
        markdown: markdown.filter(Boolean).join('\n\n'),
      };
    }
    for (const [name, { range }] of stored.parameters) {
      if (!within(range)) continue;
      const word = wordAt(text, offset);
      const written = text.slice(word.start, word.end);
      if (name.endsWith('address') && /^[0-9a-f.:]+(?:\/\d+)?$/i.test(written))
        return { kind: 'address', range: word, prefix: written };
      if (name.endsWith('port') && /^\d{1,5}$/.test(written))
        return { kind: 'port', range: word, port: Number(written) };
    }
  }
  const word = wordAt(text, offset);
  const name = text.slice(word.start, word.end).replace(/^-/, '').toLowerCase();
  const full = fullParameterName('new-netfirewallrule', name) ?? name;
  const docs = Object.hasOwn(DOCS, full) ? DOCS[full] : undefined;
  if (!docs) return undefined;
  return {
    kind: 'keyword',
    range: word,
    markdown: `**${full}**\n\n${docs.summary}\n\n[Microsoft's manual](${docs.url})`,
  };
}

const WORD = /[\w.:/%-]/;

function wordAt(text: string, offset: number): TextRange {
  let [start, end] = [offset, offset];
  while (start > 0 && WORD.test(text[start - 1] ?? '')) start--;
  while (end < text.length && WORD.test(text[end] ?? '')) end++;
  return { start, end };
}

const VALUES: Readonly<Record<string, readonly string[]>> = {
  direction: ['Inbound', 'Outbound'],
  action: ['Allow', 'Block'],
  protocol: ['TCP', 'UDP', 'ICMPv4', 'ICMPv6', 'Any'],
  profile: ['Domain', 'Private', 'Public', 'Any'],
  enabled: ['True', 'False'],
  inboundsecurity: ['None', 'Request', 'Require'],
  outboundsecurity: ['None', 'Request', 'Require'],
  defaultinboundaction: ['Allow', 'Block'],
  defaultoutboundaction: ['Allow', 'Block'],
  remoteaddress: ['Any', 'LocalSubnet'],
};

/** The names of parameters behind a dash, and the values of those that have a fixed set. */
export function completionsAt(document: Document<Script>, offset: number): Completions | undefined {
  const { text } = document.source;
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const before = text.slice(lineStart, offset);
  const typed = /[\w-]*$/.exec(before)?.[0] ?? '';
  const range = { start: offset - typed.length, end: offset };
  const item = (label: string, kind: CompletionItem['kind']): CompletionItem => {
    const docs = DOCS[label.replace(/^-/, '').toLowerCase()];
    return {
      label,
      kind,
      detail: 'Windows Firewall',
      insertText: label,
      ...(docs ? { documentation: docs.summary } : {}),
    };
  };
  const script = document.tree;
  const command = script.invocations.find(
    ({ range: own }) => own.start <= offset && offset <= own.end + typed.length + 1,
  );
  const previous = /-(\w+):?\s+$/.exec(before.slice(0, before.length - typed.length))?.[1]?.toLowerCase();
  const name = previous && (fullParameterName(command?.command ?? 'new-netfirewallrule', previous) ?? previous);
  const values = name === undefined ? undefined : VALUES[name];
  if (values) return { range, items: values.map((value) => item(value, 'value')) };
  if (typed.startsWith('-') && command) {
    return { range, items: (CMDLETS.get(command.command) ?? []).map((parameter) => item(`-${parameter}`, 'keyword')) };
  }
  return undefined;
}

/** Commands over several lines. */
export function foldingRanges(document: Document<Script>): readonly TextRange[] {
  const { text } = document.source;
  return document.tree.invocations
    .map(({ range }) => range)
    .filter(({ start, end }) => text.slice(start, end).includes('\n'));
}
