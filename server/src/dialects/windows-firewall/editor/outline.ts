// The outline of a script: its rules.

import type { OutlineItem } from '../../dialect.js';
import type { WindowsDocument } from '../program/program.js';
import { parameterOf, type StoredRule } from '../program/rule.js';
import { textsOf } from '../program/value.js';

/** One entry for each command that adds rules, regardless of loops. */
export function outline({ program }: WindowsDocument): readonly OutlineItem[] {
  const known = new Set<number>();
  return program.rules.flatMap(({ stored }): OutlineItem[] => {
    const { range, parameters, invocation } = stored;
    if (known.has(range.start)) return [];
    known.add(range.start);
    const argument = parameters.get('displayname') ?? parameters.get('name');
    const name = (argument && textsOf(argument.value)?.[0]) || invocation.command;
    return [{ name, detail: detailOf(stored), kind: 'rule', range, nameRange: invocation.commandRange, children: [] }];
  });
}

function detailOf(stored: StoredRule): string {
  if (stored.kind === 'ipsec') return 'IPsec';
  return `${parameterOf(stored, 'direction') ?? 'inbound'} ${parameterOf(stored, 'action') ?? 'allow'}`;
}
