// The constructors of errors.
import type { Value } from '../../values/value.js';
import { type Native, type NativeContext, prototypeFor } from '../natives.js';
import { dataProperty, PacError } from '../objects.js';
import type { ErrorName, Realm } from '../realm.js';
import { define, defineClass, isThing, isTraced } from './support.js';

export function installErrors(realm: Realm): void {
  for (const name of Object.keys(realm.errorPrototypes) as ErrorName[]) {
    const prototype = realm.errorPrototypes[name];
    const construct: Native = (_self, [message, options], context) => {
      const error = new PacError(prototypeFor(context, prototype), context.heap);
      if (message !== undefined) error.setOwn('message', dataProperty(context.toText(message), false));
      if (isThing(options) && options.find('cause'))
        error.setOwn('cause', dataProperty(context.get(options, 'cause'), false));
      return error;
    };
    defineClass(realm, name, 1, prototype, construct);
    prototype.setOwn('name', dataProperty(name, false));
    prototype.setOwn('message', dataProperty('', false));
  }
  const base = realm.global.getOwn('Error')?.value;
  for (const name of Object.keys(realm.errorPrototypes)) {
    const derived = realm.global.getOwn(name)?.value;
    if (name !== 'Error' && isThing(derived) && isThing(base)) derived.setPrototype(base);
  }
  define(realm, realm.errorPrototypes.Error, 'toString', 0, (self, _args, context) => errorText(self, context));
}

function errorText(self: Value, context: NativeContext): Value {
  if (!isThing(self)) throw context.error('TypeError', 'Error.prototype.toString requires that this be an object');
  const part = (key: string, otherwise: string): Value => {
    const value = context.get(self, key);
    return value === undefined ? otherwise : context.toText(value);
  };
  const [name, message] = [part('name', 'Error'), part('message', '')];
  for (const one of [name, message]) if (isTraced(one)) return one;
  if (name === '' || message === '') return name === '' ? message : name;
  return `${String(name)}: ${String(message)}`;
}
