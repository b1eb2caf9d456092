import type { OpaqueCondition } from '../../../../model/filter.js';
import { parseScript } from '../../syntax/script/parser.js';
import type {
  Assignment,
  Pipeline,
  ShellCommand,
  ShellList,
  ShellScript,
  ShellWord,
  SimpleCommand,
  Span,
} from '../../syntax/script/tree.js';
import type { Word } from '../../syntax/words.js';
import { matchesPattern, outcomeOf } from './conditions.js';
import { expandWord, expandWords, textValue, type Value, type Variables, wordText } from './expand.js';

/** A script with the name of its file. */
export interface ScriptFile {
  readonly uri: string;
  readonly text: string;
  readonly script: ShellScript;
}

/** A command that the script carries out, with its words as they are then. */
export interface Invocation {
  readonly file: ScriptFile;
  readonly command: SimpleCommand;
  /** The name of the program without its folders. */
  readonly program: string;
  /** The words behind the name. */
  readonly words: readonly Word[];
  /** What has to hold for it to be carried out, as far as the script does not tell. */
  readonly conditions: readonly OpaqueCondition[];
  /** The text of a here-document, with its variables replaced, and where it begins. */
  readonly input: { readonly text: string; readonly start: number } | undefined;
}

/** What the commands of a script do outside of the shell. */
export interface Effects {
  run(invocation: Invocation): void;
  /** Another script that is read in place of the command; `undefined` where it is not to be had. */
  include(path: string, invocation: Invocation): ScriptFile | undefined;
  /** A command that cannot be followed. */
  unclear(file: ScriptFile, span: Span, message: string): void;
}

export function readScriptFile(uri: string, text: string): ScriptFile {
  return { uri, text, script: parseScript(text) };
}

/** How many commands are carried out, and how deep functions call each other. */
const STEP_LIMIT = 100_000;
const DEPTH_LIMIT = 64;

/**
 * Follows a script from its first line to its last, with every value that its text tells. Nothing is executed. Where a
 * test cannot be decided, both branches are followed, and what they do stands under a condition. An `exit` behind such
 * a test is not taken: the question is what a run to the end leaves behind.
 */
export function interpret(file: ScriptFile, effects: Effects): void {
  new Interpreter(effects).run(file);
}

class Scope implements Variables {
  positional: readonly Value[];

  constructor(
    private values: Map<string, Value>,
    positional: readonly Value[],
  ) {
    this.positional = positional;
  }

  get(name: string): Value | undefined {
    return this.values.get(name);
  }

  set(name: string, value: Value): void {
    this.values.set(name, value);
  }

  /** After text that could not be read, every variable may hold something else. */
  forgetAll(): void {
    for (const name of this.values.keys()) this.values.set(name, { kind: 'unknown', source: `$${name}` });
  }

  copy(): Scope {
    return new Scope(new Map(this.values), this.positional);
  }

  /** Takes over what both of two scopes hold alike; the rest is unknown. */
  join(scopes: readonly Scope[]): void {
    const names = new Set(scopes.flatMap((scope) => [...scope.values.keys()]));
    const joined = new Map<string, Value>();
    for (const name of names) {
      const all = scopes.map((scope) => scope.values.get(name));
      const [first] = all;
      const same = first && all.every((value) => JSON.stringify(value) === JSON.stringify(first));
      joined.set(name, same ? first : { kind: 'unknown', source: `$${name}` });
    }
    this.values = joined;
  }
}

/** Why a list of commands was left before its end. */
type Leave = 'exit' | 'return' | 'break' | 'continue' | undefined;

class Interpreter {
  private readonly functions = new Map<string, { file: ScriptFile; body: ShellCommand }>();
  private conditions: readonly OpaqueCondition[] = [];
  private steps = 0;
  private depth = 0;
  private gaveUp = false;

  constructor(private readonly effects: Effects) {}

  run(file: ScriptFile): void {
    // Scripts of the init system are called with `start` to set the rules up.
    const positional = STARTS.test(file.text) ? [textValue('start')] : [];
    this.runList(file.script.body, file, new Scope(new Map(), positional));
  }

  private runList(list: ShellList, file: ScriptFile, scope: Scope): Leave {
    for (let index = 0; index < list.length; index++) {
      const item = list[index];
      if (!item) break;
      const tail = list.slice(index + 1);
      const next = tail.findIndex(({ joint }) => joint === ';');
      const chain = [item, ...(next < 0 ? tail : tail.slice(0, next))];
      const leave = this.runChain(chain, file, scope);
      if (leave) return leave;
      index += chain.length - 1;
    }
    return undefined;
  }

  /** Pipelines joined by `&&` and `||`. */
  private runChain(chain: ShellList, file: ScriptFile, scope: Scope): Leave {
    for (const [index, { joint, pipeline }] of chain.entries()) {
      const before = chain.slice(0, index);
      const outcome = index === 0 ? true : outcomeOf(before, scope, file.text);
      const runs = index === 0 ? true : outcome === undefined ? undefined : (joint === '&&') === outcome;
      if (runs === false) continue;
      // A command is expected to do its work: what stands behind `||` is for when it fails.
      const first = before[0];
      if (runs === undefined && joint === '||' && !isTest(before)) continue;
      const sure = runs === true || (joint === '&&' && !isTest(before));
      const condition = { text: file.text.slice(first?.pipeline.start, before[index - 1]?.pipeline.end) };
      const leave = sure
        ? this.runPipeline(pipeline, file, scope)
        : this.runUnder(joint === '&&' ? condition : not(condition), scope, (inner) =>
            this.runPipeline(pipeline, file, inner),
          );
      if (leave) return leave;
    }
    return undefined;
  }

  /** Runs something that may or may not be carried out. */
  private runUnder(condition: OpaqueCondition, scope: Scope, body: (inner: Scope) => Leave): Leave {
    const inner = scope.copy();
    const outer = this.conditions;
    this.conditions = [...outer, oneLine(condition)];
    body(inner);
    this.conditions = outer;
    scope.join([scope.copy(), inner]);
    return undefined;
  }

  private runPipeline({ commands }: Pipeline, file: ScriptFile, scope: Scope): Leave {
    const [only, ...more] = commands;
    if (!only) return undefined;
    if (more.length === 0) return this.runCommand(only, file, scope);
    for (const command of commands) this.runCommand(command, file, scope.copy());
    return undefined;
  }

  private runCommand(command: ShellCommand, file: ScriptFile, scope: Scope): Leave {
    if (this.steps++ > STEP_LIMIT) {
      if (!this.gaveUp) {
        this.gaveUp = true;
        this.effects.unclear(file, command, 'the script does too much to be followed from here on');
      }
      return 'exit';
    }
    switch (command.kind) {
      case 'simple':
        return this.runSimple(command, file, scope);
      case 'group':
        return command.subshell
          ? notReturning(this.runList(command.body, file, scope.copy()))
          : this.runList(command.body, file, scope);
      case 'if':
        return this.runIf(command, file, scope);
      case 'for':
        return this.runFor(command, file, scope);
      case 'loop': {
        const condition = { text: `the loop while ${sliceOf(file, command.test)}` };
        return this.runUnder(condition, scope, (inner) => {
          forget(inner, command.test, command.body);
          this.runList(command.test, file, inner);
          return this.runList(command.body, file, inner);
        });
      }
      case 'case':
        return this.runCase(command, file, scope);
      case 'function':
        this.functions.set(command.name, { file, body: command.body });
        return undefined;
      case 'test':
        return undefined;
    }
  }

  private runIf(command: ShellCommand & { kind: 'if' }, file: ScriptFile, scope: Scope): Leave {
    const failed: OpaqueCondition[] = [];
    const ends: Scope[] = [];
    const outer = this.conditions;
    const start = scope.copy();
    for (const { test, body } of command.branches) {
      this.conditions = [...outer, ...failed];
      const outcome = outcomeOf(test, start, file.text);
      if (outcome === false) continue;
      const condition = oneLine({ text: sliceOf(file, test) });
      const inner = failed.length === 0 && outcome === true ? scope : start.copy();
      if (!isPureTest(test)) this.runList(test, file, inner);
      if (outcome === undefined) this.conditions = [...outer, ...failed, condition];
      const leave = this.runList(body, file, inner);
      this.conditions = outer;
      if (outcome === true && failed.length === 0) return leave;
      ends.push(inner);
      if (outcome === true) {
        scope.join(ends);
        return undefined;
      }
      failed.push(not(condition));
    }
    const inner = failed.length === 0 ? scope : start.copy();
    this.conditions = [...outer, ...failed];
    const leave = command.otherwise ? this.runList(command.otherwise, file, inner) : undefined;
    this.conditions = outer;
    if (failed.length === 0) return leave;
    scope.join([...ends, inner]);
    return undefined;
  }

  private runFor(command: ShellCommand & { kind: 'for' }, file: ScriptFile, scope: Scope): Leave {
    const source = command.words && command.words.length > 0 ? sliceSpan(file, command.words) : '$@';
    const values: Word[] = command.arithmetic
      ? [{ start: command.start, end: command.end, text: '', unknown: 'the loop' }]
      : command.words
        ? expandWords(command.words, scope, file.text)
        : scope.positional.map((value) => ({
            start: command.start,
            end: command.end,
            text: value.kind === 'text' ? value.text : '',
            ...(value.kind === 'text' ? {} : { unknown: '$@' }),
          }));
    for (const value of values) {
      const isPattern = value.unknown === undefined && /[*?]/.test(value.text);
      if (value.unknown === undefined && !isPattern) {
        scope.set(command.variable, textValue(value.text));
        const leave = this.runList(command.body, file, scope);
        if (leave === 'exit' || leave === 'return') return leave;
        if (leave === 'break') break;
      } else {
        this.runUnder({ text: `the loop over ${value.unknown ?? source}` }, scope, (inner) => {
          forget(inner, command.body);
          inner.set(command.variable, { kind: 'unknown', source: `$${command.variable}` });
          return this.runList(command.body, file, inner);
        });
      }
    }
    return undefined;
  }

  private runCase(command: ShellCommand & { kind: 'case' }, file: ScriptFile, scope: Scope): Leave {
    const subject = wordText(command.subject, scope, file.text);
    const outer = this.conditions;
    const start = scope.copy();
    const ends: Scope[] = [];
    for (const { patterns, body } of command.items) {
      const outcomes = patterns.map((pattern) => {
        const text = wordText(pattern, start, file.text);
        return subject === undefined || text === undefined ? undefined : matchesPattern(subject, text);
      });
      if (outcomes.every((outcome) => outcome === false)) continue;
      if (outcomes.some((outcome) => outcome === true) && ends.length === 0) return this.runList(body, file, scope);
      const text = `${sliceSpan(file, [command.subject])} is ${sliceSpan(file, patterns)}`;
      const inner = start.copy();
      this.conditions = [...outer, oneLine({ text })];
      this.runList(body, file, inner);
      this.conditions = outer;
      ends.push(inner);
    }
    if (ends.length > 0) scope.join([start, ...ends]);
    return undefined;
  }

  private runSimple(command: SimpleCommand, file: ScriptFile, scope: Scope): Leave {
    for (const assignment of command.assignments) assign(assignment, scope, file);
    const fields = expandWords(command.words, scope, file.text);
    const words = withoutPrefixes(fields);
    const [name, ...rest] = words;
    if (!name) return undefined;
    const program = name.unknown ?? name.text.slice(name.text.lastIndexOf('/') + 1);
    const called = name.unknown === undefined ? this.functions.get(name.text) : undefined;
    if (called) return this.call(called, rest, scope);
    switch (program) {
      case 'exit':
        return this.conditions.length === 0 ? 'exit' : undefined;
      case 'return':
        return this.conditions.length === 0 ? 'return' : undefined;
      case 'break':
      case 'continue':
        return this.conditions.length === 0 ? program : undefined;
      case 'shift':
        scope.positional = scope.positional.slice(Number(rest[0]?.text ?? '1') || 1);
        return undefined;
      case 'set':
        if (rest[0]?.text === '--') scope.positional = rest.slice(1).map(valueOfWord);
        return undefined;
      case 'unset':
        for (const word of rest) scope.set(word.text, textValue(''));
        return undefined;
      case 'read':
        for (const word of rest)
          if (/^\w+$/.test(word.text)) scope.set(word.text, { kind: 'unknown', source: `$${word.text}` });
        return undefined;
      default:
        this.effect(command, file, scope, program, rest);
        return undefined;
    }
  }

  private effect(
    command: SimpleCommand,
    file: ScriptFile,
    scope: Scope,
    program: string,
    words: readonly Word[],
  ): void {
    const document = command.redirects.find((redirect) => redirect.document)?.document;
    const raw = document && file.text.slice(document.start, document.end);
    const text = raw !== undefined && document?.expands ? expandDocument(raw, scope) : raw;
    const input = document && text !== undefined ? { text, start: document.start } : undefined;
    if (document && text === undefined) {
      this.effects.unclear(file, command, 'the here-document holds values that are known only when the script runs');
    }
    const invocation = { file, command, program, words, conditions: this.conditions, input };
    if (program === '.' || program === 'source') this.include(invocation, scope);
    else this.effects.run(invocation);
  }

  private include(invocation: Invocation, scope: Scope): void {
    const { file, command, words } = invocation;
    const [path] = words;
    if (!path || path.unknown !== undefined) {
      this.effects.unclear(file, command, 'the file that is read here is known only when the script runs');
      return;
    }
    const included = this.depth < DEPTH_LIMIT ? this.effects.include(path.text, invocation) : undefined;
    if (!included) {
      if (!LIBRARY.test(path.text)) scope.forgetAll();
      return;
    }
    this.depth++;
    this.runList(included.script.body, included, scope);
    this.depth--;
  }

  private call(called: { file: ScriptFile; body: ShellCommand }, words: readonly Word[], scope: Scope): Leave {
    if (this.depth >= DEPTH_LIMIT) {
      this.effects.unclear(called.file, called.body, 'the functions call each other too deeply to be followed');
      return undefined;
    }
    const { positional } = scope;
    scope.positional = words.map(valueOfWord);
    this.depth++;
    const leave = this.runCommand(called.body, called.file, scope);
    this.depth--;
    scope.positional = positional;
    return leave === 'exit' ? leave : undefined;
  }
}

const STARTS = /(?:^|[\s|(])["']?start["']?\s*(?:\||\))|\$\{?1\}?"?\s*={1,2}\s*["']?start\b/m;

/** Files of functions that a distribution brings for its init scripts; they set no variables of a firewall. */
const LIBRARY = /(?:\/init-functions|\/functions(?:\.sh)?|\/rc\.common)$/;

/** Programs that run another one, whose words follow. */
const PREFIXES: ReadonlySet<string> = new Set(['sudo', 'command', 'exec', 'nice', 'builtin', 'time', 'doas']);

function withoutPrefixes(words: readonly Word[]): readonly Word[] {
  let rest = words;
  for (let first = rest[0]; first && PREFIXES.has(first.text.slice(first.text.lastIndexOf('/') + 1)); first = rest[0]) {
    rest = rest.slice(1);
    while (rest[0]?.text.startsWith('-')) rest = rest.slice(1);
  }
  return rest;
}

function valueOfWord(word: Word): Value {
  return word.unknown === undefined ? textValue(word.text) : { kind: 'unknown', source: word.unknown };
}

function assign({ name, append, value }: Assignment, scope: Scope, file: ScriptFile): void {
  if (Array.isArray(value)) {
    const items = value.flatMap((word: ShellWord) => expandWord(word, scope, file.text)).map(valueOfWord);
    const before = append ? scope.get(name) : undefined;
    scope.set(name, { kind: 'list', items: before?.kind === 'list' ? [...before.items, ...items] : items });
    return;
  }
  if (!('parts' in value)) return;
  const text = wordText(value, scope, file.text);
  const before = append ? scope.get(name) : textValue('');
  if (text === undefined || before?.kind !== 'text') scope.set(name, { kind: 'unknown', source: `$${name}` });
  else scope.set(name, textValue(before.text + text));
}

/** Variables of a here-document, replaced; `undefined` where one is not known. */
function expandDocument(text: string, scope: Scope): string | undefined {
  let known = true;
  const expanded = text.replace(/\\([$`\\])|\$\{?([A-Za-z_]\w*)\}?|\$\(|`/g, (all, escaped?: string, name?: string) => {
    if (escaped !== undefined) return escaped;
    const value = name === undefined ? undefined : scope.get(name);
    if (value?.kind === 'text') return value.text;
    known = false;
    return all;
  });
  return known ? expanded : undefined;
}

/** Whether a list asks something and does nothing, so that its outcome is a condition and not a command's success. */
function isPureTest(list: ShellList): boolean {
  return list.every(({ pipeline }) =>
    pipeline.commands.every((command) => {
      if (command.kind === 'test') return true;
      const part = command.kind === 'simple' ? command.words[0]?.parts[0] : undefined;
      return part?.kind === 'text' && (part.text === '[' || part.text === 'test');
    }),
  );
}

/** Programs whose success tells about the machine. */
const ASKING = /^(?:\[|test|grep|egrep|pgrep|which|type|hash|ip|ifconfig|lsmod|id|expr|ping|host|dig)$/;

function isTest(list: ShellList): boolean {
  const last = list[list.length - 1];
  return (
    last !== undefined &&
    (last.pipeline.negated ||
      last.pipeline.commands.some((command) => {
        if (command.kind === 'test') return true;
        const part = command.kind === 'simple' ? command.words[0]?.parts[0] : undefined;
        return part?.kind === 'text' && ASKING.test(part.text);
      }))
  );
}

function not({ text }: OpaqueCondition): OpaqueCondition {
  return oneLine({ text: `not ${text}` });
}

function oneLine({ text }: OpaqueCondition): OpaqueCondition {
  const line = text.replace(/\s+/g, ' ').trim();
  return { text: line.length > 80 ? `${line.slice(0, 79)}…` : line };
}

function sliceOf(file: ScriptFile, list: ShellList): string {
  return sliceSpan(
    file,
    list.map(({ pipeline }) => pipeline),
  );
}

function sliceSpan(file: ScriptFile, spans: readonly Span[]): string {
  return file.text.slice(spans[0]?.start ?? 0, spans[spans.length - 1]?.end ?? 0);
}

function notReturning(leave: Leave): Leave {
  return leave === 'exit' ? undefined : leave;
}

/** Makes the variables unknown that a loop may set in a round that has not been followed. */
function forget(scope: Scope, ...lists: readonly ShellList[]): void {
  const visitCommand = (command: ShellCommand): void => {
    switch (command.kind) {
      case 'simple':
        for (const { name } of command.assignments) scope.set(name, { kind: 'unknown', source: `$${name}` });
        return;
      case 'group':
        visit(command.body);
        return;
      case 'if':
        for (const { test, body } of command.branches) {
          visit(test);
          visit(body);
        }
        if (command.otherwise) visit(command.otherwise);
        return;
      case 'loop':
        visit(command.test);
        visit(command.body);
        return;
      case 'for':
        visit(command.body);
        return;
      case 'case':
        for (const { body } of command.items) visit(body);
        return;
      default:
        return;
    }
  };
  const visit = (list: ShellList): void => {
    for (const { pipeline } of list) for (const command of pipeline.commands) visitCommand(command);
  };
  for (const list of lists) visit(list);
}
