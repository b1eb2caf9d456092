// The input of every proposal: the file, the change, and the rule that prevents it.

import type { ProxyChange, Sources } from '../../dialect.js';
import { type Program, quoteAt, type SquidDocument } from '../program/program.js';
import { type Rule, rulesOf } from '../program/rules.js';

/** A change to a document or to files that it includes. */
export interface FixTask {
  readonly document: SquidDocument;
  readonly program: Program;
  readonly sources: Sources;
  readonly change: ProxyChange;
}

/** The first rule of a list among the statements that prevent the change, preferably one that denies. */
export function decidingRule({ program, change }: FixTask, list: string): Rule | undefined {
  const against = [...rulesOf(program, list)].filter((rule) => {
    const { uri, range } = quoteAt(program, rule);
    return change.decidedBy.some((one) => one.uri === uri && one.range.start === range.start);
  });
  return against.find(({ line }) => line.statement.action.text === 'deny') ?? against[0];
}

/** Where new rules are written; `limits` names their clients and ports. */
export function placeOf({ program, change }: FixTask, rule: Rule | undefined, limits = ''): string {
  const order = change.goal === 'permit' && rule?.line.statement.action.text === 'allow' ? 'after' : 'before';
  const where = rule ? [`${order} '${quoteAt(program, rule).text}'`] : [];
  return [...(limits ? [limits] : []), ...where].join(', ');
}
