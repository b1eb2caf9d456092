// Regular expressions as code of a backtracking matcher.
import { characterTest, type Pattern, type PatternNode } from '../../../../../model/javascript-regex-tree.js';

/** Whether a character, given as its code, is one of those that are meant. */
export type CharacterTest = (code: number) => boolean;

/** Where the next character is read: behind the position, or before it in a look-behind. */
export type Direction = 1 | -1;

export type PatternInstruction =
  | { readonly op: 'character'; readonly test: CharacterTest; readonly direction: Direction }
  /** As many characters as there are, then fewer. */
  | {
      readonly op: 'run';
      readonly test: CharacterTest;
      readonly min: number;
      readonly max: number;
      readonly direction: Direction;
    }
  /** Tries what follows first, then the other. */
  | { readonly op: 'try'; readonly otherwise: number }
  | { readonly op: 'jump'; readonly to: number }
  /** Keeps the position in a register. */
  | { readonly op: 'mark'; readonly register: number }
  /** Captures from the marked position to this one. */
  | { readonly op: 'capture'; readonly group: number; readonly register: number; readonly direction: Direction }
  | { readonly op: 'set'; readonly register: number; readonly value: number }
  | Loop
  /** The beginning and the end of a round of the loop at an index. */
  | { readonly op: 'round' | 'again'; readonly loop: number }
  | { readonly op: 'reference'; readonly group: number; readonly direction: Direction }
  /** What follows is the code of the look-around, until `accept`; the matcher goes on at `next`. */
  | { readonly op: 'look'; readonly negated: boolean; readonly next: number }
  | { readonly op: 'start' | 'end' | 'boundary' | 'no-boundary' | 'accept' };

/** The head of a loop: decides between another round, which follows, and its end. */
export interface Loop {
  readonly op: 'loop';
  readonly min: number;
  readonly max: number;
  readonly lazy: boolean;
  /** The registers of the number of rounds, and of the position where a round began. */
  readonly rounds: number;
  readonly began: number;
  readonly groupsFrom: number;
  readonly groupsTo: number;
  readonly end: number;
}

export interface PatternCode {
  readonly pattern: Pattern;
  readonly instructions: readonly PatternInstruction[];
  /** The first ones are the captures, two for each group. */
  readonly registerCount: number;
  readonly isWord: CharacterTest;
}

export function compilePattern(pattern: Pattern): PatternCode {
  const compiler = new Compiler(pattern);
  compiler.add(pattern.node, 1);
  const instructions: PatternInstruction[] = [...compiler.instructions, { op: 'accept' }];
  const isWord = characterTest({ kind: 'class', source: '\\w' }, pattern.flags);
  return { pattern, instructions, registerCount: compiler.registerCount, isWord };
}

class Compiler {
  readonly instructions: PatternInstruction[] = [];
  registerCount: number;

  constructor(private readonly pattern: Pattern) {
    this.registerCount = 2 * (pattern.groupCount + 1);
  }

  add(node: PatternNode, direction: Direction): void {
    switch (node.kind) {
      case 'literal':
      case 'class':
        this.instructions.push({ op: 'character', test: characterTest(node, this.pattern.flags), direction });
        return;
      case 'sequence':
        for (const part of direction === 1 ? node.parts : [...node.parts].reverse()) this.add(part, direction);
        return;
      case 'alternatives':
        this.alternatives(node.options, direction);
        return;
      case 'repeat':
        this.repeat(node, direction);
        return;
      case 'group':
        this.group(node.index, node.body, direction);
        return;
      case 'reference':
        this.instructions.push({ op: 'reference', group: node.group, direction });
        return;
      case 'look':
        this.look(node.body, node.negated, node.behind ? -1 : 1);
        return;
      default:
        this.instructions.push({ op: node.kind });
    }
  }

  /** Leaves room for an instruction that is known later. */
  private reserve(): number {
    return this.instructions.push({ op: 'accept' }) - 1;
  }

  private alternatives(options: readonly PatternNode[], direction: Direction): void {
    const exits: number[] = [];
    options.forEach((option, index) => {
      const choice = index < options.length - 1 ? this.reserve() : undefined;
      this.add(option, direction);
      if (choice === undefined) return;
      exits.push(this.reserve());
      this.instructions[choice] = { op: 'try', otherwise: this.instructions.length };
    });
    for (const exit of exits) this.instructions[exit] = { op: 'jump', to: this.instructions.length };
  }

  private repeat(node: PatternNode & { kind: 'repeat' }, direction: Direction): void {
    const { body, min, max, lazy, groupsFrom, groupsTo } = node;
    if (!lazy && (body.kind === 'literal' || body.kind === 'class')) {
      this.instructions.push({ op: 'run', test: characterTest(body, this.pattern.flags), min, max, direction });
      return;
    }
    const rounds = this.registerCount++;
    const began = this.registerCount++;
    this.instructions.push({ op: 'set', register: rounds, value: 0 });
    const head = this.reserve();
    this.instructions.push({ op: 'round', loop: head });
    this.add(body, direction);
    this.instructions.push({ op: 'again', loop: head });
    const end = this.instructions.length;
    this.instructions[head] = { op: 'loop', min, max, lazy, rounds, began, groupsFrom, groupsTo, end };
  }

  private group(group: number, body: PatternNode, direction: Direction): void {
    const register = this.registerCount++;
    this.instructions.push({ op: 'mark', register });
    this.add(body, direction);
    this.instructions.push({ op: 'capture', group, register, direction });
  }

  private look(body: PatternNode, negated: boolean, direction: Direction): void {
    const look = this.reserve();
    this.add(body, direction);
    this.instructions.push({ op: 'accept' });
    this.instructions[look] = { op: 'look', negated, next: this.instructions.length };
  }
}
