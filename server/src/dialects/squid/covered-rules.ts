import type { Problem } from '../dialect.js';
import type { Program } from './program.js';

export function coveredRules(program: Program): Problem[] {
  void program;
  return [];
}
