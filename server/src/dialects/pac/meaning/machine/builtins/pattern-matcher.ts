// Matches regular expressions with concrete texts, every step of it metered.
import type { Budget } from '../../../../../model/budget.js';
import type { CharacterTest, Direction, Loop, PatternCode, PatternInstruction } from './pattern-code.js';

/** Where a match and its groups are: start and end of each, -1 where a group took no part. */
export type Captures = readonly number[];

/** What an entry of the stack costs, which is memory as well as work. */
const ENTRY_COST = 2;

/** Marks an entry of the stack that restores a register; others begin with the instruction to go on with. */
const RESTORE = -1;

const FAILED = -1;

/** The first match at or behind a position, as `RegExp.prototype.exec` finds it; only there for a sticky expression. */
export function findMatch(code: PatternCode, text: string, from: number, budget: Budget): Captures | undefined {
  const { sticky, unicode } = code.pattern.flags;
  budget.spend(code.registerCount);
  const matcher = new Matcher(code, text, budget);
  let start = unicode && isPairAt(text, from - 1) ? from - 1 : from;
  for (; start <= text.length; start += unicode && isPairAt(text, start) ? 2 : 1) {
    const captures = matcher.matchAt(start);
    if (captures || sticky) return captures;
  }
  return undefined;
}

/** Whether two code units at an index are one code point. */
export function isPairAt(text: string, index: number): boolean {
  return (text.charCodeAt(index) & 0xfc00) === 0xd800 && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00;
}

/**
 * A machine with a stack of its own, since a match may be as long as the text. The entries are of three numbers: the instruction and
 * the position to go on with, and how far a run may still be shortened; or a register and its former value.
 */
class Matcher {
  private readonly registers: number[];
  private readonly stack: number[] = [];
  private position = 0;

  constructor(
    private readonly code: PatternCode,
    private readonly text: string,
    private readonly budget: Budget,
  ) {
    this.registers = new Array<number>(code.registerCount).fill(-1);
  }

  matchAt(start: number): Captures | undefined {
    this.position = start;
    const end = this.run(0);
    const captures =
      end === FAILED ? undefined : [start, end, ...this.registers.slice(2, 2 * (this.code.pattern.groupCount + 1))];
    this.unwind(0);
    return captures;
  }

  /** Runs from an instruction at the position until `accept`; the position there, or `FAILED`. */
  private run(from: number): number {
    const { instructions } = this.code;
    const base = this.stack.length;
    let next = from;
    for (;;) {
      this.budget.spend(1);
      const instruction = instructions[next];
      if (!instruction || instruction.op === 'accept') return this.position;
      next = this.step(instruction, next);
      if (next === FAILED) next = this.backtrack(base);
      if (next === FAILED) return FAILED;
    }
  }

  /** The next instruction, or `FAILED`. */
  private step(instruction: PatternInstruction, at: number): number {
    switch (instruction.op) {
      case 'character':
        return this.consume(instruction.test, instruction.direction) ? at + 1 : FAILED;
      case 'run':
        return this.consumeRun(instruction, at);
      case 'try':
        this.push(instruction.otherwise, this.position, this.position);
        return at + 1;
      case 'jump':
        return instruction.to;
      case 'mark':
        this.write(instruction.register, this.position);
        return at + 1;
      case 'set':
        this.write(instruction.register, instruction.value);
        return at + 1;
      case 'capture':
        this.capture(instruction);
        return at + 1;
      case 'loop':
        return this.loop(instruction, at);
      case 'round':
        return this.beginRound(instruction.loop, at);
      case 'again':
        return this.endRound(instruction.loop);
      case 'reference':
        return this.reference(instruction.group, instruction.direction) ? at + 1 : FAILED;
      case 'look':
        return this.look(instruction.negated, at + 1) ? instruction.next : FAILED;
      default:
        return this.holds(instruction.op) ? at + 1 : FAILED;
    }
  }

  private push(instruction: number, position: number, limit: number): void {
    this.budget.spend(ENTRY_COST);
    this.stack.push(instruction, position, limit);
  }

  private write(register: number, value: number): void {
    this.push(RESTORE, register, this.read(register));
    this.registers[register] = value;
  }

  private read(register: number): number {
    return this.registers[register] ?? -1;
  }

  /** Takes the last entries back until one that tells how to go on. */
  private backtrack(base: number): number {
    while (this.stack.length > base) {
      const [instruction, first, second] = this.pop();
      if (instruction === RESTORE) {
        this.registers[first] = second;
        continue;
      }
      this.position = first;
      // A run gives its characters back one by one.
      if (first !== second) this.push(instruction, this.towards(first, second), second);
      return instruction;
    }
    return FAILED;
  }

  private pop(): readonly [instruction: number, first: number, second: number] {
    const second = this.stack.pop() ?? 0;
    const first = this.stack.pop() ?? 0;
    return [this.stack.pop() ?? RESTORE, first, second];
  }

  /** Restores the registers as they were when the stack had this height. */
  private unwind(base: number): void {
    while (this.stack.length > base) {
      const [instruction, register, value] = this.pop();
      if (instruction === RESTORE) this.registers[register] = value;
    }
  }

  /** Forgets the alternatives above this height of the stack, but not how to restore the registers. */
  private commit(base: number): void {
    const entries = this.stack.splice(base);
    for (let index = 0; index < entries.length; index += 3) {
      if (entries[index] === RESTORE) this.stack.push(RESTORE, entries[index + 1] ?? 0, entries[index + 2] ?? 0);
    }
  }

  /** One character from a position towards another. */
  private towards(position: number, limit: number): number {
    const { unicode } = this.code.pattern.flags;
    if (limit > position) return position + (unicode && isPairAt(this.text, position) ? 2 : 1);
    return position - (unicode && isPairAt(this.text, position - 2) ? 2 : 1);
  }

  private consume(test: CharacterTest, direction: Direction): boolean {
    const { text, position } = this;
    if (direction === 1 ? position >= text.length : position <= 0) return false;
    const next = this.towards(position, direction === 1 ? text.length : 0);
    const at = Math.min(position, next);
    const code = Math.abs(next - position) === 2 ? text.codePointAt(at) : text.charCodeAt(at);
    if (code === undefined || !test(code)) return false;
    this.position = next;
    return true;
  }

  private consumeRun({ test, min, max, direction }: PatternInstruction & { op: 'run' }, at: number): number {
    let count = 0;
    let limit = this.position;
    while (count < max && this.consume(test, direction)) {
      this.budget.spend(1);
      count++;
      if (count === min) limit = this.position;
    }
    if (count < min) return FAILED;
    if (this.position !== limit) this.push(at + 1, this.towards(this.position, limit), limit);
    return at + 1;
  }

  private capture({ group, register, direction }: PatternInstruction & { op: 'capture' }): void {
    const began = this.read(register);
    this.write(2 * group, direction === 1 ? began : this.position);
    this.write(2 * group + 1, direction === 1 ? this.position : began);
  }

  private loop(loop: Loop, at: number): number {
    const rounds = this.read(loop.rounds);
    if (rounds >= loop.max) return loop.end;
    if (rounds < loop.min) return at + 1;
    const [next, otherwise] = loop.lazy ? [loop.end, at + 1] : [at + 1, loop.end];
    this.push(otherwise, this.position, this.position);
    return next;
  }

  private beginRound(head: number, at: number): number {
    const loop = this.loopAt(head);
    if (!loop) return FAILED;
    this.write(loop.began, this.position);
    for (let group = loop.groupsFrom; group < loop.groupsTo; group++) {
      this.write(2 * group, -1);
      this.write(2 * group + 1, -1);
    }
    return at + 1;
  }

  private endRound(head: number): number {
    const loop = this.loopAt(head);
    if (!loop) return FAILED;
    const rounds = this.read(loop.rounds);
    // A round beyond those that must be has to consume something.
    if (rounds >= loop.min && this.read(loop.began) === this.position) return FAILED;
    this.write(loop.rounds, rounds + 1);
    return head;
  }

  private loopAt(index: number): Loop | undefined {
    const instruction = this.code.instructions[index];
    return instruction?.op === 'loop' ? instruction : undefined;
  }

  private reference(group: number, direction: Direction): boolean {
    const start = this.read(2 * group);
    const end = this.read(2 * group + 1);
    if (start < 0 || end < 0) return true;
    const length = end - start;
    const from = direction === 1 ? this.position : this.position - length;
    if (from < 0 || from + length > this.text.length) return false;
    this.budget.spend(length);
    if (!this.areEqual(start, from, length)) return false;
    this.position += direction * length;
    return true;
  }

  private areEqual(first: number, second: number, length: number): boolean {
    const { text } = this;
    const { ignoreCase, unicode } = this.code.pattern.flags;
    const left = text.slice(first, first + length);
    const right = text.slice(second, second + length);
    if (left === right || !ignoreCase) return left === right;
    this.budget.spend(length * FOLDING_COST);
    const characters = (part: string) => (unicode ? [...part] : part.split(''));
    const others = characters(right);
    return characters(left).every((one, index) => isSameIgnoringCase(one, others[index] ?? '', unicode));
  }

  private look(negated: boolean, body: number): boolean {
    const { position } = this;
    const base = this.stack.length;
    const end = this.run(body);
    this.position = position;
    if (end === FAILED) return negated;
    if (negated) this.unwind(base);
    else this.commit(base);
    return !negated;
  }

  private holds(assertion: 'start' | 'end' | 'boundary' | 'no-boundary' | 'accept'): boolean {
    const { text, position } = this;
    const { multiline } = this.code.pattern.flags;
    if (assertion === 'start') return position === 0 || (multiline && isLineEnd(text, position - 1));
    if (assertion === 'end') return position === text.length || (multiline && isLineEnd(text, position));
    const isBoundary = this.isWordAt(position - 1) !== this.isWordAt(position);
    return isBoundary === (assertion === 'boundary');
  }

  private isWordAt(index: number): boolean {
    return index >= 0 && index < this.text.length && this.code.isWord(this.text.charCodeAt(index));
  }
}

function isLineEnd(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return unit === 10 || unit === 13 || unit === 0x2028 || unit === 0x2029;
}

/** About what it costs to ask the engine for the rules of case folding. */
const FOLDING_COST = 10;

function isSameIgnoringCase(one: string, other: string, unicode: boolean): boolean {
  if (one === other) return true;
  if (!unicode) return canonicalize(one) === canonicalize(other);
  const code = one.codePointAt(0) ?? 0;
  return new RegExp(`^\\u{${code.toString(16)}}$`, 'iu').test(other);
}

/** `Canonicalize` of ECMA-262 without the flag `u`. */
function canonicalize(unit: string): string {
  const upper = unit.toUpperCase();
  if (upper.length !== 1 || (unit.charCodeAt(0) >= 128 && upper.charCodeAt(0) < 128)) return unit;
  return upper;
}
