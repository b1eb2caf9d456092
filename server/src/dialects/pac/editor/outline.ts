// The outline of a PAC file.
import type { AnyNode } from 'acorn';
import type { TextRange } from '../../../text/range.js';
import type { OutlineItem } from '../../dialect.js';
import type { PacDocument } from '../program/program.js';
import { oneLine } from '../syntax/quoted-line.js';
import { isFunction, type ParsedPac } from '../syntax/tree.js';

/** The functions of a file and the variables at its top, with the conditions that decide inside the functions. */
export function outline({ tree }: PacDocument): readonly OutlineItem[] {
  if (tree.kind === 'failed') return [];
  return tree.program.body.flatMap((node) => outlineOf(node, tree));
}

function outlineOf(node: AnyNode, tree: ParsedPac): OutlineItem[] {
  const rangeOf = ({ start, end }: TextRange): TextRange => ({ start, end });
  if (node.type === 'FunctionDeclaration' && node.id) {
    const parameters = node.params.map((parameter) => tree.source.text.slice(parameter.start, parameter.end));
    const children = node.body.body.flatMap((inner) => outlineOf(inner, tree));
    return [
      {
        name: node.id.name,
        detail: `(${parameters.join(', ')})`,
        kind: 'function',
        range: rangeOf(node),
        nameRange: rangeOf(node.id),
        children,
      },
    ];
  }
  if (node.type === 'VariableDeclaration') {
    return node.declarations.flatMap((declarator): OutlineItem[] => {
      if (declarator.id.type !== 'Identifier') return [];
      const { init } = declarator;
      const isList = init?.type === 'ArrayExpression' || init?.type === 'ObjectExpression';
      return [
        {
          name: declarator.id.name,
          detail: init && !isFunction(init) ? oneLine(tree.source.text.slice(init.start, init.end)) : '',
          kind: init && isFunction(init) ? 'function' : isList ? 'list' : 'variable',
          range: rangeOf(declarator),
          nameRange: rangeOf(declarator.id),
          children: [],
        },
      ];
    });
  }
  if (node.type === 'IfStatement') {
    const name = oneLine(tree.source.text.slice(node.test.start, node.test.end));
    const item = {
      detail: '',
      kind: 'rule',
      range: rangeOf(node),
      nameRange: rangeOf(node.test),
      children: [],
    } as const;
    return [{ name: `if (${name})`, ...item }];
  }
  return [];
}
