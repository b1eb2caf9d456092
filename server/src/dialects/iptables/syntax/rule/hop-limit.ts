// The match on the hop limit of IPv6 packets.

import { NEIGHBOUR_HOP_LIMIT } from '../../../../model/filter.js';
import { numberInC } from '../../../../text/c-numbers.js';
import type { UsedExtension, UsedOption } from '../command.js';
import type { RuleBuilder } from './builder.js';
import { knownValue, optionText } from './options.js';

/** `-m hl`: unknown for most packets, and known for discovery of neighbours (`hl_mt6` in xt_hl.c). */
export function readHopLimit(builder: RuleBuilder, { options }: UsedExtension): void {
  for (const option of options) {
    const value = knownValue(builder, option);
    if (!value) continue;
    const text = `-m hl ${optionText(option)}`;
    const limit = numberInC(value.text);
    if (limit === undefined) builder.addUnknown(text);
    else builder.addCondition({ text, neighbours: holds(option, limit) !== option.negated });
  }
}

function holds({ option }: UsedOption, limit: number): boolean {
  switch (option.name) {
    case 'hl-lt':
      return NEIGHBOUR_HOP_LIMIT < limit;
    case 'hl-gt':
      return NEIGHBOUR_HOP_LIMIT > limit;
    default:
      return NEIGHBOUR_HOP_LIMIT === limit;
  }
}
