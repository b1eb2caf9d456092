// The form of the helper function, or of the function of the file, whose arguments are being written.

import type { Signature } from '../../dialect.js';
import { SignatureText } from '../../shared/signature-text.js';
import type { PacDocument } from '../program/program.js';
import { HELPERS } from '../vocabulary/words.js';

/** How much of the text before the offset is looked at, in UTF-16 code units. */
const WINDOW = 2000;

export function signatureAt({ source: { text } }: PacDocument, offset: number): Signature | undefined {
  const call = callIn(text.slice(Math.max(0, offset - WINDOW), offset));
  const helper = call && HELPERS.find(({ name }) => name === call.name);
  if (!call || !helper) return undefined;
  const written = new SignatureText(`${helper.name}(`);
  const parameters = helper.parameters === '' ? [] : helper.parameters.split(', ');
  for (const [index, parameter] of parameters.entries())
    written.add(index === 0 ? parameter : `, ${parameter}`, parameter);
  written.addText(`): ${helper.returns}`);
  // What takes several of a kind says so behind its last one.
  const last = parameters.indexOf('…');
  const active = last >= 0 ? Math.min(call.argument, last) : call.argument;
  return written.at(active < parameters.length ? active : undefined, helper.summary);
}

/** The innermost call that is open at the end of a text, and which of its arguments is being written. */
function callIn(text: string): { readonly name: string; readonly argument: number } | undefined {
  const open: { readonly name: string; argument: number }[] = [];
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const unit = text.charAt(i);
    if (quote !== '') {
      if (unit === '\\') i++;
      else if (unit === quote || unit === '\n') quote = '';
    } else if (unit === '"' || unit === "'") quote = unit;
    else if (unit === '/' && text.charAt(i + 1) === '/') {
      const end = text.indexOf('\n', i);
      // Nothing is called in a comment.
      if (end < 0) return undefined;
      i = end;
    } else if (/[([{]/.test(unit)) open.push({ name: unit === '(' ? nameBefore(text, i) : '', argument: 0 });
    else if (/[)\]}]/.test(unit)) open.pop();
    else if (unit === ',') {
      const innermost = open.at(-1);
      if (innermost) innermost.argument++;
    }
  }
  const innermost = open.at(-1);
  return innermost && innermost.name !== '' ? innermost : undefined;
}

/** The name of the function that is called where a parenthesis opens. */
function nameBefore(text: string, offset: number): string {
  return /([\w$.]+)\s*$/.exec(text.slice(Math.max(0, offset - 80), offset))?.[1] ?? '';
}
