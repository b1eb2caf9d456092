// Where the variables of a program are kept: resolved when it is compiled.

import type { AnyNode, Pattern, Statement, VariableDeclaration } from 'acorn';
import { addAll } from '../../../../../kept/lists.js';

/** The variables that are together in one scope of a run: those of a function, or of a block that functions are made in. */
export class Storage {
  private count = 0;

  get size(): number {
    return this.count;
  }

  allocate(): number {
    return this.count++;
  }
}

export interface Variable {
  readonly slot: number;
  readonly kind: 'var' | 'let' | 'const' | 'self';
  /** Where the number of its last assignment is kept, if that can decide the result. */
  readonly decisionSlot: number | undefined;
}

/** The names of a function or a block. */
export class Block {
  readonly variables = new Map<string, Variable>();

  constructor(
    readonly outer: Block | undefined,
    readonly storage: Storage,
    /** Whether its `var`s are properties of the global object. */
    readonly isGlobal: boolean,
  ) {}

  declare(name: string, kind: Variable['kind'], collectors: ReadonlySet<string>, slot?: number): Variable {
    const known = this.variables.get(name);
    if (known && known.kind !== 'self' && slot === undefined) return known;
    const variable: Variable = {
      slot: slot ?? this.storage.allocate(),
      kind,
      decisionSlot: collectors.has(name) ? this.storage.allocate() : undefined,
    };
    this.variables.set(name, variable);
    return variable;
  }
}

export interface Resolved {
  readonly variable: Variable;
  /** How many scopes of the run it is away. */
  readonly depth: number;
}

export function resolve(name: string, from: Block): Resolved | undefined {
  let depth = 0;
  let { storage } = from;
  for (let block: Block | undefined = from; block; block = block.outer) {
    if (block.storage !== storage) {
      storage = block.storage;
      depth++;
    }
    const variable = block.variables.get(name);
    if (variable) return { variable, depth };
  }
  return undefined;
}

/** The names that a pattern binds. */
export function namesIn(pattern: Pattern | AnyNode): string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) =>
        namesIn(property.type === 'RestElement' ? property.argument : property.value),
      );
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element ? namesIn(element) : []));
    case 'AssignmentPattern':
      return namesIn(pattern.left);
    case 'RestElement':
      return namesIn(pattern.argument);
    default:
      return [];
  }
}

/** The names of the `var`s of a function, and of the functions that are declared in it: in sloppy mode also those in its blocks. */
export function hoistedNames(body: readonly AnyNode[], isStrict: boolean): Set<string> {
  const own = new Set(body);
  const names = new Set<string>();
  const pending: AnyNode[] = [...body];
  const addDeclaration = (node: VariableDeclaration): void => {
    if (node.kind !== 'var') return;
    for (const { id } of node.declarations) for (const name of namesIn(id)) names.add(name);
  };
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.type === 'VariableDeclaration') addDeclaration(node);
    else if (node.type === 'FunctionDeclaration') {
      if (node.id && (!isStrict || own.has(node))) names.add(node.id.name);
    } else addAll(pending, statementsIn(node));
  }
  return names;
}

/** The statements directly inside of one. */
function statementsIn(node: AnyNode): AnyNode[] {
  switch (node.type) {
    case 'BlockStatement':
      return node.body;
    case 'IfStatement':
      return node.alternate ? [node.consequent, node.alternate] : [node.consequent];
    case 'ForStatement':
      return node.init?.type === 'VariableDeclaration' ? [node.init, node.body] : [node.body];
    case 'ForInStatement':
    case 'ForOfStatement':
      return [node.left, node.body];
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'LabeledStatement':
    case 'WithStatement':
      return [node.body];
    case 'SwitchStatement':
      return node.cases.flatMap(({ consequent }) => consequent);
    case 'TryStatement':
      return [node.block, ...(node.handler ? [node.handler.body] : []), ...(node.finalizer ? [node.finalizer] : [])];
    default:
      return [];
  }
}

/** The names that belong to a block: `let`, `const` and classes, in a block of strict mode also functions. */
export function lexicalNames(
  body: readonly (Statement | AnyNode)[],
  withFunctions: boolean,
): { name: string; kind: 'let' | 'const' }[] {
  return body.flatMap((node) => {
    const isOwn = node.type === 'ClassDeclaration' || (withFunctions && node.type === 'FunctionDeclaration');
    if (isOwn && node.id) return [{ name: node.id.name, kind: 'let' as const }];
    if (node.type !== 'VariableDeclaration' || node.kind === 'var') return [];
    const kind = node.kind === 'const' ? 'const' : 'let';
    return node.declarations.flatMap(({ id }) => namesIn(id).map((name) => ({ name, kind }) as const));
  });
}
