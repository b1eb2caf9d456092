// The elements of one ipset, as the kernel adds and deletes them.

import { addTo } from '../../../kept/lists.js';
import { spendFromPurse } from '../../../model/budget.js';
import type { AddressFamily } from '../../../model/ip.js';
import type { SetCondition } from '../syntax/rule/rule.js';
import {
  type AddressValue,
  type ElementPart,
  elementKey,
  type PartForm,
  readPart,
  type WrittenPart,
} from './set-elements.js';
import { lookUp } from './set-lookup.js';
import type { SetMembers, StoredElement } from './set-members.js';
import type { SetProperties } from './set-properties.js';

/** How an element is added. */
export interface AddFlags {
  readonly nomatch: boolean;
  readonly wildcard: boolean;
  readonly expires: boolean;
  readonly exist: boolean;
  /** Whether it is unknown if the command is executed. */
  readonly perhaps?: boolean;
}

/** How many elements of a set are followed. */
export const ELEMENT_LIMIT = 1_000_000;
/** Up to how many elements a set is filled exactly: the kernel divides the limit of larger ones among parts of its table. */
const EXACT_LIMIT = 1_024;
/** How many elements one command may stand for. */
const EXPANSION_LIMIT = 131_072;

/** How many written elements one costs that stands for itself in a range alone: a few characters stand for thousands of these. */
const UNWRITTEN = 28;
/** What it costs to store an element and to look it up, in units of budgets. */
const ELEMENT_COST = 20;

/** What is wrong with an element: ipset rejects it, it means what only the machine knows, or it is beyond a limit. */
export type ElementFault =
  | { readonly kind: 'refused' | 'syntax'; readonly text: string }
  | { readonly kind: 'unknown' | 'limit' };

export class SetContent {
  private own = new Map<string | number, StoredElement>();
  /** What rules with `-j SET` do to it while packets pass. */
  readonly changes = { adds: false, deletes: false };
  private unknown = false;
  private known = new Map<string, SetMembers | 'unknown'>();
  /** The wildcards of interfaces, by the network that they are stored with. */
  private wildcards = new Map<string, string[]>();
  /** Whether other stores have the same elements, so that they are copied before a change. */
  private isShared = false;

  constructor(
    readonly properties: SetProperties,
    /** How many elements the commands of one file or script may still stand for. */
    private readonly work: { left: number },
  ) {}

  get elements(): ReadonlyMap<string | number, StoredElement> {
    return this.own;
  }

  /** The same content for another store; what the elements match is found once for both. */
  shared(work: { left: number }): SetContent {
    const copy = new SetContent(this.properties, work);
    this.isShared = true;
    copy.isShared = true;
    copy.own = this.own;
    copy.known = this.known;
    copy.wildcards = this.wildcards;
    copy.unknown = this.unknown;
    return copy;
  }

  get isUnknown(): boolean {
    return this.unknown;
  }

  markUnknown(): void {
    this.unknown = true;
  }

  /** Makes it unknown which of the present elements are there. */
  loosen(): void {
    this.work.left -= this.own.size;
    if (this.work.left < 0) this.markUnknown();
    if (this.unknown) return;
    this.beforeChange();
    for (const [key, element] of this.own) this.own.set(key, { ...element, certain: false, expires: false });
  }

  clear(): void {
    this.isShared = false;
    this.own = new Map();
    this.wildcards = new Map();
    this.known = new Map();
    this.unknown = false;
  }

  add(text: string, flags: AddFlags): ElementFault | undefined {
    const written = this.read(text, flags.wildcard);
    if ('kind' in written) return written;
    this.beforeChange();
    for (const parts of combinationsOf(written)) {
      const key = this.keyOf(parts);
      const there = this.own.get(key) ?? this.underWildcard(parts);
      if (there && flags.perhaps) continue;
      if (there && (there.certain || there.expires) && !flags.exist)
        return { kind: 'refused', text: 'the element is already in the set' };
      if (!there && this.own.size >= this.properties.maxElements) return this.whenFull();
      if (!there && this.own.size >= ELEMENT_LIMIT) return { kind: 'limit' };
      const certain = !flags.expires && flags.perhaps !== true;
      const stored = there?.parts ?? parts;
      // Of an element that is there, only the flags change.
      this.own.set(there ? this.keyOf(stored) : key, {
        parts: stored,
        nomatch: flags.nomatch,
        certain,
        expires: flags.expires,
      });
      if (there) continue;
      if (flags.wildcard) this.noteWildcard(parts);
    }
    return undefined;
  }

  /** Takes elements out; an element that is not there is an error unless `exist` is given. */
  delete(text: string, exist: boolean): ElementFault | undefined {
    const written = this.read(text, false);
    if ('kind' in written) return written;
    this.beforeChange();
    for (const parts of combinationsOf(written)) {
      const key = this.keyOf(parts);
      const wider = this.underWildcard(parts);
      const there = this.own.get(key);
      // Which of two elements that fit the kernel finds first is not known.
      if (there && wider && wider !== there) this.markUnknown();
      if (wider) this.forgetWildcard(wider.parts);
      const isDeleted = this.own.delete(wider && !there ? this.keyOf(wider.parts) : key);
      if (!isDeleted && !exist) return { kind: 'refused', text: 'the element is not in the set' };
    }
    return undefined;
  }

  /** `clear` of an empty map makes a new table: felt in files that add 100,000 elements. */
  private beforeChange(): void {
    if (this.isShared) {
      this.isShared = false;
      this.own = new Map(this.own);
      this.wildcards = new Map(this.wildcards);
      this.known = new Map();
    } else if (this.known.size > 0) this.known.clear();
  }

  /** The packets that match a condition in rules of its family; `'unknown'` where the content is. */
  lookUp(condition: SetCondition): SetMembers | 'unknown' {
    if (this.unknown) return 'unknown';
    const { directions, returnsNomatch, limits } = condition;
    const used = directions.slice(0, this.properties.type.dimensions.length);
    const key = `${used.join()} ${returnsNomatch} ${limits.length > 0} ${this.changes.adds} ${this.changes.deletes}`;
    const known = this.known.get(key) ?? lookUp(this, condition);
    this.known.set(key, known);
    return known;
  }

  /** A full set with timeouts or `forceadd` takes the element in place of another one. */
  private whenFull(): ElementFault | undefined {
    const { maxElements, extensions, timeout } = this.properties;
    const isReplaced = extensions.has('forceadd') || timeout !== undefined;
    if (isReplaced || maxElements > EXACT_LIMIT) this.markUnknown();
    if (isReplaced) return undefined;
    return { kind: 'refused', text: `the set is full: it has at most ${maxElements} elements (maxelem)` };
  }

  /** A bitmap has one place for an address, with or without a hardware address. */
  private keyOf(parts: readonly ElementPart[]): string | number {
    return elementKey(this.properties.type.name === 'bitmap:ip,mac' ? parts.slice(0, 1) : parts);
  }

  /** With a wildcard stored for a network, the kernel finds every interface that begins so. */
  private underWildcard(parts: readonly ElementPart[]): StoredElement | undefined {
    const [address, second] = parts;
    if (this.wildcards.size === 0 || !address || second?.kind !== 'interface') return undefined;
    const names = this.wildcards.get(wildcardKey(address, second.physical));
    const name = names?.find((one) => second.name.startsWith(one));
    return name === undefined ? undefined : this.own.get(elementKey([address, { ...second, name }]));
  }

  private forgetWildcard([address, second]: readonly ElementPart[]): void {
    if (!address || second?.kind !== 'interface') return;
    const key = wildcardKey(address, second.physical);
    const names = this.wildcards.get(key) ?? [];
    this.wildcards.set(
      key,
      names.filter((name) => name !== second.name),
    );
  }

  private noteWildcard([address, second]: readonly ElementPart[]): void {
    if (!address || second?.kind !== 'interface') return;
    const key = wildcardKey(address, second.physical);
    addTo(this.wildcards, key, second.name);
  }

  private read(text: string, wildcard: boolean): readonly WrittenPart[] | ElementFault {
    const { type } = this.properties;
    const { dimensions } = type;
    // A list of sets also takes `NAME,before,NAME`.
    const texts = type.name === 'list:set' ? text.split(',', 1) : text.split(',');
    const last = type.name === 'bitmap:ip,mac' ? 1 : dimensions.length;
    if (texts.length < last || texts.length > dimensions.length) {
      return { kind: 'syntax', text: `an element of ${type.name} has ${dimensions.length} parts, separated by commas` };
    }
    const written: WrittenPart[] = [];
    for (const [index, part] of texts.entries()) {
      const read = readPart(part, this.formOf(index, wildcard));
      if (read === 'unknown') return { kind: 'unknown' };
      if ('refused' in read) return { kind: 'syntax', text: read.refused };
      written.push(read);
    }
    return this.refusal(written) ?? this.masked(written);
  }

  /** How the parts are read, without and with wildcards. */
  private readonly forms: readonly PartForm[][] = [[], []];

  private formOf(index: number, wildcard: boolean): PartForm {
    const forms = this.forms[wildcard ? 1 : 0] ?? [];
    const form = forms[index] ?? this.makeForm(index, wildcard);
    forms[index] = form;
    return form;
  }

  private makeForm(index: number, wildcard: boolean): PartForm {
    const { type, family, netmask, mask } = this.properties;
    const { name, dimensions } = type;
    const dimension = dimensions[index] ?? 'ip';
    return {
      dimension,
      family: family ?? 4,
      single: name === 'bitmap:ip,mac' || (index === 2 && dimension === 'ip'),
      mask: dimension === 'ip' && typeof mask === 'number' ? mask : undefined,
      step: netmask !== undefined && family === 4 && dimensions.length === 1 ? 2 ** (32 - netmask) : 1,
      zeroLength: name === 'hash:net,iface',
      withProtocol: dimensions.length > 1,
      wildcard,
    };
  }

  private refusal(written: readonly WrittenPart[]): ElementFault | undefined {
    const { type, range, maxElements } = this.properties;
    const [first] = written;
    if (!first) return { kind: 'refused', text: 'the element is empty' };
    const [low, high] = [first.at(0), first.at(first.count - 1)];
    if (range && (lowest(low) < range[0] || lowest(high) > range[1])) {
      return { kind: 'refused', text: 'the element is outside of the range of the set' };
    }
    const isNull = low.kind === 'addresses' && (low.low === 0 || (low.low === 0n && type.dimensions.length === 1));
    if (isNull && type.dimensions[0] === 'ip' && !range) {
      return { kind: 'refused', text: 'an address of zeros cannot be stored in a hash' };
    }
    if (!range && written.some((part) => isZeroMac(part.at(0)))) {
      return { kind: 'refused', text: 'a hardware address of zeros cannot be stored in a hash' };
    }
    const count = written.reduce((all, part) => all * part.count, 1);
    const made = Math.min(count, maxElements);
    this.work.left -= made === 1 ? 1 : UNWRITTEN * made;
    spendFromPurse(ELEMENT_COST * made);
    const isTooMuch = count > EXPANSION_LIMIT && maxElements > EXPANSION_LIMIT;
    return isTooMuch || this.work.left < 0 ? { kind: 'limit' } : undefined;
  }

  /** IPv6 addresses and networks are stored under the mask; single IPv4 addresses are read so. */
  private masked(written: readonly WrittenPart[]): readonly WrittenPart[] {
    const { mask } = this.properties;
    if (mask === undefined) return written;
    return written.map((part) => {
      const only = part.at(0);
      if (only.kind !== 'addresses' || part.count > 1) return part;
      const low = underMask(only.low, mask);
      const high = only.low === only.high ? low : only.high;
      return { count: 1, at: () => ({ ...only, low, high }) };
    });
  }
}

export function underMask(value: AddressValue, mask: AddressValue): AddressValue {
  const masked = BigInt(value) & BigInt(mask);
  return typeof value === 'number' ? Number(masked) : masked;
}

function wildcardKey(address: ElementPart, physical: boolean): string {
  return `${elementKey([address])} ${physical}`;
}

function lowest(part: ElementPart): number {
  if (part.kind === 'port') return part.port;
  return part.kind === 'addresses' ? Number(part.low) : 0;
}

function isZeroMac(part: ElementPart): boolean {
  return part.kind === 'other' && part.text === '0:0:0:0:0:0';
}

/** All elements that are written as one; mostly it is one. */
function combinationsOf(written: readonly WrittenPart[]): Iterable<readonly ElementPart[]> {
  const isSingle = written.every(({ count }) => count === 1);
  return isSingle ? [written.map((part) => part.at(0))] : combinations(written);
}

/** All combinations of the parts, those of the last part first: the order in which the kernel stores them. */
function* combinations(written: readonly WrittenPart[], before: readonly ElementPart[] = []): Generator<ElementPart[]> {
  const [first, ...rest] = written;
  if (!first) {
    yield [...before];
    return;
  }
  for (let i = 0; i < first.count; i++) yield* combinations(rest, [...before, first.at(i)]);
}

/** Whether rules of a family can match a set at all. */
export function isForFamily({ family }: SetProperties, rules: AddressFamily): boolean {
  return family === undefined || family === rules;
}
