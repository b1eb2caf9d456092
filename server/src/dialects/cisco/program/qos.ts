// Class maps and policy maps of the quality of service, as far as they drop packets.
import { addAll } from '../../../kept/lists.js';
import type { PoliceActions, QosCriterion, QosLine } from '../syntax/qos.js';
import type { PlacedLine } from './blocks.js';

export interface Qos {
  readonly classes: ReadonlyMap<string, QosClassMap>;
  readonly policies: ReadonlyMap<string, QosPolicy>;
  /** Of an ASA: the policies by the interfaces that they are applied to; without a name to every one. */
  readonly applied: readonly AppliedPolicy[];
}

export interface AppliedPolicy {
  readonly policy: string;
  readonly interface: string | undefined;
}

export interface QosClassMap {
  readonly name: string;
  readonly header: PlacedLine;
  /** Whether a packet needs to meet one of the criteria or all of them. */
  readonly match: 'any' | 'all';
  /** By their text, by which `no` removes them. */
  readonly criteria: ReadonlyMap<string, PlacedCriterion>;
}

export interface PlacedCriterion {
  readonly criterion: QosCriterion;
  readonly negated: boolean;
  readonly line: PlacedLine;
}

export interface QosPolicy {
  readonly name: string;
  readonly header: PlacedLine;
  /** In the order in which they are compared with a packet; `class-default` is the last. */
  readonly classes: readonly QosClass[];
}

export interface QosClass {
  readonly name: string;
  readonly header: PlacedLine;
  readonly drop: PlacedLine | undefined;
  readonly police: Police | undefined;
  readonly child: string | undefined;
}

/** A limit of rate; `line` is the one that says what becomes of packets that keep to it. */
export interface Police {
  readonly actions: PoliceActions;
  readonly line: PlacedLine;
}

/** Its parts while the lines of a file are read. */
interface OpenClassMap extends QosClassMap {
  readonly criteria: Map<string, PlacedCriterion>;
}

interface OpenPolicy extends QosPolicy {
  readonly classes: OpenClass[];
}

interface OpenClass extends QosClass {
  drop: PlacedLine | undefined;
  police: Police | undefined;
  child: string | undefined;
}

/** The class of everything that no other class of a policy matches; it may stand anywhere in the file. */
export const REST_CLASS = 'class-default';

/** Collects them while a file is read. */
export class QosReader {
  private readonly classes = new Map<string, OpenClassMap>();
  private readonly policies = new Map<string, OpenPolicy>();
  private readonly applied: AppliedPolicy[] = [];
  /** What the lines that follow are about. */
  private classMap: OpenClassMap | undefined;
  private policy: OpenPolicy | undefined;
  private policyClass: OpenClass | undefined;

  read(line: QosLine, placed: PlacedLine): void {
    switch (line.kind) {
      case 'class-map':
        if (line.remove) this.classes.delete(line.name);
        else this.openClassMap(line.name, line.match, placed);
        break;
      case 'criterion':
        this.addCriterion(line, placed);
        break;
      case 'policy-map':
        if (line.remove) this.policies.delete(line.name);
        else this.openPolicy(line.name, placed);
        break;
      case 'class':
        this.openClass(line, placed);
        break;
      case 'drop':
        if (this.policyClass) this.policyClass.drop = line.remove ? undefined : placed;
        break;
      case 'police':
        this.limit(line, placed);
        break;
      case 'child':
        if (this.policyClass) this.policyClass.child = line.remove ? undefined : line.name;
        break;
      case 'attach':
        this.apply(line);
        break;
    }
  }

  finish(): Qos {
    const { classes, policies, applied } = this;
    for (const { classes: own } of policies.values()) {
      const rest = own.findIndex(({ name }) => name === REST_CLASS);
      if (rest >= 0) addAll(own, own.splice(rest, 1));
    }
    return { classes, policies, applied };
  }

  private openClassMap(name: string, match: QosClassMap['match'], header: PlacedLine): void {
    this.classMap = this.classes.get(name) ?? { name, header, match, criteria: new Map() };
    this.classes.set(name, this.classMap);
  }

  private addCriterion(line: QosLine & { readonly kind: 'criterion' }, placed: PlacedLine): void {
    const { criterion, negated, text, remove } = line;
    if (remove) this.classMap?.criteria.delete(text);
    else this.classMap?.criteria.set(text, { criterion, negated, line: placed });
  }

  private openPolicy(name: string, header: PlacedLine): void {
    this.policy = this.policies.get(name) ?? { name, header, classes: [] };
    this.policyClass = undefined;
    this.policies.set(name, this.policy);
  }

  private openClass({ name, before, remove }: QosLine & { readonly kind: 'class' }, header: PlacedLine): void {
    this.policyClass = undefined;
    const classes = this.policy?.classes;
    if (!classes) return;
    const at = classes.findIndex((one) => one.name === name);
    if (remove) {
      if (at >= 0) classes.splice(at, 1);
      return;
    }
    const opened = classes[at] ?? { name, header, drop: undefined, police: undefined, child: undefined };
    const next = classes.findIndex((one) => one.name === before);
    if (at < 0) classes.splice(next < 0 ? classes.length : next, 0, opened);
    this.policyClass = opened;
  }

  private limit({ begins, actions, remove }: QosLine & { readonly kind: 'police' }, line: PlacedLine): void {
    const { policyClass } = this;
    if (!policyClass) return;
    if (remove) policyClass.police = begins ? undefined : policyClass.police;
    else if (begins || !policyClass.police) policyClass.police = { actions, line };
    else {
      const { actions: known, line: first } = policyClass.police;
      policyClass.police = { actions: { ...known, ...actions }, line: actions.conform ? line : first };
    }
  }

  private apply({ policy, interface: name, remove }: QosLine & { readonly kind: 'attach' }): void {
    const at = this.applied.findIndex((one) => one.policy === policy && one.interface === name);
    if (at >= 0) this.applied.splice(at, 1);
    if (!remove) this.applied.push({ policy, interface: name });
  }
}
