// The configuration that a device has after it has read the file.
import type { Document } from '../../dialect.js';
import type { CiscoTree, Platform, SameSecurity, StaticRoute } from '../syntax/tree.js';
import type { PlacedBlock, PlacedLine } from './blocks.js';
import type { Definitions } from './groups.js';
import type { Interface, InterfaceBinding } from './interfaces.js';
import type { AccessList, Repetition } from './lists.js';
import type { NatTable } from './nat.js';
import type { Qos } from './qos.js';
import type { Zones } from './zones.js';

/** A static route with its routing table: `undefined` is the global one. */
export interface TableRoute extends Pick<StaticRoute, 'prefix' | 'targets' | 'leaks' | 'vrf'> {
  readonly line: PlacedLine;
}

export interface Program {
  readonly uri: string;
  readonly platform: Platform;
  readonly lists: ReadonlyMap<string, AccessList>;
  /** The header lines of objects and object groups. */
  readonly groups: ReadonlyMap<string, PlacedLine>;
  readonly definitions: Definitions;
  readonly interfaces: readonly Interface[];
  /** The ASA's rules for every interface. */
  readonly globalBinding: InterfaceBinding | undefined;
  readonly sameSecurity: ReadonlySet<SameSecurity>;
  readonly zones: Zones;
  readonly qos: Qos;
  readonly routes: readonly TableRoute[];
  readonly nat: NatTable;
  /** Statements that may deny packets of every interface, or permit them as well, and are not modelled. */
  readonly unmodelled: readonly PlacedLine[];
  /** Every statement, for what is computed on demand: names, endpoints, the outline. */
  readonly blocks: readonly PlacedBlock[];
  readonly repetitions: readonly Repetition[];
}

export type CiscoDocument = Document<CiscoTree, Program>;

/** The lists that the file applies to interfaces, the global one of an ASA last. */
export function bindingsOf({ interfaces, globalBinding }: Program): InterfaceBinding[] {
  const bindings = interfaces.flatMap((one) => one.bindings);
  return globalBinding ? [...bindings, globalBinding] : bindings;
}
