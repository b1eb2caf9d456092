// Regular expression literals: each evaluation makes an object, as the constructor of the language does.
import { construct } from '../calls.js';
import type { Step } from '../machine.js';
import { PacFunction } from '../objects.js';

export function regExpStep(source: string, flags: string): Step {
  return (machine) => {
    const original = machine.realm.regExpConstructor;
    if (!(original instanceof PacFunction)) throw machine.notFollowed('uses a regular expression');
    construct(original, [source, flags], undefined, machine);
  };
}
