// Reports ssl_bump rules of the oldest style in combination with newer ones, which squid rejects.

import type { Problem } from '../../dialect.js';
import { locationOf, type Program } from '../program/program.js';
import { rulesOf } from '../program/rules.js';

/** `ssl_bump allow` and `deny` cannot be combined with the newer actions. */
export function mixedBumpStyles(program: Program): Problem[] {
  const problems: Problem[] = [];
  let style: boolean | undefined;
  for (const rule of rulesOf(program, 'ssl_bump')) {
    const { action } = rule.line.statement;
    const old = action.text === 'allow' || action.text === 'deny';
    if (style !== undefined && old !== style) {
      const message = `squid rejects '${action.text}' after ssl_bump rules of the ${style ? 'old' : 'new'} style`;
      problems.push({ ...locationOf(program, rule, action), code: 'syntax-error', message });
    }
    style = old;
  }
  return problems;
}
