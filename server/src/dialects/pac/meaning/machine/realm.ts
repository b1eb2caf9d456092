// What every program finds: the global object and the prototypes of the language.
import type { Value } from '../values/value.js';
import type { Heap } from './heap.js';
import { dataProperty, type Item, PacArray, PacError, PacObject, PacWrapper } from './objects.js';

export type ErrorName =
  | 'Error'
  | 'TypeError'
  | 'RangeError'
  | 'ReferenceError'
  | 'SyntaxError'
  | 'EvalError'
  | 'URIError';

/** The prototypes that objects are made with, whatever the program does to the constructors' names. */
export class Realm {
  readonly objectPrototype: PacObject;
  readonly functionPrototype: PacObject;
  readonly arrayPrototype: PacArray;
  readonly stringPrototype: PacObject;
  readonly numberPrototype: PacObject;
  readonly booleanPrototype: PacObject;
  readonly regExpPrototype: PacObject;
  readonly datePrototype: PacObject;
  readonly mapPrototype: PacObject;
  readonly setPrototype: PacObject;
  readonly iteratorPrototype: PacObject;
  readonly generatorPrototype: PacObject;
  readonly errorPrototypes: Readonly<Record<ErrorName, PacObject>>;
  readonly global: PacObject;
  /** What literals of regular expressions are made with, whatever the program does to its name. */
  regExpConstructor: PacObject | undefined;
  /** What regular expressions are matched with, unless the program changes it. */
  regExpExec: PacObject | undefined;

  constructor(readonly heap: Heap) {
    this.objectPrototype = new PacObject(null, heap);
    const plain = (): PacObject => new PacObject(this.objectPrototype, heap);
    this.functionPrototype = plain();
    this.arrayPrototype = new PacArray(this.objectPrototype, heap);
    this.stringPrototype = new PacWrapper(this.objectPrototype, heap, 'String', '');
    this.numberPrototype = new PacWrapper(this.objectPrototype, heap, 'Number', 0);
    this.booleanPrototype = new PacWrapper(this.objectPrototype, heap, 'Boolean', false);
    this.regExpPrototype = plain();
    this.datePrototype = plain();
    this.mapPrototype = plain();
    this.setPrototype = plain();
    this.iteratorPrototype = plain();
    this.generatorPrototype = new PacObject(this.iteratorPrototype, heap);
    const base = plain();
    const derived = (): PacObject => new PacObject(base, heap);
    this.errorPrototypes = {
      Error: base,
      TypeError: derived(),
      RangeError: derived(),
      ReferenceError: derived(),
      SyntaxError: derived(),
      EvalError: derived(),
      URIError: derived(),
    };
    this.global = plain();
  }

  object(): PacObject {
    return new PacObject(this.objectPrototype, this.heap);
  }

  array(items: Item[] = []): PacArray {
    return new PacArray(this.arrayPrototype, this.heap, items);
  }

  error(name: ErrorName, message: Value): PacError {
    const error = new PacError(this.errorPrototypes[name], this.heap);
    error.setOwn('message', dataProperty(message, false));
    return error;
  }
}
