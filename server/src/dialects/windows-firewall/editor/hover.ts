// What is at an offset of a script, for hover.

import { ALL_PORTS, formatPorts } from '../../../model/ports.js';
import type { TextRange } from '../../../text/range.js';
import type { Entity } from '../../dialect.js';
import type { ReadRule, WindowsDocument } from '../program/program.js';
import { COMMANDS } from '../vocabulary/commands.js';
import { fullParameterName } from '../vocabulary/parameters.js';
import { DEFAULT_MANUAL, PARAMETERS_BY_NAME } from '../vocabulary/words.js';

export function entityAt({ source, program }: WindowsDocument, offset: number): Entity | undefined {
  const within = ({ start, end }: TextRange) => start <= offset && offset <= end;
  const word = wordAt(source.text, offset);
  const written = source.text.slice(word.start, word.end);
  for (const rule of program.rules) {
    const { range, invocation, parameters } = rule.stored;
    if (!within(range)) continue;
    const { commandRange } = invocation;
    if (within(commandRange)) return { kind: 'keyword', range: commandRange, markdown: ruleMarkdown(rule) };
    for (const [name, argument] of parameters) {
      if (!within(argument.range)) continue;
      if (name.endsWith('address') && /^[0-9a-f.:]+(?:\/\d+)?$/i.test(written))
        return { kind: 'address', range: word, prefix: written };
      if (name.endsWith('port') && /^\d{1,5}$/.test(written))
        return { kind: 'port', range: word, port: Number(written) };
    }
  }
  return keywordAt(word, written.replace(/^-/, '').toLowerCase());
}

function ruleMarkdown({ stored, filter }: ReadRule): string {
  const parts = [
    ...(filter.localPorts.equals(ALL_PORTS) ? [] : [`local ports ${formatPorts(filter.localPorts)}`]),
    ...(filter.remotePorts.equals(ALL_PORTS) ? [] : [`remote ports ${formatPorts(filter.remotePorts)}`]),
    ...filter.opaque.map((condition) => `depends on ${condition}`),
  ];
  const command = COMMANDS.get(stored.invocation.command);
  const { summary, manual } = command?.summary === undefined ? (COMMANDS.get('new-netfirewallrule') ?? {}) : command;
  return [summary, parts.join(', '), `[Microsoft's manual](${manual ?? DEFAULT_MANUAL})`].filter(Boolean).join('\n\n');
}

function keywordAt(range: TextRange, name: string): Entity | undefined {
  const full = fullParameterName('new-netfirewallrule', name) ?? name;
  const { summary, manual = DEFAULT_MANUAL } = PARAMETERS_BY_NAME.get(full) ?? COMMANDS.get(full) ?? {};
  if (summary === undefined) return undefined;
  return { kind: 'keyword', range, markdown: `**${full}**\n\n${summary}\n\n[Microsoft's manual](${manual})` };
}

const WORD = /[\w.:/%-]/;

function wordAt(text: string, offset: number): TextRange {
  let [start, end] = [offset, offset];
  while (start > 0 && WORD.test(text[start - 1] ?? '')) start--;
  while (end < text.length && WORD.test(text[end] ?? '')) end++;
  return { start, end };
}
