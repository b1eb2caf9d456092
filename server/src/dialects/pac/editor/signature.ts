// The form of the helper function, or of the function of the file, whose arguments are being written.

import type { Signature } from '../../dialect.js';
import { SignatureText } from '../../shared/signature-text.js';
import type { PacDocument } from '../program/program.js';
import { HELPERS } from '../vocabulary/words.js';
import { membersBefore } from './receiver.js';

/** How much of the text before the offset is looked at, in UTF-16 code units. */
const WINDOW = 2000;

const LONGEST_NAME = 80;

export function signatureAt({ source: { text } }: PacDocument, offset: number): Signature | undefined {
  const from = Math.max(0, offset - WINDOW);
  const call = callIn(text.slice(from, offset));
  const helper = call && (HELPERS.find(({ name }) => name === call.name) ?? methodOf(text, call, from));
  if (!call || !helper) return undefined;
  const written = new SignatureText(`${helper.name}(`);
  const parameters = helper.parameters === '' ? [] : helper.parameters.split(', ');
  for (const [index, parameter] of parameters.entries())
    written.add(index === 0 ? parameter : `, ${parameter}`, parameter);
  written.addText(`): ${helper.returns}`);
  // What takes several of a kind says so behind its last one, or in front of it.
  const last = parameters.findIndex((parameter) => parameter === '…' || parameter.startsWith('...'));
  const active = last >= 0 ? Math.min(call.argument, last) : call.argument;
  return written.at(active < parameters.length ? active : undefined, helper.summary);
}

/** The method of a text, a list or another object of JavaScript. */
function methodOf(text: string, { name, end }: Call, from: number) {
  const dot = name.lastIndexOf('.');
  const member = dot < 0 ? undefined : membersBefore(text, from + end - name.length + dot).get(name.slice(dot + 1));
  if (member?.parameters === undefined) return undefined;
  const { parameters, type, summary } = member;
  return { name: member.name, parameters, returns: type, summary };
}

interface Call {
  readonly name: string;
  /** Where its name ends. */
  readonly end: number;
  argument: number;
}

/** The innermost call that is open at the end of a text, and which of its arguments is being written. */
function callIn(text: string): Call | undefined {
  const open: Call[] = [];
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
    } else if (unit === '(') open.push(calledAt(text, i));
    else if (unit === '[' || unit === '{') open.push({ name: '', end: i, argument: 0 });
    else if (/[)\]}]/.test(unit)) open.pop();
    else if (unit === ',') {
      const innermost = open.at(-1);
      if (innermost) innermost.argument++;
    }
  }
  const innermost = open.at(-1);
  return innermost && innermost.name !== '' ? innermost : undefined;
}

/** The function that is called where a parenthesis opens. */
function calledAt(text: string, offset: number): Call {
  const before = text.slice(Math.max(0, offset - LONGEST_NAME), offset).trimEnd();
  const name = /[\w$.]+$/.exec(before)?.[0] ?? '';
  return { name, end: offset - (Math.min(offset, LONGEST_NAME) - before.length), argument: 0 };
}
