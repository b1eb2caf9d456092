// The matches that chance or a count decides.
import type { UsedExtension, UsedOption } from '../command.js';
import type { RuleBuilder } from './builder.js';
import { addUnknownMatch, optionText } from './options.js';

/** The largest count of packets that `--every` takes. */
const MAX_COUNT = 0xffff_ffff;

/** `-m statistic`: a probability of 0 or 1 and every packet of one are certain (`statistic_mt` in xt_statistic.c). */
export function readStatistic(builder: RuleBuilder, used: UsedExtension): void {
  const wanted = ['probability', 'every'].flatMap(
    (name) => used.options.find(({ option }) => option.name === name) ?? [],
  );
  const [chance] = wanted;
  checkMode(builder, used);
  const value = chance?.values[0];
  if (!chance || !value || wanted.length > 1 || value.unknown !== undefined) {
    addUnknownMatch(builder, used);
    return;
  }
  const isCertain = chance.option.name === 'every' ? certainCount(builder, chance) : certainChance(builder, chance);
  if (isCertain === undefined) addUnknownMatch(builder, used);
  else if (isCertain === chance.negated) builder.matchNothing();
}

function checkMode(builder: RuleBuilder, { word, options }: UsedExtension): void {
  const mode = options.find(({ option }) => option.name === 'mode')?.values[0];
  if (!mode || mode.unknown !== undefined) return;
  const needed = mode.text === 'random' ? 'probability' : mode.text === 'nth' ? 'every' : undefined;
  if (needed === undefined) builder.report(mode, `unknown mode '${mode.text}', expected random or nth`);
  else if (!options.some(({ option }) => option.name === needed)) {
    builder.report(word, `the mode ${mode.text} of 'statistic' needs '--${needed}'`);
  }
}

function certainChance(builder: RuleBuilder, option: UsedOption): boolean | undefined {
  const [value] = option.values;
  if (!value) return undefined;
  const chance = /^\+?(?:\d{1,20}\.?\d{0,40}|\.\d{1,40})(?:e[+-]?\d{1,3})?$/i.test(value.text)
    ? Number(value.text)
    : -1;
  if (chance < 0 || chance > 1) builder.report(value, `'${value.text}' is no probability: it is from 0 to 1`);
  // The kernel compares 31 bits of a random number.
  const share = Math.round(chance * 2 ** 31);
  return share === 0 ? false : share === 2 ** 31 ? true : undefined;
}

function certainCount(builder: RuleBuilder, option: UsedOption): boolean | undefined {
  const [value] = option.values;
  if (!value) return undefined;
  const count = /^[1-9]\d{0,9}$/.test(value.text) ? Number(value.text) : 0;
  const isOther = /^0x|^0\d/i.test(value.text);
  if (!isOther && (count === 0 || count > MAX_COUNT)) {
    builder.report(value, `'${optionText(option)}': the count is from 1 to ${MAX_COUNT}`);
  }
  return count === 1 ? true : undefined;
}
