// The functions around nodes, each found once: long chains of conditions nest as deep as they are long.
import type { AnyNode } from 'acorn';
import { type FunctionNode, isFunction, type ParsedPac } from './tree.js';

export class FunctionsAround {
  private readonly known = new Map<AnyNode, FunctionNode | undefined>();

  constructor(private readonly tree: ParsedPac) {}

  /** The innermost function that holds a node; `undefined` at the top of the file. */
  of(node: AnyNode): FunctionNode | undefined {
    const passed: AnyNode[] = [];
    let around = this.tree.parents.get(node);
    while (around && !isFunction(around) && !this.known.has(around)) {
      passed.push(around);
      around = this.tree.parents.get(around);
    }
    const found = around && isFunction(around) ? around : around && this.known.get(around);
    for (const one of passed) this.known.set(one, found);
    return found;
  }
}
