// Iterators that built-in functions give.
import type { Value } from '../../values/value.js';
import { dataProperty, PacIterator, type Steps } from '../objects.js';
import type { Realm } from '../realm.js';
import { define } from './support.js';

/** Walks over a list that does not change. */
export function listSteps(items: readonly Value[]): Steps {
  return {
    stepFrom: (position) => (position < items.length ? { value: items[position], next: position + 1 } : undefined),
  };
}

/** Walks as another walk does, with values made from its values. */
export function mapSteps(steps: Steps, made: (value: Value, position: number) => Value): Steps {
  return {
    stepFrom(position) {
      const step = steps.stepFrom(position);
      return step && { value: made(step.value, position), next: step.next };
    },
  };
}

export function makeIterator(realm: Realm, steps: Steps): PacIterator {
  return new PacIterator(realm.iteratorPrototype, realm.heap, steps);
}

export function installIterators(realm: Realm): void {
  define(realm, realm.iteratorPrototype, 'next', 0, (self, _args, context) => {
    if (!(self instanceof PacIterator)) throw context.error('TypeError', 'next method called on incompatible receiver');
    const step = self.stepFrom(0);
    const result = realm.object();
    result.setOwn('value', dataProperty(step?.value));
    result.setOwn('done', dataProperty(step === undefined));
    return result;
  });
}
