// The packs that are written by hand, and their requirements as a reviewer compares them with a document.
import { builtInPacks } from '../../../server/src/catalog/catalog.js';
import { CLOUDS, type Endpoint, type RequirementFlow } from '../../../server/src/catalog/requirement.js';

/** Each pack once, though several clouds have it. */
export const handWrittenPacks = new Map(
  CLOUDS.flatMap((cloud) => builtInPacks(cloud))
    .filter(({ id }) => !CLOUDS.some((cloud) => id === `m365-${cloud}`))
    .map((pack) => [pack.id, pack]),
);

export function endOf({ role, sets, prefixes = [], hosts = [] }: Endpoint): string {
  const addresses = sets?.map((set) => `set-${set}`) ?? prefixes;
  return [...(role === undefined ? [] : [role]), ...addresses, ...hosts].join(' ') || 'any';
}

export function portsOf({ sourcePorts, ports, messages }: RequirementFlow): string {
  return `${sourcePorts ? `${sourcePorts} > ` : ''}${ports ?? messages ?? 'any'}`;
}

/** Who may send what is forbidden, and where to. */
export function exceptOf({ except }: RequirementFlow): string[] {
  if (!except) return [];
  const [from, to] = [except.from, except.to].map((end) => (end ? endOf(end) : 'none'));
  return [`except from ${from}`, `except to ${to}`];
}
