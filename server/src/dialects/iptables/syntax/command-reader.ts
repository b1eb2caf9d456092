// Reads the words of one command line of iptables, as `do_parse` of xshared.c does.
import type { AddressFamily } from '../../../model/ip.js';
import type { LineProblem } from '../../shared/line-problem.js';
import { matchExtension, protocolExtension, targetExtension } from '../vocabulary/extensions.js';
import { byName, type ExtensionWord, type OptionWord } from '../vocabulary/notation.js';
import { parseProtocol } from '../vocabulary/protocols.js';
import { COMMANDS, isOperation, OPTIONS, type Operation } from '../vocabulary/words.js';
import type { Command, Given, UsedOption } from './command.js';
import { syntaxError, type Word } from './words.js';

/** Reads the words after the program's name. Total: invalid words become problems. */
export function parseCommand(words: readonly Word[], family: AddressFamily): Command {
  return new CommandReader(words, family).read();
}

const LONG_OPTIONS = byName(OPTIONS);

const SHORT_OPTIONS: ReadonlyMap<string, OptionWord> = new Map(
  OPTIONS.flatMap((option) => (option.letter === undefined ? [] : [[option.letter, option] as const])),
);

/** The option of iptables itself with a short name. */
export function shortOption(letter: string): OptionWord | undefined {
  return SHORT_OPTIONS.get(letter);
}

export function longOption(name: string): OptionWord | undefined {
  return LONG_OPTIONS.get(name);
}

/** The options that are matches of the rule itself, each of which a rule may give once. */
const OWN_MATCHES = ['source', 'destination', 'protocol', 'in-interface', 'out-interface', 'fragment'] as const;

type OwnMatch = (typeof OWN_MATCHES)[number];

/**
 * The options whose value iptables 1.8.8 and 1.8.9 take from the words as they stand, so that a joined one (`-ieth0`,
 * `--source=ADDRESS`) is read together with its option (`argv[optind - 1]` in xshared.c; 1.8.10 reads it as before).
 */
const NEVER_JOINED: ReadonlySet<string> = new Set([
  ...['source', 'destination', 'protocol', 'in-interface', 'out-interface', 'jump'],
]);

function isOwnMatch(name: string): name is OwnMatch {
  return OWN_MATCHES.some((part) => part === name);
}

const WITHOUT_INTERFACE: ReadonlyMap<string, 'in-interface' | 'out-interface'> = new Map([
  ['PREROUTING', 'out-interface'],
  ['INPUT', 'out-interface'],
  ['OUTPUT', 'in-interface'],
  ['POSTROUTING', 'in-interface'],
]);

/** The commands that take a rule. */
const OF_RULES: ReadonlySet<Operation> = new Set(['append', 'insert', 'replace', 'delete', 'check']);

/** A loaded extension and its options so far. */
interface LoadedExtension {
  readonly extension: ExtensionWord;
  readonly word: Word;
  readonly options: UsedOption[];
}

class CommandReader {
  private at = 0;
  private negation: Word | undefined;
  private operation: Operation | undefined;
  private chain: Word | undefined;
  private argument: Word | undefined;
  private table: Word | undefined;
  private readonly given: { [Part in OwnMatch]?: Given } = {};
  private readonly matches: LoadedExtension[] = [];
  private target: Word | undefined;
  private goto = false;
  private loadedTarget: LoadedExtension | undefined;
  private readonly computed: Word[] = [];
  private onlyFamily: AddressFamily | undefined;
  private readonly problems: LineProblem[] = [];

  constructor(
    private readonly words: readonly Word[],
    private readonly family: AddressFamily,
  ) {}

  read(): Command {
    while (this.at < this.words.length) this.readNext();
    if (this.negation) this.problems.push(syntaxError(this.negation, "expected an option after '!'"));
    this.requireParts();
    return {
      operation: this.operation,
      chain: this.chain,
      argument: this.argument,
      table: this.table,
      source: this.given.source,
      destination: this.given.destination,
      protocol: this.given.protocol,
      inInterface: this.given['in-interface'],
      outInterface: this.given['out-interface'],
      fragment: this.given.fragment,
      matches: this.matches,
      target: this.target,
      goto: this.goto,
      targetExtension: this.loadedTarget,
      computed: this.computed,
      onlyFamily: this.onlyFamily,
      problems: this.problems,
    };
  }

  private readNext(): void {
    const word = this.words[this.at++];
    if (!word) return;
    const { text } = word;
    if (word.unknown !== undefined) this.computed.push(word);
    else if (text === '!') {
      if (this.negation) this.report(word, "only one '!' is allowed before an option");
      this.negation = word;
    } else if (text.startsWith('--') && text.length > 2) this.readLong(word);
    else if (text.startsWith('-') && text.length > 1) this.readShort(word);
    else this.report(word, `'${text}' is neither an option nor the value of one`);
  }

  private report(word: Word, message: string): void {
    this.problems.push(syntaxError(word, message));
  }

  private readShort(word: Word): void {
    const letter = word.text[1] ?? '';
    const option = shortOption(letter);
    if (!option) {
      this.report(word, `iptables has no option '-${letter}'`);
      return;
    }
    if (word.text.length === 2) this.readBase(word, option, undefined);
    else if (option.values === 0) {
      this.readBase({ ...word, end: word.start + 2, text: `-${letter}` }, option, undefined);
      // Letters may be joined: `-vn`.
      this.readShort({ ...word, start: word.start + 1, text: `-${word.text.slice(2)}` });
    } else {
      this.readBase(word, option, { start: word.start + 2, end: word.end, text: word.text.slice(2) });
    }
  }

  private readLong(word: Word): void {
    const equals = word.text.indexOf('=');
    const name = word.text.slice(2, equals < 0 ? undefined : equals);
    const joined: Word | undefined =
      equals < 0 ? undefined : { start: word.start + equals + 1, end: word.end, text: word.text.slice(equals + 1) };
    const base = LONG_OPTIONS.get(name);
    if (base) {
      this.readBase(word, base, joined);
      return;
    }
    const exact = this.findOption(name);
    // getopt_long accepts the beginning of a name where it is that of only one option known so far. Only a name that it
    // does not know at all makes iptables load the extension of the protocol.
    const starting = exact ? [exact] : this.optionsStarting(name);
    const only = starting.length === 0 ? this.loadByProtocol(name) : starting[0];
    if (only && starting.length <= 1) {
      if (only.loaded) this.readExtensionOption(word, only.loaded, only.option, joined);
      else this.readBase(word, only.option, joined);
      return;
    }
    if (starting.length === 0 && this.given.protocol?.value.unknown !== undefined) {
      this.readComputed(word);
      return;
    }
    if (starting.length > 1) this.report(word, `'--${name}' is ambiguous: it abbreviates several options`);
    else this.report(word, this.unknownOptionMessage(name));
    // The words up to the next option are most likely its value; one problem is enough.
    while (this.at < this.words.length && !/^[-!]/.test(this.words[this.at]?.text ?? '')) this.at++;
    this.negation = undefined;
  }

  /** An option of the extension of a protocol that only running the script would show, with its values. */
  private readComputed(word: Word): void {
    const negation = this.negation ? '! ' : '';
    this.negation = undefined;
    const words = [word];
    for (let next = this.words[this.at]; next && !/^[-!]/.test(next.text); next = this.words[++this.at])
      words.push(next);
    const text = negation + words.map((one) => one.unknown ?? one.text).join(' ');
    this.computed.push({ ...word, text, unknown: text });
  }

  private unknownOptionMessage(name: string): string {
    if (/^(?:sport|dport|source-port|destination-port)$/.test(name)) {
      return `'--${name}' needs a protocol with ports before it: -p tcp or -p udp`;
    }
    if (/^(?:sports|dports|source-ports|destination-ports|ports)$/.test(name)) {
      return `'--${name}' needs '-m multiport' before it`;
    }
    return `no extension that this rule has loaded so far has the option '--${name}'`;
  }

  /** The option of a loaded extension with exactly this name: the target's before the latest match's. */
  private findOption(name: string): FoundOption | undefined {
    const target = this.loadedTarget;
    const own = target?.extension.options().get(name);
    if (target && own) return { loaded: target, option: own };
    for (let i = this.matches.length - 1; i >= 0; i--) {
      const loaded = this.matches[i];
      const option = loaded?.extension.options().get(name);
      if (loaded && option) return { loaded, option };
    }
    return undefined;
  }

  /** An unknown option makes iptables load the extension of the protocol (`command_default` in xshared.c), once. */
  private loadByProtocol(name: string): FoundOption | undefined {
    const word = this.given.protocol?.value;
    const number = word && parseProtocol(word.text);
    const extension = number === undefined ? undefined : protocolExtension(number, this.family);
    if (!word || !extension || this.matches.some((used) => used.extension === extension)) return undefined;
    const [start, more] = startingWith(extension.options(), name);
    const option = extension.options().get(name) ?? (more ? undefined : start);
    if (!option) return undefined;
    const loaded = { extension, word, options: [] };
    this.matches.push(loaded);
    return { loaded, option };
  }

  private optionsStarting(name: string): FoundOption[] {
    const base = startingWith(LONG_OPTIONS, name).map((option) => ({ loaded: undefined, option }));
    const extensions = this.loadedTarget ? [this.loadedTarget, ...this.matches] : this.matches;
    const own = extensions.flatMap((loaded) =>
      startingWith(loaded.extension.options(), name).map((option) => ({ loaded, option })),
    );
    return [...base, ...own];
  }

  /** The values of an option; `undefined` where one is missing. */
  private takeValues(word: Word, option: OptionWord, joined: Word | undefined): Word[] | undefined {
    const { values: count, negatable } = option;
    if (count === 0) return [];
    if (joined && count !== 2) return [joined];
    if (count === 'maybe') {
      const next = this.words[this.at];
      if (!next || /^[-!]/.test(next.text)) return [];
      this.at++;
      return [next];
    }
    const values = joined ? [joined] : [];
    while (values.length < count) {
      const value = this.words[this.at++];
      if (!value) {
        this.report(word, `'${word.text}' needs ${count === 1 ? 'a value' : 'two values'}`);
        return undefined;
      }
      // Before 1.4.3 the negation came after the option; 1.8 rejects it.
      if (negatable && value.text === '!' && value.unknown === undefined && !this.negation) {
        this.negation = value;
        this.problems.push({
          ...syntaxError({ start: word.start, end: value.end }, `the '!' has to come before '${word.text}'`),
          replacement: `! ${word.text}`,
        });
      } else values.push(value);
    }
    return values;
  }

  private readBase(word: Word, option: OptionWord, joined: Word | undefined): void {
    const values = this.takeValues(word, option, joined);
    const negation = this.negation;
    this.negation = undefined;
    if (!values) return;
    const { name } = option;
    if (joined && NEVER_JOINED.has(name)) this.reportJoined(word, joined);
    if (negation && !option.negatable) this.report(negation, `'!' is not allowed before '${word.text}'`);
    if (isOperation(name)) this.readOperation(word, name, values[0]);
    else this.readPart(word, name, values[0], negation !== undefined);
  }

  private reportJoined(word: Word, value: Word): void {
    const option = word.text.slice(0, word.text.length - value.text.length).replace(/=$/, '');
    const message = `iptables 1.8.8 and 1.8.9 read '${word.text}' as the value of the option: write the value as a word of its own`;
    this.problems.push({ ...syntaxError(word, message), replacement: `${option} ${value.text}`, ofSomeVersions: true });
  }

  private readOperation(word: Word, operation: Operation, chain: Word | undefined): void {
    if (this.operation) this.report(word, 'a line has only one command');
    this.operation = operation;
    this.chain = chain;
    if (!COMMANDS[operation].argument) return;
    const next = this.words[this.at];
    if (!next || /^[-!]/.test(next.text)) return;
    if (operation === 'zero' && !chain) return;
    this.at++;
    this.argument = next;
  }

  private readPart(word: Word, name: string, value: Word | undefined, negated: boolean): void {
    if (isOwnMatch(name)) {
      if (this.given[name]) this.report(word, `'${word.text}' is allowed only once`);
      else if (name === 'fragment') this.given[name] = { value: word, negated };
      else if (value) this.given[name] = { value, negated };
      return;
    }
    switch (name) {
      case 'table':
        this.table = value;
        return;
      case 'ipv4':
        this.onlyFamily = 4;
        return;
      case 'ipv6':
        this.onlyFamily = 6;
        return;
      case 'match':
        if (value) this.loadMatch(value);
        return;
      case 'jump':
      case 'goto':
        if (this.target) this.report(word, 'a rule has only one target');
        else if (value) this.setTarget(value, name === 'goto');
        return;
      default:
        return;
    }
  }

  private loadMatch(word: Word): void {
    if (word.unknown !== undefined) {
      this.computed.push(word);
      return;
    }
    const extension = matchExtension(word.text, this.family);
    if (extension) this.matches.push({ extension, word, options: [] });
    else {
      const known = matchExtension(word.text, this.family === 4 ? 6 : 4);
      const message = known
        ? `the match '${word.text}' is for the other address family`
        : `iptables has no match '${word.text}'`;
      this.report(word, message);
    }
  }

  private setTarget(word: Word, goto: boolean): void {
    this.target = word;
    this.goto = goto;
    const extension = goto || word.unknown !== undefined ? undefined : targetExtension(word.text, this.family);
    if (extension) this.loadedTarget = { extension, word, options: [] };
  }

  private readExtensionOption(word: Word, loaded: LoadedExtension, option: OptionWord, joined: Word | undefined): void {
    const values = this.takeValues(word, option, joined);
    const negated = this.negation !== undefined;
    if (this.negation && !option.negatable) this.report(this.negation, `'!' is not allowed before '${word.text}'`);
    this.negation = undefined;
    if (values) loaded.options.push({ option, word, negated, values });
  }

  /** In some built-in chains packets have no interface of a direction, and rules no option for it (`do_parse`). */
  private checkInterfaces(operation: Operation): void {
    const chain = this.chain?.text ?? '';
    const part = WITHOUT_INTERFACE.get(chain);
    const given = part && this.given[part];
    if (!given || !OF_RULES.has(operation)) return;
    const option = part === 'in-interface' ? '-i' : '-o';
    this.report(given.value, `iptables rejects '${option}' in ${chain}: packets have no such interface there`);
  }

  private requireParts(): void {
    const { operation } = this;
    const first = this.words[0];
    if (!operation || !first) {
      if (first && this.problems.length === 0 && this.computed.length === 0)
        this.report(first, 'the line has no command');
      return;
    }
    if (!this.chain && COMMANDS[operation].chain === 'required')
      this.report(first, 'the command needs the name of a chain');
    this.checkInterfaces(operation);
    if (COMMANDS[operation].argument === 'required' && !this.argument) {
      this.report(first, operation === 'policy' ? 'the command needs a policy' : 'the command needs one more value');
    }
  }
}

/** An option by its name or the beginning of it; `loaded` is the extension that has it, absent for iptables itself. */
interface FoundOption {
  readonly loaded: LoadedExtension | undefined;
  readonly option: OptionWord;
}

/** The options that have a name with this beginning, each once. */
function startingWith(options: ReadonlyMap<string, OptionWord>, beginning: string): OptionWord[] {
  return [...new Set([...options].filter(([name]) => name.startsWith(beginning)).map(([, option]) => option))];
}
