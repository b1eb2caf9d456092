// Executes the commands of ipset(8) in files and scripts: what is rejected is told, and ends a restore.
import { Interned } from '../../../kept/memo.js';
import type { QuotedLine } from '../../../model/evidence.js';
import { endOfLine } from '../../../text/lines.js';
import type { Problem, Source } from '../../dialect.js';
import { type ParsedSetCommand, parseSetCommand, setWords } from '../syntax/set-command.js';
import type { Word } from '../syntax/words.js';
import { type SetFault, SetStore } from './set-store.js';

/** A command of ipset. Offsets of its words count from the start of the statement. */
export interface SetCommand {
  readonly words: readonly Word[];
  readonly statement: QuotedLine;
}

/** A text that `ipset restore` reads, and where it begins in its file. */
export interface RestoredText {
  readonly uri: string;
  readonly text: string;
  readonly start: number;
}

const UNKNOWN_COMMAND = 'is no command of ipset';

/** Executes one command of a script; what scripts usually do in vain is not told. */
export function runSetCommand(store: SetStore, { words, statement }: SetCommand): Problem[] {
  const parsed = parseSetCommand(words);
  if (parsed && 'operation' in parsed) {
    const fault = store.execute(parsed);
    return fault && fault.kind !== 'usual' ? [problemOf(fault, statement)] : [];
  }
  store.markUnknown();
  if (!parsed) return [];
  const message = `'${parsed.text}' ${UNKNOWN_COMMAND} that Lintel knows: the content of all sets is unknown`;
  return [problemOf({ code: 'unmodelled-statement', word: parsed, message, kind: 'unmodelled' }, statement)];
}

/** A command of which it is unknown whether it is executed, or what some of its words are. */
export function runSetCommandPerhaps(store: SetStore, words: readonly Word[]): void {
  const parsed = parseSetCommand(words);
  if (!parsed || !('operation' in parsed)) {
    store.markUnknown();
    return;
  }
  const { operation, values } = parsed;
  const [name, second] = values;
  const isKnown = (word: Word | undefined) => word === undefined || word.unknown === undefined;
  switch (operation) {
    case 'create':
      if (name && isKnown(name)) {
        if (values.every(isKnown)) store.execute({ ...parsed, exist: true });
        store.markUnknown(name.text);
      }
      return;
    case 'add':
    case 'del':
      if (!name || !isKnown(name)) store.markUnknown();
      else changePerhaps(store, parsed, name.text);
      return;
    case 'flush':
    case 'destroy':
      if (name && isKnown(name)) store.get(name.text)?.loosen();
      else store.markUnknown();
      return;
    case 'rename':
    case 'swap':
      for (const one of [name, second]) store.markUnknown(one && isKnown(one) ? one.text : undefined);
      return;
    case 'restore':
      store.markUnknown();
      return;
    default:
  }
}

/** What may be added possibly matches, and what may be deleted is possibly gone; what is there otherwise stays. */
function changePerhaps(store: SetStore, parsed: ParsedSetCommand, name: string): void {
  const set = store.get(name);
  const [, value, ...options] = parsed.values;
  if (!set || !value) return;
  const hasExceptions = options.some(({ text, unknown }) => unknown !== undefined || /^-*nomatch$/.test(text));
  if (parsed.operation === 'del') set.loosen();
  else if (hasExceptions || set.properties.type.name === 'list:set') set.markUnknown();
  else if (value.unknown !== undefined) set.changes.adds = true;
  else if (set.add(value.text, { nomatch: false, wildcard: false, expires: false, exist: true, perhaps: true })) {
    set.changes.adds = true;
  }
}

function problemOf({ code, word, message }: SetFault, { uri, range }: QuotedLine): Problem {
  const { start } = range;
  return { code, message, uri, range: word ? { start: start + word.start, end: start + word.end } : range };
}

/** Executes a file of `ipset save` as `ipset restore` does, which stops at the first line that is rejected. */
export function restoreSets(store: SetStore, text: RestoredText, exist = false): Problem[] {
  return new Restore(store, text, exist).run();
}

/** The lines that ipset sends to the kernel together: they add to one set, or delete from it. */
interface Batch {
  readonly key: string;
  readonly exist: boolean;
}

/** The sets that a file alone restores, and what is told about it. */
export interface RestoredSets {
  readonly sets: SetStore;
  readonly problems: readonly Problem[];
}

/** A file of sets is read by itself, and for the rules beside it at every edit of these. */
const restored = new Interned<string, RestoredSets>(4);

/** The sets of a whole file, in a store of their own. */
export function setsOf({ uri, text }: Source): RestoredSets {
  const { sets, problems } = restored.of(`${uri}\n${text}`, () => {
    const store = new SetStore();
    return { sets: store, problems: restoreSets(store, { uri, text, start: 0 }) };
  });
  return { sets: sets.copy(), problems };
}

const ADD = 'add ';

class Restore {
  private readonly problems: Problem[] = [];
  private batch: Batch | undefined;

  constructor(
    private readonly store: SetStore,
    private readonly source: RestoredText,
    /** `-exist` is valid from the line on that has it, but not within a batch. */
    private exist: boolean,
  ) {}

  run(): Problem[] {
    const { text } = this.source;
    for (let offset = 0; offset < text.length; ) {
      const end = endOfLine(text, offset);
      const raw = text.slice(offset, end);
      if (!(this.addPlain(raw, offset) ?? this.runLine(raw, offset))) break;
      offset = end + 1;
    }
    return this.problems;
  }

  /** Fast path for the lines of large sets, `add NAME element`; `undefined` for other lines, else whether ipset goes on. */
  private addPlain(raw: string, offset: number): boolean | undefined {
    const end = raw.startsWith(ADD) ? raw.indexOf(' ', ADD.length) : -1;
    if (end < 0) return undefined;
    const [name, value] = [raw.slice(ADD.length, end), raw.slice(end + 1)];
    const set = this.store.get(name);
    if (!set || value === '' || /[\s"]/.test(value) || value.startsWith('-') || set.properties.type.name === 'list:set')
      return undefined;
    const flags = { nomatch: false, wildcard: false, expires: (set.properties.timeout ?? 0) !== 0 };
    const { exist } = this.batchFor(`add ${name}`);
    const start = raw.length - value.length;
    const word = { start, end: raw.length, text: value };
    const fault = this.store.told(set.add(value, { ...flags, exist }), word, set);
    return fault ? this.goesOn(fault, raw, offset) : true;
  }

  private batchFor(key: string): Batch {
    if (this.batch?.key !== key) this.batch = { key, exist: this.exist };
    return this.batch;
  }

  /** Executes a line; returns whether ipset goes on after it. */
  private runLine(raw: string, offset: number): boolean {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line === 'COMMIT') return true;
    const parsed = parseSetCommand(setWords(raw));
    if (!parsed || !('operation' in parsed)) {
      const message = `'${parsed?.text ?? line}' ${UNKNOWN_COMMAND}`;
      return this.stop({ code: 'syntax-error', word: parsed, message, kind: 'syntax' }, raw, offset);
    }
    if (parsed.operation === 'quit') return false;
    if (!isAllowed(parsed)) {
      const message = `'${parsed.word.text}' is not allowed in a file for ipset restore`;
      return this.stop({ code: 'syntax-error', word: parsed.word, message, kind: 'syntax' }, raw, offset);
    }
    this.exist ||= parsed.exist;
    const [name] = parsed.values;
    const { exist } = this.batchFor(`${parsed.operation} ${name?.text ?? ''}`);
    const fault = this.store.execute({ ...parsed, exist }) ?? untested(parsed);
    if (fault && parsed.operation === 'test') this.store.markUnknown();
    return fault ? this.goesOn(fault, raw, offset) : true;
  }

  private goesOn(fault: SetFault, raw: string, offset: number): boolean {
    if (fault.kind !== 'unmodelled') return this.stop(fault, raw, offset);
    this.tell(fault, raw, offset);
    return true;
  }

  private stop(fault: SetFault, raw: string, offset: number): false {
    // What the parser rejects, it rejects before the lines of the batch are sent.
    if (fault.kind === 'syntax' && this.batch) this.store.get(this.batch.key.replace(/^\S+ /, ''))?.loosen();
    this.tell({ ...fault, message: `${fault.message}: ipset restore stops here` }, raw, offset);
    return false;
  }

  private tell(fault: SetFault, raw: string, offset: number): void {
    const start = this.source.start + offset;
    const statement = { uri: this.source.uri, range: { start, end: start + raw.trimEnd().length }, text: raw.trim() };
    this.problems.push(problemOf(fault, statement));
  }
}

/** The commands that a file for a restore may not have. */
function isAllowed({ operation }: ParsedSetCommand): boolean {
  return operation !== 'restore' && operation !== 'help' && operation !== 'version';
}

/** ipset goes on only where it finds the element that it tests. */
function untested({ operation, word }: ParsedSetCommand): SetFault | undefined {
  if (operation !== 'test') return undefined;
  const message = 'whether ipset finds the element, and goes on, is not followed: the content of all sets is unknown';
  return { code: 'unmodelled-statement', word, message, kind: 'unmodelled' };
}

export { SetStore };
