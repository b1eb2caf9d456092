// The proposal to return DIRECT where the file returns a proxy for the hosts.
import type { AnyNode } from 'acorn';
import type { TextEdit } from '../../../text/edit.js';
import type { Candidate } from '../../dialect.js';
import { functionAround, nodesOf, type ParsedPac } from '../syntax/tree.js';
import type { Bypass } from './bypass.js';

/** Replaces what the deciding statements return, unless they are what a function returns where nothing else applies. */
export function* returnDirect(bypass: Bypass, quote: string): Generator<Candidate> {
  const { tree } = bypass.program;
  const edits = nodesOf(tree, 'ReturnStatement').flatMap((statement): TextEdit[] => {
    const { argument } = statement;
    if (!argument || !bypass.decidedAt.includes(statement.start) || isLast(statement, tree)) return [];
    return [{ range: { start: argument.start, end: argument.end }, newText: `${quote}DIRECT${quote}` }];
  });
  const [first] = edits;
  if (first) yield bypass.proposalOf('in line', first.range.start, edits);
}

/** Whether a statement is the last one of its function. */
function isLast(statement: AnyNode, tree: ParsedPac): boolean {
  const body = functionAround(statement, tree)?.body;
  return body?.type === 'BlockStatement' && body.body.at(-1) === statement;
}
