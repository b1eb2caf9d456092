import type { Endpoint, Requirement } from '../catalog/requirement.js';
import type { Surroundings } from './evaluate.js';

/** One opening that the network needs: a row of a firewall report. */
export interface Opening {
  /** Every requirement that needs it. */
  readonly requirements: readonly Requirement[];
  readonly from: OpeningEnd;
  readonly to: OpeningEnd;
  readonly protocol: 'tcp' | 'udp' | 'any';
  /** Destination ports as the document writes them; `any` where it names none. */
  readonly ports: string;
}

/** One end of an opening. */
export interface OpeningEnd {
  readonly role: string | undefined;
  /** Where it is: prefixes of the declared role or of the document, host patterns of the document. */
  readonly addresses: readonly string[];
}

/** The openings that a network with some roles needs, and what cannot be planned for want of an address. */
export interface Plan {
  readonly openings: readonly Opening[];
  /** Roles that requirements name and nobody declared, with the requirements that wait for them. */
  readonly undeclaredRoles: ReadonlyMap<string, readonly Requirement[]>;
}

/** Lists every opening that requirements need between declared roles, and from them to documented addresses and hosts. */
export function planOpenings(requirements: readonly Requirement[], { roles }: Surroundings): Plan {
  const openings = new Map<string, Opening>();
  const undeclaredRoles = new Map<string, Requirement[]>();
  for (const requirement of requirements) {
    if (requirement.kind !== 'reach') continue;
    const { flow } = requirement;
    const missing = [flow.from, flow.to].flatMap(({ role, prefixes, hosts }) =>
      role !== undefined && !prefixes && !hosts && !roles.has(role) ? [role] : [],
    );
    for (const role of missing) undeclaredRoles.set(role, [...(undeclaredRoles.get(role) ?? []), requirement]);
    if (missing.length > 0) continue;
    const end = ({ role, prefixes = [], hosts = [] }: Endpoint): OpeningEnd => ({
      role,
      addresses:
        role === undefined || !roles.has(role) ? [...prefixes, ...hosts] : (roles.get(role)?.toPrefixes() ?? []),
    });
    const opening = {
      from: end(flow.from),
      to: end(flow.to),
      protocol: flow.protocol,
      ports: flow.ports ?? 'any',
    };
    // Several documents may ask for the same opening; a firewall team opens it once.
    const key = JSON.stringify(opening);
    const known = openings.get(key);
    openings.set(key, { ...opening, requirements: [...(known?.requirements ?? []), requirement] });
  }
  return { openings: [...openings.values()], undeclaredRoles };
}
