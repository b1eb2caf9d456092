// The global functions, and the globals that are not followed.
import { MEMBERS_NOT_FOLLOWED } from '../../../vocabulary/members.js';
import { GLOBALS_NOT_FOLLOWED } from '../../../vocabulary/words.js';
import { RandomNumber } from '../../environment/random.js';
import { callFunction } from '../../values/operations.js';
import { Text } from '../../values/text.js';
import { Unknown, type Value } from '../../values/value.js';
import { orFailure, possible } from '../may-throw.js';
import type { NativeContext } from '../natives.js';
import { dataProperty, PacObject } from '../objects.js';
import type { Realm } from '../realm.js';
import { buildCost, textCost } from './costs.js';
import { define, defineConstants, defineGetter, isThing, isTraced, numberOf, runHost } from './support.js';

/** The functions of a text. The longest result has six characters for each: `%u1234`. */
const TEXT_FUNCTIONS: Readonly<Record<string, (text: string) => string>> = {
  decodeURI,
  decodeURIComponent,
  encodeURI,
  encodeURIComponent,
  escape,
  unescape,
};
const LONGEST_ESCAPE = 9;

/** These are functions that exist in every program; only calling them is not followed. */
const FUNCTIONS_NOT_FOLLOWED: ReadonlySet<string> = new Set(['eval', 'Function', 'Symbol']);

const SYMBOLS = [
  'iterator',
  'asyncIterator',
  'hasInstance',
  'toPrimitive',
  'toStringTag',
  'species',
  'for',
  'match',
  'replace',
];

export function installGlobals(realm: Realm): void {
  const { global } = realm;
  defineConstants(global, { undefined: undefined, NaN: Number.NaN, Infinity: Number.POSITIVE_INFINITY });
  global.setOwn('globalThis', dataProperty(global, false));
  installNumberFunctions(realm);
  for (const [name, host] of Object.entries(TEXT_FUNCTIONS)) {
    define(realm, global, name, 1, (_self, [value], context) => {
      const text = context.toText(value);
      if (isTraced(text)) {
        const result = callFunction(name, [text], context);
        // An escape that is none makes it throw, and half a character.
        if (!(result instanceof Unknown && /^(?:en|de)code/.test(name))) return result;
        return orFailure(result, possible('URIError', 'URI malformed', result.reason, context));
      }
      context.budget.spend(buildCost(LONGEST_ESCAPE * String(text).length));
      return runHost(context, () => host(String(text)));
    });
  }
  for (const name of GLOBALS_NOT_FOLLOWED) {
    if (!FUNCTIONS_NOT_FOLLOWED.has(name)) defineNotFollowed(realm, global, name, name);
  }
  define(realm, global, 'eval', 1, notFollowed('eval'));
  const symbol = define(realm, global, 'Symbol', 0, notFollowed('Symbol'));
  for (const name of SYMBOLS) defineGetter(realm, symbol, name, notFollowed('Symbol'));
  for (const [holder, name] of MEMBERS_NOT_FOLLOWED) {
    const object = holder
      .split('.')
      .reduce<Value>((held, key) => (isThing(held) ? held.getOwn(key)?.value : undefined), global);
    if (!isThing(object)) continue;
    // Every object has those of Object.prototype, so that a key of unknown text must find no getter there.
    const title = `${holder}.${name}`;
    if (holder === 'Object.prototype') define(realm, object, name, 2, notFollowed(title));
    else defineNotFollowed(realm, object, name, title);
  }
}

/** Adds a property that ends the path where it is read. Programs may write it, as they may all of these properties. */
function defineNotFollowed(realm: Realm, holder: PacObject, name: string, title: string): void {
  const unnamed = new PacObject(null, realm.heap);
  const get = define(realm, unnamed, name, 0, notFollowed(title));
  const set = define(realm, unnamed, name, 1, (self, [value]) => {
    if (isThing(self)) self.setOwn(name, dataProperty(value));
    return undefined;
  });
  const more = { isAccessor: true, writable: false, enumerable: false, configurable: true };
  holder.setOwn(name, { value: undefined, get, set, ...more });
}

/** A function whose use ends the path. */
export function notFollowed(name: string): (self: Value, args: readonly Value[], context: NativeContext) => never {
  return (_self, _args, context) => {
    throw context.notFollowed(`uses ${name}, which Lintel does not follow`);
  };
}

function installNumberFunctions(realm: Realm): void {
  const { global } = realm;
  define(realm, global, 'parseInt', 2, (_self, [value, radix], context) => {
    if (value instanceof RandomNumber && radix === undefined) return value.floor();
    const text = context.toText(value);
    const base = numberOf(radix, context);
    if (isTraced(text) || isTraced(base))
      return callFunction('parseInt', radix === undefined ? [text] : [text, base], context);
    context.budget.spend(textCost(String(text).length));
    return Number.parseInt(String(text), Number(base));
  });
  define(realm, global, 'parseFloat', 1, (_self, [value], context) => {
    const text = context.toText(value);
    if (isTraced(text)) return callFunction('parseFloat', [text], context);
    context.budget.spend(textCost(String(text).length));
    return Number.parseFloat(String(text));
  });
  for (const [name, test] of [['isNaN', Number.isNaN] as const, ['isFinite', Number.isFinite] as const]) {
    define(realm, global, name, 1, (_self, [value], context) => {
      // The number of a text may be one of several: of each it is asked.
      const number = value instanceof Text ? value : numberOf(value, context);
      return isTraced(number) ? callFunction(name, [number], context) : test(number);
    });
  }
  const number = global.getOwn('Number')?.value;
  if (!isThing(number)) return;
  // They are the same functions.
  for (const name of ['parseInt', 'parseFloat']) number.setOwn(name, dataProperty(global.getOwn(name)?.value, false));
}
