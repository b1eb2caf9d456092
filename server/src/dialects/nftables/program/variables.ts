import type { Location } from '../../../text/range.js';
import type {
  Expression,
  RuleBody,
  RuleStatement,
  SetElement,
  SetExpression,
  SetReferenceExpression,
  Span,
  VariableExpression,
  Verdict,
  WordExpression,
} from '../syntax/tree.js';

export interface Variable {
  /** Tells it from variables of the same name in other scopes. */
  readonly id: string;
  readonly definition: Location;
  /** Without variables, apart from undefined ones. */
  readonly value: Expression;
}

/** The variables that can be seen at a place: a block sees those of the blocks around it. */
export interface Scope {
  /** How many more expressions may be put in place of variables; shared by all scopes of a ruleset. */
  readonly budget: { left: number };
  inner(): Scope;
  /** A variable of this block itself. */
  own(name: string): Variable | undefined;
  find(name: string): Variable | undefined;
  set(name: string, variable: Variable): void;
  /** Removes a variable of this block; tells whether there was one. */
  remove(name: string): boolean;
}

export function emptyScope(): Scope {
  return new BlockScope(undefined, { left: EXPRESSION_LIMIT });
}

/** Definitions that double each other end here. */
const EXPRESSION_LIMIT = 4_000_000;

class BlockScope implements Scope {
  private readonly variables = new Map<string, Variable>();

  constructor(
    private readonly outer: BlockScope | undefined,
    readonly budget: { left: number },
  ) {}

  inner(): Scope {
    return new BlockScope(this, this.budget);
  }

  own(name: string): Variable | undefined {
    return this.variables.get(name);
  }

  find(name: string): Variable | undefined {
    return this.variables.get(name) ?? this.outer?.find(name);
  }

  set(name: string, variable: Variable): void {
    this.variables.set(name, variable);
  }

  remove(name: string): boolean {
    return this.variables.delete(name);
  }
}

/** The expression with the values of variables in their place; the very expression where it has none. */
export function substituteExpression(expression: Expression, scope: Scope): Expression {
  return new Substitution(scope).expression(expression);
}

/** The rule with the values of variables in their place; the very rule where it has none. */
export function substituteRule(body: RuleBody, scope: Scope): RuleBody {
  return new Substitution(scope).body(body);
}

class Substitution {
  constructor(private readonly scope: Scope) {}

  body(body: RuleBody): RuleBody {
    const statements = mapSame(body.statements, (statement) => this.statement(statement));
    return statements === body.statements ? body : { ...body, statements };
  }

  private statement(statement: RuleStatement): RuleStatement {
    switch (statement.kind) {
      case 'match': {
        const left = this.expression(statement.left);
        const right = this.expression(statement.right);
        const mask = statement.mask && this.expression(statement.mask);
        const same = left === statement.left && right === statement.right && mask === statement.mask;
        return same ? statement : { ...statement, left, right, mask };
      }
      case 'verdict':
        return this.verdict(statement);
      case 'verdict-map': {
        const map = this.map(statement.map);
        return map === statement.map ? statement : { ...statement, map };
      }
      case 'anonymous-chain': {
        const rules = mapSame(statement.rules, (rule) => this.body(rule));
        return rules === statement.rules ? statement : { ...statement, rules };
      }
      case 'translate': {
        const address = statement.address && this.expression(statement.address);
        const port = statement.port && this.expression(statement.port);
        return address === statement.address && port === statement.port ? statement : { ...statement, address, port };
      }
      default:
        return statement;
    }
  }

  private map(
    map: SetExpression | SetReferenceExpression | VariableExpression,
  ): SetExpression | SetReferenceExpression | VariableExpression {
    const value = this.expression(map);
    return value.kind === 'set' || value.kind === 'set-reference' ? value : map;
  }

  private verdict(verdict: Verdict): Verdict {
    if (verdict.chain?.kind !== 'variable') return verdict;
    const chain = this.expression(verdict.chain);
    return chain.kind === 'word' ? { ...verdict, chain } : verdict;
  }

  expression(expression: Expression): Expression {
    switch (expression.kind) {
      case 'variable': {
        const variable = this.scope.find(expression.name);
        if (!variable) return expression;
        return this.at(variable.value, expression);
      }
      case 'set': {
        const elements = mapSame(expression.elements, (element) => this.element(element));
        return elements === expression.elements ? expression : { ...expression, elements };
      }
      case 'list': {
        const items = mapSame(expression.items, (item) => this.expression(item));
        return items === expression.items ? expression : { ...expression, items };
      }
      case 'concatenation': {
        const parts = mapSame(expression.parts, (part) => this.expression(part));
        return parts === expression.parts ? expression : { ...expression, parts };
      }
      case 'prefix': {
        const base = this.expression(expression.base);
        return base === expression.base ? expression : { ...expression, base };
      }
      case 'range': {
        const [low, high] = [this.expression(expression.low), this.expression(expression.high)];
        return low === expression.low && high === expression.high ? expression : { ...expression, low, high };
      }
      case 'binary': {
        const [left, right] = [this.expression(expression.left), this.expression(expression.right)];
        return left === expression.left && right === expression.right ? expression : { ...expression, left, right };
      }
      case 'map': {
        const [key, map] = [this.expression(expression.key), this.expression(expression.map)];
        return key === expression.key && map === expression.map ? expression : { ...expression, key, map };
      }
      default:
        return expression;
    }
  }

  private element(element: SetElement): SetElement {
    const key = element.key === '*' ? '*' : this.expression(element.key);
    const { value: own } = element;
    const value = own?.kind === 'verdict' ? this.verdict(own) : own && this.expression(own);
    return key === element.key && value === own ? element : { ...element, key, value };
  }

  /** A value as it stands in place of a variable: everything in it is said at that place. */
  private at(value: Expression, { start, end }: Span): Expression {
    if (--this.scope.budget.left < 0) return { kind: 'variable', name: 'too large', start, end };
    const place = { start, end };
    switch (value.kind) {
      case 'set':
        return {
          ...value,
          ...place,
          elements: value.elements.map((element) => ({
            ...element,
            ...place,
            key: element.key === '*' ? '*' : this.at(element.key, place),
            value: this.valueAt(element.value, place),
          })),
        };
      case 'list':
        return { ...value, ...place, items: value.items.map((item) => this.at(item, place)) };
      case 'concatenation':
        return { ...value, ...place, parts: value.parts.map((part) => this.at(part, place)) };
      case 'prefix':
        return { ...value, ...place, base: this.at(value.base, place) };
      case 'range':
        return { ...value, ...place, low: this.at(value.low, place), high: this.at(value.high, place) };
      case 'binary':
        return { ...value, ...place, left: this.at(value.left, place), right: this.at(value.right, place) };
      case 'map':
        return { ...value, ...place, key: this.at(value.key, place), map: this.at(value.map, place) };
      default:
        return { ...value, ...place };
    }
  }

  private valueAt(value: SetElement['value'], place: Span): SetElement['value'] {
    if (value?.kind !== 'verdict') return value && this.at(value, place);
    const chain: WordExpression | VariableExpression | undefined = value.chain && { ...value.chain, ...place };
    return { ...value, ...place, chain };
  }
}

/** The list with each member mapped; the very list where no member changes. */
function mapSame<T>(list: readonly T[], map: (member: T) => T): readonly T[] {
  let mapped: T[] | undefined;
  list.forEach((member, i) => {
    const next = map(member);
    if (next !== member && !mapped) mapped = list.slice(0, i);
    mapped?.push(next);
  });
  return mapped ?? list;
}
