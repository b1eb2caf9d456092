// Compiles a program: the tree of acorn to the instructions of the machine.
import type { AnyNode } from 'acorn';
import type { ParsedPac } from '../../../syntax/tree.js';
import type { FunctionCode } from '../machine.js';
import { returnStep } from '../steps/control.js';
import { compileBlock } from './blocks.js';
import { Context, type Parts, type ProgramFacts } from './context.js';
import { compileCondition, compileExpression, compileNamed } from './expressions.js';
import {
  bodyCode,
  codeOf,
  compileFunction,
  compileFunctionValue,
  compileScript,
  emptyConstructor,
  hasUseStrict,
} from './functions.js';
import { Block, Storage } from './names.js';
import { compileClass } from './objects.js';
import { bindPattern } from './patterns.js';
import { compileStatements } from './statements.js';

const PARTS: Parts = {
  expression: compileExpression,
  named: compileNamed,
  condition: compileCondition,
  statements: compileStatements,
  functionValue: compileFunctionValue,
  functionCode: compileFunction,
  emptyConstructor,
  bodyCode,
  block: compileBlock,
  classValue: compileClass,
  bind: bindPattern,
};

export interface CompileOptions {
  /** Whether it is a part of the language and not a program: then nothing in it decides a result. */
  readonly isLibrary: boolean;
  /** The names of the functions that clients provide. */
  readonly helpers: ReadonlySet<string>;
}

/** A program with its nodes. */
export type ListedProgram = Pick<ParsedPac, 'program' | 'nodes' | 'parents' | 'byType'>;

/** Throws a `RangeError` where a program nests too deeply for the stack of the host. */
export function compileProgram(tree: ListedProgram, options: CompileOptions): FunctionCode {
  const context = contextFor(tree, options);
  const { program } = tree;
  return compileScript(program.body as Parameters<typeof compileScript>[0], program, context);
}

/** A program of one expression, whose value it returns. */
export function compileExpressionCode(tree: ListedProgram, options: CompileOptions): FunctionCode {
  const context = contextFor(tree, options);
  const { program } = tree;
  const [statement] = program.body;
  if (statement?.type === 'ExpressionStatement') context.expression(statement.expression);
  context.emit(program, returnStep);
  return codeOf(context, program, '', 0, 0);
}

function contextFor({ program, nodes, parents, byType }: ListedProgram, options: CompileOptions): Context {
  const facts: ProgramFacts = {
    ...options,
    collectors: options.isLibrary ? new Set() : collectorsOf(nodes),
    closed: closedNodes(nodes, parents),
    usesArguments: (byType.get('Identifier') ?? []).some((node) => 'name' in node && node.name === 'arguments'),
    decisions: [],
  };
  const storage = new Storage();
  const block = new Block(undefined, storage, true);
  const isStrict = hasUseStrict(program.body);
  return new Context(PARTS, facts, undefined, 'script', isStrict, storage, block, program);
}

function isFunctionOrClass({ type }: AnyNode): boolean {
  return type.includes('Function') || type.startsWith('Class');
}

/** The nodes around functions and classes, up to the function around them. */
function closedNodes(nodes: readonly AnyNode[], parents: ListedProgram['parents']): ReadonlySet<AnyNode> {
  const closed = new Set<AnyNode>();
  for (const node of nodes) {
    if (!isFunctionOrClass(node)) continue;
    for (let around = parents.get(node); around && !closed.has(around); around = parents.get(around)) {
      closed.add(around);
      if (isFunctionOrClass(around)) break;
    }
  }
  return closed;
}

/** The variables that are returned by name and assigned more than once. */
function collectorsOf(nodes: readonly AnyNode[]): ReadonlySet<string> {
  const returned = new Set<string>();
  const writes = new Map<string, number>();
  const count = (target: AnyNode | null | undefined): void => {
    if (target?.type === 'Identifier') writes.set(target.name, (writes.get(target.name) ?? 0) + 1);
  };
  for (const node of nodes) {
    if (node.type === 'ReturnStatement' && node.argument?.type === 'Identifier') returned.add(node.argument.name);
    else if (node.type === 'AssignmentExpression') count(node.left);
    else if (node.type === 'VariableDeclarator' && node.init) count(node.id);
  }
  return new Set([...returned].filter((name) => (writes.get(name) ?? 0) > 1));
}
