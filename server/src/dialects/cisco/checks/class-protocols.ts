// Reports protocols of class maps whose ports are not known.
import type { Problem } from '../../dialect.js';
import type { Program } from '../program/program.js';
import { rangeIn } from '../program/quoted-line.js';
import { tokensOf } from '../syntax/tokens.js';
import { portsOfApplication, TRANSPORT_PROTOCOLS } from '../vocabulary/port-maps.js';

export function unknownProtocols({ uri, zones }: Program): Problem[] {
  return [...zones.classes.values()].flatMap(({ criteria }) =>
    [...criteria.values()].flatMap(({ criterion, line }): Problem[] => {
      if (criterion.kind !== 'protocol') return [];
      const name = criterion.name.toLowerCase();
      const isKnown = TRANSPORT_PROTOCOLS.includes(name) || portsOfApplication(name) || zones.portMaps.has(name);
      const token = tokensOf(line.own.raw).find(({ text }) => text === criterion.name);
      if (isKnown || !token) return [];
      const message = `Lintel does not know how the firewall recognises '${name}': verdicts there are undecided`;
      return [{ code: 'unmodelled-statement', message, uri, range: rangeIn(line, token) }];
    }),
  );
}
