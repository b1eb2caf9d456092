// Executes single commands of ipset(8) on a model of the kernel's sets.

import type { AddressFamily } from '../../../model/ip.js';
import { PacketSet } from '../../../model/packets.js';
import { numberInC } from '../../../text/c-numbers.js';
import type { Problem } from '../../dialect.js';
import type { SetCondition } from '../syntax/rule/rule.js';
import type { ParsedSetCommand } from '../syntax/set-command.js';
import type { Word } from '../syntax/words.js';
import { ADD_OPTIONS, setType } from '../vocabulary/ipset.js';
import { type ElementFault, isForFamily, SetContent } from './set-content.js';

import { NO_MEMBERS, type SetMembers } from './set-members.js';
import {
  canSwap,
  isRefusal,
  isSameSet,
  type OptionValues,
  readProperties,
  readSetOptions,
  refusedValue,
  TIMEOUT_LIMIT,
} from './set-properties.js';

/** What is wrong with a command. */
export interface SetFault {
  readonly code: Problem['code'];
  readonly word: Word | undefined;
  readonly message: string;
  /**
   * Why: ipset's own parser rejects it, the kernel does, the kernel does as is usual in scripts (to destroy what may not
   * be there), or ipset takes it and Lintel does not follow it.
   */
  readonly kind: 'syntax' | 'refused' | 'usual' | 'unmodelled';
}

/** The longest name of a set (IPSET_MAXNAMELEN, its terminating zero not counted). */
const NAME_LENGTH = 31;

const refusal = (
  word: Word | undefined,
  message: string,
  kind: SetFault['kind'] = 'refused',
  code: SetFault['code'] = 'syntax-error',
): SetFault => ({ code, word, message, kind });

/** The sets that a file or script has created. */
export class SetStore {
  private readonly sets = new Map<string, SetContent>();
  private allUnknown = false;
  private readonly work = { left: ELEMENT_WORK };
  /** How many boxes of packets may still be given to rules. */
  private boxesLeft = BOX_WORK;
  private readonly lists = new Map<string, SetMembers | 'unknown'>();
  /** The sets of the type list:set. */
  private readonly listContents = new Set<SetContent>();
  private readonly noted = new Set<string>();

  /** `isInRules` says whether a rule tests or changes a set, which keeps the kernel from destroying or renaming it. */
  constructor(private readonly isInRules: (name: string) => boolean = () => false) {}

  /** A store with the same sets, for rules that may change them. */
  copy(): SetStore {
    const store = new SetStore();
    store.allUnknown = this.allUnknown;
    store.work.left = this.work.left;
    for (const [name, content] of this.sets) {
      const own = content.shared(store.work);
      store.sets.set(name, own);
      if (this.listContents.has(content)) store.listContents.add(own);
    }
    return store;
  }

  /** Makes the content of a set, or of all sets, unknown. */
  markUnknown(name?: string): void {
    if (name === undefined) this.allUnknown = true;
    else this.sets.get(name)?.markUnknown();
  }

  /** Makes it unknown which elements the sets still have. */
  loosenAll(): void {
    for (const set of this.sets.values()) set.loosen();
  }

  get(name: string): SetContent | undefined {
    return this.allUnknown ? undefined : this.sets.get(name);
  }

  /** The packets of a family that match a condition; `undefined` where the set is created elsewhere. */
  membersFor(condition: SetCondition, family: AddressFamily): SetMembers | 'unknown' | undefined {
    const set = this.get(condition.name.text);
    // iptables rejects a rule with a set of the other family.
    if (set && !isForFamily(set.properties, family)) return 'unknown';
    const members = set && this.membersOf(set, condition, family);
    if (!members || members === 'unknown') return members;
    const count = members.sure.boxes.length + members.possible.boxes.length;
    this.boxesLeft -= count * (condition.negated ? count : 1);
    return this.boxesLeft < 0 ? 'unknown' : members;
  }

  private membersOf(set: SetContent, condition: SetCondition, family: AddressFamily): SetMembers | 'unknown' {
    const { properties, isUnknown, changes } = set;
    if (!isForFamily(properties, family)) return NO_MEMBERS;
    if (properties.type.name !== 'list:set') return set.lookUp(condition);
    if (isUnknown || changes.adds || changes.deletes) return 'unknown';
    const { name, directions, returnsNomatch, limits } = condition;
    const key = `${name.text} ${family} ${directions.join()} ${returnsNomatch} ${limits.length > 0}`;
    const known = this.lists.get(key) ?? this.membersOfList(set, condition, family);
    this.lists.set(key, known);
    return known;
  }

  private membersOfList(set: SetContent, condition: SetCondition, family: AddressFamily): SetMembers | 'unknown' {
    // A list matches what one of its sets matches (`list_set_ktest`).
    const sure: PacketSet[] = [];
    const possible: PacketSet[] = [];
    for (const { parts, certain } of set.elements.values()) {
      const [part] = parts;
      const member = part?.kind === 'other' ? this.sets.get(part.text) : undefined;
      const members = member ? this.membersOf(member, condition, family) : 'unknown';
      if (members === 'unknown') return 'unknown';
      (certain ? sure : possible).push(members.sure);
      possible.push(members.possible);
    }
    return { sure: joined(sure), possible: joined(possible) };
  }

  /** What `-j SET` does to a set, or to the sets of a list. */
  noteChange(name: string, kind: 'add' | 'delete'): void {
    const key = `${kind} ${name}`;
    if (this.noted.has(key)) return;
    this.noted.add(key);
    const set = this.sets.get(name);
    const isList = set?.properties.type.name === 'list:set';
    const members = isList
      ? [...set.elements.values()].flatMap(({ parts: [part] }) => (part?.kind === 'other' ? [part.text] : []))
      : [];
    for (const one of isList ? members.map((member) => this.sets.get(member)) : [set]) {
      if (!one) continue;
      if (kind === 'add') one.changes.adds = true;
      else one.changes.deletes = true;
    }
  }

  /** Executes a command; returns what ipset rejects or Lintel does not follow. */
  execute({ operation, word, values, exist }: ParsedSetCommand): SetFault | undefined {
    this.lists.clear();
    const [name, second, ...options] = values;
    const long = [name, operation === 'rename' ? second : undefined].find(
      (one) => (one?.text.length ?? 0) > NAME_LENGTH,
    );
    if (long) return refusal(long, `a name of a set has at most ${NAME_LENGTH} characters`, 'syntax');
    switch (operation) {
      case 'create':
        return name && second
          ? this.create(name, second, options, exist)
          : refusal(name ?? word, MISSING_TYPE, 'syntax');
      case 'add':
      case 'del':
      case 'test':
        return this.changeElement({ operation, word, values, exist, file: undefined });
      case 'flush':
      case 'destroy':
      case 'list':
      case 'save':
        if (second) return refusal(second, `'${second.text}' is too much here`, 'syntax');
        return name ? this.onSet(operation, name, exist) : this.onAll(operation, word);
      case 'rename':
      case 'swap':
        if (!name || !second) return refusal(name ?? word, 'the command needs the names of two sets', 'syntax');
        return operation === 'swap' ? this.swap(name, second) : this.rename(name, second);
      default:
        return undefined;
    }
  }

  private onSet(operation: 'flush' | 'destroy' | 'list' | 'save', name: Word, exist: boolean): SetFault | undefined {
    const set = this.sets.get(name.text);
    if (!set) return operation === 'destroy' && exist ? undefined : { ...missing(name), kind: 'usual' };
    if (operation === 'flush') set.clear();
    if (operation !== 'destroy') return undefined;
    if (this.isReferred(name.text)) return refusal(name, `the set '${name.text}' is in use`, 'usual');
    this.sets.delete(name.text);
    this.listContents.delete(set);
    return undefined;
  }

  private onAll(operation: 'flush' | 'destroy' | 'list' | 'save', word: Word): SetFault | undefined {
    if (operation === 'flush') for (const set of this.sets.values()) set.clear();
    if (operation !== 'destroy') return undefined;
    const used = [...this.sets.keys()].find((name) => this.isReferred(name));
    if (used !== undefined) return refusal(word, `the set '${used}' is in use, so that no set is destroyed`, 'usual');
    this.sets.clear();
    this.listContents.clear();
    return undefined;
  }

  /** Whether a list or a rule refers to a set. */
  private isReferred(name: string): boolean {
    return this.isInRules(name) || this.isListed(name);
  }

  private isListed(name: string): boolean {
    this.work.left -= this.listContents.size;
    if (this.work.left < 0) this.markUnknown();
    return this.work.left < 0 || [...this.listContents].some(({ elements }) => elements.has(name));
  }

  private rename(from: Word, to: Word): SetFault | undefined {
    const set = this.sets.get(from.text);
    if (!set) return missing(from);
    if (this.sets.has(to.text)) return refusal(to, `the set '${to.text}' already exists`, 'refused', 'duplicate-name');
    if (this.isReferred(from.text)) return refusal(from, `the set '${from.text}' is in use`, 'usual');
    this.sets.delete(from.text);
    this.sets.set(to.text, set);
    return undefined;
  }

  /** Exchanges the contents of two sets; lists and rules go on with the names. */
  private swap(from: Word, to: Word): SetFault | undefined {
    const [first, second] = [this.sets.get(from.text), this.sets.get(to.text)];
    if (!first || !second) {
      // The other set may be created elsewhere.
      (first ?? second)?.markUnknown();
      return missing(first ? to : from);
    }
    if (!canSwap(first.properties, second.properties)) {
      return refusal(to, `the sets '${from.text}' and '${to.text}' have different types`);
    }
    this.sets.set(from.text, second);
    this.sets.set(to.text, first);
    return undefined;
  }

  private create(name: Word, typeName: Word, options: readonly Word[], exist: boolean): SetFault | undefined {
    const type = setType(typeName.text);
    if (!type) return refusal(typeName, `unknown set type '${typeName.text}'`, 'syntax');
    const properties = readProperties(type, options);
    if (isRefusal(properties)) return refusal(properties.word ?? typeName, properties.message, 'syntax');
    const known = this.sets.get(name.text);
    if (!known) {
      const set = new SetContent(properties, this.work);
      this.sets.set(name.text, set);
      if (type.name === 'list:set') this.listContents.add(set);
      return undefined;
    }
    // An existing set keeps its elements.
    if (exist && isSameSet(known.properties, properties)) return undefined;
    const text = exist ? `the set '${name.text}' exists with other options` : `the set '${name.text}' is created twice`;
    return refusal(name, text, 'refused', 'duplicate-name');
  }

  private changeElement({ operation, word, values, exist }: ParsedSetCommand): SetFault | undefined {
    const [name, value, ...words] = values;
    if (!name || !value) return refusal(name ?? word, 'the command needs a set and an element', 'syntax');
    const set = this.sets.get(name.text);
    if (!set) return operation === 'add' ? missing(name) : { ...missing(name), kind: 'usual' };
    const { type } = set.properties;
    const allowed = operation === 'add' ? type.add : operation === 'del' ? NO_OPTIONS : TEST_OPTIONS;
    const options = readSetOptions(words, type.name === 'list:set' ? type.add : allowed, ADD_OPTIONS, type.name);
    if (isRefusal(options)) return refusal(options.word, options.message, 'syntax');
    if (operation === 'test') return undefined;
    if (operation === 'del') return this.told(set.delete(value.text, exist), value, set);
    const fault = this.refusedOption(set, options) ?? this.refusedMember(set, value, options);
    if (fault) return fault;
    const flags = {
      nomatch: options.has('nomatch'),
      wildcard: options.has('wildcard'),
      expires: expires(set, options),
      exist,
    };
    return this.told(set.add(value.text, flags), value, set);
  }

  /** A fault of an element as one of its command; makes the content unknown where it is not followed. */
  told(fault: ElementFault | undefined, value: Word, set: SetContent): SetFault | undefined {
    if (!fault) return undefined;
    switch (fault.kind) {
      case 'unknown':
        set.markUnknown();
        return unmodelled(
          value,
          `what '${value.text}' stands for is known only to the machine: the content of the set is unknown`,
        );
      case 'limit':
        set.markUnknown();
        return unmodelled(value, 'the set has more elements than Lintel follows: its content is unknown');
      default:
        return refusal(value, fault.text, fault.kind === 'syntax' ? 'syntax' : 'usual');
    }
  }

  /** Options that need an extension which `create` did not give the set. */
  private refusedOption({ properties }: SetContent, options: OptionValues): SetFault | undefined {
    const refused = refusedValue(options);
    if (refused) return refusal(refused.word, refused.message, 'syntax');
    const timeout = options.get('timeout');
    if (timeout && properties.timeout === undefined) {
      return refusal(timeout, "the set is created without 'timeout', and takes none");
    }
    for (const [name, word] of options) {
      const needed = NEEDED_EXTENSIONS[name];
      if (needed !== undefined && !properties.extensions.has(needed)) {
        return refusal(word, `the set is created without '${needed}', and takes no '${name}'`);
      }
    }
    return undefined;
  }

  /** A list takes sets that exist and are no lists. */
  private refusedMember(
    { properties, elements }: SetContent,
    value: Word,
    options: OptionValues,
  ): SetFault | undefined {
    if (properties.type.name !== 'list:set') return undefined;
    const member = this.sets.get(value.text);
    if (!member) return missing(value);
    if (member.properties.type.name === 'list:set') return refusal(value, 'a list cannot hold another list');
    const beside = options.get('before') ?? options.get('after');
    if (beside && !elements.has(beside.text)) return refusal(beside, `the list does not hold '${beside.text}'`);
    return undefined;
  }
}

/** How many elements all commands together may stand for, and how many boxes rules may get: a few seconds of work. */
const ELEMENT_WORK = 4_000_000;
const BOX_WORK = 20_000_000;

const MISSING_TYPE = 'a set needs a name and a type: create NAME hash:net';
const NO_OPTIONS: ReadonlySet<string> = new Set();
const TEST_OPTIONS: ReadonlySet<string> = new Set(['nomatch']);

const NEEDED_EXTENSIONS: Readonly<Record<string, string>> = {
  packets: 'counters',
  bytes: 'counters',
  comment: 'comment',
  skbmark: 'skbinfo',
  skbprio: 'skbinfo',
  skbqueue: 'skbinfo',
};

function missing(name: Word): SetFault {
  return refusal(name, `no set '${name.text}' is created before this`, 'refused', 'undefined-name');
}

function unmodelled(word: Word, message: string): SetFault {
  return refusal(word, message, 'unmodelled', 'unmodelled-statement');
}

/** Whether an element is there for a while only; a timeout of 0 means that it stays. */
function expires({ properties }: SetContent, options: OptionValues): boolean {
  const own = options.get('timeout');
  return own ? numberInC(own.text, TIMEOUT_LIMIT) !== 0 : (properties.timeout ?? 0) !== 0;
}

function joined(sets: readonly PacketSet[]): PacketSet {
  return PacketSet.from(sets.flatMap(({ boxes }) => boxes));
}
