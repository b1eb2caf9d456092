// The rules of a packet filter that open values are in: each matches what it matches with any value, under the condition
// that the value is one for which it does.
import { filledIn } from '../dialects/shared/open-values.js';
import type { QuotedLine } from '../model/evidence.js';
import type {
  BaseChain,
  FilterAction,
  FilterChain,
  FilterModel,
  FilterRule,
  OpaqueCondition,
} from '../model/filter.js';
import { IpSet } from '../model/ip.js';
import { NameSet } from '../model/names.js';
import { ALL_PROTOCOLS, ANY_PACKET, type PacketBox } from '../model/packets.js';
import { ALL_PORTS } from '../model/ports.js';
import type { PlaceMap } from './place-map.js';
import type { Piece, Step } from './rendering.js';

/** The same filter with the other value of one expression, or of several. */
export interface Variation {
  /** The variable of one of them. */
  readonly name: string;
  readonly keys: ReadonlySet<string>;
  readonly model: FilterModel;
  /** Whether the value names interfaces that the file itself declares: another name is then as good. */
  readonly namesInterfaces: boolean;
}

/** One rule with another value. */
interface VariedRule {
  readonly variation: Variation;
  readonly rule: FilterRule;
}

/** What is known of the place that a rule comes from. */
export interface Origin {
  readonly map: PlaceMap;
  /** A text in which the values that stand for open ones are replaced by their tags. */
  readonly shown: (text: string) => string;
  /** The names of the chains that rules may jump to, in their order. */
  readonly chainNames: readonly string[];
  /** Whether nothing stands in the place of a value. */
  readonly isNothing: (piece: Piece) => boolean;
}

/** A rule with the branches that it is in; its statement is one of the template. */
export interface OpenRule {
  readonly rule: FilterRule;
  readonly path: readonly Step[];
  /** Where its statement begins in the rendering. */
  readonly at: number;
}

/** The rules of a chain, those that depend on open values with their conditions. */
export function openRules(
  chain: FilterChain,
  others: readonly (FilterChain | undefined)[],
  variations: readonly Variation[],
  origin: Origin,
): OpenRule[] {
  const unequal = variations.find((_, i) => others[i] !== undefined && others[i]?.rules.length !== chain.rules.length);
  return chain.rules.map((rule, index) => {
    const varied = variations.flatMap((variation, i): VariedRule[] => {
      const other = others[i]?.rules[index];
      return other ? [{ variation, rule: other }] : [];
    });
    const opened = openRule(rule, varied, origin);
    if (unequal === undefined) return opened;
    return { ...opened, rule: { ...opened.rule, action: undecided(unequal.name) } };
  });
}

export function undecided(name: string): FilterAction {
  return { kind: 'undecided', reason: `it depends on ${filledIn(name)}` };
}

function openRule(
  rule: FilterRule,
  others: readonly VariedRule[],
  { map, shown, isNothing, chainNames }: Origin,
): OpenRule {
  let { match, action, phases, limit } = rule;
  const names = new Set<string>();
  const written = map.touching(rule.statement.range).filter(({ kind }) => kind === 'open');
  for (const { variation, rule: other } of others) {
    // Of several values that were varied together, the one in the statement itself.
    const name = written.find(({ key }) => variation.keys.has(key))?.name ?? variation.name;
    const widened = widen(match, other.match, variation.namesInterfaces);
    if (widened) {
      match = widened;
      names.add(name);
    }
    const otherNames = [...variation.model.chains.keys()];
    if (!sameAction(rule.action, other.action, chainNames, otherNames)) action = undecided(name);
    if (other.phases.join() !== phases.join()) {
      phases = ['first', 'reply'];
      names.add(name);
    }
    if (JSON.stringify([...(other.limit?.states ?? [])]) !== JSON.stringify([...(rule.limit?.states ?? [])])) {
      limit = undefined;
      names.add(name);
    }
  }
  for (const piece of written) {
    if (!isNothing(piece)) continue;
    names.add(piece.name);
    // What is added may be the verdict itself.
    if (action.kind === 'continue') action = undecided(piece.name);
  }
  const own = rule.opaque.map((condition) => ({ ...condition, text: shown(condition.text) }));
  const opaque: OpaqueCondition[] = [...own, ...[...names].map((name) => ({ text: filledIn(name) }))];
  const at = rule.statement.range.start;
  return {
    rule: { ...rule, statement: map.quote(rule.statement), match, action, phases, limit, opaque },
    path: map.placed[map.indexAt(at)]?.path ?? [],
    at,
  };
}

function sameAction(
  one: FilterAction,
  other: FilterAction,
  chains: readonly string[],
  otherChains: readonly string[],
): boolean {
  if (one.kind !== other.kind) return false;
  if ('chain' in one && 'chain' in other) {
    // The name of a chain may be the value itself: then it is the same chain under another name.
    return one.chain === other.chain || chains.indexOf(one.chain) === otherChains.indexOf(other.chain);
  }
  if (one.kind !== 'rewrite' || other.kind !== 'rewrite') return true;
  return one.destination?.key === other.destination?.key && one.destinationPorts?.key === other.destinationPorts?.key;
}

/** The packets that a rule may match, where it matches others with another value; `undefined` where it does not. */
function widen(
  boxes: readonly PacketBox[],
  others: readonly PacketBox[],
  namesInterfaces: boolean,
): readonly PacketBox[] | undefined {
  if (boxes.length !== others.length) return [ANY_PACKET];
  let changed = false;
  const widened = boxes.map((box, i) => {
    const other = others[i] as PacketBox;
    const differs = (key: keyof PacketBox) => box[key].key !== other[key].key;
    const open: PacketBox = {
      source: differs('source') ? IpSet.all : box.source,
      destination: differs('destination') ? IpSet.all : box.destination,
      protocols: differs('protocols') ? ALL_PROTOCOLS : box.protocols,
      sourcePorts: differs('sourcePorts') ? ALL_PORTS : box.sourcePorts,
      destinationPorts: differs('destinationPorts') ? ALL_PORTS : box.destinationPorts,
      inInterface: differs('inInterface') && !namesInterfaces ? NameSet.any : box.inInterface,
      outInterface: differs('outInterface') && !namesInterfaces ? NameSet.any : box.outInterface,
    };
    changed ||= Object.keys(open).some((key) => open[key as keyof PacketBox] !== box[key as keyof PacketBox]);
    return open;
  });
  return changed ? widened : undefined;
}

/** A rule that decides nothing that is known, for statements that only a value has. */
export function unknownRule(name: string, statement: QuotedLine): FilterRule {
  return { statement, match: [ANY_PACKET], phases: ['first', 'reply'], opaque: [], action: undecided(name) };
}

/** Whether the policies of a base chain differ with a value. */
export function policyName(
  chain: BaseChain,
  variations: readonly (BaseChain | undefined)[],
  names: readonly string[],
): string | undefined {
  return names.find((_, i) => variations[i] !== undefined && variations[i]?.policy !== chain.policy);
}
