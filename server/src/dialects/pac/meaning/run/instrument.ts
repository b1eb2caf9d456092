// Rewrites a program so that it records which statement decided.
import type { AnyNode, CallExpression, Expression, Identifier, NewExpression, ReturnStatement } from 'acorn';
import type { TextRange } from '../../../../text/range.js';
import { entryName } from '../../program/entry-function.js';
import type { Binding, Scopes } from '../../program/scopes.js';
import { nodesOf, type ParsedPac } from '../../syntax/tree.js';
import { ENVIRONMENT_NAMES } from '../../vocabulary/words.js';
import type { HoistedConditions, HoistedRange } from './hoisted-conditions.js';
import { keptState } from './kept-state.js';

/** A program that records which statement decided, and with `traced` the conditions before it. */
export interface Instrumented {
  readonly program: string;
  /** The statements that can decide, by number. */
  readonly decisions: readonly AnyNode[];
  /** The calls that query the environment, by number. */
  readonly queries: readonly AnyNode[];
  /** The conditions, by number; empty without `traced`. */
  readonly conditions: readonly Expression[];
}

/**
 * Adds calls of the functions of prelude.ts to a program. Only insertions, so that the meaning of the program is unchanged:
 * - `return x` notes its number after `x` was computed, or before it where `x` calls a function of the file, whose own
 *   `return` then decides;
 * - where a variable is returned that is assigned in several places, the last executed assignment decides.
 */
export function instrument(
  tree: ParsedPac,
  scopes: Scopes,
  traced: boolean,
  hoisted?: HoistedConditions,
): Instrumented {
  const decisions: AnyNode[] = [];
  const queries: AnyNode[] = [];
  const conditions: Expression[] = [];
  const insertions = new Insertions();
  for (const range of hoisted?.ranges ?? []) insertions.replace(range, hoistedResult(range, tree));
  const collected = collectorVariables(tree, scopes);

  insertions.before(firstStatementOf(tree), '$started();');
  const numbered = [...collected.keys()];
  for (const binding of numbered) {
    const variable = numbered.indexOf(binding);
    for (const { node } of binding.writes) {
      const value = assignedExpression(node);
      if (!value) continue;
      insertions.around(value, `$assign(${variable},${decisions.length},`, ')');
      decisions.push(statementAround(node, tree));
    }
  }
  for (const node of nodesOf(tree, ...INSTRUMENTED)) {
    if (node.type === 'ReturnStatement') {
      const number = decisions.length;
      decisions.push(node);
      instrumentReturn(node, number);
    } else if (asksEnvironment(node, scopes)) {
      insertions.around(node, `($asked=${queries.length},`, ')');
      queries.push(node);
    }
    const sized = unboundedOperand(node);
    if (sized) insertions.around(sized, '$sized(', ')');
    const test = traced ? testOf(node) : undefined;
    if (test) {
      insertions.around(test, `$test(${conditions.length},`, ')');
      conditions.push(test);
    }
  }

  function instrumentReturn(node: ReturnStatement, number: number): void {
    const { argument } = node;
    if (!argument) {
      insertions.before(node.start + 'return'.length, ` void($decided=${number})`);
      return;
    }
    const collector = argument.type === 'Identifier' ? scopes.bindingOf.get(argument) : undefined;
    if (collector && collected.has(collector)) {
      const last = `$assigned[${numbered.indexOf(collector)}]`;
      insertions.around(argument, `($decided=${last}===void 0?${number}:${last},`, ')');
    } else if (callsOwnFunction(argument, scopes) || argument.type === 'Literal' || argument.type === 'Identifier') {
      insertions.around(argument, `($decided=${number},`, ')');
    } else insertions.around(argument, `$return(${number},`, ')');
  }

  const name = entryName(scopes) ?? 'FindProxyForURL';
  const body = insertions.applyTo(tree.source.text);
  const { changes, undeclared } = keptState(tree, scopes);
  const forget = undeclared.map((variable) => `delete globalThis.${variable};`).join('');
  const program = changes
    ? `$entry=function($url,$host){${body}\n;return ${name}($url,$host)};$started();$fresh=function(){${forget}};''`
    : `${body}\n;$entry=function(url,host){return ${name}(url,host)};''`;
  return { program, decisions, queries, conditions };
}

function hoistedResult({ number, element }: HoistedRange, tree: ParsedPac): string {
  if (!element) return `($holds[${number}]===true)`;
  const index = tree.source.text.slice(element.index.start, element.index.end);
  return `$holdsAt(${number},${element.count},${index})`;
}

/** The conditions of the branches of a program. */
export function conditionsOf(tree: ParsedPac): readonly Expression[] {
  return nodesOf(tree, 'IfStatement', 'ConditionalExpression').map(({ test }) => test);
}

/** Where the program begins after its directives (`'use strict'`). */
function firstStatementOf({ program }: ParsedPac): number {
  const first = program.body.find((statement) => !('directive' in statement && statement.directive));
  return first?.start ?? program.end;
}

// Of nodes with the same range, the outer one comes first.
const INSTRUMENTED = [
  'ReturnStatement',
  'IfStatement',
  'ConditionalExpression',
  'ForInStatement',
  'SpreadElement',
  'BinaryExpression',
  'NewExpression',
  'CallExpression',
] as const;

/** The variables that are returned by name and are assigned more than once. */
function collectorVariables(tree: ParsedPac, scopes: Scopes): Set<Binding> {
  const collectors = new Set<Binding>();
  for (const node of nodesOf(tree, 'ReturnStatement')) {
    if (node.argument?.type !== 'Identifier') continue;
    const binding = scopes.bindingOf.get(node.argument);
    if (binding && binding.kind === 'variable' && binding.writes.length > 1) collectors.add(binding);
  }
  return collectors;
}

function assignedExpression(node: AnyNode): Expression | undefined {
  if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier') return node.init ?? undefined;
  if (node.type === 'AssignmentExpression' && node.left.type === 'Identifier') return node.right;
  return undefined;
}

function statementAround(node: AnyNode, tree: ParsedPac): AnyNode {
  let statement: AnyNode = node;
  for (let around: AnyNode | undefined = node; around; around = tree.parents.get(around)) {
    statement = around;
    if (around.type.endsWith('Statement') || around.type === 'VariableDeclaration') break;
  }
  return statement;
}

/** Whether a call of the file's own function computes the value, so that a `return` in there decides. */
function callsOwnFunction(argument: Expression, scopes: Scopes): boolean {
  if (argument.type !== 'CallExpression' || argument.callee.type !== 'Identifier') return false;
  return scopes.bindingOf.has(argument.callee);
}

function asksEnvironment(node: AnyNode, scopes: Scopes): node is CallExpression | NewExpression {
  if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return false;
  const { callee } = node;
  const base = callee.type === 'MemberExpression' ? callee.object : callee;
  return base.type === 'Identifier' && ENVIRONMENT_NAMES.has(base.name) && isFree(base, scopes);
}

function isFree(identifier: Identifier, scopes: Scopes): boolean {
  return !scopes.bindingOf.has(identifier);
}

/** The operand of an operation on a whole text or list that cannot be interrupted. */
function unboundedOperand(node: AnyNode): AnyNode | undefined {
  switch (node.type) {
    case 'SpreadElement':
      return node.argument;
    case 'ForInStatement':
      return node.right;
    case 'BinaryExpression':
      return /^[!=]==?$|^[<>]/.test(node.operator) && node.left.type !== 'Literal' && node.right.type !== 'Literal'
        ? node.left
        : undefined;
    default:
      return undefined;
  }
}

function testOf(node: AnyNode): Expression | undefined {
  switch (node.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
      return node.test;
    default:
      return undefined;
  }
}

/** Texts to insert into another; those around an inner expression stay inside those around an outer one. */
class Insertions {
  private readonly openings = new Map<number, { readonly end: number; readonly text: string }[]>();
  private readonly closings = new Map<number, { readonly start: number; readonly text: string }[]>();
  private readonly replacements = new Map<number, { readonly end: number; readonly text: string }>();

  before(offset: number, text: string): void {
    this.around({ start: offset, end: offset }, text, '');
  }

  around(node: TextRange, opening: string, closing: string): void {
    append(this.openings, node.start, { end: node.end, text: opening });
    append(this.closings, node.end, { start: node.start, text: closing });
  }

  /** Replaces a range; insertions inside of it are discarded. */
  replace({ start, end }: TextRange, text: string): void {
    this.replacements.set(start, { end, text });
  }

  applyTo(text: string): string {
    const offsets = [...new Set([...this.openings.keys(), ...this.closings.keys(), ...this.replacements.keys()])];
    let result = '';
    let from = 0;
    // Where the last replacement began: closings of what lies inside it are dropped.
    let replacedFrom = -1;
    for (const offset of offsets.sort((a, b) => a - b)) {
      if (offset < from) continue;
      result += text.slice(from, offset);
      const replacement = this.replacements.get(offset);
      // Sorting is stable: of two around the same expression, the later one is the inner one.
      for (const closing of (this.closings.get(offset) ?? []).reverse().sort((a, b) => b.start - a.start)) {
        const dropped = offset === from && replacedFrom >= 0 && closing.start > replacedFrom;
        if (closing.start < offset && !dropped) result += closing.text;
      }
      for (const opening of (this.openings.get(offset) ?? []).sort((a, b) => b.end - a.end)) {
        if (!replacement || opening.end >= replacement.end || opening.end === offset) result += opening.text;
      }
      from = offset;
      replacedFrom = -1;
      if (replacement) {
        result += replacement.text;
        from = replacement.end;
        replacedFrom = offset;
      }
    }
    return result + text.slice(from);
  }
}

function append<Value>(map: Map<number, Value[]>, key: number, value: Value): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
