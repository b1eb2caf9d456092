import type { HostSet } from '../../../model/hosts.js';
import { IntervalSet } from '../../../model/intervals.js';
import { IpSet } from '../../../model/ip.js';
import type { Automaton } from '../../../model/language.js';
import type { PortSet } from '../../../model/ports.js';
import { readPosixRegex } from '../../../model/posix-regex.js';
import { unionOf } from '../../../model/quotients.js';
import type { Unavailable } from '../../dialect.js';
import { hostsOf } from '../meaning/domain-index.js';
import { readAddress } from '../syntax/addresses.js';
import { readDomain } from '../syntax/domains.js';
import { isSpace } from '../syntax/parse.js';
import type { AclStatement } from '../syntax/statements.js';
import type { Acl, Program } from './program.js';

/** The values of a line or of a list file, as words. */
interface Values {
  readonly words: readonly string[];
  /** Why the list file that belongs to them cannot be read. */
  readonly unreadable: string | undefined;
}

/** The values of one line, with those of its list file behind them. */
export function valuesOf(program: Program, statement: AclStatement): Values {
  const words = statement.values.map(({ text }) => text);
  if (!statement.file) return { words, unreadable: undefined };
  const source = program.configuration.listFile(statement.file.path);
  if (typeof source === 'string') return { words, unreadable: unreadableList(program, statement) };
  return { words: [...words, ...listWords(source.text)], unreadable: undefined };
}

/** Why the list file of an acl line cannot be read; `undefined` where it can, and where there is none. */
export function unreadableList(program: Program, { file }: AclStatement): string | undefined {
  const source = file && program.configuration.listFile(file.path);
  return typeof source === 'string' ? `the list '${file?.path}' ${UNREADABLE[source]}` : undefined;
}

const UNREADABLE: Readonly<Record<Unavailable, string>> = {
  missing: 'is not in the workspace',
  'outside-workspace': 'is outside of the workspace',
  unreadable: 'cannot be read',
  'too-large': 'is too large',
};

/** One value per line; white space around it and comments are dropped (`ConfigParser::strtokFile`). */
export function listWords(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const start = skipSpace(line);
    if (start === line.length || line[start] === '#') return [];
    const comment = /\s#/.exec(line.slice(start));
    return [line.slice(start, comment ? start + comment.index : undefined).trimEnd()];
  });
}

function skipSpace(line: string): number {
  let at = 0;
  while (at < line.length && isSpace(line.charCodeAt(at))) at++;
  return at;
}

/** Everything that the lines of an acl list, read once; values that could not be read are told in `unknown`. */
interface Content<Value> {
  readonly value: Value;
  /** Why some of the content is not known. */
  readonly unknown: string | undefined;
}

/** A cache by acl: the same acl object has the same lines; list files are compared by their text. */
class ContentCache<Value> {
  private readonly known = new WeakMap<Acl, { readonly words: readonly string[]; readonly content: Content<Value> }>();

  constructor(private readonly read: (acl: Acl, program: Program) => Content<Value>) {}

  get(acl: Acl, program: Program): Content<Value> {
    const known = this.known.get(acl);
    const listed = acl.lines.flatMap(({ entry }) =>
      entry.statement.file ? valuesOf(program, entry.statement).words : [],
    );
    if (known && known.words.length === listed.length && known.words.every((word, i) => word === listed[i])) {
      return known.content;
    }
    const content = this.read(acl, program);
    this.known.set(acl, { words: listed, content });
    return content;
  }
}

function allWords(acl: Acl, program: Program): { words: string[]; unknown: string | undefined } {
  const words: string[] = [];
  let unknown: string | undefined;
  for (const { entry } of acl.lines) {
    const values = valuesOf(program, entry.statement);
    words.push(...values.words);
    unknown ??= values.unreadable;
  }
  return { words, unknown };
}

const addressCache = new ContentCache<IpSet>((acl, program) => {
  const { words, unknown } = allWords(acl, program);
  const sets: IpSet[] = [];
  let doubt = unknown;
  for (const word of words) {
    const value = readAddress(word);
    if (value.kind === 'set') sets.push(value.set);
    else if (value.kind === 'name') doubt ??= `the address of '${word}' is looked up`;
  }
  return { value: unionOfAddresses(sets), unknown: doubt };
});

function unionOfAddresses(sets: readonly IpSet[]): IpSet {
  return new IpSet(
    IntervalSet.of(...sets.flatMap(({ v4 }) => v4.intervals)),
    IntervalSet.of(...sets.flatMap(({ v6 }) => v6.intervals)),
  );
}

const domainCache = new ContentCache<HostSet>((acl, program) => {
  const { words, unknown } = allWords(acl, program);
  return { value: hostsOf(words.map(readDomain)), unknown };
});

/** `all` stands for every pattern of an acl; patterns that squid skips or that are not modelled are not in it. */
const patternCache = new ContentCache<Automaton | undefined>((acl, program) => {
  const automata: Automaton[] = [];
  let unknown: string | undefined;
  for (const { entry } of acl.lines) {
    const { statement } = entry;
    const values = valuesOf(program, statement);
    unknown ??= values.unreadable;
    let ignoreCase = statement.options.some(({ text }) => /^-[a-z]*i/.test(text));
    const words = statement.type.values === 'header' ? values.words.slice(1) : values.words;
    for (const word of words) {
      if (word === '-i' || word === '+i') ignoreCase = word === '-i';
      else {
        const reading = readPosixRegex(word, ignoreCase);
        if (reading.kind === 'automaton') automata.push(reading.automaton);
        else if (reading.kind === 'unmodelled')
          unknown ??= `the expression '${word}' is not modelled: ${reading.reason}`;
      }
    }
  }
  return { value: automata.length > 0 ? unionOf(automata) : undefined, unknown };
});

const portCache = new ContentCache<PortSet>((acl, program) => {
  const { words, unknown } = allWords(acl, program);
  const intervals = words.flatMap((word): [number, number][] => {
    const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(word);
    return match ? [[Number(match[1]), Number(match[2] ?? match[1])]] : [];
  });
  return { value: IntervalSet.of(...intervals), unknown };
});

const wordCache = new ContentCache<ReadonlySet<string>>((acl, program) => {
  const { words, unknown } = allWords(acl, program);
  return { value: new Set(words), unknown };
});

export const addressesOf = (acl: Acl, program: Program) => addressCache.get(acl, program);
export const domainsOf = (acl: Acl, program: Program) => domainCache.get(acl, program);
export const patternsOf = (acl: Acl, program: Program) => patternCache.get(acl, program);
export const portsOf = (acl: Acl, program: Program) => portCache.get(acl, program);
export const wordsOf = (acl: Acl, program: Program) => wordCache.get(acl, program);
