// A node of the syntax tree that knows the node around it.
import type { AnyNode } from 'acorn';

/** A field of the node, because a table of tens of thousands of nodes is what reading a file would take most of its memory for. */
export class LinkedNode {
  type = '';
  start: number;
  end = 0;
  /** Private, so that nothing that goes through the properties of a node meets it. */
  #parent: AnyNode | undefined = undefined;

  constructor(start: number) {
    this.start = start;
  }

  static link(node: AnyNode, parent: AnyNode): void {
    if (#parent in node) node.#parent = parent;
  }

  static parentOf(node: AnyNode): AnyNode | undefined {
    return #parent in node ? node.#parent : undefined;
  }
}

/** The node around a node. */
export interface Parents {
  get(node: AnyNode): AnyNode | undefined;
}

export const PARENTS: Parents = { get: LinkedNode.parentOf };
