// Interprets a shell script symbolically, and yields the commands that it would execute.

import { ScriptRun } from '../../../shared/script/run.js';
import { textValue, type Value } from '../../../shared/script/value.js';
import { BASH } from '../../syntax/script/lexer.js';
import type { ShellCommand, ShellWord, SimpleCommand } from '../../syntax/script/tree.js';
import type { Word } from '../../syntax/words.js';
import { assign, assignByBuiltin, valueOfWord, withoutPrefixes } from './assignments.js';
import { Aliases, isDeclaration, positionalBehind, runDeclaration, unset, writtenWord } from './builtins.js';
import { calledScript, isShell } from './called-scripts.js';
import { ControlFlow } from './control-flow.js';
import type { Effects, Invocation, ScriptFile } from './effects.js';
import { expandWords } from './expand.js';
import { type FunctionBody, Functions, Locals, restoreVariable } from './functions.js';
import {
  type InnerScript,
  indexOfCommand,
  isPlainCommand,
  scriptInDocument,
  scriptInInput,
  scriptInWord,
  substitutedCommands,
} from './inner-scripts.js';
import type { Leave } from './leave.js';
import { readList } from './reading.js';
import { asRead, type Input, inputOf } from './standard-input.js';
import { Variables } from './variables.js';

/** How deep functions call each other. */
const DEPTH_LIMIT = 64;

/**
 * Follows a script from its first line to its last, with every value that its text determines. Nothing is run. Where a
 * test cannot be decided, both branches are followed, and their effects are conditional. An `exit` after such
 * a test is not taken: the result is the state after a run to the end.
 */
export function interpret(file: ScriptFile, effects: Effects): void {
  // Scripts of the init system are called with `start` to set the rules up.
  const positional = STARTS.test(file.text) ? [textValue('start')] : [];
  new Interpreter(effects, positional, file.text.length).runToEnd(file);
}

/** A command where it stands, and what is piped into it. */
interface Given {
  readonly command: SimpleCommand;
  readonly file: ScriptFile;
  readonly piped: Input | undefined;
}

class Interpreter extends ControlFlow {
  private readonly locals: Locals[] = [];
  private aliases = new Aliases(true);
  /** What `trap … EXIT` runs at the end. */
  private atExit: { readonly invocation: Invocation; readonly word: ShellWord | undefined } | undefined;
  /** The scripts that pay for themselves, once each. */
  private readonly included = new Set<string>();
  private depth = 0;

  constructor(
    private readonly effects: Effects,
    positional: readonly Value[],
    length: number,
  ) {
    super(new ScriptRun(new Variables(new Map(), positional), length));
  }

  runToEnd(file: ScriptFile): void {
    this.aliases = new Aliases(!BASH.test(file.text));
    this.runFile(file);
    const { atExit } = this;
    if (!atExit) return;
    const { invocation, word } = atExit;
    const script = word && scriptInWord(word, this.variables, invocation.file.text);
    this.run.withConditions(invocation.conditions, () => {
      if (script && !script.isExpanded) this.runList(script.body, invocation.file);
      else this.runProgram(invocation);
    });
  }

  runFile(file: ScriptFile): Leave {
    return this.runList(file.script.body, file);
  }

  protected override runSimple(command: SimpleCommand, file: ScriptFile, piped?: Input): Leave {
    const { variables } = this;
    for (const script of substitutedCommands(command, file.text)) {
      if (this.depth >= DEPTH_LIMIT) return this.giveUp(command, file) || 'exit';
      this.depth++;
      this.inSubshell(() => this.runList(script.body, file));
      this.depth--;
    }
    const expanded = this.aliases.replaced(command, expandWords(command.words, variables, file.text));
    const program = expanded[0]?.text ?? '';
    if (isDeclaration(expanded)) {
      const locals = this.locals[this.locals.length - 1];
      const conditions = this.run.conditions.length;
      runDeclaration(expanded, { command, text: file.text }, variables, { locals, conditions });
      return undefined;
    }
    const [first] = expanded;
    if (!first) {
      for (const assignment of command.assignments) assign(assignment, variables, file.text);
      return undefined;
    }
    // Assignments in front of a command are for it alone; some shells keep those in front of their own commands.
    const before = command.assignments.map(({ name }) => [name, variables.get(name)] as const);
    for (const assignment of command.assignments) assign(assignment, variables, file.text);
    const leave = this.runWords(expanded, { command, file, piped });
    for (const [name, value] of before) {
      restoreVariable(this.variables, name, KEEPING.has(program) ? 'unknown' : value);
    }
    return leave;
  }

  protected override tooMuch(command: ShellCommand, file: ScriptFile): void {
    this.effects.giveUp(file, command);
  }

  private runWords(expanded: readonly Word[], { command, file, piped }: Given): Leave {
    const { variables } = this;
    const words = withoutPrefixes(expanded);
    const [name, ...rest] = words;
    if (!name) return undefined;
    const program = name.unknown ?? name.text.slice(name.text.lastIndexOf('/') + 1);
    const called =
      name.unknown === undefined && words === expanded ? this.functions.called(name.text, this.run.conditions) : [];
    if (called.length > 0) return this.callAny(called, rest);
    const invocation = { file, command, program, words: rest, conditions: this.run.conditions, input: piped };
    switch (program) {
      case 'exit':
        return this.run.conditions.length === 0 ? program : undefined;
      case 'return':
        // One that tells a failure is not taken where it is not certain, like `exit`.
        if (rest[0] && rest[0].text !== '0' && this.run.conditions.length > 0) return undefined;
        return this.frames.leave(program, 1, this.run.conditions);
      case 'break':
      case 'continue':
        return this.frames.leave(program, Number(rest[0]?.text ?? '1') || 1, this.run.conditions);
      case 'shift':
      case 'set':
        variables.positional = positionalBehind(program, rest, variables.positional);
        return undefined;
      case 'unset':
        unset(rest, variables, this.functions);
        return undefined;
      case 'alias':
        this.aliases.define(rest, this.run.conditions.length === 0);
        return undefined;
      case 'shopt':
        if (rest.some(({ text }) => text === 'expand_aliases')) this.aliases.expands = rest[0]?.text === '-s';
        return undefined;
      case 'trap': {
        const [action, ...signals] = rest;
        if (!signals.some(({ text }) => /^(?:SIG)?EXIT$|^0$/i.test(text))) return undefined;
        const isReset = action?.text === '-' || (action?.text === '' && action.unknown === undefined);
        this.atExit = isReset ? undefined : { invocation, word: action && writtenWord(action, command) };
        return undefined;
      }
      case 'eval': {
        const [only, more] = rest;
        const written = only && !more ? writtenWord(only, command) : undefined;
        const script = written && scriptInWord(written, variables, file.text);
        if (script) return this.runList(script.body, file);
        if (isPlainCommand(rest)) return this.runWords(rest, { command, file, piped });
        break;
      }
      case 'mapfile':
      case 'readarray': {
        const input = inputOf(command, variables, file.text, piped);
        readList(rest, input === 'unknown' ? undefined : input, variables);
        return undefined;
      }
    }
    assignByBuiltin(program, rest, variables);
    const script = calledScript(name, rest);
    const inner = isShell(program) ? this.innerScript(rest, { command, file, piped }) : undefined;
    if (inner) this.runInner(inner, rest.slice(indexOfCommand(rest) + 2), file);
    else if (script) this.runCalled(...script, invocation);
    else this.runProgram(invocation);
    return undefined;
  }

  /** What a shell is given to run, where the script spells it out. */
  private innerScript(words: readonly Word[], { command, file, piped }: Given): InnerScript | undefined {
    const at = indexOfCommand(words);
    const word = at < 0 ? undefined : words[at];
    const written = word && writtenWord(word, command);
    if (written) return scriptInWord(written, this.variables, file.text);
    if (!words.every(({ text }) => text.startsWith('-'))) return undefined;
    return piped ? scriptInInput(piped, file.text) : scriptInDocument(command, file.text);
  }

  /** A shell of its own has no functions of this one, and only the variables that are exported. */
  private runInner({ body, isExpanded }: InnerScript, words: readonly Word[], file: ScriptFile): void {
    this.inSubshell(() => {
      this.functions = new Functions();
      if (!isExpanded) {
        this.variables.forgetAll();
        this.variables.positional = words.map(valueOfWord);
      }
      this.runList(body, file);
    });
  }

  private runProgram(invocation: Invocation): void {
    const { file, command, program } = invocation;
    const given = inputOf(command, this.variables, file.text, invocation.input);
    if (given === 'unknown') {
      this.effects.unclear(file, command, 'the here-document contains values that are known only when the script runs');
    }
    const input = given === 'unknown' ? undefined : given && asRead(given);
    if (program === '.' || program === 'source') this.include({ ...invocation, input });
    else {
      const kept = this.effects.run({ ...invocation, input });
      // What does not suffice for this one ends the script with the next one.
      if (kept !== undefined) this.run.change(kept);
    }
  }

  /** A script that runs as a program of its own: it has no functions of this one, and only the variables that are exported. */
  private runCalled(path: string, words: readonly Word[], invocation: Invocation): void {
    const called = this.depth < DEPTH_LIMIT ? this.effects.include(path, invocation) : undefined;
    if (!called) return;
    this.inSubshell(() => {
      this.functions = new Functions();
      this.variables.forgetAll();
      this.variables.positional = words.map(valueOfWord);
      this.runOther(called);
    });
  }

  private include(invocation: Invocation): void {
    const { file, command, words } = invocation;
    const [path] = words;
    if (!path || path.unknown !== undefined) {
      this.effects.unclear(file, command, 'the file that is read here is known only when the script runs');
      return;
    }
    const included = this.depth < DEPTH_LIMIT ? this.effects.include(path.text, invocation) : undefined;
    if (!included) {
      if (!LIBRARY.test(path.text)) this.variables.forgetAll();
      return;
    }
    this.runOther(included);
  }

  private runOther(file: ScriptFile): void {
    if (!this.included.has(file.uri)) this.run.addText(file.text.length);
    this.included.add(file.uri);
    this.depth++;
    this.runFile(file);
    this.depth--;
  }

  private callAny(called: ReturnType<Functions['called']>, words: readonly Word[]): Leave {
    const [certain, more] = called;
    if (certain && !more && certain.only.length === 0) return this.call(certain, words);
    const ends = called.map((one) => this.run.branch(one.only, () => this.call(one, words)));
    this.variables.join(certain?.only.length === 0 ? ends : [this.variables, ...ends]);
    return undefined;
  }

  private call(called: FunctionBody, words: readonly Word[]): Leave {
    if (this.depth >= DEPTH_LIMIT) {
      this.giveUp(called.body, called.file);
      return 'exit';
    }
    const { positional } = this.variables;
    this.variables.positional = words.map(valueOfWord);
    const locals = new Locals(this.run.conditions.length);
    this.locals.push(locals);
    this.depth++;
    const leave = this.frames.within('function', this.run.conditions.length, () =>
      this.runCommand(called.body, called.file),
    );
    this.depth--;
    this.locals.pop();
    locals.restore(this.variables);
    this.variables.positional = positional;
    return leave === 'exit' ? leave : undefined;
  }
}

/** Commands in front of which some shells keep assignments (POSIX.1-2017, Shell Command Language, 2.14). */
const KEEPING: ReadonlySet<string> = new Set([
  ':',
  '.',
  'eval',
  'exec',
  'exit',
  'return',
  'set',
  'shift',
  'trap',
  'unset',
]);

const STARTS = /(?:^|[\s|(])["']?start["']?\s*(?:\||\))|\$\{?1\}?"?\s*={1,2}\s*["']?start\b/m;

/** Libraries of functions for init scripts that distributions include; they set no variables of a firewall. */
const LIBRARY = /(?:\/init-functions|\/functions(?:\.sh)?|\/rc\.common)$/;
