// Reports names that are undefined, unused, or defined twice.
import type { AnyNode, Identifier } from 'acorn';
import type { Binding } from '../program/scopes.js';
import { isFunction, nodesOf } from '../syntax/tree.js';
import { isPlaceholder } from '../vocabulary/placeholders.js';
import { HELPER_BY_NAME, PREDEFINED_NAMES } from '../vocabulary/words.js';
import type { CheckContext } from './context.js';
import { isMisspeltEntry } from './entry-function.js';

export function checkNames(context: CheckContext): void {
  const { scopes, tree } = context;
  // `typeof name` tests whether a client has it, for the uses that follow.
  const tested = new Set(scopes.free.filter((one) => isTested(one, context)).map(({ name }) => name));
  let written: ReadonlySet<string> | undefined;
  for (const identifier of scopes.free) {
    const { name } = identifier;
    if (PREDEFINED_NAMES.has(name) || isPlaceholder(name) || tested.has(name)) continue;
    written ??= globalProperties(context);
    if (written.has(name)) continue;
    const parent = tree.parents.get(identifier);
    if (isCaught(identifier, context)) continue;
    const called = parent?.type === 'CallExpression' && parent.callee === identifier;
    const what = called ? 'No function' : 'No variable';
    const similar = [...HELPER_BY_NAME.keys()].find((known) => known.toLowerCase() === name.toLowerCase());
    const hint = similar ? ` The helper is named \`${similar}\`.` : ' The file fails here at run time.';
    const fix = similar ? { title: `Write ${similar}`, edits: [context.edit(identifier, similar)] } : undefined;
    context.report('undefined-name', identifier, `${what} \`${name}\` is defined.${hint}`, fix ? { fix } : {});
  }
  for (const binding of scopes.bindings) {
    checkUse(binding, context);
    checkDefinitions(binding, context);
  }
}

/** What makes a text the name of a property: `defineProperty(this, "name", …)`, `["name"].forEach(…)`, `all["name"]`. */
const PASSED_BY: ReadonlySet<string> = new Set(['CallExpression', 'ArrayExpression', 'MemberExpression']);

/** Names that may be properties of the global object, and so variables: where a file holds that object, any name that it writes or passes on. */
function globalProperties({ scopes, tree }: CheckContext): ReadonlySet<string> {
  const names = new Set<string>();
  const isHeld = nodesOf(tree, 'ThisExpression').length > 0 || scopes.free.some(({ name }) => name === 'globalThis');
  if (!isHeld) return names;
  for (const literal of nodesOf(tree, 'Literal')) {
    const parent = tree.parents.get(literal)?.type ?? '';
    if (typeof literal.value === 'string' && PASSED_BY.has(parent)) names.add(literal.value);
  }
  for (const { key } of nodesOf(tree, 'Property')) {
    if (key.type === 'Identifier') names.add(key.name);
    else if (key.type === 'Literal') names.add(String(key.value));
  }
  for (const { left } of nodesOf(tree, 'AssignmentExpression'))
    if (left.type === 'MemberExpression' && left.property.type === 'Identifier') names.add(left.property.name);
  return names;
}

function isTested(identifier: Identifier, { tree }: CheckContext): boolean {
  const parent = tree.parents.get(identifier);
  return parent?.type === 'UnaryExpression' && parent.operator === 'typeof';
}

/** Whether what is thrown here is caught in the same function, so that the file goes on. */
function isCaught(identifier: Identifier, { tree }: CheckContext): boolean {
  let inner: AnyNode = identifier;
  for (let node = tree.parents.get(inner); node && !isFunction(node); node = tree.parents.get(inner)) {
    if (node.type === 'TryStatement' && node.handler && node.block === inner) return true;
    inner = node;
  }
  return false;
}

function checkUse(binding: Binding, context: CheckContext): void {
  const [definition] = binding.definitions;
  if (!definition || binding.kind === 'parameter' || binding.reads.length > 0) return;
  if (binding.scope === context.tree.program && isMisspeltEntry(binding)) return;
  context.report('unused-name', definition, `The ${binding.kind} \`${binding.name}\` is never used.`);
}

function checkDefinitions(binding: Binding, context: CheckContext): void {
  const functions = binding.definitions.filter(
    (definition) => context.tree.parents.get(definition)?.type === 'FunctionDeclaration',
  );
  const last = functions.at(-1);
  if (!last) return;
  for (const earlier of functions.slice(0, -1)) {
    const related = [
      {
        uri: context.tree.source.uri,
        range: { start: last.start, end: last.end },
        message: 'This definition takes effect.',
      },
    ];
    const message = `The function \`${binding.name}\` is defined again below, which replaces this definition.`;
    context.report('duplicate-name', earlier, message, { related });
  }
}
