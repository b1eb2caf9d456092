import type { Problem } from '../../dialect.js';
import { type Program, rulesOf, statementsOf } from '../program/program.js';
import { spanOf } from '../program/segments.js';

/** Statements that may change verdicts in a way that the file does not show, and how. */
const UNMODELLED: readonly (readonly [directive: string, effect: string])[] = [
  ['adaptation_access', 'the adaptation service may rewrite or refuse requests'],
  ['icap_access', 'the ICAP service may rewrite or refuse requests'],
  ['url_rewrite_program', 'the helper may redirect requests'],
  ['reply_body_max_size', 'replies that are too large are refused'],
  ['follow_x_forwarded_for', 'the client address may be taken from a header'],
];

/** A hint for each statement whose effect on verdicts is not modelled. */
export function unmodelledStatements(program: Program): Problem[] {
  const problems: Problem[] = [];
  for (const [directive, effect] of UNMODELLED) {
    for (const { segment, entry } of statementsOf(program, directive)) {
      const [, action] = entry.statement.arguments;
      if (action?.text === 'deny') continue;
      const message = `Lintel does not model this: ${effect}`;
      problems.push({ ...spanOf(segment, entry), code: 'unmodelled-statement', message });
    }
    for (const { segment: index, entry } of rulesOf(program, directive)) {
      const segment = program.segments[index];
      if (!segment || entry.statement.action.text !== 'allow') continue;
      const message = `Lintel does not model this: ${effect}`;
      problems.push({ ...spanOf(segment, entry), code: 'unmodelled-statement', message });
    }
  }
  return problems;
}
