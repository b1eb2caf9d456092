// Determines which expressions are the host or the URL.
import type { AnyNode, Identifier } from 'acorn';
import { type FunctionNode, isFunction, type ParsedPac } from '../syntax/tree.js';
import { entryFunction } from './entry-function.js';
import type { Binding, Scopes } from './scopes.js';

/** The parameters of FindProxyForURL. */
export type Subject = 'url' | 'host';

/**
 * Determines which expressions are the host or the URL that were passed to FindProxyForURL, unchanged except for lower case. With
 * `evenIfChanged`, assignments to the parameters are ignored: sufficient to find the names that a file compares with.
 */
export class Subjects {
  private readonly known = new Map<Binding, Subject | undefined>();
  private readonly entry: FunctionNode | undefined;

  constructor(
    private readonly tree: ParsedPac,
    private readonly scopes: Scopes,
    private readonly evenIfChanged = false,
  ) {
    this.entry = entryFunction(tree, scopes);
  }

  of(expression: AnyNode | undefined): Subject | undefined {
    if (expression?.type === 'Identifier') {
      const binding = this.scopes.bindingOf.get(expression);
      return binding && this.ofBinding(binding);
    }
    if (expression?.type === 'CallExpression' && expression.callee.type === 'MemberExpression') {
      const { object, property, computed } = expression.callee;
      if (!computed && property.type === 'Identifier' && property.name === 'toLowerCase') return this.of(object);
    }
    return undefined;
  }

  private ofBinding(binding: Binding): Subject | undefined {
    if (this.known.has(binding)) return this.known.get(binding);
    // The preliminary results for a name that refers to itself: a function that calls itself, and `host = host.toLowerCase()`.
    this.known.set(binding, undefined);
    const initial = binding.kind === 'parameter' ? this.ofParameter(binding) : undefined;
    this.known.set(binding, initial);
    if (initial && this.evenIfChanged) return initial;
    let subject = initial;
    for (const [index, { value }] of binding.writes.entries()) {
      const written = value && this.of(value);
      if (written === undefined) subject = undefined;
      else if (index === 0 && binding.kind !== 'parameter') subject = written;
      else if (written !== subject) subject = undefined;
      if (subject === undefined) break;
    }
    this.known.set(binding, subject);
    return subject;
  }

  private ofParameter(binding: Binding): Subject | undefined {
    const owner = binding.scope;
    const [definition] = binding.definitions;
    if (!isFunction(owner) || !definition) return undefined;
    const position = owner.params.indexOf(definition);
    if (position < 0) return undefined;
    if (owner === this.entry) return position === 0 ? 'url' : position === 1 ? 'host' : undefined;
    return this.ofArguments(owner, position);
  }

  /** What every call of a function passes at a position. */
  private ofArguments(owner: FunctionNode, position: number): Subject | undefined {
    const name = owner.type === 'FunctionDeclaration' ? owner.id : this.assignedName(owner);
    const binding = name && this.scopes.bindingOf.get(name);
    if (!binding || binding.reads.length === 0) return undefined;
    let common: Subject | undefined;
    for (const read of binding.reads) {
      const call = this.tree.parents.get(read);
      if (call?.type !== 'CallExpression' || call.callee !== read) return undefined;
      const subject = this.of(call.arguments[position]);
      if (!subject || (common && subject !== common)) return undefined;
      common = subject;
    }
    return common;
  }

  private assignedName(owner: FunctionNode): Identifier | undefined {
    const parent = this.tree.parents.get(owner);
    return parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier' ? parent.id : undefined;
  }
}
