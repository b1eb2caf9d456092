// The public networks that rules name, for comparison with withdrawn ones.

import { IpSet, PRIVATE_SPACE, parsePrefix } from '../../../model/ip.js';
import type { EndpointUse, Source } from '../../dialect.js';
import type { ReadRule } from './program.js';

/** Only those that are literals in the command of a rule. */
export function endpointsOf({ uri, text }: Source, rules: readonly ReadRule[]): EndpointUse[] {
  const uses: EndpointUse[] = [];
  for (const { stored } of rules) {
    for (const name of ['remoteaddress', 'localaddress']) {
      const range = stored.parameters.get(name)?.range;
      if (!range) continue;
      for (const match of text.slice(range.start, range.end).matchAll(/[0-9a-f:.]{2,45}(?:\/\d{1,3})?/gi)) {
        const prefix = parsePrefix(match[0]);
        if (!prefix || PRIVATE_SPACE.containsAll(IpSet.of(prefix))) continue;
        const start = range.start + match.index;
        const [endpoint = ''] = IpSet.of(prefix).toPrefixes();
        uses.push({ uri, range: { start, end: start + match[0].length }, endpoint: { prefix: endpoint } });
      }
    }
  }
  return uses;
}
