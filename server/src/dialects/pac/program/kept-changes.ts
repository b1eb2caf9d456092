// What the functions of a file may change that outlives a request, whatever is asked: seen in the text, because the requests that
// change it may be others than those that are followed.
import type { AnyNode, CallExpression, MemberExpression } from 'acorn';
import { once } from '../../../kept/once.js';
import { nodesOf, type ParsedPac } from '../syntax/tree.js';
import { type Literal, literalOf } from './constants.js';
import { memberName, Origins } from './origins.js';
import type { PacProgram } from './program.js';
import type { Binding, Scopes } from './scopes.js';

/**
 * Stands beside names for all that an object holds otherwise, the items of an array or the entries of a `Map`: having written one says
 * nothing of the others.
 */
export const ITEMS = '';

/** Changed parts of an object: properties by their names, and whether any others may be changed as well. */
export interface ChangedParts {
  readonly names: ReadonlySet<string>;
  readonly isWhole: boolean;
}

/** An upper bound of all that a request may change. What is made in the request itself is no part of it. */
export interface KeptChanges {
  /** The file runs texts as code, or changes what names mean: anything may be changed. */
  readonly isOpen: boolean;
  /** The names of variables. */
  readonly variables: ReadonlySet<string>;
  /** Those of them that are set to nothing but what the file writes there: `isActive = 0`. */
  readonly values: ReadonlyMap<string, ReadonlySet<Literal>>;
  /** Of the objects that variables of the outermost scope have after loading. */
  readonly ofVariables: ReadonlyMap<string, ChangedParts>;
  /** Of any objects: of those of the language what is named; of the global one all where `isGlobalPassed`. */
  readonly ofAnything: ChangedParts;
  /** Whether the global object is used as a value, so that what changes any object may change variables. */
  readonly isGlobalPassed: boolean;
  /** Whether regular expressions with `g` or `y` may remember where they have found something. */
  readonly ofMatches: boolean;
  /** Variables whose objects are tables that have something under the name of the host. */
  readonly byHost: ReadonlySet<string>;
}

/** What changes its object: methods of arrays, `Map`, `Set` and dates (ECMA-262, 21.4.4, 23.1.3, 24.1.3, 24.2.4). */
const MUTATORS: ReadonlySet<string> = new Set(
  (
    'push pop shift unshift splice sort reverse fill copyWithin set add delete clear compile next return throw ' +
    'setTime setYear setFullYear setMonth setDate setHours setMinutes setSeconds setMilliseconds ' +
    'setUTCFullYear setUTCMonth setUTCDate setUTCHours setUTCMinutes setUTCSeconds setUTCMilliseconds ' +
    '__defineGetter__ __defineSetter__'
  ).split(' '),
);

/** Methods of `Map` and `Set` that change the entry of their first argument. */
const KEYED: ReadonlySet<string> = new Set(['set', 'add', 'delete']);

/** Functions of `Object` and `Reflect` that change their first argument. */
const CHANGING_FIRST: ReadonlySet<string> = new Set(
  (
    'assign defineProperty defineProperties setPrototypeOf deleteProperty preventExtensions seal freeze ' +
    '__defineGetter__ __defineSetter__'
  ).split(' '),
);

/** Methods that remember in an expression with `g` or `y` where they have found something. */
const REMEMBERING: ReadonlySet<string> = new Set('exec test match matchAll replace replaceAll search split'.split(' '));

/** Run texts, or change what is not named. */
const OPEN_NAMES: ReadonlySet<string> = new Set('eval Function Reflect setTimeout setInterval execScript'.split(' '));

export function keptChanges(program: PacProgram): KeptChanges {
  return new Finder(program).find();
}

/** More values than these are as good as any. */
const MOST_VALUES = 16;

/** All that variables are set to, where that is nothing but literals. */
function valuesByName(bindings: readonly Binding[]): Map<string, ReadonlySet<Literal>> {
  const found = new Map<string, Set<Literal>>();
  const others = new Set<string>();
  for (const { name, writes } of bindings) {
    const values = found.get(name) ?? new Set();
    found.set(name, values);
    for (const { value } of writes) {
      const literal = value && literalOf(value);
      if (literal && !Object.is(literal.value, -0)) values.add(literal.value);
      else others.add(name);
    }
    if (values.size > MOST_VALUES) others.add(name);
  }
  for (const name of others) found.delete(name);
  return found;
}

class Parts implements ChangedParts {
  readonly names = new Set<string>();
  isWhole = false;

  add(name: string | undefined): void {
    if (name === undefined || name === '__proto__') this.isWhole = true;
    else this.names.add(name);
  }
}

class Finder {
  private readonly tree: ParsedPac;
  private readonly scopes: Scopes;
  private readonly origins: Origins;
  private readonly ofVariables = new Map<string, Parts>();
  private readonly ofAnything = new Parts();
  private readonly byHost = new Set<string>();
  private ofMatches = false;
  private isOpen = false;

  constructor(program: PacProgram) {
    this.tree = program.tree;
    this.scopes = program.scopes;
    this.origins = new Origins(program);
  }

  find(): KeptChanges {
    const { tree, scopes, ofVariables, ofAnything, byHost } = this;
    const changed = scopes.bindings.filter((own) => this.isChanged(own));
    const variables = new Set(changed.map(({ name }) => name));
    const values = valuesByName(changed);
    for (const { operator, argument } of nodesOf(tree, 'UnaryExpression')) {
      if (operator === 'delete' && argument.type === 'Identifier') {
        variables.add(argument.name);
        values.delete(argument.name);
      }
    }
    for (const node of nodesOf(tree, 'MemberExpression')) this.findIn(node);
    for (const node of nodesOf(tree, 'CallExpression')) this.findInCall(node);
    const isOpen =
      this.isOpen || nodesOf(tree, 'WithStatement').length > 0 || scopes.free.some(({ name }) => OPEN_NAMES.has(name));
    return {
      isOpen,
      variables,
      values,
      ofVariables,
      ofAnything,
      byHost,
      ofMatches: this.ofMatches,
      isGlobalPassed: this.isGlobalPassed(),
    };
  }

  private isGlobalPassed(): boolean {
    const { tree, scopes } = this;
    const found = [...nodesOf(tree, 'ThisExpression'), ...scopes.free.filter(({ name }) => name === 'globalThis')];
    return found.some((node) => {
      const parent = tree.parents.get(node);
      return parent?.type !== 'MemberExpression' || parent.object !== node;
    });
  }

  /** Whether requests set a variable that is not made anew for each. */
  private isChanged(binding: Binding): boolean {
    const home = this.origins.homeOf(binding);
    return binding.writes.some(
      ({ node }) => this.origins.runsForRequests(node) && this.origins.functionAround(node) !== home,
    );
  }

  private findIn(node: MemberExpression): void {
    const { tree, origins } = this;
    const name = memberName(node);
    const parent = tree.parents.get(node);
    const isCalled = parent?.type === 'CallExpression' && parent.callee === node;
    const isTarget = this.isTarget(node);
    const isMutator = name === undefined ? isCalled : MUTATORS.has(name);
    const remembers = name !== undefined && REMEMBERING.has(name) && this.someRemember();
    if ((!isTarget && !isMutator && !remembers) || !origins.runsForRequests(node)) return;
    if (isTarget) {
      const key = node.computed ? node.property : undefined;
      this.change(node.object, name, key);
    } else if (remembers) {
      this.ofMatches = true;
    } else if (isCalled) {
      const key = name !== undefined && KEYED.has(name) ? parent.arguments[0] : undefined;
      this.change(node.object, name === undefined ? undefined : ITEMS, key);
    } else {
      // What is not called at once may be called for any object.
      this.ofAnything.add(ITEMS);
    }
  }

  /** Whether the file has regular expressions that remember. */
  private readonly someRemember = once(
    () =>
      this.scopes.free.some(({ name }) => name === 'RegExp') ||
      nodesOf(this.tree, 'Literal').some((node) => 'regex' in node && /[gy]/.test(node.regex?.flags ?? '')),
  );

  private findInCall(call: CallExpression): void {
    const { callee } = call;
    const name = callee.type === 'MemberExpression' ? memberName(callee) : undefined;
    const [first] = call.arguments;
    if (name === undefined || !CHANGING_FIRST.has(name) || !first) return;
    if (this.origins.runsForRequests(call)) this.change(first, undefined, undefined);
  }

  /** Whether something is assigned to a property, or the property is removed. */
  private isTarget(node: AnyNode): boolean {
    const parent = this.tree.parents.get(node);
    switch (parent?.type) {
      case 'AssignmentExpression':
      case 'AssignmentPattern':
      case 'ForInStatement':
      case 'ForOfStatement':
        return parent.left === node;
      case 'UpdateExpression':
      case 'RestElement':
      case 'ArrayPattern':
        return true;
      case 'UnaryExpression':
        return parent.operator === 'delete';
      case 'Property':
        return parent.value === node && this.tree.parents.get(parent)?.type === 'ObjectPattern';
      default:
        return false;
    }
  }

  /** Notes that a property of what an expression gives is changed: without a name, any; `key` is what stands for its name. */
  private change(object: AnyNode, name: string | undefined, key: AnyNode | undefined): void {
    const { origins } = this;
    if (origins.isNew(object)) return;
    const variable = this.variableOf(object);
    if (variable === undefined) {
      // By such names everything may be reached, the functions of the language as well.
      if (name === undefined && isOfLanguage(object, this.scopes)) this.isOpen = true;
      this.ofAnything.add(name);
    } else if (key && origins.isHost(key)) {
      this.byHost.add(variable);
    } else {
      const parts = this.ofVariables.get(variable) ?? new Parts();
      this.ofVariables.set(variable, parts);
      parts.add(name);
    }
  }

  /** The variable of the outermost scope whose object an expression gives: the one that it has after loading. */
  private variableOf(expression: AnyNode): string | undefined {
    const binding = expression.type === 'Identifier' ? this.scopes.bindingOf.get(expression) : undefined;
    if (!binding || binding.scope !== this.tree.program) return undefined;
    // What a request has put there is new in each; that it may find what another one left is said of the variable.
    const isOwn = binding.writes.every(
      ({ node, value }) => !this.origins.runsForRequests(node) || (value !== undefined && this.origins.isNew(value)),
    );
    return isOwn ? binding.name : undefined;
  }
}

/** `this`, a name of the language, or a prototype. */
function isOfLanguage(node: AnyNode, scopes: Scopes): boolean {
  if (node.type === 'MemberExpression')
    return ['prototype', '__proto__', 'constructor'].includes(memberName(node) ?? '');
  return node.type === 'ThisExpression' || (node.type === 'Identifier' && !scopes.bindingOf.has(node));
}
