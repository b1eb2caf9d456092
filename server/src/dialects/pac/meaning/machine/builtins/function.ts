// Function.prototype and Reflect.

import { ALWAYS, NEVER } from '../../question/condition.js';
import type { Value } from '../../values/value.js';
import { BoundFunction, type NativeContext, NativeFunction, TailCall } from '../natives.js';
import { dataProperty, PacFunction } from '../objects.js';
import type { Realm } from '../realm.js';
import { buildCost } from './costs.js';
import { booleanOf } from './equality.js';
import { notFollowed } from './globals.js';
import { itemsOf, valueOfItem } from './items.js';
import { knownKeys } from './property-keys.js';
import { define, defineClass, defineGetter, defineNamespace, isThing, isTraced } from './support.js';

export function installFunction(realm: Realm): void {
  const { functionPrototype } = realm;
  defineClass(realm, 'Function', 1, functionPrototype, notFollowed('Function'));
  define(
    realm,
    functionPrototype,
    'call',
    1,
    (self, [receiver, ...args]) => new TailCall(realm, self, receiver, args),
    { takesSplitTexts: true },
  );
  define(
    realm,
    functionPrototype,
    'apply',
    2,
    (self, [receiver, list], context) => new TailCall(realm, self, receiver, argumentsOf(list, context)),
  );
  define(realm, functionPrototype, 'bind', 1, (self, [receiver, ...args], context) =>
    bind(self, receiver, args, context),
  );
  for (const name of ['caller', 'arguments']) {
    defineGetter(realm, functionPrototype, name, (_self, _args, context) => {
      throw context.notFollowed(`reads the property ${name} of a function`);
    });
  }
  define(realm, functionPrototype, 'toString', 0, (self, _args, context) => {
    if (!(self instanceof PacFunction))
      throw context.error('TypeError', 'Function.prototype.toString requires a function');
    if (!(self instanceof NativeFunction)) throw context.notFollowed('reads the source of a function');
    return `function ${String(self.getOwn('name')?.value)}() { [native code] }`;
  });
}

/** The arguments that a list stands for. */
function argumentsOf(list: Value, context: NativeContext): Value[] {
  if (list === undefined || list === null) return [];
  if (!isThing(list)) throw context.error('TypeError', 'CreateListFromArrayLike called on non-object');
  return itemsOf(list, context).map(valueOfItem);
}

export function bind(target: Value, receiver: Value, args: readonly Value[], context: NativeContext): BoundFunction {
  if (!(target instanceof PacFunction)) throw context.error('TypeError', 'Bind must be called on a function');
  const name = `bound ${String(target.getOwn('name')?.value ?? '')}`;
  const bound = boundTo(target, receiver, args, context);
  context.budget.spend(BINDING_COST + bound.args.length + buildCost(name.length));
  const length = target.getOwn('length')?.value;
  const rest = typeof length === 'number' ? Math.max(0, length - args.length) : 0;
  bound.setOwn('length', dataProperty(rest, false, false));
  bound.setOwn('name', dataProperty(name, false, false));
  return bound;
}

const BINDING_COST = 20;

/** What is bound twice is called as the first time, with more arguments; no chain arises that would have to be followed. */
function boundTo(
  target: PacFunction,
  receiver: Value,
  args: readonly Value[],
  { realm }: NativeContext,
): BoundFunction {
  return target instanceof BoundFunction
    ? new BoundFunction(realm, target.target, target.self, [...target.args, ...args])
    : new BoundFunction(realm, target, receiver, args);
}

export function installReflect(realm: Realm): void {
  const reflect = defineNamespace(realm, 'Reflect');
  define(
    realm,
    reflect,
    'apply',
    3,
    (_self, [callee, receiver, list], context) => new TailCall(realm, callee, receiver, argumentsOf(list, context)),
  );
  define(realm, reflect, 'ownKeys', 1, (_self, [value], context) =>
    realm.array(knownKeys(context.toObject(value), context)),
  );
  define(realm, reflect, 'getPrototypeOf', 1, (_self, [value], context) => context.toObject(value).prototype);
  define(realm, reflect, 'has', 2, (_self, [value, key], context) => {
    const name = context.toPropertyKey(key);
    if (isTraced(name)) throw context.notFollowed('calls Reflect.has with what depends on what is asked');
    return booleanOf(context.toObject(value).find(String(name)) ? ALWAYS : NEVER);
  });
  define(realm, reflect, 'get', 2, (_self, [value, key], context) => {
    const name = context.toPropertyKey(key);
    if (isTraced(name)) throw context.notFollowed('calls Reflect.get with what depends on what is asked');
    return context.get(context.toObject(value), String(name));
  });
  for (const name of [
    'set',
    'construct',
    'defineProperty',
    'deleteProperty',
    'setPrototypeOf',
    'getOwnPropertyDescriptor',
  ]) {
    define(realm, reflect, name, 2, notFollowed(`Reflect.${name}`));
  }
}
