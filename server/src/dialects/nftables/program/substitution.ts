// Replaces the variables of expressions and rules by their values.
import type {
  Expression,
  Name,
  RuleBody,
  RuleStatement,
  SetElement,
  SetExpression,
  SetReferenceExpression,
  VariableExpression,
  Verdict,
} from '../syntax/tree.js';
import { mapSame, mapStatements } from './rule-statements.js';
import type { Scope } from './scope.js';

/** The expression with its variables replaced by their values; the same object if it has none. */
export function substituteExpression(expression: Expression, scope: Scope): Expression {
  return new Substitution(scope).expression(expression);
}

/**
 * The value of a variable that is being defined. The values in it are shared, not copied: what is `{ $a, $a }` of what is
 * `{ $b, $b }` would need memory that doubles with each. Where it is used, its parts get the span of the use.
 */
export function variableValue(name: Name, value: Expression, scope: Scope): Expression {
  return scope.expansions.defined(name, (share) => new Substitution(scope, share).expression(value));
}

/** The rule with its variables replaced by their values; the same object if it has none. */
export function substituteRule(body: RuleBody, scope: Scope): RuleBody {
  return new Substitution(scope).body(body);
}

class Substitution {
  constructor(
    private readonly scope: Scope,
    /** What stands for the value of a variable where it is used. */
    private readonly used = (value: Expression, use: VariableExpression) => scope.expansions.usedAt(value, use),
  ) {}

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
        const value = this.valueOf(expression);
        return value ? this.used(value, expression) : expression;
      }
      case 'set': {
        const elements = this.elements(expression.elements);
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

  private valueOf({ name }: VariableExpression): Expression | undefined {
    return this.scope.find(name)?.value;
  }

  /** The elements of a set. nft merges sets that are elements; what two of them share is in it once. */
  private elements(elements: readonly SetElement[]): readonly SetElement[] {
    const own = mapSame(elements, (element) => this.element(element));
    if (!own.some(isSet)) return own;
    const merged: SetElement[] = [];
    const seen = new Set<SetElement>();
    own.forEach((element, index) => {
      if (!isSet(element)) {
        merged.push(element);
        return;
      }
      const written = elements[index]?.key;
      const shared = written !== undefined && written !== '*' && written.kind === 'variable' && this.valueOf(written);
      const identities = shared && shared.kind === 'set' ? shared.elements : element.key.elements;
      element.key.elements.forEach((inner, i) => {
        const identity = identities[i] ?? inner;
        // A set of one element is none for nft, unless that is written twice.
        if (seen.has(identity) && merged.length > 1) return;
        seen.add(identity);
        merged.push(inner);
      });
    });
    return merged;
  }

  private element(element: SetElement): SetElement {
    const key = element.key === '*' ? '*' : this.expression(element.key);
    const { value: own } = element;
    const value = own?.kind === 'verdict' ? this.verdict(own) : own && this.expression(own);
    return key === element.key && value === own ? element : { ...element, key, value };
  }
}

/** Whether an element is a set itself, without a value or a limit of its own. */
function isSet(element: SetElement): element is SetElement & { readonly key: SetExpression } {
  return element.key !== '*' && element.key.kind === 'set' && element.value === undefined && !element.conditional;
}
