// The zone-based policy firewall of a configuration: zones, zone pairs, class maps, policy maps and port maps.
import type { ClassAction, ClassCriterion, PortMap, ZoneLine } from '../syntax/tree.js';
import type { PlacedLine } from './blocks.js';

/** The zone of the router itself. It needs no definition. */
export const SELF = 'self';
/** The zone of every interface that is in no other; it exists where the file defines it. */
export const DEFAULT_ZONE = 'default';
/** The class of everything that no other class of a policy matches. */
export const CLASS_DEFAULT = 'class-default';

export interface Zones {
  readonly zones: ReadonlyMap<string, PlacedLine>;
  /** By the zones that they lead from and to ({@link wayOf}). */
  readonly pairs: ReadonlyMap<string, ZonePair>;
  readonly classes: ReadonlyMap<string, ClassMap>;
  readonly policies: ReadonlyMap<string, PolicyMap>;
  /** The port maps of each application. */
  readonly portMaps: ReadonlyMap<string, readonly PortMap[]>;
}

export interface ZonePair {
  readonly name: string;
  readonly source: string;
  readonly destination: string;
  readonly header: PlacedLine;
  readonly policy: { readonly name: string; readonly line: PlacedLine } | undefined;
}

/** The key of the pair that leads from one zone to another. Names contain no spaces. */
export function wayOf(source: string, destination: string): string {
  return `${source} ${destination}`;
}

export interface ClassMap {
  readonly name: string;
  readonly header: PlacedLine;
  /** Whether a packet needs to meet one of the criteria or all of them. */
  readonly match: 'any' | 'all';
  /** By their text, by which `no` removes them. */
  readonly criteria: ReadonlyMap<string, Criterion>;
}

/** A criterion of a class with the line that states it. */
export interface Criterion {
  readonly criterion: ClassCriterion;
  readonly line: PlacedLine;
}

export interface PolicyMap {
  readonly name: string;
  readonly header: PlacedLine;
  /** In the order in which they are compared with a packet; `class-default`, which is always the last, is apart. */
  readonly classes: ReadonlyMap<string, PolicyClass>;
  readonly byDefault: PolicyClass | undefined;
}

export interface PolicyClass {
  readonly name: string;
  readonly header: PlacedLine;
  readonly action: { readonly kind: Exclude<ClassAction, 'deep'>; readonly line: PlacedLine } | undefined;
  /** The statement that has the content inspected. */
  readonly deep: PlacedLine | undefined;
}

/** The lists by which classes are matched. */
export function classLists({ classes }: Zones): string[] {
  return [...classes.values()].flatMap(({ criteria }) =>
    [...criteria.values()].flatMap(({ criterion }) => (criterion.kind === 'list' ? [criterion.name] : [])),
  );
}

/** Its parts while the lines of a file are read. */
interface OpenPair extends ZonePair {
  policy: ZonePair['policy'];
}

interface OpenClassMap extends ClassMap {
  readonly criteria: Map<string, Criterion>;
}

interface OpenPolicyMap extends PolicyMap {
  readonly classes: Map<string, OpenPolicyClass>;
  byDefault: OpenPolicyClass | undefined;
}

interface OpenPolicyClass extends PolicyClass {
  action: PolicyClass['action'];
  deep: PlacedLine | undefined;
}

/** Collects them while a file is read. */
export class ZoneReader {
  private readonly zones = new Map<string, PlacedLine>();
  private readonly pairs = new Map<string, OpenPair>();
  /** The way of each pair by its name. */
  private readonly ways = new Map<string, string>();
  private readonly classes = new Map<string, OpenClassMap>();
  private readonly policies = new Map<string, OpenPolicyMap>();
  private readonly portMaps = new Map<string, PortMap[]>();
  /** What the lines that follow are about. */
  private pair: OpenPair | undefined;
  private classMap: OpenClassMap | undefined;
  private policy: OpenPolicyMap | undefined;
  private policyClass: OpenPolicyClass | undefined;

  read(line: ZoneLine, placed: PlacedLine): void {
    switch (line.kind) {
      case 'zone':
        if (line.remove) this.zones.delete(line.name.text);
        else if (!this.zones.has(line.name.text)) this.zones.set(line.name.text, placed);
        break;
      case 'zone-pair':
        this.openPair(line, placed);
        break;
      case 'no-zone-pair':
        this.pairs.delete(this.ways.get(line.name.text) ?? '');
        this.ways.delete(line.name.text);
        break;
      case 'class-map':
        if (line.remove) this.classes.delete(line.name.text);
        else this.openClassMap(line.name.text, line.match, placed);
        break;
      case 'policy-map':
        if (line.remove) this.policies.delete(line.name.text);
        else this.openPolicyMap(line.name.text, placed);
        break;
      case 'policy':
        if (this.pair) this.pair.policy = line.remove ? undefined : { name: line.name, line: placed };
        break;
      case 'criterion':
        if (line.remove) this.classMap?.criteria.delete(line.text);
        else this.classMap?.criteria.set(line.text, { criterion: line.criterion, line: placed });
        break;
      case 'class':
        this.openClass(line.name, line.remove, placed);
        break;
      case 'action':
        this.act(line, placed);
        break;
      case 'port-map':
        this.mapPorts(line);
        break;
      case 'end':
        this.pair = undefined;
        break;
      case 'member':
        break;
    }
  }

  finish(): Zones {
    const { zones, pairs, classes, policies, portMaps } = this;
    return { zones, pairs, classes, policies, portMaps };
  }

  /** A name is of one pair, and a way has one pair: a second is rejected. */
  private openPair({ name, source, destination }: ZoneLine & { readonly kind: 'zone-pair' }, header: PlacedLine): void {
    const way = wayOf(source, destination);
    const known = this.ways.get(name.text);
    if (known === undefined && !this.pairs.has(way)) {
      this.ways.set(name.text, way);
      this.pairs.set(way, { name: name.text, source, destination, header, policy: undefined });
    }
    this.pair = this.ways.get(name.text) === way ? this.pairs.get(way) : undefined;
  }

  private openClassMap(name: string, match: ClassMap['match'], header: PlacedLine): void {
    this.classMap = this.classes.get(name) ?? { name, header, match, criteria: new Map() };
    this.classes.set(name, this.classMap);
  }

  private openPolicyMap(name: string, header: PlacedLine): void {
    this.policy = this.policies.get(name) ?? { name, header, classes: new Map(), byDefault: undefined };
    this.policyClass = undefined;
    this.policies.set(name, this.policy);
  }

  private openClass(name: string | undefined, remove: boolean, header: PlacedLine): void {
    const { policy } = this;
    this.policyClass = undefined;
    if (!policy) return;
    if (remove) {
      policy.classes.delete(name ?? '');
      return;
    }
    const known = name === undefined ? policy.byDefault : policy.classes.get(name);
    const opened = known ?? { name: name ?? CLASS_DEFAULT, header, action: undefined, deep: undefined };
    this.policyClass = opened;
    if (name === undefined) policy.byDefault = opened;
    else policy.classes.set(name, opened);
  }

  private act({ action, remove }: ZoneLine & { readonly kind: 'action' }, line: PlacedLine): void {
    const { policyClass } = this;
    if (!policyClass) return;
    if (action === 'deep') policyClass.deep = remove ? undefined : line;
    else policyClass.action = remove ? undefined : { kind: action, line };
  }

  private mapPorts(map: ZoneLine & { readonly kind: 'port-map' }): void {
    const { application, family, ports, limited } = map;
    const known = this.portMaps.get(application) ?? [];
    this.portMaps.set(application, known);
    if (!map.remove) {
      known.push({ application, family, ports, limited });
      return;
    }
    const at = known.findIndex((other) => other.family === family && other.ports.equals(ports));
    if (at >= 0) known.splice(at, 1);
  }
}
