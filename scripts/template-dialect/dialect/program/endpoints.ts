// The prefixes that a Sample filter names, for comparison with withdrawn ones.
import type { EndpointUse } from '../../../../server/src/dialects/dialect.js';
import { range } from '../../../../server/src/text/range.js';
import { ANY } from '../vocabulary/words.js';
import type { SampleProgram } from './program.js';

export function endpointsOf({ uri, rules }: SampleProgram): EndpointUse[] {
  return rules.flatMap(({ rule, lineStart }) =>
    [rule.source, rule.destination]
      .filter(({ text }) => text !== ANY)
      .map(({ text, range: { start, end } }) => ({
        uri,
        range: range(lineStart + start, lineStart + end),
        endpoint: { prefix: text },
      })),
  );
}
