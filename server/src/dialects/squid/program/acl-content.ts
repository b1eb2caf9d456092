// The values of an acl on all its lines and in its list files, as sets.

import { LatestMemo } from '../../../kept/memo.js';
import type { HostSet } from '../../../model/hosts.js';
import { IntervalSet } from '../../../model/intervals.js';
import { IpSet } from '../../../model/ip.js';
import type { PortSet } from '../../../model/ports.js';
import { readAddress } from '../syntax/addresses.js';
import { readDomain } from '../syntax/domains.js';
import type { Acl } from './acls.js';
import { hostsOf } from './domains.js';
import { valuesOf } from './list-files.js';
import { Patterns } from './patterns.js';
import type { Program } from './program.js';

interface Content<Value> {
  readonly value: Value;
  /** Why some of the content is unknown. */
  readonly unknown: string | undefined;
}

type ContentReader<Value> = (acl: Acl, program: Program) => Content<Value>;

/** Caches a reader by acl (by identity, which changes with its lines) and by the texts of its list files. */
function kept<Value>(read: ContentReader<Value>): ContentReader<Value> {
  const contents = new LatestMemo<Acl, string, Content<Value>>();
  return (acl, program) => contents.of(acl, listTexts(acl, program), () => read(acl, program));
}

/** The texts of all list files of an acl; for each that cannot be read, why. */
function listTexts(acl: Acl, program: Program): string {
  if (!acl.fromFile) return '';
  const texts = acl.lines.flatMap(({ line }) => {
    if (!line.statement.file) return [];
    const source = program.configuration.files.load(line.statement.file.path);
    return [typeof source === 'string' ? `\0${source}` : source.text];
  });
  return texts.length === 1 ? (texts[0] ?? '') : texts.join('\0\0');
}

function allWords(acl: Acl, program: Program): { words: string[]; unknown: string | undefined } {
  const words: string[] = [];
  let unknown: string | undefined;
  for (const { line } of acl.lines) {
    const values = valuesOf(program, line.statement);
    // A list may have more values than a call can have arguments.
    for (const word of values.words) words.push(word);
    unknown ??= values.unreadable;
  }
  return { words, unknown };
}

export const addressesOf = kept<IpSet>((acl, program) => {
  const { words, unknown } = allWords(acl, program);
  const sets: IpSet[] = [];
  let reason = unknown;
  for (const word of words) {
    const value = readAddress(word);
    if (value.kind === 'set') sets.push(value.set);
    else if (value.kind === 'name') reason ??= `'${word}' is resolved by DNS`;
  }
  return { value: unionOfAddresses(sets), unknown: reason };
});

function unionOfAddresses(sets: readonly IpSet[]): IpSet {
  return new IpSet(
    IntervalSet.from(sets.flatMap(({ v4 }) => v4.intervals)),
    IntervalSet.from(sets.flatMap(({ v6 }) => v6.intervals)),
  );
}

export const domainsOf = kept<HostSet>((acl, program) => {
  const { words, unknown } = allWords(acl, program);
  return { value: hostsOf(words.map(readDomain)), unknown };
});

/** Without any `undefined`; patterns that squid skips or Lintel does not model are omitted. */
export const patternsOf = kept<Patterns | undefined>((acl, program) => {
  const patterns = new Patterns();
  let unknown: string | undefined;
  for (const { line } of acl.lines) {
    const { statement } = line;
    const values = valuesOf(program, statement);
    unknown ??= values.unreadable;
    let ignoreCase = statement.options.some(({ text }) => /^-[a-z]*i/.test(text));
    const written = statement.type.values === 'header' ? values.words.slice(1) : values.words;
    for (const word of written) {
      if (word === '-i' || word === '+i') ignoreCase = word === '-i';
      else {
        const reason = patterns.add(word, ignoreCase);
        if (reason !== undefined) unknown ??= `the expression '${word}' is not modelled: ${reason}`;
      }
    }
  }
  return { value: patterns.isEmpty ? undefined : patterns, unknown };
});

export const portsOf = kept<PortSet>((acl, program) => {
  const { words, unknown } = allWords(acl, program);
  const intervals = words.flatMap((word): [number, number][] => {
    const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(word);
    return match ? [[Number(match[1]), Number(match[2] ?? match[1])]] : [];
  });
  return { value: IntervalSet.from(intervals), unknown };
});

export const wordsOf = kept<ReadonlySet<string>>((acl, program) => {
  const { words, unknown } = allWords(acl, program);
  return { value: new Set(words), unknown };
});

const MINUTES_OF_DAY = IntervalSet.of([0, 24 * 60 - 1]);
const DAYS = 'SMTWHFA';

/** Whether the times of an acl cover every minute of the week (`ACLTimeData::parse`: days come before their hours). */
export const isAlways = kept<boolean>((acl, program) => {
  const { words, unknown } = allWords(acl, program);
  const covered: (readonly [number, number])[][] = Array.from(DAYS, () => []);
  let days = '';
  const add = (first: number, last: number) => {
    for (const [i, minutes] of covered.entries())
      if (days === '' || days.includes(DAYS[i] ?? '')) minutes.push([first, last]);
    days = '';
  };
  for (const word of words) {
    const match = /^(\d{1,2}):(\d{1,2})-(\d{1,2}):(\d{1,2})/.exec(word);
    if (!match) days += word.replaceAll('D', 'MTWHF').replace(/[^SMTWHFA]/g, '');
    else add(Number(match[1]) * 60 + Number(match[2]), Number(match[3]) * 60 + Number(match[4]));
  }
  if (days !== '') add(0, 24 * 60);
  return { value: covered.every((minutes) => IntervalSet.from(minutes).containsAll(MINUTES_OF_DAY)), unknown };
});
