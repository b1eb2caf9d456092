// Collects the values of one type from expressions.
import { addAll } from '../../../kept/lists.js';
import { IntervalSet } from '../../../model/intervals.js';
import { IpSet, parseNumericHost } from '../../../model/ip.js';
import { NameSet } from '../../../model/names.js';
import { numberInC } from '../../../text/c-numbers.js';
import type { LineProblem } from '../../shared/line-problem.js';
import type { Expression, SetElement, Span } from '../syntax/tree.js';
import { type DataType, MARK, SERVICE } from '../vocabulary/data-types.js';
import { combine, fits, type SetSource, unknownVariable, type Values } from './values.js';

/** The longest name of an interface (IFNAMSIZ without its terminator). */
const INTERFACE_NAME_LIMIT = 15;

const EMPTY = IntervalSet.empty<never>();

function setOf<T extends number | bigint>(intervals: readonly (readonly [T, T])[]): IntervalSet<T> {
  const [only] = intervals;
  if (!only) return EMPTY;
  return intervals.length === 1 ? IntervalSet.range(only[0], only[1]) : IntervalSet.from(intervals);
}

/** Gathers the values of one type from expressions. */
export class ValueReader {
  private readonly numbers: [number, number][] = [];
  private readonly v4: [number, number][] = [];
  private readonly v6: [bigint, bigint][] = [];
  private names = NameSet.none;
  private readonly unknown: string[] = [];

  constructor(
    private readonly type: DataType,
    private readonly sets: SetSource,
    private readonly problems: LineProblem[],
    /** The field that is compared with the values. */
    private readonly field = '',
  ) {}

  result(): Values {
    const { numbers, v4, v6, names, unknown } = this;
    return {
      numbers: setOf(numbers),
      addresses: v4.length + v6.length === 0 ? IpSet.empty : new IpSet(setOf(v4), setOf(v6)),
      names,
      unknown,
    };
  }

  /** Adds the values of an expression: one value, a range, or several of them. */
  add(expression: Expression): void {
    switch (expression.kind) {
      case 'set':
        for (const element of expression.elements) this.addElement(element);
        return;
      case 'list':
        if (!this.type.bits && this.type.kind !== 'opaque')
          this.refuse(expression, 'nft accepts several values here only in braces, as in { first, second }');
        else for (const item of expression.items) this.add(item);
        return;
      case 'set-reference':
        this.addNamedSet(expression.name, expression);
        return;
      case 'variable':
        this.unknown.push(unknownVariable(expression));
        return;
      case 'prefix':
        this.addPrefix(expression.base, expression.length, expression);
        return;
      case 'range':
        this.addRange(expression.low, expression.high, expression);
        return;
      case 'binary': {
        const value = this.constant(expression);
        if (value !== undefined) this.numbers.push([value, value]);
        return;
      }
      case 'number':
      case 'word':
        this.addSingle(expression);
        return;
      case 'concatenation':
        this.refuse(expression, 'expected a single value, found a concatenation');
        return;
      case 'field':
      case 'map':
        this.unknown.push('a value that is computed for each packet');
        return;
    }
  }

  private addElement({ key, conditional }: SetElement): void {
    if (key === '*') {
      this.unknown.push('every other value');
      return;
    }
    if (conditional) {
      this.unknown.push('an element with a timeout or limit');
      return;
    }
    this.add(key);
  }

  private addNamedSet(name: string, span: Span): void {
    const set = this.sets.set(name);
    if (!set) {
      this.unknown.push(`@${name}`);
      return;
    }
    const [type, ...more] = set.types;
    // A set without a type is reported at its declaration.
    if (!type) {
      this.unknown.push(`@${name}`);
      return;
    }
    if (more.length > 0 || !fits(type, this.type)) {
      this.refuse(span, `the set ${name} has values of type ${set.types.map((own) => own.name).join(' . ')}`);
      return;
    }
    this.addValues(set.values);
    addAll(this.unknown, set.unknown);
  }

  private addValues(values: Values): void {
    if (!values.numbers.isEmpty)
      addAll(
        this.numbers,
        values.numbers.intervals.map(([low, high]): [number, number] => [low, high]),
      );
    for (const [low, high] of values.addresses.v4.intervals) this.v4.push([low, high]);
    for (const [low, high] of values.addresses.v6.intervals) this.v6.push([low, high]);
    this.names = this.names.union(values.names);
    addAll(this.unknown, values.unknown);
  }

  private addSingle(expression: Expression & { readonly kind: 'number' | 'word' }): void {
    switch (this.type.kind) {
      case 'address4':
      case 'address6':
        this.addAddress(expression);
        return;
      case 'number': {
        const value = this.constant(expression);
        if (value !== undefined) this.numbers.push([value, value]);
        return;
      }
      case 'interface':
        this.addInterface(expression);
        return;
      case 'opaque':
        return;
    }
  }

  private addAddress(expression: Expression & { readonly kind: 'number' | 'word' }): void {
    const address = this.address(expression);
    if (address?.family === 4) this.v4.push([address.value, address.value]);
    else if (address) this.v6.push([address.value, address.value]);
  }

  /** The address of an expression; `undefined`, with a problem or an unknown, for other expressions. */
  private address(expression: Expression): ReturnType<typeof parseNumericHost> {
    const wanted = this.type.kind === 'address4' ? 4 : 6;
    if (expression.kind === 'number') {
      const value = numberInC(expression.text, 0xffff_ffff);
      if (wanted === 4 && value !== undefined) return { family: 4, value };
      this.refuse(expression, `invalid address '${expression.text}'`);
      return undefined;
    }
    if (expression.kind !== 'word') {
      this.unknown.push('an address that is computed');
      return undefined;
    }
    const address = parseNumericHost(expression.text);
    if (address) {
      if (address.family === wanted) return address;
      this.refuseFamily(expression, expression.text);
      return undefined;
    }
    if (expression.form === 'address') this.refuse(expression, `invalid IPv${wanted} address '${expression.text}'`);
    // nft resolves host names when it loads the file.
    else this.unknown.push(`the addresses of ${expression.text}`);
    return undefined;
  }

  private addInterface(expression: Expression & { readonly kind: 'number' | 'word' }): void {
    if (expression.kind === 'number') {
      this.unknown.push(`the interface with index ${expression.text}`);
      return;
    }
    const { text } = expression;
    if (text.length > INTERFACE_NAME_LIMIT + 1) {
      this.refuse(expression, `an interface name has at most ${INTERFACE_NAME_LIMIT} characters`);
      return;
    }
    const prefix = /^(.*[^\\])\*$/.exec(text)?.[1];
    if (prefix !== undefined) this.names = this.names.union(NameSet.withPrefix(prefix));
    else this.names = this.names.union(NameSet.of(text.replace(/\\\*/g, '*')));
  }

  /** A number of the type, which may stand in quotes. The name of a service may be one, such as `08`. */
  private number({ text }: { readonly text: string }): number | undefined {
    const value = numberInC(text) ?? (this.type === SERVICE && /^\d+$/.test(text) ? Number(text) : undefined);
    return value !== undefined && value <= this.type.max ? value : undefined;
  }

  /** A number, a symbolic constant, or bits of them combined; `undefined` with a problem for anything else. */
  constant(expression: Expression): number | undefined {
    switch (expression.kind) {
      case 'number': {
        const value = this.number(expression);
        if (value !== undefined) return value;
        this.refuse(
          expression,
          `${expression.text} is out of range: ${describeType(this.type)} is at most ${this.type.max}`,
        );
        return undefined;
      }
      case 'word': {
        const value = this.type.symbols?.get(expression.text) ?? this.number(expression);
        if (value !== undefined) return value;
        // The system may have names for marks (/etc/iproute2/rt_marks).
        if (this.type === MARK) {
          this.unknown.push(expression.text);
          return undefined;
        }
        this.refuse(expression, `invalid ${describeType(this.type)} '${expression.text}'`);
        return undefined;
      }
      case 'binary': {
        const left = this.constant(expression.left);
        const right = this.constant(expression.right);
        return left === undefined || right === undefined ? undefined : combine(expression.operator, left, right);
      }
      case 'list':
        return expression.items.reduce<number | undefined>((all, item) => {
          const value = this.constant(item);
          return all === undefined || value === undefined ? undefined : combine('|', all, value);
        }, 0);
      case 'variable':
        this.unknown.push(unknownVariable(expression));
        return undefined;
      default:
        this.unknown.push('a value that is computed');
        return undefined;
    }
  }

  private addPrefix(base: Expression, length: number, span: Span): void {
    if (this.type.kind !== 'address4' && this.type.kind !== 'address6') {
      this.addNumberPrefix(base, length, span);
      return;
    }
    const width = this.type.kind === 'address4' ? 32 : 128;
    const written = base.kind === 'word' ? parseNumericHost(base.text) : undefined;
    if (base.kind === 'word' && written && written.family !== (width === 32 ? 4 : 6)) {
      this.refuseFamily(span, `${base.text}/${length}`);
      return;
    }
    if (length > width) {
      this.refuse(span, `a prefix of an IPv${width === 32 ? 4 : 6} address has at most ${width} bits`);
      return;
    }
    const address = this.address(base);
    if (!address) return;
    if (address.family === 4) {
      const size = 2 ** (32 - length);
      const low = Math.floor(address.value / size) * size;
      this.v4.push([low, low + size - 1]);
    } else {
      const bits = BigInt(128 - length);
      const low = (address.value >> bits) << bits;
      this.v6.push([low, low + (1n << bits) - 1n]);
    }
  }

  /** What it stands for depends on the order of the bytes of the field. */
  private addNumberPrefix(base: Expression, length: number, span: Span): void {
    if (this.type.kind !== 'number') return;
    const width = Math.ceil(Math.log2(this.type.max + 1));
    if (this.constant(base) === undefined) return;
    if (length > width) this.refuse(span, `a prefix of a value of ${width} bits has at most ${width} bits`);
    else this.unknown.push('a prefix of a number');
  }

  private addRange(low: Expression, high: Expression, span: Span): void {
    if (this.type.kind === 'number') {
      const [from, to] = [this.constant(low), this.constant(high)];
      if (from === undefined || to === undefined) return;
      if (from > to) this.refuse(span, 'the range is reversed');
      else this.numbers.push([from, to]);
    } else if (this.type.kind === 'address4' || this.type.kind === 'address6') {
      const [from, to] = [this.address(low), this.address(high)];
      if (!from || !to) return;
      if (from.value > to.value) this.refuse(span, 'the range is reversed');
      else if (from.family === 4 && to.family === 4) this.v4.push([from.value, to.value]);
      else if (from.family === 6 && to.family === 6) this.v6.push([from.value, to.value]);
    } else if (this.type.kind === 'interface') {
      this.unknown.push('a range of interfaces');
    }
  }

  /** An address of the other family, with the field that has those. */
  private refuseFamily(span: Span, text: string): void {
    const [wanted, found] = this.type.kind === 'address4' ? [4, 6] : [6, 4];
    const [, header = '', end = ''] = /^(ip6?) ([sd]addr)$/.exec(this.field) ?? [];
    const other = header === 'ip' ? 'ip6' : 'ip';
    this.refuse(
      span,
      header === ''
        ? `expected an IPv${wanted} address, found ${text}`
        : `${text} is an IPv${found} address: ${other} ${end} compares those`,
    );
  }

  private refuse(span: Span, message: string): void {
    this.problems.push({ code: 'syntax-error', start: span.start, end: span.end, message });
    this.unknown.push('an invalid value');
  }
}

const TYPE_NAMES: ReadonlyMap<string, string> = new Map([
  ['inet_service', 'port or service'],
  ['inet_proto', 'protocol'],
  ['ct_state', 'connection state'],
  ['tcp_flag', 'TCP flag'],
  ['icmp_type', 'ICMP type'],
  ['icmpv6_type', 'ICMPv6 type'],
  ['icmp_code', 'ICMP code'],
  ['icmpv6_code', 'ICMPv6 code'],
  ['integer', 'number'],
]);

/** The name of the values of a type in messages. */
function describeType({ name }: DataType): string {
  return TYPE_NAMES.get(name) ?? `value of type ${name}`;
}
