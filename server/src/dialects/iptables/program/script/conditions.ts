// Evaluates the tests of a shell script, as far as its text determines them.

import { assignedIn } from '../../syntax/script/builtin-assignments.js';
import type { Pipeline, ShellCommand, ShellList, ShellWord } from '../../syntax/script/tree.js';
import { compute } from './arithmetic.js';
import { expandWord, wordText } from './expand.js';
import type { Variables } from './variables.js';

/** The outcome of a test; `undefined` where only a run of the script would show it. */
export type Outcome = boolean | undefined;

/** Commands whose success a script may rely on. */
const SUCCEEDS: ReadonlySet<string> = new Set([':', 'true', 'echo', 'printf']);

/** The exit status of a list of commands as far as its text determines it; nothing is executed. */
export function outcomeOf(list: ShellList, variables: Variables, script: string): Outcome {
  let outcome: Outcome = true;
  for (const part of list) outcome = outcomeBehind(outcome, part, variables, script);
  return outcome;
}

/** That of a chain with one pipeline more, whose words mean what the variables hold when it is reached. */
export function outcomeBehind(
  before: Outcome,
  { joint, pipeline }: ShellList[number],
  variables: Variables,
  script: string,
): Outcome {
  const own = () => outcomeOfPipeline(pipeline, variables, script);
  if (joint === '&&') return both(before, own);
  return joint === '||' ? either(before, own) : own();
}

function both(first: Outcome, second: () => Outcome): Outcome {
  if (first === false) return false;
  const other = second();
  return other === false ? false : first === true ? other : undefined;
}

function either(first: Outcome, second: () => Outcome): Outcome {
  if (first === true) return true;
  const other = second();
  return other === true ? true : first === false ? other : undefined;
}

function outcomeOfPipeline({ negated, commands }: Pipeline, variables: Variables, script: string): Outcome {
  const last = commands[commands.length - 1];
  const outcome = last ? outcomeOfCommand(last, variables, script) : undefined;
  return outcome === undefined || !negated ? outcome : !outcome;
}

function outcomeOfCommand(command: ShellCommand, variables: Variables, script: string): Outcome {
  switch (command.kind) {
    case 'group':
      return outcomeOf(command.body, variables, script);
    case 'test':
      if (command.arithmetic !== undefined) return outcomeOfFormula(command.arithmetic, variables);
      return outcomeOfTest(command.words, variables, script);
    case 'simple': {
      const name = command.words[0] ? wordText(command.words[0], variables, script) : undefined;
      if (name === 'false') return false;
      if (name !== undefined && SUCCEEDS.has(name)) return true;
      if (name === '[')
        return outcomeOfTest(withoutBracket(command.words.slice(1), variables, script), variables, script);
      return name === 'test' ? outcomeOfTest(command.words.slice(1), variables, script) : undefined;
    }
    default:
      return undefined;
  }
}

/** `((i < 3))`; one that changes something is followed where it is carried out. */
function outcomeOfFormula(text: string, variables: Variables): Outcome {
  if (assignedIn(text).length > 0) return undefined;
  const value = compute(text, variables);
  return value === undefined ? undefined : value !== 0;
}

function withoutBracket(words: readonly ShellWord[], variables: Variables, script: string): readonly ShellWord[] {
  const last = words[words.length - 1];
  return last && wordText(last, variables, script) === ']' ? words.slice(0, -1) : words;
}

/** `test` with up to four words (POSIX.1-2017, test): comparisons of texts and numbers; tests of files are unknown. */
function outcomeOfTest(words: readonly ShellWord[], variables: Variables, script: string): Outcome {
  const texts: (string | undefined)[] = [];
  for (const word of words) {
    const fields = expandWord(word, variables, script);
    // An unquoted value may expand to no word or several; it is taken for one, as the author means it.
    if (fields.length === 0) texts.push('');
    else for (const field of fields) texts.push(field.unknown === undefined ? field.text : undefined);
  }
  return evaluate(texts);
}

function evaluate(texts: readonly (string | undefined)[]): Outcome {
  const [first, second, third] = texts;
  const joint = texts.findIndex((text) => text === '-o' || text === '||');
  if (joint > 0) return either(evaluate(texts.slice(0, joint)), () => evaluate(texts.slice(joint + 1)));
  const and = texts.findIndex((text) => text === '-a' || text === '&&');
  if (and > 0) return both(evaluate(texts.slice(0, and)), () => evaluate(texts.slice(and + 1)));
  // It binds more than what joins.
  if (first === '!' && texts.length > 1) {
    const outcome = evaluate(texts.slice(1));
    return outcome === undefined ? undefined : !outcome;
  }
  if (texts.length === 1) return first === undefined ? undefined : first !== '';
  if (texts.length === 2) return unary(first, second);
  return texts.length === 3 ? binary(first, second, third) : undefined;
}

function unary(operator: string | undefined, operand: string | undefined): Outcome {
  if (operand === undefined) return undefined;
  if (operator === '-n') return operand !== '';
  return operator === '-z' ? operand === '' : undefined;
}

function binary(left: string | undefined, operator: string | undefined, right: string | undefined): Outcome {
  if (left === undefined || right === undefined) return undefined;
  const numbers = [left, right].every((text) => /^-?\d{1,15}$/.test(text)) ? [Number(left), Number(right)] : undefined;
  const [a = 0, b = 0] = numbers ?? [];
  switch (operator) {
    case '=':
    case '==':
      // An unquoted right side may be a pattern.
      return /[*?[]/.test(right) && left !== right ? undefined : left === right;
    case '!=':
      return /[*?[]/.test(right) && left !== right ? undefined : left !== right;
    case '-eq':
      return numbers && a === b;
    case '-ne':
      return numbers && a !== b;
    case '-gt':
      return numbers && a > b;
    case '-ge':
      return numbers && a >= b;
    case '-lt':
      return numbers && a < b;
    case '-le':
      return numbers && a <= b;
    default:
      return undefined;
  }
}

/** Whether a text matches a pattern of `case`; `undefined` for patterns with brackets or backslashes. */
export function matchesPattern(text: string, pattern: string): Outcome {
  if (!/[*?[\\]/.test(pattern)) return text === pattern;
  if (/[[\\]/.test(pattern)) return undefined;
  return matchFrom(text, pattern);
}

/** `*` and `?` against a text: what stands between two stars is found at the first place where it can be, which leaves the most for the rest. */
function matchFrom(text: string, pattern: string): boolean {
  const [first = '', ...others] = pattern.split(/\*+/);
  const last = others.pop();
  if (last === undefined) return first.length === text.length && fitsAt(text, first, 0);
  if (first.length + last.length > text.length || !fitsAt(text, first, 0)) return false;
  const end = text.length - last.length;
  let at = first.length;
  for (const piece of others) {
    while (at + piece.length <= end && !fitsAt(text, piece, at)) at++;
    at += piece.length;
    if (at > end) return false;
  }
  return fitsAt(text, last, end);
}

/** Whether a text has what a piece of a pattern asks for from one place on; the text is long enough. */
function fitsAt(text: string, piece: string, at: number): boolean {
  for (let i = 0; i < piece.length; i++) if (piece[i] !== '?' && piece[i] !== text[at + i]) return false;
  return true;
}

/** Whether a list has no side effects, so that its outcome is a condition and not a command's success. */
export function isPureTest(list: ShellList): boolean {
  return list.every(({ pipeline }) =>
    pipeline.commands.every((command) => {
      if (command.kind === 'test') return assignedIn(command.arithmetic ?? '').length === 0;
      const part = command.kind === 'simple' ? command.words[0]?.parts[0] : undefined;
      return part?.kind === 'text' && (part.text === '[' || part.text === 'test');
    }),
  );
}

/** `true`, `:` or `false` alone, as in loops that are left by `break`; `undefined` for other tests. */
export function constantOf(list: ShellList): boolean | undefined {
  const [only, more] = list;
  const [command, piped] = only?.pipeline.commands ?? [];
  if (command?.kind !== 'simple' || more || piped || command.words.length !== 1) return undefined;
  const part = command.words[0]?.parts[0];
  const value = part?.kind === 'text' ? CONSTANTS.get(part.text) : undefined;
  return value === undefined ? undefined : value !== only?.pipeline.negated;
}

const CONSTANTS: ReadonlyMap<string, boolean> = new Map([
  [':', true],
  ['true', true],
  ['false', false],
]);

/** Whether a function says by its status whether something is so: by `return` with a number, or by a test at its end. */
export function answers(body: ShellCommand): boolean {
  switch (body.kind) {
    case 'group':
      return isTest(body.body) || body.body.some(({ pipeline }) => pipeline.commands.some(returnsNumber));
    default:
      return returnsNumber(body) || body.kind === 'test';
  }
}

function returnsNumber(command: ShellCommand): boolean {
  const within = (list: ShellList) => list.some(({ pipeline }) => pipeline.commands.some(returnsNumber));
  switch (command.kind) {
    case 'simple': {
      const [name, status] = command.words.map(({ parts }) => (parts[0]?.kind === 'text' ? parts[0].text : '$'));
      return name === 'return' && status !== undefined && status !== '0';
    }
    case 'if':
      return command.branches.some(({ body }) => within(body)) || within(command.otherwise ?? []);
    case 'case':
      return command.items.some(({ body }) => within(body));
    case 'group':
    case 'loop':
    case 'for':
      return within(command.body);
    default:
      return false;
  }
}

/** Programs whose success depends on the machine. */
const ASKING = /^(?:\[|test|grep|egrep|pgrep|which|type|hash|ip|ifconfig|lsmod|id|expr|ping|host|dig)$/;

export function isTest(list: ShellList, bodiesOf: (name: string) => readonly ShellCommand[] = () => []): boolean {
  const last = list[list.length - 1];
  return (
    last !== undefined &&
    (last.pipeline.negated ||
      last.pipeline.commands.some((command) => {
        if (command.kind === 'test') return true;
        const part = command.kind === 'simple' ? command.words[0]?.parts[0] : undefined;
        return part?.kind === 'text' && (ASKING.test(part.text) || bodiesOf(part.text).some(answers));
      }))
  );
}
