// The notation of the tables in commands.ts, and the lookup of the row that matches a line.
import type { Treatment } from '../../shared/words.js';

/** The forms of an access list, which differ in what an entry names and in how it writes a network. */
export type ListForm =
  /** A source only, with a wildcard mask. */
  | 'standard'
  /** IOS, IOS XE, IOS XR and NX-OS: wildcard masks or prefixes. */
  | 'ipv4'
  | 'ipv6'
  /** Netmasks, and one list for both families. */
  | 'asa';

/** What an object or object group contains. */
export type GroupKind = 'network' | 'service' | 'protocol' | 'icmp-type' | 'other';

/** How a group writes networks: IOS and the ASA with netmasks, NX-OS with wildcard masks. */
export type MaskForm = 'netmask' | 'wildcard';

/** The mode that a command enters. */
export type Opened =
  | { readonly list: ListForm }
  | { readonly group: GroupKind; readonly masks: MaskForm }
  /** `section`: a part of the configuration whose lines are not read. */
  | 'interface'
  | 'banner text'
  | 'section';

/**
 * A command as the tables write it:
 * - the form: `word`, `one|another`, `[may be missing]`, `<word>` (this word where another one follows; alone it is a name),
 *   `$NAME` (a user-defined name or value), `*` (the rest of the line). `no` and `[no]` at its start say whether the command
 *   is meant without `no`, with it, or both. The words before the first `$NAME` or `*` select the row; what comes after
 *   them is read by code;
 * - the platforms that have it; IOS includes IOS XE;
 * - what it does to verdicts;
 * - what the parser reads it as; nothing for what has no effect;
 * - the mode that it enters.
 */
export type CommandForm<Reading extends string> = readonly [
  form: string,
  platforms: string,
  treatment: Treatment,
  reads?: Reading,
  opens?: Opened,
];

/** A word, or one of several, that the form of a command names. */
interface FormWord {
  readonly words: readonly string[];
  readonly mayMiss: boolean;
  readonly needsFollower: boolean;
}

/** A row of a table. */
export interface Command<Reading extends string = string> {
  readonly form: string;
  readonly platforms: string;
  readonly treatment: Treatment;
  readonly reads: Reading | undefined;
  readonly opens: Opened | undefined;
  readonly negation: 'never' | 'always' | 'either';
  /** The words before its first name. */
  readonly words: readonly FormWord[];
  /** How many names its form has. */
  readonly names: number;
}

/** The commands of one mode or position, in the order in which they are tried. */
export class CommandTable<Reading extends string> {
  readonly commands: readonly Command<Reading>[];
  private readonly byFirstWord = new Map<string, Command<Reading>[]>();
  /** The commands whose form begins with a name. */
  private readonly nameless: Command<Reading>[] = [];

  constructor(
    /** In the field's terms: `top level`, `interface`. */
    readonly place: string,
    forms: readonly CommandForm<Reading>[],
  ) {
    this.commands = forms.map(commandOf);
    for (const command of this.commands) {
      const [first] = command.words;
      if (!first) this.nameless.push(command);
      for (const word of first?.words ?? []) {
        const known = this.byFirstWord.get(word);
        if (known) known.push(command);
        else this.byFirstWord.set(word, [command]);
      }
    }
  }

  /** The first command that begins with a word, for positions where one word determines the command. */
  beginning(word: string): Command<Reading> | undefined {
    return this.byFirstWord.get(word)?.[0];
  }

  /**
   * The command of a line, with the number of words that matched; `undefined` where no row does. `wordAt` returns
   * the words of the line in lower case, empty after its end.
   */
  find(wordAt: (index: number) => string, negated: boolean): { command: Command<Reading>; length: number } | undefined {
    for (const commands of [this.byFirstWord.get(wordAt(0)), this.nameless]) {
      for (const command of commands ?? []) {
        if (command.negation === (negated ? 'never' : 'always')) continue;
        const length = lengthOf(command, wordAt);
        if (length !== undefined) return { command, length };
      }
    }
    return undefined;
  }

  /** The keywords of its commands, without the names: `ip access-list extended`. */
  *names(): Generator<{ name: string; command: Command<Reading> }> {
    const given = new Set<string>();
    for (const command of this.commands) {
      if (command.negation === 'always' || command.words.length === 0) continue;
      let names = [''];
      for (const { words, mayMiss } of command.words) {
        if (!mayMiss) names = names.flatMap((name) => words.map((word) => `${name} ${word}`.trim()));
      }
      for (const name of names) {
        if (given.has(name)) continue;
        given.add(name);
        yield { name, command };
      }
    }
  }
}

function lengthOf({ words }: Command, wordAt: (index: number) => string): number | undefined {
  let at = 0;
  for (const { words: choices, mayMiss, needsFollower } of words) {
    if (choices.includes(wordAt(at)) && !(needsFollower && wordAt(at + 1) === '')) at++;
    else if (!mayMiss) return undefined;
  }
  return at;
}

function commandOf<Reading extends string>(written: CommandForm<Reading>): Command<Reading> {
  const [form, platforms, treatment, reads, opens] = written;
  const parts = form.split(' ');
  const negation = parts[0] === '[no]' ? 'either' : parts[0] === 'no' ? 'always' : 'never';
  if (negation !== 'never') parts.shift();
  const end = parts.findIndex((part) => part.startsWith('$') || part === '*');
  const words = parts.slice(0, end < 0 ? parts.length : end).map((part): FormWord => {
    const mayMiss = part.startsWith('[');
    const needsFollower = part.startsWith('<');
    return { words: part.replace(/[[\]<>]/g, '').split('|'), mayMiss, needsFollower };
  });
  const names = parts.filter((part) => part.startsWith('$')).length;
  return { form, platforms, treatment, reads, opens, negation, words, names };
}
