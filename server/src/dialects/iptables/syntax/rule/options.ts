// Quotes and reads options of match extensions.
import type { UsedExtension, UsedOption } from '../command.js';
import type { Word } from '../words.js';
import type { RuleBuilder } from './builder.js';

/** Narrows a rule by one match extension. */
export type MatchReader = (builder: RuleBuilder, used: UsedExtension) => void;

/** An option as the rule writes it, quoted where it has to be. */
export function optionText({ word, negated, values }: UsedOption): string {
  const shown = values.map(({ text, unknown }) => unknown ?? (/[\s"]/.test(text) ? JSON.stringify(text) : text));
  return [...(negated ? ['!'] : []), word.text, ...shown].join(' ');
}

/** The first value of an option; `undefined`, with the option as unknown condition, where a script computes a value. */
export function knownValue(builder: RuleBuilder, option: UsedOption): Word | undefined {
  const unknown = option.values.find((value) => value.unknown !== undefined);
  if (unknown) builder.addUnknown(optionText(option));
  return unknown ? undefined : option.values[0];
}

/** Adds a whole match as a condition that cannot be evaluated from the file. */
export function addUnknownMatch(builder: RuleBuilder, { extension, options }: UsedExtension): void {
  builder.addUnknown(`-m ${extension.name}${options.map((option) => ` ${optionText(option)}`).join('')}`);
}
