// Map, Set, WeakMap and WeakSet.
import type { OperationResult, Value } from '../../values/value.js';
import { type Native, type NativeContext, prototypeFor } from '../natives.js';
import { PacArray, type PacObject } from '../objects.js';
import type { Realm } from '../realm.js';
import { booleanOf } from './equality.js';
import { makeIterator, mapSteps } from './iterators.js';
import { PacEntries } from './keyed-entries.js';
import { define, defineAll, defineClass, defineGetter, isThing, type MethodTable } from './support.js';

/** A Map: walking over it gives pairs. */
class PacMap extends PacEntries {
  constructor(
    prototype: PacObject,
    private readonly realm: Realm,
    className: string,
  ) {
    super(prototype, realm.heap, className);
  }

  override stepFrom(position: number): { readonly value: Value; readonly next: number } | undefined {
    const step = this.entryFrom(position);
    return step && { value: this.realm.array([step.entry.key, step.entry.value]), next: step.next };
  }
}

interface Kind {
  readonly name: string;
  readonly isMap: boolean;
  readonly isWeak: boolean;
}

export function installCollections(realm: Realm): void {
  const weak = (): PacObject => realm.object();
  install(realm, { name: 'Map', isMap: true, isWeak: false }, realm.mapPrototype);
  install(realm, { name: 'Set', isMap: false, isWeak: false }, realm.setPrototype);
  install(realm, { name: 'WeakMap', isMap: true, isWeak: true }, weak());
  install(realm, { name: 'WeakSet', isMap: false, isWeak: true }, weak());
}

function install(realm: Realm, kind: Kind, prototype: PacObject): void {
  const { name, isMap } = kind;
  const call: Native = (_self, _args, context) => {
    throw context.error('TypeError', `Constructor ${name} requires 'new'`);
  };
  defineClass(realm, name, 0, prototype, call, (_self, [source], context) => {
    const own = prototypeFor(context, prototype);
    const made = isMap ? new PacMap(own, realm, name) : new PacEntries(own, realm.heap, name);
    if (source !== undefined && source !== null) fill(made, kind, source, context);
    return made;
  });
  defineAll(realm, prototype, sharedMethods(kind));
  defineAll(realm, prototype, isMap ? mapMethods(kind) : setMethods(kind));
  if (!kind.isWeak) installWalks(realm, kind, prototype);
}

function fill(made: PacEntries, kind: Kind, source: Value, context: NativeContext): void {
  for (const item of context.listOf(source)) {
    if (!kind.isMap) {
      put(made, kind, item, item, context);
      continue;
    }
    if (!isThing(item)) throw context.error('TypeError', 'Iterator value is not an entry object');
    const [key, value] =
      item instanceof PacArray ? [item.itemAt(0), item.itemAt(1)] : [context.get(item, '0'), context.get(item, '1')];
    put(made, kind, key, value, context);
  }
}

function put(entries: PacEntries, kind: Kind, key: Value, value: Value, context: NativeContext): void {
  if (kind.isWeak && !isThing(key)) throw context.error('TypeError', `Invalid value used in ${kind.name}`);
  entries.put(key, value, context);
}

function own(self: Value, kind: Kind, method: string, context: NativeContext): PacEntries {
  if (self instanceof PacEntries && self.className === kind.name) return self;
  throw context.error('TypeError', `Method ${kind.name}.prototype.${method} called on incompatible receiver`);
}

function sharedMethods(kind: Kind): MethodTable {
  const methods: MethodTable = [
    ['has', 1, (self, [key], context) => booleanOf(own(self, kind, 'has', context).has(key, context))],
    ['delete', 1, (self, [key], context) => own(self, kind, 'delete', context).remove(key, context)],
  ];
  if (kind.isWeak) return methods;
  const clear: Native = (self, _args, context) => {
    own(self, kind, 'clear', context).clear(context);
    return undefined;
  };
  return [...methods, ['clear', 0, clear]];
}

function mapMethods(kind: Kind): MethodTable {
  return [
    ['get', 1, (self, [key], context): OperationResult => own(self, kind, 'get', context).get(key, context)],
    [
      'set',
      2,
      (self, [key, value], context) => {
        put(own(self, kind, 'set', context), kind, key, value, context);
        return self;
      },
    ],
  ];
}

function setMethods(kind: Kind): MethodTable {
  return [
    [
      'add',
      1,
      (self, [value], context) => {
        put(own(self, kind, 'add', context), kind, value, value, context);
        return self;
      },
    ],
  ];
}

function installWalks(realm: Realm, kind: Kind, prototype: PacObject): void {
  defineGetter(realm, prototype, 'size', (self, _args, context) => {
    const entries = own(self, kind, 'size', context);
    if (entries.isOpen) throw context.notFollowed('counts a Map or Set whose keys depend on what is asked');
    return entries.count;
  });
  const pair = (value: Value): Value => realm.array([value, value]);
  const first = (value: Value): Value => (value instanceof PacArray ? value.itemAt(0) : value);
  const second = (value: Value): Value => (value instanceof PacArray ? value.itemAt(1) : value);
  const same = (value: Value): Value => value;
  const walks = kind.isMap
    ? [['entries', same] as const, ['keys', first] as const, ['values', second] as const]
    : [['entries', pair] as const, ['keys', same] as const, ['values', same] as const];
  for (const [name, made] of walks) {
    define(realm, prototype, name, 0, (self, _args, context) =>
      makeIterator(realm, mapSteps(own(self, kind, name, context), made)),
    );
  }
}

/** What walking over a Map or Set gives, for the library. */
export function stepsOf(self: Value, name: 'Map' | 'Set', context: NativeContext): PacObject {
  return makeIterator(context.realm, own(self, { name, isMap: name === 'Map', isWeak: false }, 'forEach', context));
}
