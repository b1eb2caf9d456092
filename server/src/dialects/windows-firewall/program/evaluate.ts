// Follows a script in either language.

import type { Tree } from '../syntax/tree.js';
import { evaluateBatch } from './evaluate-batch.js';
import { evaluatePowerShell } from './evaluate-powershell.js';
import type { Evaluation } from './invocation.js';

export function evaluate(tree: Tree): Evaluation {
  return tree.language === 'batch' ? evaluateBatch(tree) : evaluatePowerShell(tree);
}
