// Proposals for a change: rules before the one that denies. The analysis proves them; here they only have to be plausible.
import type { Candidate, Change } from '../../../../server/src/dialects/dialect.js';
import { IpSet } from '../../../../server/src/model/ip.js';
import { ALL_PROTOCOLS, type PacketBox } from '../../../../server/src/model/packets.js';
import { ALL_PORTS } from '../../../../server/src/model/ports.js';
import { lineEndOf } from '../../../../server/src/text/edit.js';
import type { SampleDocument } from '../program/program.js';
import { ANY, PROTOCOLS } from '../vocabulary/words.js';

/** How many rules one edit may insert. */
const RULE_LIMIT = 64;

export function proposePermits({ source, program }: SampleDocument, change: Change): readonly Candidate[] {
  if (change.goal !== 'permit-packets') return [];
  const rules = [...new Set(change.missing.boxes.flatMap(permitsFor))];
  if (rules.length === 0 || rules.length > RULE_LIMIT) return [];
  const { text, uri } = source;
  const lineEnd = lineEndOf(text);
  const deciding = new Set(change.decidedBy.map(({ range }) => range.start));
  const deny = program.rules.find(({ rule, lineStart }) => deciding.has(lineStart + rule.range.start));
  const at = deny?.lineStart ?? text.length;
  const before = deny || text === '' || text.endsWith('\n') ? '' : lineEnd;
  const newText = before + rules.map((rule) => rule + lineEnd).join('');
  const place = rules.length === 1 ? 'with a rule' : `with ${rules.length} rules`;
  return [{ place, edits: [{ uri, range: { start: at, end: at }, newText }] }];
}

/** The rules for a box: one for each pair of prefixes of a family, each protocol and each range of ports. */
function permitsFor({ source, destination, protocols, destinationPorts }: PacketBox): string[] {
  const names = protocols.equals(ALL_PROTOCOLS)
    ? [ANY]
    : [...PROTOCOLS].flatMap(([name, number]) => (protocols.has(number) ? [name] : []));
  const ports = destinationPorts.equals(ALL_PORTS)
    ? ['']
    : destinationPorts.intervals.map(([low, high]) => ` port ${low === high ? low : `${low}-${high}`}`);
  return names.flatMap((name) =>
    addressTexts(source).flatMap((from) =>
      addressTexts(destination)
        .filter((to) => from === ANY || to === ANY || from.includes(':') === to.includes(':'))
        .flatMap((to) => ports.map((port) => `permit ${name} ${from} to ${to}${port}`)),
    ),
  );
}

function addressTexts(set: IpSet): readonly string[] {
  return set.equals(IpSet.all) ? [ANY] : set.toPrefixes();
}
