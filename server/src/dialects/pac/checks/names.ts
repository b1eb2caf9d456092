import { entryName } from '../meaning/run/instrument.js';
import type { Binding } from '../syntax/scopes.js';
import { HELPER_BY_NAME } from '../vocabulary/helpers.js';
import type { CheckContext } from './context.js';

/** Names that ECMAScript defines. PAC files have no `window`, `console` or `document`. */
const BUILT_IN: ReadonlySet<string> = new Set([
  ...['undefined', 'NaN', 'Infinity', 'globalThis', 'arguments', 'eval', 'isNaN', 'isFinite', 'parseInt', 'parseFloat'],
  ...['escape', 'unescape', 'encodeURI', 'encodeURIComponent', 'decodeURI', 'decodeURIComponent'],
  ...[
    'Object',
    'Function',
    'Array',
    'String',
    'Number',
    'Boolean',
    'Symbol',
    'BigInt',
    'Date',
    'Math',
    'JSON',
    'RegExp',
  ],
  ...['Error', 'EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError', 'URIError', 'AggregateError'],
  ...['Map', 'Set', 'WeakMap', 'WeakSet', 'WeakRef', 'Promise', 'Proxy', 'Reflect', 'Intl', 'Iterator'],
  ...['ArrayBuffer', 'DataView', 'Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array'],
  ...['Int32Array', 'Uint32Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array'],
]);

/** Finds names that are not defined, never used, or defined twice. */
export function checkNames(context: CheckContext): void {
  const { scopes, tree } = context;
  for (const identifier of scopes.free) {
    const { name } = identifier;
    if (BUILT_IN.has(name) || HELPER_BY_NAME.has(name)) continue;
    const parent = tree.parents.get(identifier);
    // `typeof name` is how a file asks whether a client has a function.
    if (parent?.type === 'UnaryExpression' && parent.operator === 'typeof') continue;
    const called = parent?.type === 'CallExpression' && parent.callee === identifier;
    const what = called ? 'No function' : 'No variable';
    const similar = [...HELPER_BY_NAME.keys()].find((known) => known.toLowerCase() === name.toLowerCase());
    const hint = similar ? ` The helper is called \`${similar}\`.` : ' The file fails when it comes here.';
    const fix = similar ? { title: `Write ${similar}`, edits: [context.edit(identifier, similar)] } : undefined;
    context.report('undefined-name', identifier, `${what} \`${name}\` is defined.${hint}`, fix ? { fix } : {});
  }
  for (const binding of scopes.bindings) {
    checkUse(binding, context);
    checkDefinitions(binding, context);
  }
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

/** Without the function that clients call, they refuse the file. */
export function checkEntry(context: CheckContext): void {
  if (entryName(context.scopes)) return;
  const misspelt = [...context.scopes.globals.values()].find(isMisspeltEntry)?.definitions[0];
  if (misspelt) {
    const message = 'Clients look for `FindProxyForURL`, spelled exactly so, and refuse a file without it.';
    const fix = { title: 'Write FindProxyForURL', edits: [context.edit(misspelt, 'FindProxyForURL')] };
    context.report('syntax-error', misspelt, message, { fix });
    return;
  }
  const start = Math.max(0, context.text.search(/\S/));
  const line = /^[^\r\n]{1,200}/.exec(context.text.slice(start));
  const range = { start, end: start + (line?.[0].trimEnd().length ?? 0) };
  context.report('syntax-error', range, 'The file defines no function FindProxyForURL; clients refuse it.');
}

function isMisspeltEntry({ name }: Binding): boolean {
  return /^find_?proxy_?for_?url(?:ex)?$/i.test(name);
}
