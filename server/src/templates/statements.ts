// What a tag says, in each language of templates: where blocks begin, go on and end.
import { type Expression, readExpression } from './expressions.js';
import { readPipeline } from './go-expressions.js';
import type { TemplateLanguage } from './languages.js';
import type { Token } from './tags.js';

export type Statement =
  | { readonly kind: 'output'; readonly value: Expression; readonly text: string }
  | { readonly kind: 'if'; readonly condition: Expression; readonly text: string; readonly isNegated?: boolean }
  | { readonly kind: 'elif'; readonly condition: Expression; readonly text: string; readonly isNegated?: boolean }
  | { readonly kind: 'for'; readonly names: readonly string[]; readonly over: Expression; readonly text: string }
  | { readonly kind: 'set'; readonly name: string; readonly value: Expression }
  /** `scope` is printed where it stands, `definition` is not printed there, `unknown` may print anything. */
  | { readonly kind: 'block'; readonly of: 'scope' | 'definition' | 'unknown'; readonly text: string }
  | { readonly kind: 'else' | 'end' | 'nothing' };

const NOTHING: Statement = { kind: 'nothing' };
const END: Statement = { kind: 'end' };
const ELSE: Statement = { kind: 'else' };

/** The meaning of a tag. */
export function statementOf({ kind, content }: Token, language: TemplateLanguage): Statement {
  if (kind === 'comment' || kind === 'text') return NOTHING;
  if (language === 'go') return goStatement(content);
  if (kind === 'output') return { kind: 'output', value: readExpression(content), text: content };
  return language === 'jinja' || language === 'terraform'
    ? jinjaStatement(content)
    : language === 'erb'
      ? rubyStatement(content)
      : puppetStatement(content);
}

function condition(kind: 'if' | 'elif', text: string, isNegated = false): Statement {
  const value = readExpression(text);
  const operands = [value];
  return { kind, condition: isNegated ? { kind: 'call', name: 'not', operands } : value, text, isNegated };
}

function loop(names: string, over: string): Statement {
  const parts = names.split(',').map((name) => name.replace(/^[\s($]+|[\s)]+$/g, ''));
  return { kind: 'for', names: parts, over: readExpression(over), text: over.trim() };
}

function unknownOutput(text: string): Statement {
  return { kind: 'output', value: { kind: 'open', text }, text };
}

function jinjaStatement(content: string): Statement {
  const word = /^\w+/.exec(content)?.[0] ?? '';
  const rest = content.slice(word.length).trim();
  switch (word) {
    case 'if':
    case 'elif':
      return condition(word, rest);
    case 'else':
      return ELSE;
    case 'for': {
      const match = /^([\w\s,()]{1,200}?)\s+in\s+(.+)$/s.exec(rest);
      const over = match?.[2]?.replace(/\s+recursive$/, '') ?? rest;
      // A loop with a condition leaves some items out.
      const isFiltered = /\sif\s(?!.*\selse\s)/s.test(over);
      return match && !isFiltered
        ? loop(match[1] ?? '', over)
        : { kind: 'for', names: loopNames(rest), over: openOf(over), text: over };
    }
    case 'set': {
      const match = /^([\w.]+)\s*=(.*)$/s.exec(rest);
      if (match) return { kind: 'set', name: match[1] ?? '', value: readExpression(match[2] ?? '') };
      return rest.includes('=') ? NOTHING : { kind: 'block', of: 'definition', text: rest };
    }
    case 'macro':
      return { kind: 'block', of: 'definition', text: rest };
    case 'call':
    case 'filter':
      return { kind: 'block', of: 'unknown', text: rest };
    case 'block':
    case 'with':
    case 'autoescape':
    case 'raw':
    case 'verbatim':
      return { kind: 'block', of: 'scope', text: rest };
    case 'include':
    case 'extends':
      return unknownOutput(`${word} ${rest}`);
    default:
      return word.startsWith('end') ? END : NOTHING;
  }
}

function loopNames(text: string): string[] {
  return (/^[\w\s,()]{1,200}?(?=\s+in\s)/.exec(text)?.[0] ?? '').split(',').map((name) => name.replace(/[\s()]/g, ''));
}

function openOf(text: string): Expression {
  return { kind: 'open', text: /[A-Za-z_][\w.]*/.exec(text)?.[0] ?? text };
}

function rubyStatement(content: string): Statement {
  const each = /^(.+?)\.(?:sort\.)?each(?:_pair)?\s+do\s*\|([^|]{1,200})\|$/s.exec(content);
  if (each) return loop(each[2] ?? '', each[1] ?? '');
  const forIn = /^for\s+([\w\s,]{1,200}?)\s+in\s+(.+?)(?:\s+do)?$/s.exec(content);
  if (forIn) return loop(forIn[1] ?? '', forIn[2] ?? '');
  const test = /^(if|elsif|unless)\s+(.+?)(?:\s+then)?$/s.exec(content);
  if (test) return condition(test[1] === 'elsif' ? 'elif' : 'if', test[2] ?? '', test[1] === 'unless');
  if (/^else\b/.test(content)) return ELSE;
  if (/^(?:end\b|\})/.test(content)) return END;
  if (/\bdo\s*(?:\|[^|]*\|)?$|\{\s*\|[^|]*\|$|^(?:case|while|until|begin)\b/.test(content))
    return { kind: 'block', of: 'unknown', text: content };
  const set = /^@?(\w+)\s*=(?!=)(.+)$/s.exec(content);
  return set ? { kind: 'set', name: set[1] ?? '', value: readExpression(set[2] ?? '') } : NOTHING;
}

function puppetStatement(content: string): Statement {
  // The parameters of the template.
  if (content.startsWith('|')) return NOTHING;
  const each = /^(.+?)\.each\s*\|([^|]{1,200})\|\s*\{$/s.exec(content);
  if (each) return loop(each[2] ?? '', each[1] ?? '');
  const test = /^(?:\}\s*)?(if|elsif|unless)\s+(.+?)\s*\{$/s.exec(content);
  if (test) return condition(test[1] === 'elsif' ? 'elif' : 'if', test[2] ?? '', test[1] === 'unless');
  if (/^\}?\s*else\s*\{$/.test(content)) return ELSE;
  if (/^\}/.test(content)) return END;
  if (/\{$/.test(content)) return { kind: 'block', of: 'unknown', text: content };
  const set = /^\$(\w+)\s*=(?!=)(.+)$/s.exec(content);
  return set ? { kind: 'set', name: set[1] ?? '', value: readExpression(set[2] ?? '') } : NOTHING;
}

function goStatement(content: string): Statement {
  const word = /^\w+/.exec(content)?.[0] ?? '';
  const rest = content.slice(word.length).trim();
  switch (word) {
    case 'if':
      return { kind: 'if', condition: readPipeline(rest), text: rest };
    case 'else': {
      const test = /^(?:if|with)\s+(.+)$/s.exec(rest)?.[1];
      return test === undefined ? ELSE : { kind: 'elif', condition: readPipeline(test), text: test };
    }
    case 'with':
      return { kind: 'block', of: 'unknown', text: rest };
    case 'range': {
      const match = /^(\$\w+(?:\s*,\s*\$\w+)?)\s*:=\s*(.+)$/s.exec(rest);
      const names = match ? (match[1] ?? '').split(',').map((name) => name.trim()) : ['.'];
      const over = match?.[2] ?? rest;
      return {
        kind: 'for',
        names: names.length === 2 ? names : ['.', ...names].slice(-1),
        over: readPipeline(over),
        text: over,
      };
    }
    case 'end':
      return END;
    case 'define':
      return { kind: 'block', of: 'definition', text: rest };
    case 'block':
      return { kind: 'block', of: 'unknown', text: rest };
    case 'template':
    case 'include':
      return unknownOutput(rest);
    default: {
      const set = /^(\$\w+)\s*:?=\s*(.+)$/s.exec(content);
      if (set) return { kind: 'set', name: set[1] ?? '', value: readPipeline(set[2] ?? '') };
      return { kind: 'output', value: readPipeline(content), text: content };
    }
  }
}
