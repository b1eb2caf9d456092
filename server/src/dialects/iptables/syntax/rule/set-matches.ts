// The match against ipsets and the target that changes them (iptables-extensions(8), set and SET).
import type { UsedExtension, UsedOption } from '../command.js';
import type { Word } from '../words.js';
import type { RuleBuilder } from './builder.js';
import { optionText } from './options.js';
import type { SetChange, SetCondition } from './rule.js';

type Direction = 'src' | 'dst';

/** How many directions a rule may give (IPSET_DIM_MAX). */
const DIRECTION_LIMIT = 6;

/** The directions of `src,dst`; `undefined`, with a problem, where iptables rejects them. */
function readDirections(builder: RuleBuilder, flags: Word): readonly Direction[] | undefined {
  const directions = flags.text.split(',');
  const invalid = directions.find((direction) => direction !== 'src' && direction !== 'dst');
  if (invalid !== undefined) builder.report(flags, `invalid direction '${invalid}', expected src or dst`);
  else if (directions.length > DIRECTION_LIMIT) {
    builder.report(flags, `a rule gives at most ${DIRECTION_LIMIT} directions`);
  } else return directions.map((direction) => (direction === 'src' ? 'src' : 'dst'));
  return undefined;
}

/** The options that test the counters of the element that is found. */
const COUNTER_OPTION = /^(?:packets|bytes)-/;

export function readSet(builder: RuleBuilder, { options }: UsedExtension): void {
  const returnsNomatch = options.some(({ option }) => option.name === 'return-nomatch');
  const limits = options.filter(({ option }) => COUNTER_OPTION.test(option.name)).map(optionText);
  for (const option of options) {
    const [name, flags] = option.values;
    if (option.option.name !== 'match-set') continue;
    const text = [optionText(option), ...(returnsNomatch ? ['--return-nomatch'] : []), ...limits].join(' ');
    if (!name || !flags || name.unknown !== undefined || flags.unknown !== undefined) {
      builder.addUnknown(text);
      continue;
    }
    const directions = readDirections(builder, flags);
    if (!directions) continue;
    const condition: SetCondition = { text, name, directions, negated: option.negated, returnsNomatch, limits };
    builder.sets = [...builder.sets, condition];
  }
}

const CHANGES: ReadonlyMap<string, SetChange['kind']> = new Map([
  ['add-set', 'add'],
  ['del-set', 'delete'],
]);

/** The sets that a rule with `-j SET` changes. */
export function setChangesOf(builder: RuleBuilder, used: UsedExtension | undefined): readonly SetChange[] {
  if (used?.extension.name !== 'SET') return NO_CHANGES;
  return used.options.flatMap((option) => changeOf(builder, option) ?? []);
}

const NO_CHANGES: readonly SetChange[] = [];

function changeOf(builder: RuleBuilder, { option, values: [name, flags] }: UsedOption): SetChange | undefined {
  const kind = CHANGES.get(option.name);
  if (!kind || !name || !flags) return undefined;
  if (flags.unknown === undefined && !readDirections(builder, flags)) return undefined;
  return { name, kind };
}
