import type { AddressFamily } from '../../../model/ip.js';
import { type Extension, type ExtensionOption, matchExtension, targetExtension } from '../vocabulary/extensions.js';
import { parseProtocol } from '../vocabulary/protocols.js';
import { type LineProblem, syntaxError, type Word } from './words.js';

/** What a command line of iptables asks for (iptables(8), COMMANDS). */
export type Operation =
  | 'append'
  | 'check'
  | 'delete'
  | 'delete-chain'
  | 'flush'
  | 'insert'
  | 'list'
  | 'new-chain'
  | 'policy'
  | 'rename-chain'
  | 'replace'
  | 'zero';

/** An option with its values. `word` is the option itself. */
export interface UsedOption {
  readonly option: ExtensionOption;
  readonly word: Word;
  readonly negated: boolean;
  readonly values: readonly Word[];
}

/** An extension as one rule uses it. */
export interface UsedExtension {
  readonly extension: Extension;
  /** The word that names it: behind `-m` or `-j`, or the protocol that loads it. */
  readonly word: Word;
  readonly options: readonly UsedOption[];
}

/** A match of the rule itself: an address, a protocol, an interface. */
export interface Given {
  readonly value: Word;
  readonly negated: boolean;
}

/** A command line, with each word in its part. */
export interface Command {
  readonly operation: Operation | undefined;
  readonly chain: Word | undefined;
  /** The rule number of `-I`, `-D` and `-R`, the policy of `-P`, the new name of `-E`. */
  readonly argument: Word | undefined;
  readonly table: Word | undefined;
  readonly source: Given | undefined;
  readonly destination: Given | undefined;
  readonly protocol: Given | undefined;
  readonly inInterface: Given | undefined;
  readonly outInterface: Given | undefined;
  /** `-f`: only later fragments. */
  readonly fragment: Given | undefined;
  readonly matches: readonly UsedExtension[];
  readonly target: Word | undefined;
  readonly goto: boolean;
  readonly targetExtension: UsedExtension | undefined;
  /** Words that nobody can tell the meaning of, because a script computes them. */
  readonly computed: readonly Word[];
  /** `-4` or `-6`: the rule is for that family alone. */
  readonly onlyFamily: AddressFamily | undefined;
  readonly problems: readonly LineProblem[];
}

type TakesValues = Pick<ExtensionOption, 'values' | 'negatable'>;

/** An option of iptables itself. */
type BaseOption = ExtensionOption;

const COMMANDS: ReadonlyMap<string, Operation> = new Map([
  ['append', 'append'],
  ['check', 'check'],
  ['delete', 'delete'],
  ['delete-chain', 'delete-chain'],
  ['flush', 'flush'],
  ['insert', 'insert'],
  ['list', 'list'],
  ['list-rules', 'list'],
  ['new', 'new-chain'],
  ['new-chain', 'new-chain'],
  ['policy', 'policy'],
  ['rename-chain', 'rename-chain'],
  ['replace', 'replace'],
  ['zero', 'zero'],
]);

/** How many words a command takes at most behind its first. */
const SECOND_WORD: ReadonlySet<Operation> = new Set(['delete', 'insert', 'policy', 'rename-chain', 'replace', 'zero']);

const CHAIN_OPTIONAL: ReadonlySet<Operation> = new Set(['delete-chain', 'flush', 'list', 'zero']);

/** The parts of a rule that may be given once, and whether `!` may stand in front. */
const NEGATABLE = ['source', 'destination', 'protocol', 'in-interface', 'out-interface', 'fragment'] as const;

type Negatable = (typeof NEGATABLE)[number];

function isNegatable(name: string): name is Negatable {
  return NEGATABLE.some((part) => part === name);
}

function baseOptions(table: string): ReadonlyMap<string, BaseOption> {
  const options = new Map<string, BaseOption>();
  for (const entry of table.trim().split(/\s+/)) {
    const [names = '', count = '0'] = entry.split('=');
    const [name = '', ...aliases] = names.split('|');
    const values = count === '?' ? 'maybe' : count === '2' ? 2 : count === '1' ? 1 : 0;
    const option: BaseOption = { name, values, negatable: isNegatable(name) };
    for (const alias of [name, ...aliases]) options.set(alias, option);
  }
  return options;
}

/** Options of iptables itself by their long names, from `iptables --help`. */
const LONG_OPTIONS = baseOptions(`
  append=1 check=1 delete=1 delete-chain=? flush=? insert=1 list=? list-rules=? new-chain|new=1 policy=1 rename-chain=1
  replace=1 zero=? source|src=1 destination|dst=1 protocol|proto=1 in-interface=1 out-interface=1 jump=1 goto=1 match=1
  fragment|fragments=0 table=1 numeric=0 verbose=0 exact=0 line-numbers=0 wait=? wait-interval=1 set-counters=2
  modprobe=1 ipv4=0 ipv6=0 version=0 help=?
`);

/** Options of one letter, by their letter. */
export const SHORT_OPTION_NAMES: ReadonlyMap<string, string> = new Map([
  ['A', 'append'],
  ['C', 'check'],
  ['D', 'delete'],
  ['X', 'delete-chain'],
  ['F', 'flush'],
  ['I', 'insert'],
  ['L', 'list'],
  ['S', 'list-rules'],
  ['N', 'new-chain'],
  ['P', 'policy'],
  ['E', 'rename-chain'],
  ['R', 'replace'],
  ['Z', 'zero'],
  ['s', 'source'],
  ['d', 'destination'],
  ['p', 'protocol'],
  ['i', 'in-interface'],
  ['o', 'out-interface'],
  ['j', 'jump'],
  ['g', 'goto'],
  ['m', 'match'],
  ['f', 'fragment'],
  ['t', 'table'],
  ['n', 'numeric'],
  ['v', 'verbose'],
  ['x', 'exact'],
  ['w', 'wait'],
  ['W', 'wait-interval'],
  ['c', 'set-counters'],
  ['M', 'modprobe'],
  ['4', 'ipv4'],
  ['6', 'ipv6'],
  ['V', 'version'],
  ['h', 'help'],
]);

export const LONG_OPTION_NAMES: readonly string[] = [...LONG_OPTIONS.keys()];

/** Reads the words of one command behind the program's name. Total: what cannot be read becomes a problem. */
export function parseCommand(words: readonly Word[], family: AddressFamily): Command {
  return new CommandReader(words, family).read();
}

class CommandReader {
  private at = 0;
  private negation: Word | undefined;
  private operation: Operation | undefined;
  private chain: Word | undefined;
  private argument: Word | undefined;
  private table: Word | undefined;
  private readonly given: { [Part in Negatable]?: Given } = {};
  private readonly matches: { extension: Extension; word: Word; options: UsedOption[] }[] = [];
  private target: Word | undefined;
  private goto = false;
  private loadedTarget: { extension: Extension; word: Word; options: UsedOption[] } | undefined;
  private readonly computed: Word[] = [];
  private onlyFamily: AddressFamily | undefined;
  private readonly problems: LineProblem[] = [];

  constructor(
    private readonly words: readonly Word[],
    private readonly family: AddressFamily,
  ) {}

  read(): Command {
    while (this.at < this.words.length) this.readNext();
    if (this.negation) this.problems.push(syntaxError(this.negation, "nothing follows the '!'"));
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
      if (this.negation) this.refuse(word, "only one '!' may stand in front of an option");
      this.negation = word;
    } else if (text.startsWith('--') && text.length > 2) this.readLong(word);
    else if (text.startsWith('-') && text.length > 1) this.readShort(word);
    else this.refuse(word, `'${text}' is neither an option nor the value of one`);
  }

  private refuse(word: Word, message: string): void {
    this.problems.push(syntaxError(word, message));
  }

  private readShort(word: Word): void {
    const letter = word.text[1] ?? '';
    const option = LONG_OPTIONS.get(SHORT_OPTION_NAMES.get(letter) ?? '');
    if (!option) {
      this.refuse(word, `iptables has no option '-${letter}'`);
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
      if ('user' in only) this.readExtensionOption(word, only.user, only.option, joined);
      else this.readBase(word, only, joined);
      return;
    }
    if (starting.length > 1) this.refuse(word, `'--${name}' is the beginning of several options`);
    else this.refuse(word, this.unknownOptionMessage(name));
    // What follows up to the next option is most likely its value; one problem is enough.
    while (this.at < this.words.length && !/^[-!]/.test(this.words[this.at]?.text ?? '')) this.at++;
    this.negation = undefined;
  }

  private unknownOptionMessage(name: string): string {
    if (/^(?:sport|dport|source-port|destination-port)$/.test(name)) {
      return `'--${name}' needs a protocol with ports in front of it: -p tcp or -p udp`;
    }
    if (/^(?:sports|dports|source-ports|destination-ports|ports)$/.test(name)) {
      return `'--${name}' needs '-m multiport' in front of it`;
    }
    return `no extension that this rule has loaded so far knows '--${name}'`;
  }

  private findOption(name: string) {
    const target = this.loadedTarget;
    const own = target?.extension.options.get(name);
    if (target && own) return { user: target, option: own };
    for (let i = this.matches.length - 1; i >= 0; i--) {
      const user = this.matches[i];
      const option = user?.extension.options.get(name);
      if (user && option) return { user, option };
    }
    return undefined;
  }

  /** An unknown option makes iptables load the extension of the protocol (`command_default` in xshared.c), once. */
  private loadByProtocol(name: string) {
    const given = this.given.protocol;
    const user = given && this.protocolExtension(given.value);
    if (!user) return undefined;
    const option = user.extension.options.get(name) ?? this.onlyStarting(user.extension, name);
    if (!option) return undefined;
    this.matches.push(user);
    return { user, option };
  }

  private onlyStarting(extension: Extension, name: string): ExtensionOption | undefined {
    const found = new Set([...extension.options].filter(([key]) => key.startsWith(name)).map(([, option]) => option));
    return found.size === 1 ? [...found][0] : undefined;
  }

  private protocolExtension(value: Word) {
    const number = parseProtocol(value.text);
    const name = PROTOCOL_EXTENSIONS[this.family].get(number ?? -1);
    const extension = name === undefined ? undefined : matchExtension(name, this.family);
    if (!extension || this.matches.some((used) => used.extension === extension)) return undefined;
    return { extension, word: value, options: [] };
  }

  private optionsStarting(name: string) {
    const base = new Set([...LONG_OPTIONS].filter(([key]) => key.startsWith(name)).map(([, option]) => option));
    const users = this.loadedTarget ? [this.loadedTarget, ...this.matches] : this.matches;
    const own = users.flatMap((user) => {
      const options = new Set([...user.extension.options].filter(([key]) => key.startsWith(name)).map(([, o]) => o));
      return [...options].map((option) => ({ user, option }));
    });
    return [...base, ...own];
  }

  private takeValue(): Word | undefined {
    return this.words[this.at++];
  }

  /** The values of an option; `undefined` where one is missing. */
  private takeValues(word: Word, option: TakesValues, joined: Word | undefined): Word[] | undefined {
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
      const value = this.takeValue();
      if (!value) {
        this.refuse(word, `'${word.text}' needs ${count === 1 ? 'a value' : 'two values'}`);
        return undefined;
      }
      // Before 1.4.3 the negation stood behind the option; 1.8 refuses it.
      if (negatable && value.text === '!' && value.unknown === undefined && !this.negation) {
        this.negation = value;
        this.problems.push({
          ...syntaxError({ start: word.start, end: value.end }, `the '!' has to stand in front of '${word.text}'`),
          replacement: `! ${word.text}`,
        });
      } else values.push(value);
    }
    return values;
  }

  private readBase(word: Word, option: BaseOption, joined: Word | undefined): void {
    const values = this.takeValues(word, option, joined);
    const negation = this.negation;
    this.negation = undefined;
    if (!values) return;
    const operation = COMMANDS.get(option.name);
    if (negation && !option.negatable) this.refuse(negation, `'!' may not stand in front of '${word.text}'`);
    if (operation) this.readOperation(word, operation, values[0]);
    else this.readPart(word, option.name, values[0], negation !== undefined);
  }

  private readOperation(word: Word, operation: Operation, chain: Word | undefined): void {
    if (this.operation) this.refuse(word, 'a line holds one command only');
    this.operation = operation;
    this.chain = chain;
    if (!SECOND_WORD.has(operation)) return;
    const next = this.words[this.at];
    if (!next || /^[-!]/.test(next.text)) return;
    if (operation === 'zero' && !chain) return;
    this.at++;
    this.argument = next;
  }

  private readPart(word: Word, name: string, value: Word | undefined, negated: boolean): void {
    if (isNegatable(name)) {
      if (this.given[name]) this.refuse(word, `'${word.text}' may be given once only`);
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
        if (this.target) this.refuse(word, 'a rule has one target only');
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
      this.refuse(word, message);
    }
  }

  private setTarget(word: Word, goto: boolean): void {
    this.target = word;
    this.goto = goto;
    const extension = goto || word.unknown !== undefined ? undefined : targetExtension(word.text, this.family);
    if (extension) this.loadedTarget = { extension, word, options: [] };
  }

  private readExtensionOption(
    word: Word,
    user: { extension: Extension; options: UsedOption[] },
    option: ExtensionOption,
    joined: Word | undefined,
  ): void {
    const values = this.takeValues(word, option, joined);
    const negated = this.negation !== undefined;
    if (this.negation && !option.negatable) this.refuse(this.negation, `'!' may not stand in front of '${word.text}'`);
    this.negation = undefined;
    if (values) user.options.push({ option, word, negated, values });
  }

  private requireParts(): void {
    const { operation } = this;
    const first = this.words[0];
    if (!operation || !first) {
      if (first && this.problems.length === 0 && this.computed.length === 0)
        this.refuse(first, 'the line has no command');
      return;
    }
    if (!this.chain && !CHAIN_OPTIONAL.has(operation)) this.refuse(first, 'the command needs the name of a chain');
    if ((operation === 'policy' || operation === 'rename-chain' || operation === 'replace') && !this.argument) {
      this.refuse(first, operation === 'policy' ? 'the command needs a policy' : 'the command needs another value');
    }
  }
}

/** The match extension that a protocol brings with it (`proto_parse` and the names of the extensions). */
const PROTOCOL_EXTENSIONS: Readonly<Record<AddressFamily, ReadonlyMap<number, string>>> = {
  4: new Map([
    [1, 'icmp'],
    [6, 'tcp'],
    [17, 'udp'],
    [33, 'dccp'],
    [50, 'esp'],
    [51, 'ah'],
    [108, 'ipcomp'],
    [132, 'sctp'],
  ]),
  6: new Map([
    [6, 'tcp'],
    [17, 'udp'],
    [33, 'dccp'],
    [50, 'esp'],
    [51, 'ah'],
    [58, 'icmp6'],
    [108, 'ipcomp'],
    [132, 'sctp'],
    [135, 'mh'],
  ]),
};
