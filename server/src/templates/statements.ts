// What a tag says, in each language of templates: where blocks begin, go on and end.
import { type Expression, type Named, readExpression } from './expressions.js';
import { readPipeline } from './go-expressions.js';
import type { TemplateLanguage } from './languages.js';
import type { Token } from './tags.js';
import type { Imports, MacroCall, MacroTree } from './tree.js';

interface Test {
  readonly condition: Expression;
  readonly text: string;
  readonly isNegated?: boolean;
  /** What Go's `with` puts into its block. */
  readonly sets?: readonly Named[];
}

export type Statement =
  | { readonly kind: 'output'; readonly value: Expression; readonly text: string }
  | (Test & { readonly kind: 'if' })
  | (Test & { readonly kind: 'elif' })
  | { readonly kind: 'for'; readonly names: readonly string[]; readonly over: Expression; readonly text: string }
  | { readonly kind: 'set'; readonly name: string; readonly value: Expression; readonly isOutside: boolean }
  | { readonly kind: 'forget'; readonly names: readonly string[] }
  /** `scope` is printed where it stands, `definition` is not printed there, `unknown` may print anything. */
  | { readonly kind: 'block'; readonly of: 'scope' | 'definition' | 'unknown'; readonly text: string }
  | { readonly kind: 'with'; readonly sets: readonly Named[] }
  | { readonly kind: 'capture'; readonly name: string }
  | { readonly kind: 'macro'; readonly macro: Omit<MacroTree, 'body'>; readonly isCalled: MacroCall | undefined }
  /** A block that is the caller of a macro. */
  | { readonly kind: 'caller'; readonly call: MacroCall; readonly parameters: MacroTree['parameters'] }
  | { readonly kind: 'call'; readonly call: MacroCall }
  | { readonly kind: 'include'; readonly path: string | undefined; readonly text: string }
  | { readonly kind: 'import'; readonly path: string | undefined; readonly imports: Imports }
  /** The rest of the template is printed elsewhere, or not at all. */
  | { readonly kind: 'extends'; readonly text: string }
  /** Leaves a loop, or goes on with its next item. */
  | { readonly kind: 'leave' }
  | { readonly kind: 'else' | 'end' | 'nothing' };

const NOTHING: Statement = { kind: 'nothing' };
const END: Statement = { kind: 'end' };
const ELSE: Statement = { kind: 'else' };

/** The meaning of a tag. */
export function statementOf({ kind, content }: Token, language: TemplateLanguage): Statement {
  if (kind === 'comment' || kind === 'text') return NOTHING;
  if (language === 'go') return goStatement(content);
  if (kind === 'output') {
    const value = readExpression(content);
    const call = language === 'jinja' ? macroCallOf(value, content) : undefined;
    return call ? { kind: 'call', call } : { kind: 'output', value, text: content };
  }
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
  // Puppet's may have types before them.
  const parts = names.split(',').map((name) => /(\w+)[\s)]*$/.exec(name)?.[1] ?? '');
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
    case 'set':
      return jinjaSet(rest);
    case 'macro':
      return macroOf(rest);
    case 'call':
      return callerOf(rest);
    case 'filter':
      return { kind: 'block', of: 'unknown', text: rest };
    case 'with':
      return { kind: 'with', sets: namedIn(rest) };
    case 'block':
    case 'autoescape':
    case 'raw':
    case 'verbatim':
      return { kind: 'block', of: 'scope', text: rest };
    case 'include':
      return { kind: 'include', path: pathIn(rest), text: `${word} ${rest}` };
    case 'extends':
      return { kind: 'extends', text: `${word} ${rest}` };
    case 'import':
    case 'from':
      return importOf(word, rest);
    case 'break':
    case 'continue':
      return { kind: 'leave' };
    default:
      return word.startsWith('end') ? END : forget(namesIn(rest));
  }
}

function forget(names: readonly string[]): Statement {
  return names.length > 0 ? { kind: 'forget', names } : NOTHING;
}

/** All words of a text that may be names of variables. */
function namesIn(text: string): string[] {
  return [...new Set(text.match(/[A-Za-z_]\w*/g) ?? [])];
}

function jinjaSet(rest: string): Statement {
  const match = /^([\w.]+)\s*=(.*)$/s.exec(rest);
  if (match) {
    const [name = '', ...members] = (match[1] ?? '').split('.');
    // What is set in a namespace is known as little as the namespace.
    return members.length > 0
      ? forget([name])
      : { kind: 'set', name, value: readExpression(match[2] ?? ''), isOutside: false };
  }
  if (rest.includes('=')) return forget(namesIn(rest.slice(0, rest.indexOf('='))));
  const name = /^\w+/.exec(rest)?.[0] ?? '';
  return { kind: 'capture', name: rest === name ? name : '' };
}

/** The named arguments in a list of them. */
function namedIn(text: string): readonly Named[] {
  const call = readExpression(`with(${text})`);
  return call.kind === 'call' ? (call.named ?? []) : [];
}

function parametersIn(text: string): MacroTree['parameters'] {
  const call = readExpression(`macro(${text})`);
  if (call.kind !== 'call') return [];
  const own = call.operands.map((one) => [one.kind === 'name' ? one.name : '', undefined] as const);
  return [...own, ...(call.named ?? [])];
}

function macroOf(text: string): Statement {
  const match = /^(\w+)\s*\((.*)\)$/s.exec(text);
  const macro = { name: match?.[1] ?? '', parameters: parametersIn(match?.[2] ?? '') };
  return { kind: 'macro', macro, isCalled: undefined };
}

function callerOf(text: string): Statement {
  const match = /^(?:\(([^()]{0,200})\))?\s*(.+)$/s.exec(text);
  const call = macroCallOf(readExpression(match?.[2] ?? ''), text);
  if (!call) return { kind: 'block', of: 'unknown', text };
  return { kind: 'caller', call, parameters: parametersIn(match?.[1] ?? '') };
}

/** A call of a macro, by its name or behind that of the template it is from; `undefined` for any other expression. */
function macroCallOf(value: Expression, text: string): MacroCall | undefined {
  if (value.kind !== 'call') return undefined;
  const { operands, named = [] } = value;
  if (/^\w+\(\)$/.test(value.name)) return { name: value.name.slice(0, -2), operands, named, text };
  const [owner, ...others] = operands;
  if (!/^\.\w+$/.test(value.name) || owner?.kind !== 'name') return undefined;
  return { name: owner.name + value.name, operands: others, named, text };
}

/** The path in an `include` or `import`, where it is one that is written there. */
function pathIn(text: string): string | undefined {
  return /^(["'])([^"'\n]{1,300})\1(?:\s+(?:ignore missing|with context|without context))*$/.exec(text)?.[2];
}

/** `import 'path' as name`, and `from 'path' import name as other, another`. */
function importOf(word: string, text: string): Statement {
  if (word === 'import') {
    const match = /^(.+?)\s+as\s+(\w+)/s.exec(text);
    return { kind: 'import', path: pathIn(match?.[1] ?? ''), imports: { kind: 'all', as: match?.[2] ?? '' } };
  }
  const match = /^(.+?)\s+import\s+(.+)$/s.exec(text);
  const names = new Map<string, string>();
  for (const one of (match?.[2] ?? '').replace(/\s+with(?:out)?\s+context$/, '').split(',')) {
    const [, name, as] = /^\s*(\w+)(?:\s+as\s+(\w+))?\s*$/.exec(one) ?? [];
    if (name !== undefined) names.set(name, as ?? name);
  }
  return { kind: 'import', path: pathIn(match?.[1] ?? ''), imports: { kind: 'macros', names } };
}

function loopNames(text: string): string[] {
  return (/^[\w\s,()]{1,200}?(?=\s+in\s)/.exec(text)?.[0] ?? '').split(',').map((name) => name.replace(/[\s()]/g, ''));
}

function openOf(text: string): Expression {
  return { kind: 'open', text: /[A-Za-z_][\w.]*/.exec(text)?.[0] ?? text };
}

function rubyStatement(content: string): Statement {
  // What is whole in one tag prints nothing, and may change whatever it names.
  if (/[;\s]end$/.test(content)) return forget(namesIn(content));
  const each = /^(.+?)\.(?:sort\.)?each(?:_pair)?\s+do\s*\|([^|]{1,200})\|$/s.exec(content);
  if (each) return loop(each[2] ?? '', each[1] ?? '');
  // The index, whose number is seldom what matters, stays open.
  const indexed = /^(.+?)\.each_with_index\s+do\s*\|\s*(\w{1,80})\s*,\s*\w{1,80}\s*\|$/s.exec(content);
  if (indexed) return loop(indexed[2] ?? '', indexed[1] ?? '');
  const forIn = /^for\s+([\w\s,]{1,200}?)\s+in\s+(.+?)(?:\s+do)?$/s.exec(content);
  if (forIn) return loop(forIn[1] ?? '', forIn[2] ?? '');
  const test = /^(if|elsif|unless)\s+(.+?)(?:\s+then)?$/s.exec(content);
  if (test) return condition(test[1] === 'elsif' ? 'elif' : 'if', test[2] ?? '', test[1] === 'unless');
  if (/^else\b/.test(content)) return ELSE;
  if (/^(?:end\b|\})/.test(content)) return END;
  if (/\bdo\s*(?:\|[^|]*\||$)|\{\s*\|[^|]*\|$|^(?:case|while|until|begin)\b/.test(content))
    return { kind: 'block', of: 'unknown', text: content };
  if (/^(?:next|break|redo|return)\b/.test(content)) return { kind: 'leave' };
  const set = /^@?(\w+)\s*=(?!=)([^;\n]+)$/s.exec(content);
  // A set under a condition keeps what was there before.
  if (!set || /\s(?:if|unless|while|until)\s/.test(content)) return forget(namesIn(content));
  return { kind: 'set', name: set[1] ?? '', value: readExpression(set[2] ?? ''), isOutside: true };
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
  if (/^(?:next|break|return)\b/.test(content)) return { kind: 'leave' };
  const set = /^\$(\w+)\s*=(?!=)([^;\n]+)$/s.exec(content);
  if (!set) return forget(namesIn(content));
  return { kind: 'set', name: set[1] ?? '', value: readExpression(set[2] ?? ''), isOutside: false };
}

function goStatement(content: string): Statement {
  const word = /^\w+/.exec(content)?.[0] ?? '';
  const rest = content.slice(word.length).trim();
  switch (word) {
    case 'if':
      return { kind: 'if', condition: readPipeline(rest), text: rest };
    case 'else': {
      const [, kind, test] = /^(if|with)\s+(.+)$/s.exec(rest) ?? [];
      if (test === undefined) return ELSE;
      return kind === 'with' ? goWith('elif', test) : { kind: 'elif', condition: readPipeline(test), text: test };
    }
    case 'with':
      return goWith('if', rest);
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
      return { kind: 'macro', macro: goMacro(rest), isCalled: undefined };
    case 'block':
      return { kind: 'macro', macro: goMacro(rest), isCalled: goCall(rest) };
    case 'template':
    case 'include': {
      const call = goCall(rest);
      return call ? { kind: 'call', call } : unknownOutput(rest);
    }
    case 'break':
    case 'continue':
      return { kind: 'leave' };
    default: {
      const set = /^(\$\w+)\s*(:?=)\s*(.+)$/s.exec(content);
      if (!set) return { kind: 'output', value: readPipeline(content), text: content };
      return { kind: 'set', name: set[1] ?? '', value: readPipeline(set[3] ?? ''), isOutside: set[2] === '=' };
    }
  }
}

/** `with` is a condition whose value is what its block is about. */
function goWith(kind: 'if' | 'elif', rest: string): Statement {
  const [, name, own] = /^(\$\w+)\s*:=\s*(.+)$/s.exec(rest) ?? [];
  const text = own ?? rest;
  const value = readPipeline(text);
  const sets: Named[] = [['.', value], ...(name === undefined ? [] : [[name, value] as const])];
  return { kind, condition: value, text, sets };
}

const GO_NAME = /^(?:"([^"\n]{1,200})"|`([^`\n]{1,200})`)\s*/;

/** A template within a template, which is about one value. */
function goMacro(rest: string): Omit<MacroTree, 'body'> {
  const match = GO_NAME.exec(rest);
  return { name: match?.[1] ?? match?.[2] ?? '', parameters: [['.', { kind: 'value', value: null }]] };
}

function goCall(rest: string): MacroCall | undefined {
  const name = GO_NAME.exec(rest);
  if (!name) return undefined;
  const about = rest.slice(name[0].length).trim();
  // What is done with the text is not followed.
  if (about.includes('|')) return undefined;
  const operands = about === '' ? [] : [readPipeline(about)];
  return { name: name[1] ?? name[2] ?? '', operands, named: [], text: rest };
}
