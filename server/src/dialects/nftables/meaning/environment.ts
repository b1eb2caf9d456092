// The state of packets when they reach a chain (tracked, translated), on which the meaning of its rules depends.
import type { PacketSet } from '../../../model/packets.js';
import { ALL_TRACKED, type TrackedAt, type Untracked, untrackedAmong } from '../../shared/untracked.js';
import { jumpsOf } from '../program/rule-statements.js';
import type { BaseHook, Chain, Ruleset } from '../program/ruleset.js';
import type { Family } from '../syntax/tree.js';

/** The priority of conntrack at prerouting and output (NF_IP_PRI_CONNTRACK). */
const CONNTRACK = -200;

/** The priority at which sources are translated (NF_IP_PRI_NAT_SRC). */
const SOURCE_NAT = 100;

/** Whether conntrack has seen packets when they reach a chain; `unknown` where that depends on the way to it. */
export type Tracking = 'on' | 'off' | 'unknown';

export interface Environment {
  readonly family: Family;
  readonly tracking: Tracking;
  /** What conntrack does not know of the packets of the chain; `undefined` where no list of packets says that. */
  readonly untracked: Untracked | undefined;
  /** Whether packets carry that they are not tracked, because no list of packets says which are not. */
  readonly followsTracking: boolean;
  /** Whether `notrack` excludes each packet of the chain: all of them come before conntrack. */
  readonly isSurelyEarly: boolean;
  /** The source of packets may already be translated. */
  readonly sourceUnknown: boolean;
  /** Some rule translates addresses. */
  readonly translated: boolean;
  /** Whether rules change the ports of packets, which are then others than those of their connection. */
  readonly changesPackets: boolean;
  /** The hooks at which packets traverse the chain. */
  readonly hooks: ReadonlySet<string>;
  /** Whether what rules set, such as marks, can change a verdict. */
  readonly followsMarks: boolean;
  /** Equal for equal environments. */
  readonly key: string;
}

/** Where it is not known yet what rules exclude. */
export const ALL_UNKNOWN: ReadonlyMap<TrackedAt, PacketSet | undefined> = new Map([
  ['prerouting', undefined],
  ['output', undefined],
]);

/** The environments of the chains of a ruleset. */
export class Environments {
  private readonly early: ReadonlySet<Chain>;
  /** Of {@link early}, chains to which one leads as well that does not surely come before conntrack. */
  private readonly others: ReadonlySet<Chain>;
  private readonly late: ReadonlySet<Chain>;
  /** The chains to which the base chains of each hook lead. */
  private readonly byHook = new Map<string, ReadonlySet<Chain>>();
  private readonly known = new Map<Chain, Environment>();
  /** Whether packets carry that they are not tracked. */
  readonly followsTracking: boolean;

  constructor(
    private readonly ruleset: Ruleset,
    private readonly excluded: ReadonlyMap<TrackedAt, PacketSet | undefined>,
  ) {
    this.early = reachableFrom(ruleset, isEarly);
    this.others = this.early.size === 0 ? this.early : reachableFrom(ruleset, (base) => !isSurelyEarly(base));
    this.late = reachableFrom(ruleset, isLate);
    const bases = [...ruleset.tables.values()].flatMap(({ chains }) =>
      [...chains.values()].flatMap(({ base }) => base ?? []),
    );
    for (const hook of new Set(bases.map((base) => base.hook)))
      this.byHook.set(
        hook,
        reachableFrom(ruleset, (base) => base.hook === hook),
      );
    this.followsTracking = ruleset.effects.untracked && this.findWhetherTrackingIsFollowed();
  }

  of(chain: Chain): Environment {
    let known = this.known.get(chain);
    if (!known) {
      const { family } = chain.table;
      const tracking = this.trackingIn(chain);
      const isAfterTranslation = chain.base ? isLate(chain.base) : this.late.has(chain);
      const sourceUnknown = this.ruleset.effects.sourceChanges && isAfterTranslation;
      const { followsMarks, translated, changesPackets } = this.ruleset.effects;
      const hooks = this.hooksOf(chain);
      const untracked = untrackedAmong(hooks, this.excluded);
      const { followsTracking } = this;
      const early = chain.base ? isSurelyEarly(chain.base) : tracking === 'off';
      const key = `${untracked === ALL_TRACKED ? '' : keyOf(untracked)} ${followsTracking} ${early} ${family} ${tracking} ${sourceUnknown} ${translated} ${changesPackets} ${followsMarks} ${[...hooks].sort().join()}`;
      known = {
        family,
        tracking,
        untracked,
        followsTracking,
        isSurelyEarly: early,
        sourceUnknown,
        translated,
        changesPackets,
        followsMarks,
        hooks,
        key,
      };
      this.known.set(chain, known);
    }
    return known;
  }

  private hooksOf(chain: Chain): ReadonlySet<string> {
    if (chain.base) return new Set([chain.base.hook]);
    return new Set([...this.byHook].flatMap(([hook, reached]) => (reached.has(chain) ? [hook] : [])));
  }

  /** Chains before conntrack see no state; those that others jump to may run before and after it. */
  private trackingIn(chain: Chain): Tracking {
    if (chain.base) return isEarly(chain.base) ? 'off' : 'on';
    if (!this.early.has(chain)) return 'on';
    return this.others.has(chain) ? 'unknown' : 'off';
  }

  /** Whether no list of packets says at some chain which are not tracked, but the way of each packet does. */
  private findWhetherTrackingIsFollowed(): boolean {
    if (this.excluded === ALL_UNKNOWN) return false;
    const tables = [...this.ruleset.tables.values()];
    // What a bridge excludes arrives excluded, and its rules are on no way that is followed.
    if (tables.some(({ family }) => family === 'bridge' || family === 'arp')) return false;
    const all = tables.flatMap(({ chains }) => [...chains.values()]);
    return all.some((chain) => untrackedAmong(this.hooksOf(chain), this.excluded) === undefined);
  }
}

/** Equal for what excludes the same packets in the same boxes. */
function keyOf(untracked: Untracked | undefined): string {
  if (!untracked) return 'unknown';
  const boxes = [...untracked.packets.boxes, ...untracked.strays.boxes];
  const interfaces = boxes.flatMap(({ inInterface, outInterface }) => [inInterface.key, outInterface.key]);
  return [untracked.packets.boundsKey, untracked.strays.boundsKey, ...interfaces].join(';');
}

/** Whether a chain comes before conntrack, which the order of loading decides for chains of its own priority. */
export function isSurelyEarly(base: BaseHook): boolean {
  return isEarly(base) && base.priority !== CONNTRACK;
}

/** Whether a chain comes before conntrack. */
function isEarly({ hook, priority }: BaseHook): boolean {
  if (hook === 'ingress') return true;
  return (hook === 'prerouting' || hook === 'output') && (priority ?? 0) <= CONNTRACK;
}

/** Whether a chain comes after source translation. */
function isLate({ hook, priority }: BaseHook): boolean {
  return (hook === 'postrouting' || hook === 'input') && (priority ?? 0) > SOURCE_NAT;
}

/** The chains to which base chains of a kind lead, through others too. */
function reachableFrom({ tables }: Ruleset, isStart: (base: BaseHook) => boolean): ReadonlySet<Chain> {
  const found = new Set<Chain>();
  for (const table of tables.values()) {
    const pending = [...table.chains.values()].filter(({ base }) => base && isStart(base));
    for (let chain = pending.pop(); chain; chain = pending.pop()) {
      for (const rule of chain.dependentRules) {
        for (const name of jumpsOf(rule, table)) {
          const target = table.chains.get(name);
          if (!target || found.has(target)) continue;
          found.add(target);
          pending.push(target);
        }
      }
    }
  }
  return found;
}
