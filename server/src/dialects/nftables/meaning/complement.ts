// The condition that none of some conditions holds.
import type { OpaqueCondition } from '../../../model/filter.js';
import { ANY_PACKET, type PacketBox, PacketSet } from '../../../model/packets.js';
import { complementOfValues } from '../../../model/registers.js';
import {
  type Alternative,
  BOTH,
  both,
  type Condition,
  FIRST,
  NEVER,
  NO_TEXTS,
  opaqueCondition,
  REPLY,
  type Restriction,
} from './condition.js';

/** Up to how many boxes a complement is computed; its cost grows with the square. */
export const COMPLEMENT_LIMIT = 256;

/** Of how many tested alternatives it is followed which hold; of more, that is unknown. */
const TESTED_LIMIT = 8;

/** Alternatives that hold for all packets of their restrictions, for those that pass one test, and for some that are unknown. */
export function byKind(all: Condition): Readonly<Record<'exact' | 'tested' | 'open', readonly Alternative[]>> {
  const kinds: Record<'exact' | 'tested' | 'open', Alternative[]> = { exact: [], tested: [], open: [] };
  for (const alternative of all) {
    const { phases, opaque, limit, tests = [] } = alternative;
    const isExact = phases === BOTH && opaque.length === 0 && limit === undefined;
    kinds[isExact ? kindByTests(tests) : 'open'].push(alternative);
  }
  return kinds;
}

function kindByTests(tests: readonly OpaqueCondition[]): 'exact' | 'tested' | 'open' {
  if (tests.length === 0) return 'exact';
  return tests.length === 1 && tests[0]?.test ? 'tested' : 'open';
}

/** The condition that no alternative holds, on the packets of `needed`; `text` names it where that is unknown. */
export function noneOf(all: Condition, needed: Restriction, text: string): Condition {
  if (all.every(({ phases, limit }) => phases === BOTH && !limit)) return noneAtOnce(all, needed, text);
  const limit = all.some((alternative) => alternative.limit) ? { segment: text } : undefined;
  return [FIRST, REPLY].flatMap((phase) => {
    const here = all.flatMap(({ limit: _, ...one }) => ((one.phases & phase) === 0 ? [] : [{ ...one, phases: BOTH }]));
    return noneAtOnce(here, needed, text).map((alternative) => ({ ...alternative, phases: phase, limit }));
  });
}

/** The same of alternatives that hold in all phases. */
function noneAtOnce(all: Condition, needed: Restriction, text: string): Condition {
  const { exact, tested, open } = byKind(all);
  const isFollowed = tested.length <= TESTED_LIMIT;
  const unknown = isFollowed ? open : [...tested, ...open];
  const restrictions = unknown.flatMap((one) => one.restrictions);
  const parts = [
    { restrictions: exact.flatMap((one) => one.restrictions), inside: NEVER },
    ...(isFollowed ? tested.map((one) => ({ restrictions: one.restrictions, inside: [negationOf(one)] })) : []),
    ...(unknown.length > 0 ? [{ restrictions, inside: [{ restrictions, phases: BOTH, opaque: [text] }] }] : []),
  ];
  let none: Condition = [{ restrictions: [needed], phases: BOTH, opaque: NO_TEXTS }];
  for (const part of parts) {
    if (part.restrictions.length === 0) continue;
    const others = complementOf(part.restrictions, needed);
    if (!others) return opaqueCondition(text, needed);
    const outside = others.length > 0 ? [{ restrictions: others, phases: BOTH, opaque: NO_TEXTS }] : NEVER;
    none = both(none, [...outside, ...part.inside]);
  }
  return none;
}

function negationOf({ tests = [], ...alternative }: Alternative): Alternative {
  const negated = tests.flatMap(({ text, test }): OpaqueCondition[] =>
    test ? [{ text, test: { ...test, values: complementOfValues(test.values) } }] : [],
  );
  return { ...alternative, tests: negated };
}

/** The packets of `needed` without those of some restrictions; `undefined` where that is too expensive. */
function complementOf(restrictions: readonly Restriction[], needed: Restriction): readonly Restriction[] | undefined {
  if (restrictions.length > COMPLEMENT_LIMIT) return undefined;
  const cuts = restrictions.map(boxOfRestriction);
  return PacketSet.of(boxOfRestriction(needed)).subtract(PacketSet.from(cuts)).boxes;
}

export function boxOfRestriction(restriction: Restriction): PacketBox {
  return { ...ANY_PACKET, ...restriction };
}
