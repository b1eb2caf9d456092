// The variables of a script, as names of its document.

import type { NameUse } from '../../dialect.js';
import type { Tree } from '../syntax/tree.js';

export function namesOf(uri: string, { variables }: Tree): NameUse[] {
  return variables.map(({ name, range, role }) => ({ uri, range, name, kind: 'variable', role }));
}
