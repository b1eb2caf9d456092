// Reports `for (x in list)` whose variable is used as if it were the element.
import type { AnyNode, ForInStatement } from 'acorn';
import { constantValue } from '../program/constants.js';
import { calledHelper } from '../program/helper-calls.js';
import type { Binding } from '../program/scopes.js';
import { nodesOf } from '../syntax/tree.js';
import type { CheckContext } from './context.js';
import { textTests } from './text-tests.js';

/** `for…in` goes through the positions of a list, as texts: "0", "1". */
export function checkListLoops(context: CheckContext): void {
  const loops = nodesOf(context.tree, 'ForInStatement').filter(({ right }) => isList(right, context));
  if (loops.length === 0) return;
  const patterns = new Set<AnyNode>(textTests(context).map(({ pattern }) => pattern));
  for (const node of nodesOf(context.tree, 'CallExpression')) {
    const call = calledHelper(node, context.scopes);
    const [, network] = call?.args ?? [];
    if (network && (call?.name === 'isInNet' || call?.name === 'isInNetEx')) patterns.add(network);
  }
  for (const loop of loops) checkLoop(loop, patterns, context);
}

function isList(node: AnyNode, context: CheckContext): boolean {
  const value = constantValue(node, context.scopes);
  if (value?.type === 'ArrayExpression') return true;
  return value?.type === 'NewExpression' && value.callee.type === 'Identifier' && value.callee.name === 'Array';
}

function checkLoop(loop: ForInStatement, patterns: ReadonlySet<AnyNode>, context: CheckContext): void {
  const variable = variableOf(loop, context);
  if (!variable) return;
  for (const read of variable.reads) {
    if (read.start < loop.body.start || read.end > loop.body.end || !patterns.has(read)) continue;
    const element = `${context.textOf(loop.right)}[${read.name}]`;
    const message = `\`${read.name}\` is a position in the list here ("0", "1", …), not its element: \`${element}\`.`;
    const fix =
      loop.right.type === 'Identifier'
        ? { title: `Write ${element}`, edits: [context.edit(read, element)] }
        : undefined;
    if (context.claim(read)) context.report('pac-invalid-argument', read, message, fix ? { fix } : {});
  }
}

function variableOf({ left }: ForInStatement, { scopes }: CheckContext): Binding | undefined {
  const target = left.type === 'VariableDeclaration' ? left.declarations[0]?.id : left;
  return target?.type === 'Identifier' ? scopes.bindingOf.get(target) : undefined;
}
