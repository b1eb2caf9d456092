// Replaces the variables of expressions and rules by their values.
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
import { mapSame, mapStatements } from './rule-statements.js';
import type { Scope } from './scope.js';

/** The expression with its variables replaced by their values; the same object if it has none. */
export function substituteExpression(expression: Expression, scope: Scope): Expression {
  return new Substitution(scope).expression(expression);
}

/** The rule with its variables replaced by their values; the same object if it has none. */
export function substituteRule(body: RuleBody, scope: Scope): RuleBody {
  return new Substitution(scope).body(body);
}

class Substitution {
  constructor(private readonly scope: Scope) {}

  body(body: RuleBody): RuleBody {
    return mapStatements(body, (statement) => this.statement(statement));
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
      case 'translate': {
        const address = statement.address && this.expression(statement.address);
        const port = statement.port && this.expression(statement.port);
        return address === statement.address && port === statement.port ? statement : { ...statement, address, port };
      }
      case 'effect': {
        const value = statement.value && this.expression(statement.value);
        return value === undefined || value === statement.value ? statement : { ...statement, value };
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
        return this.usedAt(variable.value, expression);
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

  /** The value of a variable with the span of its use, so that problems in it are reported there. */
  private usedAt(value: Expression, { start, end }: Span): Expression {
    if (--this.scope.budget.left < 0) return { kind: 'variable', name: 'too large', start, end };
    const span = { start, end };
    switch (value.kind) {
      case 'set':
        return {
          ...value,
          ...span,
          elements: value.elements.map((element) => ({
            ...element,
            ...span,
            key: element.key === '*' ? '*' : this.usedAt(element.key, span),
            value: this.elementValueAt(element.value, span),
          })),
        };
      case 'list':
        return { ...value, ...span, items: value.items.map((item) => this.usedAt(item, span)) };
      case 'concatenation':
        return { ...value, ...span, parts: value.parts.map((part) => this.usedAt(part, span)) };
      case 'prefix':
        return { ...value, ...span, base: this.usedAt(value.base, span) };
      case 'range':
        return { ...value, ...span, low: this.usedAt(value.low, span), high: this.usedAt(value.high, span) };
      case 'binary':
        return { ...value, ...span, left: this.usedAt(value.left, span), right: this.usedAt(value.right, span) };
      case 'map':
        return { ...value, ...span, key: this.usedAt(value.key, span), map: this.usedAt(value.map, span) };
      default:
        return { ...value, ...span };
    }
  }

  private elementValueAt(value: SetElement['value'], span: Span): SetElement['value'] {
    if (value?.kind !== 'verdict') return value && this.usedAt(value, span);
    const chain: WordExpression | VariableExpression | undefined = value.chain && { ...value.chain, ...span };
    return { ...value, ...span, chain };
  }
}
