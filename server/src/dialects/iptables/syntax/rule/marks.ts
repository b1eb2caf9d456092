// Marks of packets and of connections: the matches on them, and the targets that set them.

import type { FilterAction } from '../../../../model/filter.js';
import { IntervalSet } from '../../../../model/intervals.js';
import { complementOfValues, MAX_REGISTER, type RegisterExpression } from '../../../../model/registers.js';
import { numberInC } from '../../../../text/c-numbers.js';
import type { UsedExtension, UsedOption } from '../command.js';
import type { Word } from '../words.js';
import type { RuleBuilder } from './builder.js';
import { knownValue, type MatchReader, optionText } from './options.js';
import type { StateCondition } from './rule.js';

/** Packets without a connection have no mark of one (`connmark_mt` and `connmark_tg` in xt_connmark.c). */
export const WITH_CONNECTION: StateCondition = {
  text: 'the packet has a connection',
  states: new Set(['INVALID', 'UNTRACKED']),
  negated: true,
};

/** The reader of `-m mark` or `-m connmark`: `--mark value[/mask]`. */
export function markMatch(register: 'packet-mark' | 'connection-mark'): MatchReader {
  return (builder, used) => {
    for (const option of used.options) readMark(builder, used, option, register);
    if (register === 'connection-mark') builder.states = [...builder.states, WITH_CONNECTION];
  };
}

function readMark(
  builder: RuleBuilder,
  { extension }: UsedExtension,
  option: UsedOption,
  register: 'packet-mark' | 'connection-mark',
): void {
  const word = knownValue(builder, option);
  if (!word) return;
  const text = `-m ${extension.name} ${optionText(option)}`;
  const parsed = parseMark(word.text);
  if (!parsed) {
    reportMark(builder, word);
    builder.addUnknown(text);
    return;
  }
  const values = IntervalSet.of([parsed.value, parsed.value]);
  const of: RegisterExpression = { operator: '&', left: register, right: parsed.mask };
  builder.opaque = [
    ...builder.opaque,
    { text, test: { of, values: option.negated ? complementOfValues(values) : values } },
  ];
}

function reportMark(builder: RuleBuilder, word: Word): void {
  builder.report(word, `invalid mark '${word.text}': a mark is a number of 32 bits, or value/mask`);
}

/** `value[/mask]`, both as `strtoul` reads them (`xtopt_parse_markmask`). */
function parseMark(text: string): { readonly value: number; readonly mask: number } | undefined {
  const [first = '', second, more] = text.split('/');
  const [value, mask] = [
    numberInC(first, MAX_REGISTER),
    second === undefined ? MAX_REGISTER : numberInC(second, MAX_REGISTER),
  ];
  return value === undefined || mask === undefined || more !== undefined ? undefined : { value, mask };
}

type Place = 'packet-mark' | 'connection-mark';

/** The value of an option of a target; `undefined` where the option is absent or its value cannot be read. */
type Values = (name: string) => { readonly value: number; readonly mask: number } | undefined;

/** What a target sets; `undefined` for targets that set nothing that is modelled. */
export function setsOf(used: UsedExtension): FilterAction | undefined {
  const { name } = used.extension;
  const find = (option: string) => used.options.find((one) => one.option.name === option);
  const unknown = (register: Place): FilterAction => ({ kind: 'set', register, to: 'unknown' });
  switch (name) {
    case 'MARK':
    case 'CONNMARK': {
      const register = name === 'MARK' || find('restore-mark') ? 'packet-mark' : 'connection-mark';
      const unread = used.options.some(
        ({ values: [value] }) => value && (value.unknown !== undefined || !parseMark(value.text)),
      );
      // A mask behind a value takes the place of the value's own.
      const isMasked = (find('set-mark') ?? find('set-xmark')) && (find('mask') ?? find('ctmask') ?? find('nfmask'));
      if (unread || isMasked) return unknown(register);
      const values: Values = (option) => {
        const value = find(option)?.values[0];
        return value && parseMark(value.text);
      };
      const to = find('save-mark') || find('restore-mark') ? copied(register, values) : changed(register, values);
      return to === undefined ? undefined : { kind: 'set', register, to };
    }
    case 'HMARK':
      return unknown('packet-mark');
    case 'SET':
      return find('map-mark') ? unknown('packet-mark') : undefined;
    default:
      return undefined;
  }
}

/** `(mark & ~mask) ^ value`, shifted (`mark_tg` in xt_mark.c, `connmark_tg_shift` in xt_connmark.c). */
function changed(register: Place, values: Values): RegisterExpression | undefined {
  const [set, xmark, and, or, xor] = ['set-mark', 'set-xmark', 'and-mark', 'or-mark', 'xor-mark'].map(values);
  const to = (value: number, mask: number) => shifted(replaced(register, mask, value), values);
  if (set) return to(set.value, set.value | set.mask);
  if (xmark) return to(xmark.value, xmark.mask);
  if (and) return to(0, ~and.value);
  if (or) return to(or.value, or.value);
  return xor && to(xor.value, 0);
}

/** `--save-mark` and `--restore-mark`: the bits of one mark take the place of those of the other. */
function copied(register: Place, values: Values): RegisterExpression {
  const other: Place = register === 'packet-mark' ? 'connection-mark' : 'packet-mark';
  const mask = values('mask')?.value ?? MAX_REGISTER;
  const masks = { 'packet-mark': values('nfmask')?.value ?? mask, 'connection-mark': values('ctmask')?.value ?? mask };
  return replaced(register, masks[register], shifted({ operator: '&', left: other, right: masks[other] }, values));
}

function replaced(register: Place, mask: number, by: RegisterExpression): RegisterExpression {
  return { operator: '^', left: { operator: '&', left: register, right: ~mask >>> 0 }, right: by };
}

function shifted(expression: RegisterExpression, values: Values): RegisterExpression {
  const [left, right] = [values('left-shift-mark')?.value, values('right-shift-mark')?.value];
  if (left !== undefined) return { operator: '<<', left: expression, right: left };
  return right === undefined ? expression : { operator: '>>', left: expression, right };
}

/** The options that say what a target does, of which it has exactly one. */
const OPERATIONS: ReadonlySet<string> = new Set([
  ...['set-mark', 'set-xmark', 'and-mark', 'or-mark', 'xor-mark', 'save-mark', 'restore-mark'],
]);

/** The options whose value may have a mask. */
const MASKED: ReadonlySet<string> = new Set(['set-mark', 'set-xmark']);

/** Reports marks and combinations that iptables refuses. */
export function checkMarks(builder: RuleBuilder, { word, extension: { name }, options }: UsedExtension): void {
  if ((name !== 'MARK' && name !== 'CONNMARK') || options.length === 0) return;
  for (const { option, values } of options) {
    for (const value of values) {
      if (value.unknown !== undefined) continue;
      if (!parseMark(value.text) || (!MASKED.has(option.name) && value.text.includes('/'))) reportMark(builder, value);
    }
  }
  const [first, second] = options.filter(({ option }) => OPERATIONS.has(option.name));
  if (!first) builder.report(word, `${name} needs to be told what to do: --set-mark, for example`);
  if (second)
    builder.report(second.word, `${name} does one thing: '${second.word.text}' cannot join '${first?.word.text}'`);
}
