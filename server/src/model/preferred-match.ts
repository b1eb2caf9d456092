// The replacement of what a regular expression matches where there are several ways to match: by the one that the engine tries first
// (ECMA-262, 22.2.2). A machine guesses that way, and keeps the states of all ways before it, of which none may come to its end: prioritised
// automata with disambiguation (Frisch and Cardelli, Greedy Regular Expression Matching, ICALP 2004).
import { spend } from './budget.js';
import { parseJavascriptRegex } from './javascript-regex-parser.js';
import { characterTest, type Pattern, type PatternNode } from './javascript-regex-tree.js';
import { EVERY_SYMBOL, SYMBOL_COUNT, type Symbols, symbolsWhere } from './language.js';
import { PaidInterned } from './paid-memo.js';
import { type Transducer, TransducerBuilder } from './transducers.js';

/** An instruction of a matcher. Those of `fork` are tried in their order. */
type Instruction =
  | { readonly kind: 'one'; readonly on: Symbols; readonly copies: boolean; readonly to: number }
  | { readonly kind: 'fork'; readonly to: readonly number[] }
  | { readonly kind: 'write'; readonly text: string; readonly to: number }
  | { readonly kind: 'match' };

interface Matcher {
  readonly instructions: readonly Instruction[];
  readonly start: number;
  /** Whether a match has to come to the end of the text. */
  readonly isWhole: boolean;
}

/** What is looked for behind a replacement has as many states as both together, multiplied. */
const STATE_LIMIT = 500;
const MATCH = 0;

const kept = new PaidInterned<{ readonly transducer: Transducer | undefined }>(200);

/** The machine of `text.replace(new RegExp(source, flags), by)`; `undefined` for what is not modelled. */
export function preferredReplacement(source: string, flags: string, by: string): Transducer | undefined {
  const make = () => ({ transducer: makeReplacement(source, flags, by) });
  return kept.of(JSON.stringify([source, flags, by]), make).transducer;
}

function makeReplacement(source: string, flags: string, by: string): Transducer | undefined {
  const reading = parseJavascriptRegex(source, flags);
  const matcher = reading.kind === 'pattern' ? matcherOf(reading.pattern, by) : undefined;
  return matcher && new Disambiguation(matcher).build();
}

/** A piece of a replacement: a text, or what a group has matched. */
type Piece = string | number;

function piecesOf(by: string): readonly Piece[] | undefined {
  const pieces: Piece[] = [];
  for (const piece of by.split(/(\$(?:\$|[1-9]))/)) {
    if (piece === '$$') pieces.push('$');
    else if (/^\$[1-9]$/.test(piece)) pieces.push(Number(piece.slice(1)));
    else if (piece.includes('$')) return undefined;
    else if (piece !== '') pieces.push(piece);
  }
  return pieces;
}

function matcherOf({ node, flags, groupCount }: Pattern, by: string): Matcher | undefined {
  const pieces = piecesOf(by);
  if (!pieces || flags.sticky || flags.multiline || groupCount > 9) return undefined;
  const parts = node.kind === 'sequence' ? node.parts : [node];
  const atStart = parts[0]?.kind === 'start';
  const isWhole = parts.at(-1)?.kind === 'end';
  const inner = parts.slice(atStart ? 1 : 0, isWhole ? -1 : undefined);
  // Behind a match there may be another one.
  if ((flags.global && !atStart) || !inner.every(isFollowed)) return undefined;
  const writer = new MatcherWriter(flags);
  const body = writer.parts(flattened(inner, new Set(pieces)), pieces);
  if (body === undefined || writer.isTooLarge) return undefined;
  return { instructions: writer.instructions, start: atStart ? body : writer.anywhere(body), isWhole };
}

/** The parts of a pattern, also those in groups that the replacement does not name. */
function flattened(parts: readonly PatternNode[], named: ReadonlySet<Piece>): readonly PatternNode[] {
  return parts.flatMap((part) => {
    if (part.kind === 'sequence') return flattened(part.parts, named);
    return part.kind === 'group' && !named.has(part.index) ? flattened([part.body], named) : [part];
  });
}

/** Whether all of a node is modelled: nothing that looks around, and no round of a repetition that reads nothing. */
function isFollowed(node: PatternNode): boolean {
  switch (node.kind) {
    case 'literal':
    case 'class':
      return true;
    case 'sequence':
      return node.parts.every(isFollowed);
    case 'alternatives':
      return node.options.every(isFollowed);
    case 'group':
      return isFollowed(node.body);
    case 'repeat':
      return isFollowed(node.body) && !mayBeEmpty(node.body);
    default:
      return false;
  }
}

function mayBeEmpty(node: PatternNode): boolean {
  switch (node.kind) {
    case 'sequence':
      return node.parts.every(mayBeEmpty);
    case 'alternatives':
      return node.options.some(mayBeEmpty);
    case 'group':
      return mayBeEmpty(node.body);
    case 'repeat':
      return node.min === 0 || mayBeEmpty(node.body);
    default:
      return false;
  }
}

/** Writes the instructions of a pattern, from its end to its start. */
class MatcherWriter {
  readonly instructions: Instruction[] = [{ kind: 'match' }];

  constructor(private readonly flags: Pattern['flags']) {}

  get isTooLarge(): boolean {
    return this.instructions.length > STATE_LIMIT;
  }

  /** The parts of a pattern, with what is written for them: groups in their order, each once, with texts between them. */
  parts(parts: readonly PatternNode[], pieces: readonly Piece[]): number | undefined {
    const left = [...pieces];
    let to = MATCH;
    const writeTexts = () => {
      for (let piece = left.at(-1); typeof piece === 'string'; piece = left.at(-1)) {
        to = this.add({ kind: 'write', text: piece, to });
        left.pop();
      }
    };
    writeTexts();
    for (const part of [...parts].reverse()) {
      const isCopied = groupOf(part) !== undefined && groupOf(part) === left.at(-1);
      to = this.node(part, to, isCopied);
      if (isCopied) left.pop();
      if (isCopied) writeTexts();
    }
    return left.length === 0 ? to : undefined;
  }

  /** A match at the first place where there is one. */
  anywhere(body: number): number {
    return this.loop((start) => this.add({ kind: 'one', on: EVERY_SYMBOL, copies: true, to: start }), body, true);
  }

  private add(instruction: Instruction): number {
    spend(1);
    return this.instructions.push(instruction) - 1;
  }

  /** Any number of rounds. */
  private loop(round: (start: number) => number, to: number, lazy: boolean): number {
    const start = this.add({ kind: 'match' });
    const inner = round(start);
    this.instructions[start] = { kind: 'fork', to: lazy ? [to, inner] : [inner, to] };
    return start;
  }

  private node(node: PatternNode, to: number, copies: boolean): number {
    if (this.isTooLarge) return to;
    switch (node.kind) {
      case 'literal':
      case 'class':
        return this.add({ kind: 'one', on: symbolsWhere(characterTest(node, this.flags)), copies, to });
      case 'sequence':
        return node.parts.reduceRight((next, part) => this.node(part, next, copies), to);
      case 'alternatives':
        return this.add({ kind: 'fork', to: node.options.map((option) => this.node(option, to, copies)) });
      case 'group':
        return this.node(node.body, to, copies);
      case 'repeat':
        return this.repeat(node, to, copies);
      default:
        return to;
    }
  }

  private repeat({ body, min, max, lazy }: PatternNode & { kind: 'repeat' }, to: number, copies: boolean): number {
    let at = to;
    if (max === Number.POSITIVE_INFINITY) at = this.loop((start) => this.node(body, start, copies), to, lazy);
    else {
      // Each round may be the last one.
      for (let round = min; round < max && !this.isTooLarge; round++) {
        const inner = this.node(body, at, copies);
        at = this.add({ kind: 'fork', to: lazy ? [to, inner] : [inner, to] });
      }
    }
    for (let round = 0; round < min && !this.isTooLarge; round++) at = this.node(body, at, copies);
    return at;
  }
}

/** The group that a part of a pattern is, if it is taken at most once. */
function groupOf(part: PatternNode): number | undefined {
  if (part.kind === 'group') return part.index;
  return part.kind === 'repeat' && part.max === 1 && part.body.kind === 'group' ? part.body.index : undefined;
}

/** A way to match, up to its next character or to its end. */
interface Thread {
  readonly at: number;
  readonly written: string;
}

/** Where the guessed way is, and the ways before it, in any order. */
interface State {
  readonly at: number | 'behind the match' | 'no match';
  readonly before: readonly number[];
}

class Disambiguation {
  private readonly builder = new TransducerBuilder();
  private readonly states = new Map<string, number>();
  private readonly pending: { readonly state: State; readonly number: number }[] = [];
  private readonly closures = new Map<number, readonly Thread[]>();
  private readonly classes: readonly (readonly number[])[];

  constructor(private readonly matcher: Matcher) {
    this.classes = classesOf(matcher.instructions);
  }

  /** `undefined` where it would be too large. */
  build(): Transducer | undefined {
    const { builder, matcher } = this;
    builder.write(builder.start, '', this.enter({ at: matcher.start, before: [] }));
    const all = this.closure(matcher.start).map(({ at }) => at);
    if (!this.isLost(all)) builder.write(builder.start, '', this.enter({ at: 'no match', before: all }));
    for (let next = this.pending.pop(); next; next = this.pending.pop()) {
      if (this.states.size > STATE_LIMIT) return undefined;
      this.follow(next.state, next.number);
    }
    return builder.build();
  }

  private enter(state: State): number {
    const before = [...new Set(state.before)].sort((a, b) => a - b);
    const key = `${state.at} ${before.join(' ')}`;
    spend(1 + before.length);
    const known = this.states.get(key);
    if (known !== undefined) return known;
    const number = this.builder.state();
    this.states.set(key, number);
    this.pending.push({ state: { at: state.at, before }, number });
    return number;
  }

  /** Whether one of the ways is a match already. Where a match has to come to the end, it is none if there is more. */
  private isLost(before: readonly number[]): boolean {
    return !this.matcher.isWhole && before.includes(MATCH);
  }

  private follow({ at, before }: State, number: number): void {
    const { builder } = this;
    if (typeof at !== 'number') {
      if (!before.includes(MATCH)) builder.end(number);
      this.read(number, EVERY_SYMBOL, { at, before }, 'copy');
      return;
    }
    const ahead = [...before];
    for (const { at: thread, written } of this.closure(at)) {
      if (this.isLost(ahead)) return;
      // A way before it goes on in the same manner.
      if (ahead.includes(thread)) continue;
      const instruction = this.matcher.instructions[thread];
      if (instruction?.kind === 'one') {
        const from = this.written(number, written);
        this.read(from, instruction.on, { at: instruction.to, before: ahead }, instruction.copies ? 'copy' : 'nothing');
      } else this.match(this.written(number, written), ahead);
      ahead.push(thread);
    }
  }

  private written(from: number, text: string): number {
    if (text === '') return from;
    const behind = this.builder.state();
    this.builder.write(from, text, behind);
    return behind;
  }

  /** The guessed way is a match. */
  private match(from: number, before: readonly number[]): void {
    const { builder, matcher } = this;
    if (!matcher.isWhole) builder.write(from, '', this.enter({ at: 'behind the match', before }));
    else if (!before.includes(MATCH)) {
      const end = builder.state();
      builder.write(from, '', end);
      builder.end(end);
    }
  }

  /** Reads a symbol; the ways before the guessed one read it as well. */
  private read(from: number, on: Symbols, { at, before }: State, output: 'copy' | 'nothing'): void {
    for (const symbols of this.classes) {
      const [symbol] = symbols;
      if (symbol === undefined || !on.has(symbol)) continue;
      spend(1 + before.length);
      const ahead = before.flatMap((thread) => {
        const instruction = this.matcher.instructions[thread];
        return instruction?.kind === 'one' && instruction.on.has(symbol)
          ? this.closure(instruction.to).map((one) => one.at)
          : [];
      });
      if (!this.isLost(ahead)) this.builder.read(from, new Set(symbols), this.enter({ at, before: ahead }), output);
    }
  }

  /** The ways on from an instruction, those first that are tried first. */
  private closure(from: number): readonly Thread[] {
    const known = this.closures.get(from);
    if (known) return known;
    const threads: Thread[] = [];
    const seen = new Set<number>();
    const pending: Thread[] = [{ at: from, written: '' }];
    for (let one = pending.pop(); one; one = pending.pop()) {
      if (seen.has(one.at)) continue;
      seen.add(one.at);
      spend(1);
      const { written } = one;
      const instruction = this.matcher.instructions[one.at];
      if (instruction?.kind === 'write') pending.push({ at: instruction.to, written: written + instruction.text });
      else if (instruction?.kind === 'fork')
        for (const at of [...instruction.to].reverse()) pending.push({ at, written });
      else threads.push(one);
    }
    this.closures.set(from, threads);
    return threads;
  }
}

/** Symbols that no instruction tells apart. */
function classesOf(instructions: readonly Instruction[]): readonly (readonly number[])[] {
  let classes: readonly (readonly number[])[] = [[...EVERY_SYMBOL]];
  for (const instruction of instructions) {
    if (instruction.kind !== 'one') continue;
    spend(SYMBOL_COUNT / 10);
    classes = classes.flatMap((symbols) => {
      const inside = symbols.filter((symbol) => instruction.on.has(symbol));
      if (inside.length === 0 || inside.length === symbols.length) return [symbols];
      return [inside, symbols.filter((symbol) => !instruction.on.has(symbol))];
    });
  }
  return classes;
}
