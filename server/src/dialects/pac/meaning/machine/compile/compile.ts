// Compiles a program: the tree of acorn to the instructions of the machine.
import type { AnyNode, Program } from 'acorn';
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

/** Throws a `RangeError` where a program nests too deeply for the stack of the host. */
export function compileProgram(program: Program, options: CompileOptions): FunctionCode {
  const context = contextFor(program, options);
  return compileScript(program.body as Parameters<typeof compileScript>[0], program, context);
}

/** A program of one expression, whose value it returns. */
export function compileExpressionCode(program: Program, options: CompileOptions): FunctionCode {
  const context = contextFor(program, options);
  const [statement] = program.body;
  if (statement?.type === 'ExpressionStatement') context.expression(statement.expression);
  context.emit(program, returnStep);
  return codeOf(context, program, '', 0, 0);
}

function contextFor(program: Program, options: CompileOptions): Context {
  const nodes = nodesWithParents(program);
  const facts: ProgramFacts = {
    ...options,
    collectors: options.isLibrary ? new Set() : collectorsOf(nodes),
    closed: closedNodes(nodes),
    decisions: [],
  };
  const storage = new Storage();
  const block = new Block(undefined, storage, true);
  const isStrict = hasUseStrict(program.body);
  return new Context(PARTS, facts, undefined, 'script', isStrict, storage, block, program);
}

interface Placed {
  readonly node: AnyNode;
  readonly parent: Placed | undefined;
}

/** All nodes, without recursion, since chains nest as deep as they are long. */
function nodesWithParents(program: Program): readonly Placed[] {
  const all: Placed[] = [];
  const pending: Placed[] = [{ node: program, parent: undefined }];
  for (let placed = pending.pop(); placed; placed = pending.pop()) {
    all.push(placed);
    for (const value of Object.values(placed.node) as unknown[]) {
      if (Array.isArray(value)) for (const item of value) addNode(item, placed, pending);
      else addNode(value, placed, pending);
    }
  }
  return all;
}

function addNode(value: unknown, parent: Placed, pending: Placed[]): void {
  if (typeof value === 'object' && value !== null && 'type' in value && 'start' in value)
    pending.push({ node: value as AnyNode, parent });
}

function isFunctionOrClass({ type }: AnyNode): boolean {
  return type.includes('Function') || type.startsWith('Class');
}

/** The nodes around functions and classes, up to the function around them. */
function closedNodes(nodes: readonly Placed[]): ReadonlySet<AnyNode> {
  const closed = new Set<AnyNode>();
  for (const { node, parent } of nodes) {
    if (!isFunctionOrClass(node)) continue;
    for (let around = parent; around && !closed.has(around.node); around = around.parent) {
      closed.add(around.node);
      if (isFunctionOrClass(around.node)) break;
    }
  }
  return closed;
}

/** The variables that are returned by name and assigned more than once. */
function collectorsOf(nodes: readonly Placed[]): ReadonlySet<string> {
  const returned = new Set<string>();
  const writes = new Map<string, number>();
  const count = (target: AnyNode | null | undefined): void => {
    if (target?.type === 'Identifier') writes.set(target.name, (writes.get(target.name) ?? 0) + 1);
  };
  for (const { node } of nodes) {
    if (node.type === 'ReturnStatement' && node.argument?.type === 'Identifier') returned.add(node.argument.name);
    else if (node.type === 'AssignmentExpression') count(node.left);
    else if (node.type === 'VariableDeclarator' && node.init) count(node.id);
  }
  return new Set([...returned].filter((name) => (writes.get(name) ?? 0) > 1));
}
