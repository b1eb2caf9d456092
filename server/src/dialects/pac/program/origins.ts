// Where the values of a file come from, and which of its functions run when: as far as that is seen without running them.

import type { AnyNode, CallExpression, Identifier, MemberExpression } from 'acorn';
import { addTo } from '../../../kept/lists.js';
import { FunctionsAround } from '../syntax/functions-around.js';
import { type FunctionNode, isFunction, nodesOf, type ParsedPac } from '../syntax/tree.js';
import { ENTRY_FUNCTIONS } from '../vocabulary/words.js';
import { entryNamed } from './entry-function.js';
import type { PacProgram } from './program.js';
import type { Binding, Scopes } from './scopes.js';

/** Methods of the language that make a new object, or no object. */
const MAKING: ReadonlySet<string> = new Set(
  (
    'split slice concat map filter match flat flatMap from of keys values entries create join toString toLowerCase toUpperCase ' +
    'substring substr replace trim charAt indexOf'
  ).split(' '),
);

/** Methods of arrays that call a function back before they return. */
const CALLING_BACK: ReadonlySet<string> = new Set(
  'forEach map filter reduce reduceRight some every find findIndex flatMap sort'.split(' '),
);

/** How far names are followed to what they stand for. */
const DEPTH = 6;

export class Origins {
  private readonly tree: ParsedPac;
  private readonly scopes: Scopes;
  /** Names of properties that the file gives values of its own. */
  private readonly ownProperties: ReadonlySet<string>;
  /** The second parameters of the entry functions. */
  private readonly hosts: ReadonlySet<Binding>;
  private readonly around: FunctionsAround;
  private readonly answering: ReadonlySet<FunctionNode>;

  constructor({ tree, scopes }: PacProgram) {
    this.tree = tree;
    this.scopes = scopes;
    this.around = new FunctionsAround(tree);
    this.ownProperties = new Set([
      ...nodesOf(tree, 'Property', 'MethodDefinition', 'PropertyDefinition').flatMap(({ key }) => nameOf(key) ?? []),
      ...nodesOf(tree, 'AssignmentExpression').flatMap(({ left }) =>
        left.type === 'MemberExpression' ? (nameOf(left.property) ?? []) : [],
      ),
    ]);
    this.hosts = new Set(
      ENTRY_FUNCTIONS.flatMap(({ name }) => {
        const host = entryNamed(name, tree, scopes)?.params[1];
        return (host?.type === 'Identifier' && scopes.bindingOf.get(host)) || [];
      }),
    );
    this.answering = this.findAnswering();
  }

  /** Whether a node may run while a request is answered, and not only while the file is loaded. */
  runsForRequests(node: AnyNode): boolean {
    const code = this.functionAround(node);
    return code !== undefined && this.answering.has(code);
  }

  /** The innermost function that holds a node; `undefined` for what runs while the file is loaded. */
  functionAround(node: AnyNode): FunctionNode | undefined {
    return this.around.of(node);
  }

  /** The function whose calls make a variable anew; `undefined` for one that is made while the file is loaded. */
  homeOf({ scope }: Binding): FunctionNode | undefined {
    return isFunction(scope) ? scope : this.functionAround(scope);
  }

  /** The functions that may run for requests: those of which not all calls are seen, and what they call. */
  private findAnswering(): ReadonlySet<FunctionNode> {
    const { tree } = this;
    const answering = new Set<FunctionNode>();
    const calledBy = new Map<FunctionNode, FunctionNode[]>();
    const pending: FunctionNode[] = [];
    const add = (code: FunctionNode) => {
      if (answering.has(code)) return;
      answering.add(code);
      pending.push(code);
    };
    for (const code of nodesOf(tree, 'FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression')) {
      const calls = this.callsOf(code);
      if (!calls) add(code);
      for (const call of calls ?? []) {
        const caller = this.functionAround(call);
        if (caller) addTo(calledBy, caller, code);
      }
    }
    for (let code = pending.pop(); code; code = pending.pop())
      for (const called of calledBy.get(code) ?? []) add(called);
    return answering;
  }

  /** All places where a function is called; `undefined` where it may be called from elsewhere. */
  private callsOf(code: FunctionNode): readonly CallExpression[] | undefined {
    const parent = this.tree.parents.get(code);
    if (parent?.type === 'CallExpression' && this.calls(parent, code)) return [parent];
    if (code.type !== 'FunctionDeclaration' || !code.id) return undefined;
    const binding = this.scopes.bindingOf.get(code.id);
    if (binding?.definitions.length !== 1 || binding.writes.length > 0 || this.isEntry(binding)) return undefined;
    const calls = binding.reads.map((read) => {
      const call = this.tree.parents.get(read);
      return call?.type === 'CallExpression' && this.calls(call, read) ? call : undefined;
    });
    return calls.every((call) => call !== undefined) ? calls : undefined;
  }

  /** Whether a call calls a function itself, or gives it to a method of the language that only calls it back. */
  private calls({ callee, arguments: all }: CallExpression, code: AnyNode): boolean {
    if (callee === code) return true;
    const name = callee.type === 'MemberExpression' ? memberName(callee) : undefined;
    return name !== undefined && CALLING_BACK.has(name) && !this.ownProperties.has(name) && all[0] === code;
  }

  private isEntry({ name, scope }: Binding): boolean {
    return scope === this.tree.program && ENTRY_FUNCTIONS.some((entry) => entry.name === name);
  }

  /** Whether an expression is always the host as it came. */
  isHost(expression: AnyNode, depth = DEPTH): boolean {
    const binding = expression.type === 'Identifier' ? this.scopes.bindingOf.get(expression) : undefined;
    if (binding?.definitions.length !== 1 || depth === 0) return false;
    if (binding.kind === 'variable') {
      const [write, ...others] = binding.writes;
      return write?.value !== undefined && others.length === 0 && this.isHost(write.value, depth - 1);
    }
    if (this.hosts.has(binding)) return binding.writes.length === 0;
    return this.isAlwaysGiven(binding, (value) => this.isHost(value, depth - 1));
  }

  /** Whether something holds of all that a parameter is given, which keeps it. */
  private isAlwaysGiven({ kind, scope, writes, definitions }: Binding, holds: (value: AnyNode) => boolean): boolean {
    if (kind !== 'parameter' || writes.length > 0 || !isFunction(scope)) return false;
    const index = scope.params.indexOf(definitions[0] as Identifier);
    const calls = index < 0 ? undefined : this.callsOf(scope);
    if (!calls) return false;
    return calls.every(({ callee, arguments: all }) => {
      const isBefore = all.slice(0, index + 1).some(({ type }) => type === 'SpreadElement');
      // A method that calls it back gives it what an object holds.
      const isDirect = callee === scope || (callee.type === 'Identifier' && callee.name === scope.id?.name);
      const given = all[index];
      return isDirect && !isBefore && given !== undefined && holds(given);
    });
  }

  /** Whether what an expression gives is made for the request, or is no object. */
  isNew(expression: AnyNode, depth = DEPTH): boolean {
    if (depth === 0) return false;
    const isNew = (part: AnyNode) => this.isNew(part, depth - 1);
    switch (expression.type) {
      case 'ArrayExpression':
      case 'ObjectExpression':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
      case 'ClassExpression':
      case 'Literal':
      case 'TemplateLiteral':
      case 'BinaryExpression':
      case 'UnaryExpression':
      case 'UpdateExpression':
        return true;
      case 'NewExpression':
        return expression.callee.type === 'Identifier' && !this.scopes.bindingOf.has(expression.callee);
      case 'ParenthesizedExpression':
      case 'ChainExpression':
        return isNew(expression.expression);
      case 'ConditionalExpression':
        return isNew(expression.consequent) && isNew(expression.alternate);
      case 'LogicalExpression':
        return isNew(expression.left) && isNew(expression.right);
      case 'AssignmentExpression':
        return expression.operator === '=' && isNew(expression.right);
      case 'CallExpression':
        return this.makes(expression);
      case 'Identifier':
        return this.holdsNew(expression, depth);
      default:
        return false;
    }
  }

  /** Whether a call is one of a function of the language or of clients that makes what it gives. */
  private makes({ callee }: CallExpression): boolean {
    if (callee.type === 'Identifier') return !this.scopes.bindingOf.has(callee);
    const name = callee.type === 'MemberExpression' ? memberName(callee) : undefined;
    return name !== undefined && MAKING.has(name) && !this.ownProperties.has(name);
  }

  /** Whether a variable or parameter of a function only ever has what was made for the request. */
  private holdsNew(identifier: Identifier, depth: number): boolean {
    const binding = this.scopes.bindingOf.get(identifier);
    if (!binding) return false;
    const home = this.homeOf(binding);
    if (!home || !this.answering.has(home)) return false;
    const isNew = (value: AnyNode | undefined) => value !== undefined && this.isNew(value, depth - 1);
    if (binding.kind === 'parameter') return this.isAlwaysGiven(binding, isNew);
    return binding.kind === 'variable' && binding.writes.every(({ value }) => isNew(value));
  }
}

/** The name of the property that an expression is about; `undefined` where it is computed. */
export function memberName({ property, computed }: MemberExpression): string | undefined {
  if (!computed) return nameOf(property);
  return property.type === 'Literal' && typeof property.value === 'string' ? property.value : undefined;
}

function nameOf(key: AnyNode): string | undefined {
  if (key.type === 'Identifier' || key.type === 'PrivateIdentifier') return key.name;
  return key.type === 'Literal' ? String(key.value) : undefined;
}
