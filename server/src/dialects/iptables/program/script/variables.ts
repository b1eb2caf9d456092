// The variables of a shell script.

import { Scope } from '../../../shared/script/scope.js';
import type { Value } from '../../../shared/script/value.js';

/** The variables at one point of a script. */
export class Variables extends Scope {
  constructor(
    values?: Map<string, Value>,
    /** `$1` and so on, in order. */
    public positional: readonly Value[] = [],
  ) {
    super(values);
  }

  override copy(): Variables {
    return new Variables(this.copyOfValues(), this.positional);
  }
}
