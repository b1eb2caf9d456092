// Resolves every identifier of a file to its definition.
import type { AnyNode, Identifier, Pattern } from 'acorn';
import { functionAround, isFunction, nodesOf, type ParsedPac } from '../syntax/tree.js';

/** A name of a file with its definitions, reads and writes. */
export interface Binding {
  readonly name: string;
  readonly kind: 'function' | 'variable' | 'parameter';
  /** The node that it is visible in. */
  readonly scope: AnyNode;
  readonly definitions: Identifier[];
  /** Where its value is read. */
  readonly reads: Identifier[];
  readonly writes: Write[];
}

/** A node that sets a name: a declaration with a value, an assignment, a loop variable, `++`. */
export interface Write {
  readonly identifier: Identifier;
  /** The assigned expression where it is simply assigned; `undefined` for `+=`, `++`, loops and patterns. */
  readonly value: AnyNode | undefined;
  /** The declarator, assignment, update or loop. */
  readonly node: AnyNode;
}

export interface Scopes {
  readonly bindings: readonly Binding[];
  readonly bindingOf: ReadonlyMap<Identifier, Binding>;
  /** Reads of names that the file does not define. */
  readonly free: readonly Identifier[];
  /** The bindings of the outermost scope by name, assigned but undeclared names included. */
  readonly globals: ReadonlyMap<string, Binding>;
}

/** Resolves every identifier of a file to its definition (ECMA-262, 9.1: `var` and functions are hoisted). */
export function resolveScopes(tree: ParsedPac): Scopes {
  return new Resolver(tree).resolve();
}

const DECLARING = [
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'VariableDeclaration',
  'CatchClause',
  'ClassDeclaration',
  'ClassExpression',
] as const;

const WRITING = [
  'VariableDeclarator',
  'AssignmentExpression',
  'UpdateExpression',
  'ForInStatement',
  'ForOfStatement',
] as const;

/** The node types of a long chain of conditions. */
const NESTING: ReadonlySet<string> = new Set([
  'IfStatement',
  'LogicalExpression',
  'BinaryExpression',
  'ConditionalExpression',
]);

class Resolver {
  private readonly scopes = new Map<AnyNode, Map<string, Binding>>();
  private readonly bindings: Binding[] = [];
  private readonly bindingOf = new Map<Identifier, Binding>();
  private readonly free: Identifier[] = [];
  private readonly declarations = new Set<Identifier>();
  private readonly nearest = new Map<AnyNode, AnyNode>();

  constructor(private readonly tree: ParsedPac) {}

  resolve(): Scopes {
    for (const node of nodesOf(this.tree, ...DECLARING)) this.declareIn(node);
    const reads: Identifier[] = [];
    for (const node of nodesOf(this.tree, ...WRITING)) this.noteWrites(node);
    for (const node of nodesOf(this.tree, 'Identifier')) {
      if (this.declarations.has(node) || !this.isExpression(node)) continue;
      reads.push(node);
    }
    for (const identifier of reads) this.read(identifier);
    return {
      bindings: this.bindings,
      bindingOf: this.bindingOf,
      free: this.free,
      globals: this.scopes.get(this.tree.program) ?? new Map(),
    };
  }

  private declareIn(node: AnyNode): void {
    if (isFunction(node)) {
      for (const parameter of node.params)
        for (const identifier of namesOf(parameter)) this.declare(identifier, 'parameter', node);
      if (node.type === 'FunctionDeclaration' && node.id) this.declare(node.id, 'function', this.hoistTarget(node));
      if (node.type === 'FunctionExpression' && node.id) this.declare(node.id, 'function', node);
    } else if (node.type === 'VariableDeclaration') {
      const scope = node.kind === 'var' ? this.hoistTarget(node) : this.blockAround(node);
      for (const declarator of node.declarations)
        for (const identifier of namesOf(declarator.id)) this.declare(identifier, 'variable', scope);
    } else if (node.type === 'CatchClause' && node.param) {
      for (const identifier of namesOf(node.param)) this.declare(identifier, 'parameter', node);
    } else if (node.type === 'ClassDeclaration' && node.id) {
      this.declare(node.id, 'variable', this.blockAround(node));
    } else if (node.type === 'ClassExpression' && node.id) {
      this.declare(node.id, 'variable', node);
    }
  }

  private noteWrites(node: AnyNode): void {
    if (node.type === 'VariableDeclarator' && node.init) this.write(node.id, node.init, node);
    else if (node.type === 'AssignmentExpression')
      this.write(node.left, node.operator === '=' ? node.right : undefined, node);
    else if (node.type === 'UpdateExpression' && node.argument.type === 'Identifier')
      this.write(node.argument, undefined, node);
    else if (node.type === 'ForInStatement' || node.type === 'ForOfStatement') {
      const left = node.left;
      const targets: Pattern[] = left.type === 'VariableDeclaration' ? left.declarations.map(({ id }) => id) : [left];
      for (const target of targets) this.write(target, undefined, node);
    }
  }

  private write(target: AnyNode, value: AnyNode | undefined, node: AnyNode): void {
    const simple = target.type === 'Identifier';
    for (const identifier of namesOf(target)) {
      // An assignment to an undeclared name makes a global.
      const binding = this.lookUp(identifier) ?? this.declare(identifier, 'variable', this.tree.program);
      binding.writes.push({ identifier, value: simple ? value : undefined, node });
      this.bindingOf.set(identifier, binding);
      const readsToo =
        node.type === 'UpdateExpression' || (node.type === 'AssignmentExpression' && node.operator !== '=');
      if (!readsToo) this.declarations.add(identifier);
    }
  }

  private read(identifier: Identifier): void {
    const binding = this.lookUp(identifier);
    if (!binding) {
      this.free.push(identifier);
      return;
    }
    binding.reads.push(identifier);
    this.bindingOf.set(identifier, binding);
  }

  private declare(identifier: Identifier, kind: Binding['kind'], scope: AnyNode): Binding {
    let names = this.scopes.get(scope);
    if (!names) {
      names = new Map();
      this.scopes.set(scope, names);
    }
    let binding = names.get(identifier.name);
    if (!binding) {
      binding = { name: identifier.name, kind, scope, definitions: [], reads: [], writes: [] };
      names.set(identifier.name, binding);
      this.bindings.push(binding);
    }
    binding.definitions.push(identifier);
    this.bindingOf.set(identifier, binding);
    this.declarations.add(identifier);
    return binding;
  }

  private lookUp(identifier: Identifier): Binding | undefined {
    let scope = this.scopeAround(identifier);
    while (scope) {
      const binding = this.scopes.get(scope)?.get(identifier.name);
      if (binding) return binding;
      const outer = this.tree.parents.get(scope);
      scope = outer && this.scopeAround(outer);
    }
    return undefined;
  }

  /** The nearest node at or around `node` that is a scope. Cached, because long chains are deeply nested. */
  private scopeAround(node: AnyNode): AnyNode | undefined {
    const passed: AnyNode[] = [];
    let around: AnyNode | undefined = node;
    while (around && !this.scopes.has(around)) {
      const known = this.nearest.get(around);
      if (known) {
        around = known;
        break;
      }
      if (NESTING.has(around.type)) passed.push(around);
      around = this.tree.parents.get(around);
    }
    if (around) for (const statement of passed) this.nearest.set(statement, around);
    return around;
  }

  /** The function or program that `var` and function declarations belong to. */
  private hoistTarget(node: AnyNode): AnyNode {
    return functionAround(node, this.tree) ?? this.tree.program;
  }

  private blockAround(node: AnyNode): AnyNode {
    for (let around = this.tree.parents.get(node); around; around = this.tree.parents.get(around)) {
      const { type } = around;
      if (isFunction(around) || type === 'BlockStatement' || type === 'SwitchStatement' || type.startsWith('For'))
        return around;
    }
    return this.tree.program;
  }

  /** Whether an identifier names a variable, and not a property or a label. */
  private isExpression(identifier: Identifier): boolean {
    const parent = this.tree.parents.get(identifier);
    switch (parent?.type) {
      case 'MemberExpression':
        return parent.object === identifier || parent.computed;
      case 'Property':
      case 'MethodDefinition':
      case 'PropertyDefinition':
        return parent.value === identifier || parent.computed;
      case 'LabeledStatement':
      case 'BreakStatement':
      case 'ContinueStatement':
      case 'MetaProperty':
        return false;
      default:
        return true;
    }
  }
}

/** The identifiers that a declaration's or assignment's target gives values to. */
function namesOf(target: AnyNode): Identifier[] {
  switch (target.type) {
    case 'Identifier':
      return [target];
    case 'ObjectPattern':
      return target.properties.flatMap((property) =>
        namesOf(property.type === 'RestElement' ? property.argument : property.value),
      );
    case 'ArrayPattern':
      return target.elements.flatMap((element) => (element ? namesOf(element) : []));
    case 'AssignmentPattern':
      return namesOf(target.left);
    case 'RestElement':
      return namesOf(target.argument);
    default:
      return [];
  }
}
