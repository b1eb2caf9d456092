// What stands beside the text: the value of a variable that is an argument of a rule.

import { type TextRange, touches } from '../../../text/range.js';
import type { ContentHint } from '../../dialect.js';
import { ValuesByPlace } from '../../shared/content-hints.js';
import type { WindowsDocument } from '../program/program.js';
import { textsOf } from '../program/value.js';

/** An argument that is nothing but a variable of PowerShell or of a batch file. */
const VARIABLE = /^(?:\$\{?[\w:]+\}?|"?%\w+%"?|"?!\w+!"?)$/;

/** What netsh has in front of a value. */
const NETSH_PARAMETER = /^\w+=/;

/** In a loop, a variable has a value each time. */
export function hintsIn({ source, program }: WindowsDocument, range: TextRange): readonly ContentHint[] {
  const values = new ValuesByPlace();
  for (const { stored } of program.rules) {
    if (!touches(stored.range, range)) continue;
    for (const { value, range: place, isBoolean } of stored.parameters.values()) {
      const name = source.text.slice(place.start, place.end).replace(NETSH_PARAMETER, '');
      const texts = isBoolean || !VARIABLE.test(name) ? undefined : textsOf(value);
      if (texts)
        values.add(
          name,
          place,
          texts.flatMap((text) => text.split(',')),
        );
    }
  }
  return values.hints;
}
