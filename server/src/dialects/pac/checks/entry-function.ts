// Reports files without the entry function, which clients reject.
import { entryName } from '../program/entry-function.js';
import type { Binding } from '../program/scopes.js';
import type { CheckContext } from './context.js';

export function checkEntryFunction(context: CheckContext): void {
  if (entryName(context.scopes)) return;
  const misspelt = [...context.scopes.globals.values()].find(isMisspeltEntry)?.definitions[0];
  if (misspelt) {
    const message = 'Clients call `FindProxyForURL` by exactly this name, and reject a file without it.';
    const fix = { title: 'Write FindProxyForURL', edits: [context.edit(misspelt, 'FindProxyForURL')] };
    context.report('syntax-error', misspelt, message, { fix });
    return;
  }
  const start = Math.max(0, context.text.search(/\S/));
  const line = /^[^\r\n]{1,200}/.exec(context.text.slice(start));
  const range = { start, end: start + (line?.[0].trimEnd().length ?? 0) };
  context.report('syntax-error', range, 'The file defines no function FindProxyForURL; clients reject it.');
}

/** Whether a name differs from that of the entry function only in case or underscores. */
export function isMisspeltEntry({ name }: Binding): boolean {
  return /^find_?proxy_?for_?url(?:ex)?$/i.test(name);
}
