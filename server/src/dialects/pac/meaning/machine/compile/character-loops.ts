// Loops that compute a number from the characters of a text, as hashes are computed.
import type { Expression, ForStatement, Statement } from 'acorn';
import { addAll } from '../../../../../kept/lists.js';
import { type CharacterFunction, type CharacterRead, characterRead, isNamed, readsOf } from './character-functions.js';

/** `for (var i = 0; i < text.length; i++) { … }` around nothing but assignments of numbers to variables. */
export interface CharacterLoop {
  /** The text whose characters are read. */
  readonly text: string;
  readonly index: string;
  readonly assignments: readonly NumberAssignment[];
  /** The variables that live on after a round, first those that are assigned. */
  readonly names: readonly string[];
  readonly assignedCount: number;
  /** Those that have a value in each round before it is read: they need none before the loop. */
  readonly fresh: ReadonlySet<string>;
  /** What is asked of a character, beside its code. */
  readonly functions: readonly CharacterFunction[];
  /** How characters are read. */
  readonly reads: ReadonlySet<CharacterRead>;
  /** Where it counts a character, instead of computing. */
  readonly counts?: CountedCharacter;
}

/** `if (text.charAt(i) == ".") count++` */
export interface CountedCharacter {
  readonly character: string;
  /** What is added each time. */
  readonly step: number;
}

export interface NumberAssignment {
  readonly name: string;
  readonly value: NumberExpression;
}

export type NumberExpression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'character' }
  /** One of the functions of a character. */
  | { readonly kind: 'function'; readonly index: number }
  /** A character as a text. */
  | { readonly kind: 'text' }
  | {
      readonly kind: 'operation';
      readonly operator: string;
      readonly left: NumberExpression;
      readonly right: NumberExpression;
    };

const OPERATORS: ReadonlySet<string> = new Set(['+', '-', '*', '%', '&', '|', '^', '<<', '>>', '>>>']);
const DEEPEST = 40;

/** The loop, if it is such a one. */
export function characterLoopOf({ init, test, update, body }: ForStatement): CharacterLoop | undefined {
  const index = startOf(init);
  const text = textOfTest(test, index);
  if (index === undefined || text === undefined || !isIncrement(update, index)) return undefined;
  const reader = new Reader(text, index);
  const statements = body.type === 'BlockStatement' ? body.body : [body];
  const counting = statements.length === 1 ? countingIn(statements[0], text, index) : undefined;
  if (counting) {
    const { name, read } = counting;
    const [reads, functions] = [new Set([read]), []];
    const fresh = new Set<string>();
    return { text, index, assignments: [], names: [name], assignedCount: 1, fresh, functions, reads, counts: counting };
  }
  if (!statements.every((statement) => reader.read(statement)) || reader.reads.size === 0) return undefined;
  const { assignments, own, functions, reads } = reader;
  const outside = (name: string) => name !== index && !own.has(name);
  const assigned = new Set(assignments.map(({ name }) => name).filter(outside));
  const read = assignments.flatMap(({ value }) => variablesOf(value)).filter(outside);
  const names = [...new Set([...assigned, ...read])];
  if (names.includes(text) || own.has(text) || assignments.some(({ name }) => name === index)) return undefined;
  const changed = (name: string) => name === index || own.has(name) || assigned.has(name);
  if (reader.otherNames.some((name) => name === text || changed(name))) return undefined;
  return {
    text,
    index,
    assignments,
    names,
    assignedCount: assigned.size,
    fresh: freshIn(assignments),
    functions,
    reads,
  };
}

function freshIn(assignments: readonly NumberAssignment[]): ReadonlySet<string> {
  const fresh = new Set<string>();
  const read = new Set<string>();
  for (const { name, value } of assignments) {
    for (const one of variablesOf(value)) read.add(one);
    if (!read.has(name)) fresh.add(name);
  }
  return fresh;
}

/** A statement that counts a character of a text. */
function countingIn(
  statement: Statement | undefined,
  text: string,
  index: string,
): (CountedCharacter & { readonly name: string; readonly read: CharacterRead }) | undefined {
  if (statement?.type !== 'IfStatement' || statement.alternate) return undefined;
  const { test, consequent } = statement;
  const only = consequent.type === 'BlockStatement' && consequent.body.length === 1 ? consequent.body[0] : consequent;
  const added = only?.type === 'ExpressionStatement' ? additionIn(only.expression) : undefined;
  if (!added || added.name === text || added.name === index) return undefined;
  if (test.type !== 'BinaryExpression' || (test.operator !== '==' && test.operator !== '===')) return undefined;
  const sides = [test.left, test.right];
  const constant = sides.find(({ type }) => type === 'Literal');
  const other = sides.find((side) => side !== constant);
  const read = other && characterRead(other, text, index);
  if (read === undefined || constant?.type !== 'Literal') return undefined;
  const { value } = constant;
  const character = read === 'charCodeAt' ? codeUnit(value) : value;
  if (typeof character !== 'string' || character.length !== 1) return undefined;
  return { ...added, character, read };
}

function codeUnit(value: unknown): string | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 128
    ? String.fromCharCode(value)
    : undefined;
}

/** `count++`, `count += 2`. */
function additionIn(node: Expression): { readonly name: string; readonly step: number } | undefined {
  if (node.type === 'UpdateExpression' && node.argument.type === 'Identifier')
    return { name: node.argument.name, step: node.operator === '++' ? 1 : -1 };
  if (node.type !== 'AssignmentExpression' || node.operator !== '+=' || node.left.type !== 'Identifier')
    return undefined;
  const { right } = node;
  return right.type === 'Literal' && typeof right.value === 'number'
    ? { name: node.left.name, step: right.value }
    : undefined;
}

/** The variable that begins with 0, and nothing else does. */
function startOf(init: ForStatement['init']): string | undefined {
  if (init?.type === 'VariableDeclaration') {
    const [declarator, ...others] = init.declarations;
    if (!declarator || others.length > 0 || declarator.id.type !== 'Identifier') return undefined;
    return isZero(declarator.init) ? declarator.id.name : undefined;
  }
  if (init?.type !== 'AssignmentExpression' || init.operator !== '=' || init.left.type !== 'Identifier')
    return undefined;
  return isZero(init.right) ? init.left.name : undefined;
}

function isZero(node: Expression | null | undefined): boolean {
  return node?.type === 'Literal' && node.value === 0;
}

function textOfTest(test: ForStatement['test'], index: string | undefined): string | undefined {
  if (test?.type !== 'BinaryExpression' || test.operator !== '<' || !isNamed(test.left, index)) return undefined;
  const { right } = test;
  if (right.type !== 'MemberExpression' || right.computed || right.object.type !== 'Identifier') return undefined;
  return isNamed(right.property, 'length') ? right.object.name : undefined;
}

function isIncrement(update: ForStatement['update'], index: string): boolean {
  return update?.type === 'UpdateExpression' && update.operator === '++' && isNamed(update.argument, index);
}

function variablesOf(value: NumberExpression): string[] {
  if (value.kind === 'variable') return [value.name];
  return value.kind === 'operation' ? [...variablesOf(value.left), ...variablesOf(value.right)] : [];
}

/** Reads the statements of a loop. */
class Reader {
  readonly assignments: NumberAssignment[] = [];
  /** What is declared in the loop, anew in each round. */
  readonly own = new Set<string>();
  readonly functions: CharacterFunction[] = [];
  readonly reads = new Set<CharacterRead>();
  /** What the functions of a character name, beside the character. */
  readonly otherNames: string[] = [];
  /** The variables that have the character of this round as a text. */
  private readonly characters = new Set<string>();

  constructor(
    private readonly text: string,
    private readonly index: string,
  ) {}

  /** Whether a statement does nothing but compute numbers. */
  read(statement: Statement): boolean {
    if (statement.type === 'ExpressionStatement') return this.assign(statement.expression);
    if (statement.type !== 'VariableDeclaration' || statement.kind === 'using') return false;
    return statement.declarations.every(({ id, init }) => {
      if (id.type !== 'Identifier' || !init) return false;
      const value = this.numberOf(init);
      // A name that is used before its declaration has no value there.
      if (statement.kind !== 'var' && (this.uses(id.name) || (value && variablesOf(value).includes(id.name))))
        return false;
      if (statement.kind !== 'var') this.own.add(id.name);
      return this.note(id.name, value);
    });
  }

  private uses(used: string): boolean {
    return this.assignments.some(({ name, value }) => name === used || variablesOf(value).includes(used));
  }

  private assign(node: Expression): boolean {
    if (node.type !== 'AssignmentExpression' || node.left.type !== 'Identifier') return false;
    const value = this.numberOf(node.right);
    const operator = node.operator.slice(0, -1);
    const { name } = node.left;
    // It may be a constant.
    if (this.own.has(name)) return false;
    if (operator === '') return this.note(name, value);
    if (!value || !OPERATORS.has(operator)) return false;
    return this.note(name, { kind: 'operation', operator, left: { kind: 'variable', name }, right: value });
  }

  private note(name: string, value: NumberExpression | undefined): boolean {
    if (!value) return false;
    if (value.kind === 'text') this.characters.add(name);
    else this.characters.delete(name);
    this.assignments.push({ name, value });
    return true;
  }

  private numberOf(node: Expression, depth = 0): NumberExpression | undefined {
    if (depth > DEEPEST) return undefined;
    if (node.type === 'Literal')
      return typeof node.value === 'number' ? { kind: 'number', value: node.value } : undefined;
    if (node.type === 'Identifier' && !this.characters.has(node.name)) return { kind: 'variable', name: node.name };
    if (node.type === 'BinaryExpression' && OPERATORS.has(node.operator) && node.left.type !== 'PrivateIdentifier') {
      const left = this.numberOf(node.left, depth + 1);
      const right = this.numberOf(node.right, depth + 1);
      return left && right && { kind: 'operation', operator: node.operator, left, right };
    }
    const read = characterRead(node, this.text, this.index);
    if (!read) return this.functionOf(node);
    this.reads.add(read);
    return { kind: read === 'charCodeAt' ? 'character' : 'text' };
  }

  /** An expression that depends on nothing but the character. */
  private functionOf(node: Expression): NumberExpression | undefined {
    const reads = readsOf(node, this.text, this.index);
    if (!reads) return undefined;
    const characters = reads.names.filter((name) => this.characters.has(name));
    for (const read of reads.characters) this.reads.add(read);
    addAll(
      this.otherNames,
      reads.names.filter((name) => !this.characters.has(name)),
    );
    this.functions.push({ node, characters });
    return { kind: 'function', index: this.functions.length - 1 };
  }
}
