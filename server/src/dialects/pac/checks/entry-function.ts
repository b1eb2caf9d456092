// Reports files without the entry function, which clients reject, and files with two of them.
import type { Identifier } from 'acorn';
import { entryNamed, globalAssignments } from '../program/entry-function.js';
import type { Binding } from '../program/scopes.js';
import { type FunctionNode, nodesOf } from '../syntax/tree.js';
import type { CheckContext } from './context.js';

const ENTRY = 'FindProxyForURL';

export function checkEntryFunction(context: CheckContext): void {
  const ex = globalName(`${ENTRY}Ex`, context);
  const plain = globalName(ENTRY, context);
  if (plain === 'global') {
    if (ex === 'global') reportSecondEntry(context);
    return;
  }
  if (ex === 'global') return;
  if (plain !== undefined) {
    reportLexical(plain, context);
    return;
  }
  reportMissing(context);
}

/**
 * Clients take the property of the global object of this name (Chromium, proxy_resolver_v8.cc; the others likewise):
 * `global` where there may be one, the definition where the name is a `let`, `const` or `class`, which are no properties
 * (ECMA-262, 9.1.1.4); `undefined` where the file does not define it.
 */
function globalName(name: string, context: CheckContext): 'global' | Identifier | undefined {
  const { scopes, tree } = context;
  if (globalAssignments(name, tree).length > 0 || mayBeComputed(name, context)) return 'global';
  const binding = scopes.globals.get(name);
  const [definition] = binding?.definitions ?? [];
  if (!binding || !definition) return undefined;
  return binding.definitions.some((one) => isLexical(one, context)) ? definition : 'global';
}

/** Whether a text names it, as in `Object.defineProperty(this, "FindProxyForURL", …)`: it is then left to the clients. */
function mayBeComputed(name: string, { tree }: CheckContext): boolean {
  return nodesOf(tree, 'Literal').some(({ value }) => value === name);
}

function isLexical(definition: Identifier, { tree }: CheckContext): boolean {
  const declarator = tree.parents.get(definition);
  if (declarator?.type === 'ClassDeclaration') return true;
  const declaration = declarator && tree.parents.get(declarator);
  return declaration?.type === 'VariableDeclaration' && declaration.kind !== 'var';
}

function reportLexical(definition: Identifier, context: CheckContext): void {
  const { parents } = context.tree;
  const declarator = parents.get(definition);
  const declaration = declarator && parents.get(declarator);
  const keyword = declaration?.type === 'VariableDeclaration' ? declaration.kind : 'class';
  const message = `Clients look for \`${definition.name}\` in the global object, where \`${keyword}\` does not put it: they reject the file.`;
  const start = declaration?.start ?? definition.start;
  const fix =
    declaration?.type === 'VariableDeclaration'
      ? { title: 'Write var', edits: [context.edit({ start, end: start + keyword.length }, 'var')] }
      : undefined;
  context.report('syntax-error', definition, message, fix ? { fix } : {});
}

function reportMissing(context: CheckContext): void {
  const misspelt = [...context.scopes.globals.values()].find(isMisspeltEntry)?.definitions[0];
  if (misspelt) {
    const message = 'Clients call `FindProxyForURL` by exactly this name, and reject a file without it.';
    const fix = { title: 'Write FindProxyForURL', edits: [context.edit(misspelt, ENTRY)] };
    context.report('syntax-error', misspelt, message, { fix });
    return;
  }
  const start = Math.max(0, context.text.search(/\S/));
  const line = /^[^\r\n]{1,200}/.exec(context.text.slice(start));
  const range = { start, end: start + (line?.[0].trimEnd().length ?? 0) };
  context.report('syntax-error', range, 'The file defines no function FindProxyForURL; clients reject it.');
}

/** WinHTTP calls the function for IPv6 where there is one (Microsoft, *IPv6 extensions to navigator auto-config*). */
function reportSecondEntry(context: CheckContext): void {
  const name = `${ENTRY}Ex`;
  const second = entryNamed(name, context.tree, context.scopes);
  if (second && (second === entryNamed(ENTRY, context.tree, context.scopes) || passesOn(second, context))) return;
  const range = context.scopes.globals.get(name)?.definitions[0] ?? (second && 'id' in second ? second.id : undefined);
  const message = `Windows (WinHTTP) calls \`${name}\` and never \`${ENTRY}\`; browsers call \`${ENTRY}\`: the file decides twice.`;
  if (range) context.report('pac-old-engine', range, message);
}

/** Whether a function only gives what FindProxyForURL gives. */
function passesOn({ body, params }: FunctionNode, context: CheckContext): boolean {
  const [only, ...others] = body.type === 'BlockStatement' ? body.body : [];
  const value = body.type === 'BlockStatement' ? (only?.type === 'ReturnStatement' ? only.argument : undefined) : body;
  if (others.length > 0 || value?.type !== 'CallExpression' || value.callee.type !== 'Identifier') return false;
  const passed = value.arguments.map((argument) => context.textOf(argument)).join();
  return value.callee.name === ENTRY && passed === params.map((parameter) => context.textOf(parameter)).join();
}

/** Whether a name differs from that of the entry function only in case or underscores. */
export function isMisspeltEntry({ name }: Binding): boolean {
  return /^find_?proxy_?for_?url(?:ex)?$/i.test(name);
}
