// Interprets a PowerShell script symbolically, and yields the commands that would change the firewall.

import type { TextRange } from '../../../text/range.js';
import { ScriptRun } from '../../shared/script/run.js';
import { Scope } from '../../shared/script/scope.js';
import {
  expandText,
  flatList,
  listValue,
  sameValue,
  TEXT_LIMIT,
  textValue,
  unknownValue,
} from '../../shared/script/value.js';
import { LITERAL_DOLLAR } from '../syntax/powershell/tokens.js';
import {
  type Assignment,
  assignedNames,
  type Block,
  type CmdletCall,
  type Conditional,
  type Expression,
  type OtherStage,
  type Pipeline,
  type PowerShellScript,
  type PropertyTest,
  type Query,
  type Statement,
} from '../syntax/powershell/tree.js';
import { fullParameterName } from '../vocabulary/parameters.js';
import { COMMANDS, PARAMETERS_BY_NAME } from '../vocabulary/words.js';
import { type Evaluation, INVOCATION_LIMIT, type Invocation, STATEMENT_LIMIT, TOO_LONG, UNREAD } from './invocation.js';
import { invokeNetsh } from './netsh.js';
import { sameStore, storeOf } from './policy-store.js';
import type { Argument, OtherValue, Value } from './value.js';

/**
 * Literal values, variables with one value, loops over literal lists and tables with literal entries are followed; what
 * is conditional or computed is marked as such.
 */
export function evaluatePowerShell({ body, complete }: PowerShellScript): Evaluation {
  const evaluator = new PowerShellEvaluator();
  evaluator.runBlock(body);
  const { invocations, isAtLimit } = evaluator;
  return { invocations, problems: isAtLimit ? [TOO_LONG] : [], complete: complete && !isAtLimit };
}

class PowerShellEvaluator {
  readonly invocations: Invocation[] = [];
  private readonly queries: Invocation[] = [];
  /** The variables that have held tables, by themselves or in lists. */
  private readonly tableNames = new Set<string>();
  private readonly run = new ScriptRun<Scope<OtherValue>, string>(new Scope(), STATEMENT_LIMIT);

  get isAtLimit(): boolean {
    return this.run.isAtLimit || this.invocations.length >= INVOCATION_LIMIT;
  }

  runBlock({ statements }: Block): void {
    for (const statement of statements) {
      if (this.isAtLimit || !this.run.step()) return;
      this.runStatement(statement);
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
      case 'block':
        this.runBlock(statement.body);
        break;
      case 'pipeline':
        this.runPipeline(statement);
    }
  }

  private runConditional({ condition, isLoop, assigned, unlessFound, body }: Conditional): void {
    const unknown = isLoop ? [...assigned, ...assignedNames(body)] : assigned;
    const query = unlessFound && this.queryOf(unlessFound);
    const start = this.invocations.length;
    this.run.unknownRound(condition, unknown, () => this.runBlock(body));
    if (query) this.takeAsDone(query, start);
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
    // One that the script has already added is not added again.
    if (this.invocations.slice(0, start).some((earlier) => addsFound(earlier, query))) return;
    const depth = this.run.conditions.length;
    this.invocations.slice(start).forEach((invocation, index) => {
      if (!addsFound(invocation, query)) return;
      const conditions = invocation.conditions.filter((_, at) => at !== depth);
      this.invocations[start + index] = { ...invocation, conditions };
    });
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
      this.run.unknownRound(`for each of ${loop.source}`, assigned, () => this.runBlock(loop.body));
      return;
    }
    for (const item of items) {
      if (this.isAtLimit || !this.run.step()) return;
      this.run.scope.set(variable, item);
      if (item.kind === 'table') this.tableNames.add(variable);
      this.runBlock(loop.body);
    }
  }

  /** Returns what it outputs, where that is known: the rules that it finds, or the group policy that it opens. */
  private runPipeline({ stages }: Pipeline): Value | undefined {
    let input: Invocation | undefined;
    let items: readonly Value[] | undefined;
    for (const stage of stages) {
      switch (stage.kind) {
        case 'each':
          this.repeat('_', items, stage);
          break;
        case 'netsh':
          this.invocations.push(invokeNetsh(stage.netsh, this.run.conditions, (text) => this.expand(text)));
          input = undefined;
          break;
        case 'cmdlet':
          input = this.invoke(stage, input);
          break;
        case 'unread':
          this.markUnread(stage.range);
          break;
        case 'where':
          input = this.selected(stage.tests, input) ?? this.computedInput(stage.other, input);
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
    const { parameters } = this.invocationOf(call, undefined);
    return (parameters.get('policystore') ?? parameters.get('name'))?.value;
  }

  /** Blocks that are arguments of another command (`Invoke-Command { … }`): whether, where and how often they run is unknown. */
  private runOther({ assigned, changed, range, blocks }: OtherStage): void {
    const target = changed === undefined ? undefined : this.run.scope.get(changed);
    // The interface of programs to the firewall (*INetFwPolicy2*).
    if (target?.kind === 'unknown' && /\bHNetCfg\.Fw(?:Policy2|Mgr)\b/i.test(target.source)) this.markUnread(range);
    // What changes a table changes it in every variable that holds it.
    if (assigned.length > 0) this.run.scope.forget([...assigned, ...this.tableNames]);
    for (const { body, source } of blocks) {
      this.run.unknownRound(source, assignedNames(body), () => this.runBlock(body));
    }
  }

  private markUnread(range: TextRange): void {
    const { conditions } = this.run;
    const nothing = new Map<string, Argument>();
    const common = { parameters: nothing, newValues: nothing, unknown: [], input: undefined };
    this.invocations.push({ command: UNREAD, range, commandRange: range, conditions, ...common });
  }

  /** Those of the rules that a command finds which have some properties; `undefined` where that cannot be said. */
  private selected(tests: readonly PropertyTest[], input: Invocation | undefined): Invocation | undefined {
    if (!input || input.unknown.length > 0) return undefined;
    const parameters = new Map(input.parameters);
    for (const { property, isPattern, value: expression, range } of tests) {
      const value = this.evaluate(expression);
      // A pattern may hold more than asterisks, and a text that is compared as it is none.
      const isSimple = value.kind === 'text' && !(isPattern ? /[?[\]]/ : /\*/).test(value.text);
      if (!isSimple || !TESTED.has(property) || parameters.has(property)) return undefined;
      if (isPattern && !property.endsWith('name')) return undefined;
      parameters.set(property, { value, range });
    }
    return { ...input, parameters };
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
      this.invocations.push(invocation);
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
    const { conditions } = this.run;
    const newValues = new Map<string, Argument>();
    return { command, parameters, newValues, range, commandRange, conditions, unknown, input: given };
  }

  private argument(expression: Expression, range: TextRange): Argument {
    const value = this.evaluate(expression);
    const isBoolean = expression.kind === 'variable' && /^(?:true|false)$/.test(expression.name);
    return isBoolean ? { value, range, isBoolean } : { value, range };
  }

  private evaluate(expression: Expression): Value {
    switch (expression.kind) {
      case 'text':
      case 'unknown':
        return expression;
      case 'expandable':
        return this.expand(expression.text);
      case 'variable':
        return this.variable(expression.name);
      case 'joined':
        return this.join(expression);
      case 'list':
        return listValue(
          expression.items.map((item) => this.evaluate(item)),
          expression.source,
        );
      case 'group':
        return this.evaluateGroup(expression);
      case 'table': {
        const entries = expression.entries.map(({ key, value, range }) => [key, this.argument(value, range)] as const);
        return { kind: 'table', entries: new Map(entries) };
      }
      case 'member':
        return memberOf(this.evaluate(expression.of), this.evaluate(expression.key), expression.source);
    }
  }

  private evaluateGroup({ isArray, items, source }: Expression & { kind: 'group' }): Value {
    const list = flatList(
      items.map((item) => this.evaluate(item)),
      source,
    );
    const [first, ...others] = list.kind === 'list' ? list.items : [];
    return !isArray && first && others.length === 0 ? first : list;
  }

  private join({ parts, source }: Expression & { kind: 'joined' }): Value {
    let joined = '';
    for (const part of parts) {
      const value = this.evaluate(part);
      if (value.kind !== 'text') return unknownValue(source);
      joined += value.text;
      if (part.kind !== 'text' && joined.length > TEXT_LIMIT) return unknownValue(source);
    }
    return textValue(joined);
  }

  /** Replaces variables in a text; unknown where one of them is, or where it contains another expression. */
  private expand(text: string): Value {
    const expanded = expandText(text, VARIABLES, ([, inner, members = '', braced, plain]) => {
      const name = (inner ?? braced ?? plain ?? '').toLowerCase();
      let value = name === '' ? undefined : this.variable(name);
      for (const member of members.toLowerCase().split('.').slice(1)) {
        value &&= memberOf(value, textValue(member), text);
      }
      return value?.kind === 'text' ? value.text : undefined;
    });
    return expanded === undefined ? unknownValue(text) : textValue(expanded.replaceAll(LITERAL_DOLLAR, '$'));
  }

  private variable(name: string): Value {
    if (name === 'true' || name === 'false') return textValue(name);
    return this.run.scope.get(name) ?? unknownValue(`$${name}`);
  }
}

/** `$($rule.Name)`, `${name}`, `$name`; any other `$(` is computed. */
const VARIABLES = /\$(?:\(\$(\w+)((?:\.\w+)*)\)|\{([^}]*)\}|(\w+)|\()/g;

/** An entry of a table, or an item of a list by its number; of a list of tables the entries of all. */
function memberOf(value: Value, key: Value, source: string): Value {
  if (key.kind !== 'text') return unknownValue(source);
  if (value.kind === 'table') return value.entries.get(key.text.toLowerCase())?.value ?? unknownValue(source);
  if (value.kind !== 'list') return unknownValue(source);
  if (/^-?\d{1,6}$/.test(key.text)) return value.items.at(Number(key.text)) ?? unknownValue(source);
  const entries = value.items.map((item) => (item.kind === 'table' ? memberOf(item, key, source) : undefined));
  const known = entries.flatMap((entry) => (entry && entry.kind !== 'unknown' ? entry : []));
  return known.length === entries.length ? flatList(known, source) : unknownValue(source);
}

function itemsOf(value: Value): readonly Value[] | undefined {
  if (value.kind === 'list') return value.items;
  return value.kind === 'unknown' || value.kind === 'rules' ? undefined : [value];
}

/** Parameters that take rules, or the filters of rules. */
const GIVES_RULES: ReadonlySet<string> = new Set(['inputobject', 'associatednetfirewallrule']);

/** The properties of rules that select them in the same way as parameters do. */
const TESTED: ReadonlySet<string> = new Set(['name', 'displayname', 'direction', 'action', 'enabled']);

/** Whether a command adds the rule that a query asks for by its name. */
function addsFound(invocation: Invocation, query: Invocation): boolean {
  const { command, parameters } = invocation;
  if (command !== query.command.replace(/^get-/, 'new-') || query.unknown.length > 0) return false;
  const [own, asked] = [storeOf(invocation), storeOf(query)];
  if ('unknown' in own || 'unknown' in asked || !sameStore(own, asked)) return false;
  return ['displayname', 'name'].some((name) => {
    const [wanted, added] = [query.parameters.get(name)?.value, parameters.get(name)?.value];
    if (!wanted || !added) return false;
    if (wanted.kind !== 'text' || added.kind !== 'text') return sameValue(wanted, added);
    return wanted.text.toLowerCase() === added.text.toLowerCase();
  });
}
