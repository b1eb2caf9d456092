// Reports cache_peers with the same name, and rules for peers that do not exist.

import type { Problem } from '../../dialect.js';
import { peerName } from '../program/names.js';
import { linesOf, locationOf, type PlainLine, type Program, spanAt } from '../program/program.js';
import { rulesOf } from '../program/rules.js';

/** squid rejects two peers with one name, and ignores rules for undefined peers. */
export function peerProblems(program: Program): Problem[] {
  const problems: Problem[] = [];
  const known = new Map<string, PlainLine>();
  for (const placed of linesOf(program, 'cache_peer')) {
    const token = peerName(placed.line.statement);
    if (!token) continue;
    const first = known.get(token.text);
    if (first) {
      problems.push({
        ...locationOf(program, placed, token),
        code: 'duplicate-name',
        message: `two cache_peers have the name '${token.text}': squid rejects the file; give one a 'name='`,
        related: [{ ...spanAt(program, first), message: 'the first of them' }],
      });
    }
    known.set(token.text, first ?? placed);
  }
  if (program.configuration.gaps.length > 0) return problems;
  for (const rule of rulesOf(program, 'cache_peer_access')) {
    const { peer } = rule.line.statement;
    if (!peer || known.has(peer.text)) continue;
    const message = `undefined cache_peer '${peer.text}': squid ignores this line`;
    problems.push({ ...locationOf(program, rule, peer), code: 'undefined-name', message });
  }
  return problems;
}
