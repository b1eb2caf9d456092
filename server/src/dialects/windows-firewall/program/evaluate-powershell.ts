// Interprets a PowerShell script symbolically, and yields the commands that would change the firewall.

import type { TextRange } from '../../../text/range.js';
import { ScriptRun } from '../../shared/script/run.js';
import { Scope } from '../../shared/script/scope.js';
import { flatList, unknownValue } from '../../shared/script/value.js';
import {
  type Assignment,
  assignedNames,
  type Block,
  type CmdletCall,
  type Conditional,
  type End,
  type Expression,
  type OtherStage,
  type Pipeline,
  type PowerShellScript,
  type PropertyTest,
  type Query,
  type Statement,
  type Switch,
} from '../syntax/powershell/tree.js';
import { COMMANDS } from '../vocabulary/commands.js';
import { fullParameterName } from '../vocabulary/parameters.js';
import { PARAMETERS_BY_NAME } from '../vocabulary/words.js';
import { ExpressionEvaluator } from './evaluate-expression.js';
import { type Evaluation, type Invocation, tooLong, unreadCommand } from './invocation.js';
import { invokeNetsh } from './netsh.js';
import { addsFound, type EvaluatedTest, namesOf, selectedRules } from './rule-queries.js';
import { openedBy, savedSessions } from './sessions.js';
import { clausesFor } from './switch-clauses.js';
import { type Argument, itemsOf, type OtherValue, type Value } from './value.js';

/**
 * Literal values, variables with one value, loops over literal lists and tables with literal entries are followed; what
 * is conditional or computed is marked as such.
 */
export function evaluatePowerShell({ body, unreadFrom }: PowerShellScript): Evaluation {
  const evaluator = new PowerShellEvaluator(body.range.end);
  evaluator.runBlock(body);
  const { stoppedAt } = evaluator;
  const invocations = stoppedAt ? evaluator.invocations : savedSessions(evaluator.invocations);
  return { invocations, problems: stoppedAt ? [tooLong(stoppedAt)] : [], unreadFrom: stoppedAt ?? unreadFrom };
}

class PowerShellEvaluator {
  readonly invocations: Invocation[] = [];
  private readonly queries: Invocation[] = [];
  /** The names of the rules that the script has added. */
  private readonly added = new Set<string>();
  /** Set where nothing after it runs: of the script, of the block that `return` leaves, of a loop or one of its rounds. */
  private ended: End['ends'] | undefined;
  /** Set where a round, or the loop, has possibly been left: what follows runs under a condition. */
  private left: { readonly ends: 'loop' | 'round'; readonly condition: string } | undefined;
  /** How many invocations there were before the conditional statement that was followed last. */
  private lastConditional = 0;
  /** The variables that have held tables, by themselves or in lists. */
  private readonly tableNames = new Set<string>();
  private readonly run: ScriptRun<Scope<OtherValue>, string>;

  private readonly values = new ExpressionEvaluator((name) => this.run.scope.get(name));

  /** The outermost statement at which the bound was reached. */
  stoppedAt: TextRange | undefined;

  constructor(length: number) {
    this.run = new ScriptRun(new Scope(), length);
  }

  runBlock({ statements, range }: Block): void {
    const before = this.left;
    for (const [at, statement] of statements.entries()) {
      if (!this.run.step()) return;
      this.runStatement(statement);
      if (this.run.isAtLimit) this.stoppedAt = statement.range;
      if (this.ended) return;
      const { left } = this;
      if (!left || left === before) continue;
      const rest: Block = { statements: statements.slice(at + 1), range };
      this.run.unknownRound(left.condition, [], () => this.runBlock(rest));
      return;
    }
  }

  private runStatement(statement: Statement): void {
    switch (statement.kind) {
      case 'assignment':
        this.assign(statement);
        break;
      case 'foreach':
        this.repeat(statement.variable, itemsOf(this.evaluate(statement.items)), statement);
        break;
      case 'conditional':
        this.runConditional(statement);
        break;
      case 'switch':
        this.runSwitch(statement);
        break;
      case 'block':
        this.runBlock(statement.body);
        break;
      case 'end':
        if (statement.command) this.runPipeline(statement.command);
        this.ended = statement.ends;
        break;
      case 'pipeline':
        this.runPipeline(statement);
    }
  }

  private runConditional({ condition, isLoop, assigned, unlessFound, body }: Conditional): void {
    const unknown = isLoop ? [...assigned, ...assignedNames(body)] : assigned;
    const query = unlessFound && this.queryOf(unlessFound);
    const isKnown = query && namesOf(query).some((name) => this.added.has(name));
    const [before, start] = [this.lastConditional, this.invocations.length];
    const { left } = this;
    this.runRound(condition, unknown, body);
    if (isLoop) this.left = left;
    // One that the script has already added is not added again.
    if (query && !isKnown) {
      this.takeAsDone(query, start);
      if (/^else$/i.test(condition)) this.moveBehind(before, start);
    }
    this.lastConditional = start;
  }

  /** Every clause whose text is the value runs, and `default` where none does (*about_Switch*). */
  private runSwitch({ value, source, clauses, isLeft }: Switch): void {
    const bodies = clausesFor(this.evaluate(value), clauses, (pattern) => this.evaluate(pattern));
    if (!bodies || (isLeft && bodies.length > 1)) {
      const assigned = clauses.flatMap(({ body }) => [...assignedNames(body)]);
      const { left } = this;
      for (const clause of clauses) this.runRound(`${source} ${clause.source}`, assigned, clause.body);
      this.left = left;
      return;
    }
    for (const { item, body } of bodies) {
      this.run.scope.set('_', item);
      this.runBlock(body);
      // Both leave the switch (*about_Switch*).
      if (this.ended === 'loop' || this.ended === 'round') this.ended = undefined;
      if (this.ended) return;
    }
  }

  private queryOf(query: Query): Invocation | undefined {
    if (query.kind === 'cmdlet') return this.invocationOf(query, undefined);
    const value = this.run.scope.get(query.name);
    return value?.kind === 'rules' ? this.queries[value.query] : undefined;
  }

  /**
   * A rule that is added if there is none of its name exists in either case: the script has added it now or when it ran
   * before.
   */
  private takeAsDone(query: Invocation, start: number): void {
    const depth = this.run.conditions.length;
    this.invocations.slice(start).forEach((invocation, index) => {
      if (!addsFound(invocation, query)) return;
      const conditions = invocation.conditions.filter((_, at) => at !== depth);
      this.invocations[start + index] = { ...invocation, conditions };
    });
  }

  /**
   * `if ($rule) { Set-… } else { New-… }`: what is done to the rule where it is found is done to the one that is taken as
   * added.
   */
  private moveBehind(found: number, missing: number): void {
    const { invocations } = this;
    for (const invocation of invocations.splice(found, missing - found)) invocations.push(invocation);
  }

  private assign({ names, operator, value, command }: Assignment): void {
    const { scope } = this.run;
    const [name = '', ...others] = names;
    const output = command && this.runPipeline(command);
    const assigned = output ?? this.evaluate(value);
    scope.forget(others);
    if (assigned.kind === 'table' || assigned.kind === 'list') this.tableNames.add(name);
    if (operator === '=') scope.set(name, assigned);
    else {
      const before = scope.get(name);
      const grows = operator === '+' && before?.kind === 'list' && assigned.kind !== 'unknown';
      scope.set(name, grows ? flatList([before, assigned], `$${name}`) : unknownValue(`$${name}`));
    }
  }

  /** A loop over values; `undefined` where they are unknown. */
  private repeat(variable: string, items: readonly Value[] | undefined, loop: { body: Block; source: string }): void {
    if (!items) {
      const assigned = [...assignedNames(loop.body), variable];
      const { left } = this;
      this.runRound(`for each of ${loop.source}`, assigned, loop.body);
      this.left = left;
      return;
    }
    this.runRounds(variable, items, loop.body);
  }

  private runRounds(variable: string, items: readonly Value[], body: Block): void {
    const outer = this.left;
    for (const [at, item] of items.entries()) {
      if (!this.run.step()) return;
      this.run.scope.set(variable, item);
      if (item.kind === 'table') this.tableNames.add(variable);
      this.runBlock(body);
      const { left, ended } = this;
      this.left = outer;
      if (ended === 'loop' || ended === 'round') this.ended = undefined;
      if (ended && ended !== 'round') return;
      if (left?.ends !== 'loop' || left === outer) continue;
      const rest = items.slice(at + 1);
      this.run.unknownRound(left.condition, [], () => this.runRounds(variable, rest, body));
      return;
    }
  }

  /** `ForEach-Object`: a block that `return` leaves for the next item. */
  private repeatBlock(items: readonly Value[] | undefined, loop: { body: Block; source: string }): void {
    for (const item of items ?? [undefined]) {
      this.repeat('_', item && [item], loop);
      if (this.ended === 'script') return;
      this.ended = undefined;
    }
  }

  /** Blocks that possibly run: what ends the script there is taken as the exception, such as a missing permission. */
  private runRound(condition: string, assigned: Iterable<string>, body: Block): void {
    this.run.unknownRound(condition, assigned, () => this.runBlock(body));
    if (this.ended === 'loop' || this.ended === 'round') this.left = { ends: this.ended, condition };
    this.ended = undefined;
  }

  /** Returns what it outputs, where that is known: the rules that it finds, or the group policy that it opens. */
  private runPipeline({ stages }: Pipeline): Value | undefined {
    let input: Invocation | undefined;
    let items: readonly Value[] | undefined;
    for (const stage of stages) {
      switch (stage.kind) {
        case 'each':
          this.repeatBlock(items, stage);
          break;
        case 'netsh':
          this.record(invokeNetsh(stage.netsh, this.run.conditions, (text) => this.values.expand(text)));
          input = undefined;
          break;
        case 'cmdlet':
          input = this.invoke(stage, input);
          break;
        case 'unread':
          this.markUnread(stage.range);
          break;
        case 'where':
          input = selectedRules(input, this.testsOf(stage.tests)) ?? this.computedInput(stage.other, input);
          items = undefined;
          break;
        case 'other': {
          const value = this.evaluate(stage.value);
          items = itemsOf(value);
          this.runOther(stage);
          input = value.kind === 'rules' ? this.queries[value.query] : this.computedInput(stage, input);
        }
      }
    }
    const [only, ...more] = stages;
    if (only?.kind !== 'cmdlet' || more.length > 0) return undefined;
    if (only.command === 'open-netgpo') return this.openedPolicy(only);
    if (!input) return undefined;
    return { kind: 'rules', query: this.queries.push(input) - 1 };
  }

  /** A session of a group policy stands for the policy. */
  private openedPolicy(call: CmdletCall): Value | undefined {
    return openedBy(this.invocationOf(call, undefined));
  }

  /** Blocks that are arguments of another command (`Invoke-Command { … }`): whether, where and how often they run is unknown. */
  private runOther({ assigned, changed, range, source, blocks }: OtherStage): void {
    const target = changed === undefined ? undefined : this.run.scope.get(changed);
    // The interface of programs to the firewall (*INetFwPolicy2*).
    if (CHANGES_BY_INTERFACE.test(source) || (target?.kind === 'unknown' && INTERFACE.test(target.source)))
      this.markUnread(range);
    // What changes a table changes it in every variable that holds it.
    if (assigned.length > 0) this.run.scope.forget([...assigned, ...this.tableNames]);
    for (const { body, source } of blocks) {
      this.runRound(source, assignedNames(body), body);
    }
  }

  private testsOf(tests: readonly PropertyTest[]): readonly EvaluatedTest[] {
    return tests.map(({ value, ...test }) => ({ ...test, value: this.evaluate(value) }));
  }

  private record(invocation: Invocation): void {
    this.invocations.push(invocation);
    this.run.change();
  }

  private markUnread(range: TextRange): void {
    this.record(unreadCommand(range, this.run.conditions));
  }

  /** The output of a stage that is not modelled: some of its input, or something computed. */
  private computedInput({ source, range }: OtherStage, given: Invocation | undefined): Invocation {
    const { command = '', parameters = new Map<string, Argument>(), conditions = [], input } = given ?? {};
    const unknown = [`the output of '${source}'`];
    return { command, parameters, newValues: new Map(), range, commandRange: range, conditions, unknown, input };
  }

  /** Records a call; returns it where it only outputs the rules that it finds. */
  private invoke(call: CmdletCall, input: Invocation | undefined): Invocation | undefined {
    const invocation = this.invocationOf(call, input);
    if (COMMANDS.get(call.command)?.operation !== 'find') {
      this.record(invocation);
      if (call.command.startsWith('new-')) for (const name of namesOf(invocation)) this.added.add(name);
      return undefined;
    }
    // "The filter objects and rules are always one-to-one" (*New-NetFirewallRule*): both stand for the rules.
    const { input: rules, parameters, unknown } = invocation;
    if (!rules || call.command === 'get-netfirewallprofile') return invocation;
    const selects = [...parameters.keys()].some((name) => !PARAMETERS_BY_NAME.get(name)?.families.includes('common'));
    return {
      ...rules,
      unknown: [...rules.unknown, ...unknown, ...(selects ? [`which rules ${call.command} selects`] : [])],
    };
  }

  private invocationOf(call: CmdletCall, input: Invocation | undefined): Invocation {
    const { command, range, commandRange } = call;
    let given = input;
    const parameters = new Map<string, Argument>();
    const unknown: string[] = [];
    for (const argument of call.arguments) {
      if (argument.kind === 'splat') {
        const table = this.run.scope.get(argument.name);
        if (table?.kind !== 'table') unknown.push(`@${argument.name}`);
        else for (const [key, entry] of table.entries) parameters.set(fullParameterName(command, key) ?? key, entry);
        continue;
      }
      const value = this.argument(argument.value, argument.range);
      if (argument.kind === 'parameter' && GIVES_RULES.has(argument.name) && value.value.kind === 'rules') {
        given = this.queries[value.value.query];
      } else if (argument.kind === 'parameter') parameters.set(argument.name, value);
      // A positional value is the name of the rule in commands that select rules.
      else if (!command.startsWith('new-')) parameters.set('name', value);
    }
    // Its parameters take the properties of the objects that it gets.
    if (command.startsWith('new-') && given) for (const one of given.unknown) unknown.push(one);
    const conditions = parameters.has('whatif') ? this.run.conditions : [...this.run.conditions, ...this.onlyShown];
    const newValues = new Map<string, Argument>();
    return { command, parameters, newValues, range, commandRange, conditions, unknown, input: given };
  }

  /**
   * With `$WhatIfPreference`, commands show what they would do (*about_Preference_Variables*). Those of the firewall are
   * functions of a module, which has the variables of the session, not those of the script: it may hold for them or not.
   */
  private get onlyShown(): readonly string[] {
    const preference = this.run.scope.get('whatifpreference');
    const isOff = !preference || (preference.kind === 'text' && /^(?:false|0|)$/i.test(preference.text));
    return isOff ? [] : ['whether $WhatIfPreference holds for it'];
  }

  private argument(expression: Expression, range: TextRange): Argument {
    return this.values.argument(expression, range);
  }

  private evaluate(expression: Expression): Value {
    return this.values.evaluate(expression);
  }
}

/** The interface of programs to the firewall, and objects of a type that is named elsewhere. */
const INTERFACE = /\bHNetCfg\.Fw(?:Policy2|Mgr)\b|\[(?:System\.)?Activator\]::CreateInstance\b/i;

const CHANGES_BY_INTERFACE =
  /\bHNetCfg\.Fw(?:Policy2|Mgr)\b[^;\n]*(?:\.\w*(?:Add|Remove|Enable|Restore)\w*\(|[^=!<>]=[^=])/i;

/** Parameters that take rules, or the filters of rules. */
const GIVES_RULES: ReadonlySet<string> = new Set(['inputobject', 'associatednetfirewallrule']);
