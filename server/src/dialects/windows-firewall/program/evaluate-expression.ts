// Evaluates the expressions of PowerShell that are literal, or variables whose values are known.

import type { TextRange } from '../../../text/range.js';
import { expandText, flatList, listValue, TEXT_LIMIT, textValue, unknownValue } from '../../shared/script/value.js';
import { LITERAL_DOLLAR } from '../syntax/powershell/tokens.js';
import type { Expression } from '../syntax/powershell/tree.js';
import { type Argument, memberOf, type Value } from './value.js';

export class ExpressionEvaluator {
  constructor(private readonly lookUp: (name: string) => Value | undefined) {}

  argument(expression: Expression, range: TextRange): Argument {
    const value = this.evaluate(expression);
    const isBoolean = expression.kind === 'variable' && /^(?:true|false)$/.test(expression.name);
    return isBoolean ? { value, range, isBoolean } : { value, range };
  }

  evaluate(expression: Expression): Value {
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
        const names = new Map(expression.entries.map(({ key, keyText }) => [key, keyText]));
        return { kind: 'table', entries: new Map(entries), keys: [...names.values()] };
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
  expand(text: string): Value {
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
    return this.lookUp(name) ?? unknownValue(`$${name}`);
  }
}

/** `$($rule.Name)`, `${name}`, `$name`; any other `$(` is computed. */
const VARIABLES = /\$(?:\(\$(\w+)((?:\.\w+)*)\)|\{([^}]*)\}|(\w+)|\()/g;
