// Executes the commands of ipset(8) in a file or script on the model of the kernel.
import type { QuotedLine } from '../../../model/evidence.js';
import { type AddressFamily, parsePrefix } from '../../../model/ip.js';
import { endOfLine } from '../../../text/lines.js';
import type { Problem } from '../../dialect.js';
import { restoreWords, type Word } from '../syntax/words.js';
import { SET_COMMANDS, SET_OPERATIONS, SET_OPTIONS, SET_TYPES } from '../vocabulary/words.js';
import { DefinedSet, type SetMembers } from './defined-set.js';
import { type ElementPart, readPart } from './set-elements.js';

/** One command of ipset(8): `create`, `add`, `del`, `flush`, `destroy`. Offsets of its words count from the start of the statement. */
export interface SetCommand {
  readonly words: readonly Word[];
  readonly statement: QuotedLine;
}

/** The sets that a file or script has created. */
export class SetStore {
  private readonly sets = new Map<string, DefinedSet>();
  private allUnknown = false;

  /** Makes the content of a set, or of all sets, unknown. */
  markUnknown(name: string | undefined): void {
    if (name === undefined) this.allUnknown = true;
    else this.sets.get(name)?.markUnknown();
  }

  /** The members of a set for rules of one family; `undefined` where the set is created elsewhere. */
  membersOf(name: string, family: AddressFamily): SetMembers | undefined {
    return this.allUnknown ? undefined : this.sets.get(name)?.membersFor(family);
  }

  /** Executes the lines of an `ipset save`. */
  restore({ uri, text, start }: { uri: string; text: string; start: number }): Problem[] {
    const problems: Problem[] = [];
    for (let offset = 0; offset < text.length; ) {
      const end = endOfLine(text, offset);
      const raw = text.slice(offset, end);
      if (!this.addPlain(raw) && raw.trim() !== '' && !raw.startsWith('#') && raw.trim() !== 'COMMIT') {
        const statement = { uri, range: { start: start + offset, end: start + end }, text: raw.trim() };
        problems.push(...this.run({ words: restoreWords(raw), statement }));
      }
      offset = end + 1;
    }
    return problems;
  }

  /** Fast path for the lines of large sets, `add NAME address`, which are not split into words. */
  private addPlain(raw: string): boolean {
    const match = /^add (\S+) ([\d.]+(?:\/\d+)?)\s*$/.exec(raw);
    const set = this.sets.get(match?.[1] ?? '');
    if (!match || set?.family !== 4 || !set.holdsAddresses) return false;
    const prefix = parsePrefix(match[2] ?? '');
    if (prefix?.address.family !== 4) return false;
    const size = 2 ** (32 - prefix.length);
    const low = Math.floor(prefix.address.value / size) * size;
    set.addRange4(low, low + size - 1);
    return true;
  }

  /** Executes one command; returns what ipset would reject. */
  run({ words, statement }: SetCommand): Problem[] {
    const [operation, name, ...values] = words.filter(({ text }) => !SET_OPTIONS.has(text));
    const report: Report = (word, code, message) => {
      const { start } = statement.range;
      const range = word ? { start: start + word.start, end: start + word.end } : statement.range;
      return [{ code, message, uri: statement.uri, range }];
    };
    const kind = SET_OPERATIONS.get(operation?.text ?? '');
    if (!operation || !kind) {
      this.markUnknown(undefined);
      return report(operation, 'unmodelled-statement', 'Lintel does not model this command of ipset');
    }
    if (SET_COMMANDS[kind].treatment === 'no-effect') return [];
    if (kind === 'create') {
      const repeated = name && this.sets.has(name.text) && words.some(({ text }) => SET_OPTIONS.has(text));
      return repeated ? [] : this.create(name, values, report);
    }
    if (!name) {
      if (kind === 'flush') for (const set of this.sets.values()) set.clear();
      else if (kind === 'destroy') this.sets.clear();
      else return report(operation, 'syntax-error', 'the command needs a set');
      return [];
    }
    const set = this.sets.get(name.text);
    if (!set) return report(name, 'undefined-name', `no set '${name.text}' is created before this`);
    switch (kind) {
      case 'flush':
        set.clear();
        return [];
      case 'destroy':
        this.sets.delete(name.text);
        return [];
      case 'del':
        set.markUnknown();
        return [];
      case 'rename':
      case 'swap':
        return this.exchange(kind, name, values[0], report);
      default:
        return addElement(set, values, report);
    }
  }

  /** Gives a set another name; `swap` gives its own name to the set that had the other one. */
  private exchange(kind: 'rename' | 'swap', name: Word, other: Word | undefined, report: Report): Problem[] {
    if (!other) return report(name, 'syntax-error', 'the command needs a second name');
    const [set, second] = [this.sets.get(name.text), this.sets.get(other.text)];
    if (kind === 'swap' && !second)
      return report(other, 'undefined-name', `no set '${other.text}' is created before this`);
    if (kind === 'rename' && second) return report(other, 'duplicate-name', `the set '${other.text}' already exists`);
    this.sets.delete(name.text);
    if (set) this.sets.set(other.text, set);
    if (second) this.sets.set(name.text, second);
    return [];
  }

  private create(name: Word | undefined, [type, ...options]: readonly Word[], report: Report): Problem[] {
    if (!name || !type) return report(name, 'syntax-error', 'a set needs a name and a type: create NAME hash:net');
    if (!SET_TYPES.has(type.text)) return report(type, 'syntax-error', `unknown set type '${type.text}'`);
    // An existing set keeps its elements.
    if (this.sets.has(name.text)) return report(name, 'duplicate-name', `the set '${name.text}' is created twice`);
    const family = optionValue('family', options) === 'inet6' ? 6 : 4;
    const set = new DefinedSet(type.text, SET_TYPES.get(type.text) ?? [], family);
    // A mask widens every element.
    if (expires(options) || options.some(({ text }) => text === 'netmask' || text === 'bitmask')) set.markUnknown();
    this.sets.set(name.text, set);
    return [];
  }
}

/** The word after an option of a set or element. */
function optionValue(option: string, options: readonly Word[]): string | undefined {
  return options.find((_, i) => options[i - 1]?.text === option)?.text;
}

/** Whether elements expire; a timeout of 0 means that they do not. */
function expires(options: readonly Word[]): boolean {
  const timeout = optionValue('timeout', options);
  return timeout !== undefined && timeout !== '0';
}

type Report = (word: Word | undefined, code: Problem['code'], message: string) => Problem[];

function addElement(set: DefinedSet, [value, ...options]: readonly Word[], report: Report): Problem[] {
  if (!value) return report(undefined, 'syntax-error', 'the command needs an element');
  if (set.dimensions.length === 0) return [];
  const texts = value.text.split(',');
  if (texts.length !== set.dimensions.length) {
    return report(value, 'syntax-error', `invalid element '${value.text}' for the type ${set.type}`);
  }
  const parts: ElementPart[] = [];
  for (const [index, dimension] of set.dimensions.entries()) {
    const text = texts[index] ?? '';
    const part = readPart(text, dimension, set.family);
    if (part === 'unknown') {
      set.markUnknown();
      return [];
    }
    if (!part) return report(value, 'syntax-error', `invalid ${dimension} '${text}'`);
    parts.push(part);
  }
  if (expires(options)) set.markUnknown();
  set.add(
    parts,
    options.some(({ text }) => text === 'nomatch'),
  );
  return [];
}
