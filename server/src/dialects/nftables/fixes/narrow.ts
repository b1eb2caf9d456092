import { UDP } from '../../../model/packets.js';
import { ALL_PORTS } from '../../../model/ports.js';
import { lineEndOf } from '../../../text/edit.js';
import type { Candidate, Document, Narrowing, Sources } from '../../dialect.js';
import { rulesetOf } from '../document.js';
import type { RuleEntry } from '../program/ruleset.js';
import type { NftTree } from '../syntax/parse.js';
import { anyOf, indentAt, portTexts, shortPrefixes, Texts } from './permit.js';

/** The rule once for each address family or protocol, with one comparison more. */
export function narrow(document: Document<NftTree>, { rule, only }: Narrowing, sources: Sources): readonly Candidate[] {
  const entry = ruleAt(document, rule.uri, rule.range.start);
  if (entry?.node.content.kind !== 'rule') return [];
  const { statements } = entry.node.content.body;
  const text = new Texts(document, sources).of(rule.uri);
  const ports = statements.find(
    (one) => one.kind === 'match' && one.left.kind === 'field' && /dport$/.test(one.left.field),
  );
  const action = statements.find(({ kind }) => kind !== 'match');
  const place = 'destination' in only ? (ports ?? action) : action;
  if (!place) return [];
  const conditions =
    'destination' in only
      ? ([4, 6] as const).flatMap((family) => {
          const prefixes = shortPrefixes(only.destination.ofFamily(family));
          return prefixes.length === 0 ? [] : [`${family === 4 ? 'ip' : 'ip6'} daddr ${anyOf(prefixes)}`];
        })
      : only.services.map(({ protocol, ports: wanted }) => {
          const name = protocol === UDP ? 'udp' : 'tcp';
          return wanted.equals(ALL_PORTS) ? `meta l4proto ${name}` : `${name} dport ${anyOf(portTexts(wanted))}`;
        });
  const { start, end } = rule.range;
  const at = entry.start + place.start;
  if (at < start || at > end) return [];
  const separator = `${lineEndOf(text)}${indentAt(text, start)}`;
  const rules = conditions.map((condition) => `${text.slice(start, at)}${condition} ${text.slice(at, end)}`);
  const title = 'destination' in only ? 'Permit only the documented addresses' : 'Permit only the documented ports';
  return [{ title, edits: [{ uri: rule.uri, range: { start, end }, newText: rules.join(separator) }] }];
}

function ruleAt(document: Document<NftTree>, uri: string, start: number): RuleEntry | undefined {
  for (const { chains } of rulesetOf(document)?.tables.values() ?? []) {
    for (const { rules } of chains.values()) {
      for (const entry of rules) {
        if ('body' in entry && entry.statement.uri === uri && entry.statement.range.start === start) return entry;
      }
    }
  }
  return undefined;
}
