// What a configuration means for packets: each list separately, and forwarding where lists are applied.
import { addAll } from '../../../kept/lists.js';
import type { QuotedLine } from '../../../model/evidence.js';
import type { BaseChain, FilterChain, FilterModel, FilterPoint } from '../../../model/filter.js';
import type { AddressFamily } from '../../../model/ip.js';
import { fixedRun, type PlacedRun, RunChain } from '../../../model/rule-runs.js';
import type { AccessList } from '../program/lists.js';
import { bindingsOf, type Program } from '../program/program.js';
import { classLists } from '../program/zones.js';
import { forwardPoint } from './interfaces.js';
import { otherPurposes } from './list-purposes.js';
import { familiesOf, implicitRules, nameOfList, type WrittenRules } from './list-rules.js';
import { droppingLists } from './qos.js';
import { PolicyChains } from './zone-policies.js';
import { pairPoints, zoneChain } from './zones.js';

export function buildModel(program: Program, written: ReadonlyMap<AccessList, WrittenRules>): FilterModel {
  const chains = new Map<string, FilterChain>();
  const points: FilterPoint[] = [];
  for (const [list, { runs }] of written) {
    // What follows the last entry is shown at each binding, and on an ASA the global list comes before it.
    chains.set(list.name, new RunChain(list.name, () => runs));
    points.push(listPoint(program, list, runs));
  }
  const policies = new PolicyChains(program, chains);
  const forward = forwardPoint(program, chains, zoneChain(program, policies));
  if (forward) points.unshift(forward);
  addAll(points, pairPoints(program, policies, new Set(points.map(({ name }) => name))));
  const asked = forward ? boundLists(program) : [...program.lists.values()];
  const families = new Set<AddressFamily>(asked.flatMap(familiesOf));
  if (forward) families.add(4);
  return { kind: 'filter', families: [...families].sort(), points, chains };
}

/** The lists that decide forwarded packets: at interfaces, and in the classes of policies. */
function boundLists(program: Program): AccessList[] {
  const bound = bindingsOf(program).map(({ list }) => list);
  return [...bound, ...classLists(program.zones), ...droppingLists(program)].flatMap(
    (name) => program.lists.get(name) ?? [],
  );
}

/** The filter point of one list, which is selected by the name of the list. */
function listPoint(program: Program, list: AccessList, runs: readonly PlacedRun[]): FilterPoint {
  // A list that something else uses filters nothing. In a complete configuration, neither does one that no interface uses.
  const purpose = otherPurposes(program).get(list.name);
  const byNameOnly = program.interfaces.length > 0 || purpose !== undefined;
  const end = nameOfList(program.uri, list);
  const closed = [...runs, fixedRun(implicitRules(list, end))];
  return {
    name: list.name,
    hook: undefined,
    chains: [new ListChain(list, closed, end)],
    stateful: list.form === 'asa',
    ...(byNameOnly ? { byNameOnly } : {}),
    ...(isInboundAtLinks(program, list) ? { fromNeighbours: true } : {}),
    ...(purpose === undefined ? {} : { unasked: `${list.name} filters no traffic: it is used by '${purpose}'` }),
  };
}

/**
 * Neighbor discovery comes through the inbound list of an interface, whose implicit permits "can be overridden by the user by
 * placing a deny ipv6 any any statement" (*Cisco 10000 Series Router Software Configuration Guide*, "IPv6 Extended ACLs").
 * What the router sends itself passes no list, and the lists of an ASA are about what goes through it.
 */
function isInboundAtLinks(program: Program, { name, form }: AccessList): boolean {
  return form === 'ipv6' && bindingsOf(program).some(({ list, direction }) => list === name && direction === 'in');
}

/** A list with everything that follows its last entry. */
class ListChain extends RunChain implements BaseChain {
  readonly families: readonly AddressFamily[];
  readonly policy = 'accept';

  constructor(
    list: AccessList,
    runs: readonly PlacedRun[],
    readonly policyStatement: QuotedLine,
  ) {
    super(list.name, () => runs);
    this.families = familiesOf(list);
  }
}
