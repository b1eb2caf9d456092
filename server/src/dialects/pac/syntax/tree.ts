// The tree of a PAC file: the syntax tree of acorn (ESTree), with an index of its nodes.
import type { AnyNode, Program } from 'acorn';
import type { Lineage } from '../../../kept/line-blocks.js';
import { addAll } from '../../../kept/lists.js';
import { contains, type TextRange } from '../../../text/range.js';
import type { Source } from '../../dialect.js';
import type { Parents } from './linked-node.js';

/** Why a file could not be parsed: it is not JavaScript, too large for clients, or exceeds the limits of Lintel. */
export interface ParseFailure {
  readonly kind: 'invalid' | 'too-large' | 'beyond-limit';
  readonly message: string;
  readonly range: TextRange;
}

/** A PAC file as a syntax tree, or why there is none. */
export type PacTree =
  | {
      readonly kind: 'parsed';
      readonly source: Source;
      readonly lineage: Lineage;
      readonly program: Program;
      /** Every node, parents before children, in the order of the text. */
      readonly nodes: readonly AnyNode[];
      readonly parents: Parents;
      /** The nodes by their type, each list in the order of the text. */
      readonly byType: ReadonlyMap<string, readonly AnyNode[]>;
    }
  | {
      readonly kind: 'failed';
      readonly source: Source;
      readonly lineage: Lineage;
      readonly failure: ParseFailure;
    };

export type ParsedPac = Extract<PacTree, { kind: 'parsed' }>;

export type NodeOf<Type extends AnyNode['type']> = Extract<AnyNode, { type: Type }>;

/** The nodes of some types, in the order of the types and then of the text. */
export function nodesOf<Type extends AnyNode['type']>(tree: ParsedPac, ...types: Type[]): readonly NodeOf<Type>[] {
  const [first = [], ...others] = types.map((type) => (tree.byType.get(type) ?? []) as readonly NodeOf<Type>[]);
  if (others.length === 0) return first;
  const all = [...first];
  for (const list of others) addAll(all, list);
  return all;
}

export type FunctionNode = Extract<
  AnyNode,
  { type: 'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression' }
>;

export function isFunction(node: AnyNode): node is FunctionNode {
  return (
    node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression'
  );
}

/** The innermost function that holds `node`; `undefined` at the top of the file. */
export function functionAround(node: AnyNode, tree: ParsedPac): FunctionNode | undefined {
  for (let around = tree.parents.get(node); around; around = tree.parents.get(around)) {
    if (isFunction(around)) return around;
  }
  return undefined;
}

/** The innermost node that holds an offset. */
export function innermostAt(tree: ParsedPac, offset: number): AnyNode | undefined {
  let innermost: AnyNode | undefined;
  // Children come after their parents.
  for (const node of tree.nodes) {
    if (node.start > offset) break;
    if (contains(node, offset)) innermost = node;
  }
  return innermost;
}
