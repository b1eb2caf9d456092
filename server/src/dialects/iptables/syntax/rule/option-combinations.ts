// Tells options of one extension that iptables or the kernel does not take together, and those that are missing.
import { mayRepeat, optionRules, protocolsFor } from '../../vocabulary/option-rules.js';
import { parseProtocol } from '../../vocabulary/protocols.js';
import type { UsedExtension, UsedOption } from '../command.js';
import type { Word } from '../words.js';
import type { RuleBuilder } from './builder.js';

/**
 * Reports options of an extension that are missing, exclude each other or are repeated. Nothing is missing where a script
 * computes words of the line (`isOpen`): they may be what is looked for.
 */
export function checkCombinations(builder: RuleBuilder, used: UsedExtension, isOpen: boolean): void {
  const { extension, word } = used;
  if (!isOpen) reportMissing(builder, used);
  reportRepeated(builder, used);
  if (!isOpen && !builder.isProtocolOpen) reportProtocol(builder, used);
  const given = (name: string) => used.options.find(({ option }) => option.name === name);
  for (const rule of optionRules(`option of ${titleOf(used)}`)) {
    const [first, second] = rule.names.flatMap((name) => given(name) ?? []);
    if (rule.kind === 'exclusive') {
      if (first && second) reportExclusive(builder, first, second);
    } else if (rule.kind === 'ordered') {
      const [low, high] = rule.names.map((name) => given(name)?.values[0]);
      if (low && high && Number(low.text) > Number(high.text))
        builder.report(high, `'--${rule.names[1]} ${high.text}' is less than '--${rule.names[0]} ${low.text}'`);
    } else if (isOpen) continue;
    else if (rule.kind === 'one-of') {
      const isNamed = first !== undefined || used.options.length === 0;
      if (!isNamed) builder.report(word, `${subjectOf(extension)} needs ${alternatives(rule.names)}`);
    } else {
      const needing = given(rule.name);
      const value = rule.value === undefined ? '' : ` ${rule.value}`;
      if (needing && !(first && hasValue(first, rule.value)))
        builder.report(needing.word, `'${needing.word.text}' needs ${alternatives(rule.names, value)}`);
    }
  }
  if (!isOpen) reportContiguous(builder, given('contiguous'), given('timestart'), given('timestop'));
}

/** The first and the last second of a day, which a period has where it names none (`libxt_time.c`, `time_init`). */
const WHOLE_DAY = ['00:00', '23:59:59'] as const;

/** `--contiguous` is for periods that go on past midnight (`time_check`). */
function reportContiguous(
  builder: RuleBuilder,
  contiguous: UsedOption | undefined,
  start: UsedOption | undefined,
  stop: UsedOption | undefined,
): void {
  const [from, to] = [start?.values[0]?.text ?? WHOLE_DAY[0], stop?.values[0]?.text ?? WHOLE_DAY[1]];
  const [first, last] = [secondsOf(from), secondsOf(to)];
  if (!contiguous || first === undefined || last === undefined || first >= last) return;
  builder.report(
    stop?.values[0] ?? contiguous.word,
    `'--contiguous' is for a period over midnight, whose '--timestop' is before its '--timestart': this one is from ${from} to ${to}`,
  );
}

/** `hh:mm` or `hh:mm:ss` in seconds. */
function secondsOf(text: string): number | undefined {
  const [, hours, minutes, seconds = '0'] = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?$/.exec(text) ?? [];
  return hours === undefined ? undefined : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

/** A value that only running the script would show may be the wanted one. */
function hasValue({ values: [value] }: UsedOption, wanted: string | undefined): boolean {
  return wanted === undefined || value === undefined || value.unknown !== undefined || value.text === wanted;
}

function titleOf({ extension: { name, place } }: UsedExtension): string {
  return `${place === 'match' ? '-m' : '-j'} ${name}`;
}

function subjectOf({ name, place }: UsedExtension['extension']): string {
  return `the ${place === 'match' ? 'match' : 'target'} '${name}'`;
}

function alternatives(names: readonly string[], value = ''): string {
  const options = names.map((name) => `'--${name}${value}'`);
  const last = options.pop() ?? '';
  return options.length === 0 ? last : `${options.join(', ')} or ${last}`;
}

/** Ports of a translation, which the protocol has to have: `192.0.2.1:80`, `:80`, `[2001:db8::1]:80`. */
const WITH_PORT = /^[^:]*:[^:]+$|\]:/;

function reportProtocol(builder: RuleBuilder, used: UsedExtension): void {
  const check = (names: readonly string[] | undefined, word: Word, subject: string) => {
    if (!names || names.some((name) => parseProtocol(name) === builder.protocol)) return;
    const others = names.length > 2 ? 'another protocol with ports' : names[1] && `'-p ${names[1]}'`;
    builder.report(word, `${subject} needs '-p ${names[0]}'${others ? ` or ${others}` : ''}`);
  };
  check(protocolsFor(titleOf(used), builder.family), used.word, subjectOf(used.extension));
  for (const {
    option,
    word,
    values: [value],
  } of used.options) {
    const mayHavePort = option.name === 'to-destination' || option.name === 'to-source';
    if (value && mayHavePort && !WITH_PORT.test(value.text)) continue;
    if (value?.unknown !== undefined) continue;
    check(
      protocolsFor(titleOf(used), builder.family, option.name),
      word,
      `'${word.text}'${mayHavePort ? ' with a port' : ''}`,
    );
  }
}

function reportMissing(builder: RuleBuilder, { extension, word, options }: UsedExtension): void {
  if (extension.needsOption && options.length === 0) {
    builder.report(word, `${subjectOf(extension)} needs an option`);
    return;
  }
  for (const option of new Set(extension.options().values())) {
    if (!option.required || options.some((one) => one.option === option)) continue;
    builder.report(word, `${subjectOf(extension)} needs '--${option.name}'`);
  }
}

function reportRepeated(builder: RuleBuilder, { options }: UsedExtension): void {
  for (const [index, one] of options.entries()) {
    const first = options.findIndex(({ option }) => option === one.option);
    if (first < index && !mayRepeat(one.option)) reportOnce(builder, one, `'${one.word.text}' is allowed only once`);
  }
}

function reportExclusive(builder: RuleBuilder, first: UsedOption, second: UsedOption): void {
  const [before, after] = first.word.start < second.word.start ? [first, second] : [second, first];
  reportOnce(builder, after, `'${after.word.text}' is not allowed beside '${before.word.text}'`);
}

/** Reports an option that nothing else is told of. */
function reportOnce(builder: RuleBuilder, { word }: UsedOption, message: string): void {
  if (!builder.problems.some(({ start, end }) => start <= word.start && word.end <= end)) builder.report(word, message);
}
