// Narrows one rule: it is repeated for each address family or protocol, with an additional comparison.
import { shortPrefixes } from '../../../model/ip.js';
import { UDP } from '../../../model/packets.js';
import { ALL_PORTS, portTexts } from '../../../model/ports.js';
import { lineEndOf } from '../../../text/edit.js';
import type { Narrowing, Proposal, Sources } from '../../dialect.js';
import { ownStatements } from '../program/rule-statements.js';
import { isRule, type NftDocument, type RuleEntry, type Ruleset } from '../program/ruleset.js';
import { FileTexts, indentAt } from './file-texts.js';
import { anyOf } from './value-texts.js';

export function narrow(document: NftDocument, { rule, only }: Narrowing, sources: Sources): readonly Proposal[] {
  const entry = ruleAt(document.program, rule.uri, rule.range.start);
  if (entry?.node.content.kind !== 'rule') return [];
  const statements = ownStatements(entry.node.content.body);
  const text = new FileTexts(document, sources).of(rule.uri);
  const ports = statements.find(
    (one) => one.kind === 'match' && one.left.kind === 'field' && /dport$/.test(one.left.field),
  );
  const action = statements.find(({ kind }) => kind !== 'match');
  const target = 'destination' in only ? (ports ?? action) : action;
  if (!target) return [];
  const { start, end } = rule.range;
  const at = entry.start + target.start;
  if (at < start || at > end) return [];
  const separator = `${lineEndOf(text)}${indentAt(text, start)}`;
  const rules = conditionsFor(only).map((condition) => `${text.slice(start, at)}${condition} ${text.slice(at, end)}`);
  return [{ edits: [{ uri: rule.uri, range: { start, end }, newText: rules.join(separator) }] }];
}

function conditionsFor(only: Narrowing['only']): string[] {
  if ('destination' in only) {
    return ([4, 6] as const).flatMap((family) => {
      const prefixes = shortPrefixes(only.destination.ofFamily(family));
      return prefixes.length === 0 ? [] : [`${family === 4 ? 'ip' : 'ip6'} daddr ${anyOf(prefixes)}`];
    });
  }
  return only.services.map(({ protocol, ports }) => {
    const name = protocol === UDP ? 'udp' : 'tcp';
    return ports.equals(ALL_PORTS) ? `meta l4proto ${name}` : `${name} dport ${anyOf(portTexts(ports))}`;
  });
}

function ruleAt({ tables }: Ruleset, uri: string, start: number): RuleEntry | undefined {
  for (const { chains } of tables.values()) {
    for (const { rules } of chains.values()) {
      const found = rules.find(({ statement }) => statement.uri === uri && statement.range.start === start);
      if (found && isRule(found)) return found;
    }
  }
  return undefined;
}
