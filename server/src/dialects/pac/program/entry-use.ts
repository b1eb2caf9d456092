// What the entry functions of a file do with what they get, as far as that is seen without running them.
import type { AnyNode } from 'acorn';
import { isFunction, type ParsedPac } from '../syntax/tree.js';
import { entryFunction, functionOf } from './entry-function.js';
import type { Binding, Scopes } from './scopes.js';

/** Whether a file uses the URL that it gets: its first parameter, or the list of all. */
export function readsUrl(tree: ParsedPac, scopes: Scopes): boolean {
  const [url] = entryFunction(tree, scopes)?.params ?? [];
  const binding = url?.type === 'Identifier' ? scopes.bindingOf.get(url) : undefined;
  if (!binding || usesArguments(scopes)) return true;
  const changes = changesOfItself(binding, tree);
  return binding.reads.some((read) => !changes.some(({ start, end }) => start <= read.start && read.end <= end));
}

function usesArguments({ free }: Scopes): boolean {
  return free.some(({ name }) => name === 'arguments');
}

/** The values of `url = url.toLowerCase();` and `url = "" + url;`, which use the URL only for itself. */
function changesOfItself({ name, writes }: Binding, tree: ParsedPac): AnyNode[] {
  // A method that the file defines may do anything.
  if (tree.source.text.includes('prototype')) return [];
  return writes.flatMap(({ node, value }) => {
    const isStatement = tree.parents.get(node)?.type === 'ExpressionStatement';
    return isStatement && value && isPlainText(value, name) ? [value] : [];
  });
}

const PLAIN_METHODS: ReadonlySet<string> = new Set(['toLowerCase', 'toUpperCase', 'toString', 'trim']);

/** Whether an expression makes a text of constants and the text of one name. */
function isPlainText(node: AnyNode, name: string): boolean {
  switch (node.type) {
    case 'Identifier':
      return node.name === name;
    case 'Literal':
      return typeof node.value === 'string';
    case 'BinaryExpression':
      return node.operator === '+' && isPlainText(node.left, name) && isPlainText(node.right, name);
    case 'CallExpression': {
      const { callee } = node;
      if (callee.type !== 'MemberExpression' || callee.computed || node.arguments.length > 0) return false;
      return (
        callee.property.type === 'Identifier' &&
        PLAIN_METHODS.has(callee.property.name) &&
        isPlainText(callee.object, name)
      );
    }
    default:
      return false;
  }
}

/** Whether both entry functions are declared with the same words, so that all clients get the same. */
export function areEntriesAlike(tree: ParsedPac, scopes: Scopes): boolean {
  const [one, other] = ['FindProxyForURL', 'FindProxyForURLEx'].map((name) => {
    const binding = scopes.globals.get(name);
    const declared = binding?.definitions.length === 1 && binding.writes.length === 0 && functionOf(binding, tree);
    const isOutermost = declared && isFunction(declared) && tree.parents.get(declared) === tree.program;
    return isOutermost && declared.id ? tree.source.text.slice(declared.id.end, declared.end) : undefined;
  });
  return one !== undefined && one === other && !usesArguments(scopes);
}
