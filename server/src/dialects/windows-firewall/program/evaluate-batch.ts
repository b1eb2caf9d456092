// Interprets a batch file symbolically, and yields the commands of netsh that it would run.

import type { TextRange } from '../../../text/range.js';
import { ScriptRun } from '../../shared/script/run.js';
import { Scope } from '../../shared/script/scope.js';
import { expandText, textValue, unknownValue } from '../../shared/script/value.js';
import type { BatchScript, BatchStatement } from '../syntax/batch/tree.js';
import { followJumps, namesSetIn } from './batch-jumps.js';
import { type Evaluation, type Invocation, tooLong, unreadCommand } from './invocation.js';
import { invokeNetsh } from './netsh.js';
import type { OtherValue, Value } from './value.js';

export function evaluateBatch({ statements, unreadFrom }: BatchScript): Evaluation {
  const evaluator = new BatchEvaluator(statements.at(-1)?.range.end ?? 0);
  evaluator.runAll(followJumps(statements));
  const { invocations, stoppedAt } = evaluator;
  return { invocations, problems: stoppedAt ? [tooLong(stoppedAt)] : [], unreadFrom: stoppedAt ?? unreadFrom };
}

const ADD = 'netsh advfirewall firewall add rule';

function nameOf({ parameters }: Invocation): string | undefined {
  const value = parameters.get('name')?.value;
  return value?.kind === 'text' ? value.text.toLowerCase() : undefined;
}

class BatchEvaluator {
  readonly invocations: Invocation[] = [];
  /** The names of the rules that the script adds in any case. */
  private readonly added = new Set<string>();
  /** Variables of `for` are stored with their percent sign, to distinguish them from those of `set`. */
  private readonly run: ScriptRun<Scope<OtherValue>, string>;

  /** What the variables held at each `setlocal` that has not ended. */
  private readonly outer: { readonly scope: Scope<OtherValue>; readonly conditions: number }[] = [];

  /** The outermost statement at which the bound was reached. */
  stoppedAt: TextRange | undefined;

  constructor(length: number) {
    this.run = new ScriptRun(new Scope(), length);
  }

  runAll(statements: readonly BatchStatement[]): void {
    for (const statement of statements) {
      if (!this.run.step()) return;
      this.runStatement(statement);
      if (this.run.isAtLimit) this.stoppedAt = statement.range;
    }
  }

  private runStatement(statement: BatchStatement): void {
    const { scope } = this.run;
    switch (statement.kind) {
      case 'set': {
        // Commands in the same block or on the same line are expanded before the variable is set.
        const value = statement.isNested || statement.text === undefined ? undefined : this.expand(statement.text);
        scope.set(statement.name, value ?? unknownValue(`%${statement.name}%`));
        break;
      }
      case 'netsh': {
        const invocation = invokeNetsh(statement.netsh, this.run.conditions, (text) => this.expand(text));
        this.invocations.push(invocation);
        this.run.change();
        // Within a condition, the rule of the same name is the one that the condition asks for.
        const name = invocation.command === ADD && invocation.conditions.length === 0 ? nameOf(invocation) : undefined;
        if (name !== undefined) this.added.add(name);
        break;
      }
      case 'unread':
        this.invocations.push(unreadCommand(statement.range, this.run.conditions));
        break;
      case 'conditional':
        this.runConditional(statement);
        break;
      case 'for':
        this.runFor(statement);
        break;
      case 'setlocal':
        this.outer.push({ scope: scope.copy(), conditions: this.run.conditions.length });
        break;
      case 'endlocal': {
        const outer = this.outer.pop();
        if (outer?.conditions === this.run.conditions.length) scope.join([outer.scope]);
        else if (outer) scope.forgetAll();
        break;
      }
      case 'script':
        scope.forgetAll();
        break;
      case 'call':
      case 'label':
      case 'jump':
      // Their effect is in the order of the statements (batch-jumps.ts).
    }
  }

  private runConditional({ condition, unlessShown, body }: BatchStatement & { kind: 'conditional' }): void {
    const start = this.invocations.length;
    this.run.underCondition(condition, () => this.runAll(body));
    const name = unlessShown && nameOf(invokeNetsh(unlessShown, [], (text) => this.expand(text)));
    if (name === undefined) return;
    const isKnown = this.added.has(name);
    // A rule that is added if there is none of its name exists in either case, unless the script has added another one.
    this.invocations.slice(start).forEach((invocation, index) => {
      if (invocation.command !== ADD || nameOf(invocation) !== name || isKnown) return;
      const conditions = invocation.conditions.filter((_, at) => at !== this.run.conditions.length);
      this.invocations[start + index] = { ...invocation, conditions };
    });
  }

  private runFor({ variable, list, header, body }: BatchStatement & { kind: 'for' }): void {
    const name = `%${variable}`;
    const items = list === undefined ? undefined : this.expand(list);
    if (items?.kind === 'text' && !/[*?]/.test(items.text)) {
      for (const item of items.text.split(/[\s,;]+/).filter(Boolean)) {
        if (!this.run.step()) return;
        this.run.scope.set(name, textValue(item));
        this.runAll(body);
      }
      this.run.scope.forget([name]);
    } else this.run.unknownRound(header, [name, ...namesSetIn(body)], () => this.runAll(body));
  }

  /** Variables and arguments of the script; the text is unknown where one of them is. */
  private expand(text: string): Value {
    // What `%name:~0,4%` and `%name:old=new%` cut out or replace is not computed.
    const pattern = /%\w+:[^%\r\n]+%|!\w+:[^!\r\n]+!|%%~?(\w)|%(?:~\w*|\*|\d(?!\w*%))|[%!]([\w.$#@-]+)[%!]/g;
    const expanded = expandText(text, pattern, ([, loop, name]) => {
      const value = this.run.scope.get(loop === undefined ? (name ?? '').toLowerCase() : `%${loop}`);
      return value?.kind === 'text' ? value.text : undefined;
    });
    return expanded === undefined ? unknownValue(text) : textValue(expanded);
  }
}
