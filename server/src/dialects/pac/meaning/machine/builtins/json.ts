// JSON.
import { isPrimitive, type OperationResult, Unknown, type Value } from '../../values/value.js';
import type { NativeContext } from '../natives.js';
import { dataProperty, PacArray, PacFunction, type PacObject, PacWrapper } from '../objects.js';
import type { Realm } from '../realm.js';
import { buildCost } from './costs.js';
import { enumerableKeys } from './property-keys.js';
import { constant, define, defineNamespace, isThing, isTraced, notTold, runHost } from './support.js';

/** Deeper structures than this are not followed. */
const NESTING_LIMIT = 200;

/** What a character of a JSON text costs to read, or to write: most of it is memory. */
const CHARACTER_COST = 4;

/** What a value of a JSON text costs beside its characters. */
const VALUE_COST = 10;

export function installJson(realm: Realm): void {
  const json = defineNamespace(realm, 'JSON');
  define(realm, json, 'parse', 2, (_self, [value, reviver], context) => {
    const text = context.toText(value);
    // It may be none, which throws.
    if (isTraced(text)) throw context.notFollowed('reads JSON that depends on what is asked');
    const result = parse(String(text), context);
    if (!(reviver instanceof PacFunction)) return result;
    const holder = realm.object();
    holder.setOwn('', dataProperty(result));
    return revive(holder, '', reviver, context);
  });
  define(realm, json, 'stringify', 3, (_self, [value, replacer, space], context) =>
    stringify(value, replacer, space, context),
  );
}

function parse(text: string, context: NativeContext): Value {
  context.budget.spend(CHARACTER_COST * text.length);
  let depth = 0;
  for (const unit of text.match(/[[{\]}]/g) ?? []) {
    depth += unit === '[' || unit === '{' ? 1 : -1;
    if (depth > NESTING_LIMIT) throw context.notFollowed('reads JSON that is nested too deeply');
  }
  const parsed: unknown = runHost(context, () => JSON.parse(text));
  return toValue(parsed, context);
}

function toValue(parsed: unknown, context: NativeContext): Value {
  const { realm } = context;
  context.budget.spend(VALUE_COST);
  if (Array.isArray(parsed)) return realm.array(parsed.map((item) => toValue(item, context)));
  if (typeof parsed === 'object' && parsed !== null) {
    const object = realm.object();
    for (const [key, item] of Object.entries(parsed)) object.setOwn(key, dataProperty(toValue(item, context)));
    return object;
  }
  return typeof parsed === 'string' || typeof parsed === 'number' || typeof parsed === 'boolean' ? parsed : null;
}

function revive(holder: PacObject, key: string, reviver: PacFunction, context: NativeContext): Value {
  const value = context.get(holder, key);
  if (value instanceof PacArray || (isThing(value) && value.className === 'Object')) {
    for (const name of enumerableKeys(value, context)) {
      const item = revive(value, name, reviver, context);
      if (item === undefined) value.deleteOwn(name);
      else value.setOwn(name, dataProperty(item));
    }
  }
  return context.call(reviver, holder, [key, value]);
}

/** How `JSON.stringify` is asked to write. */
interface Writing {
  readonly replacer: PacFunction | undefined;
  readonly keys: readonly string[] | undefined;
  readonly gap: string;
  readonly context: NativeContext;
  /** Why the text is not known. */
  untold: string | undefined;
}

function stringify(value: Value, replacer: Value, space: Value, context: NativeContext): OperationResult {
  const holder = context.realm.object();
  holder.setOwn('', dataProperty(value));
  const writing: Writing = {
    replacer: replacer instanceof PacFunction ? replacer : undefined,
    keys: replacer instanceof PacArray ? keyList(replacer, context) : undefined,
    gap: gapOf(space, context),
    context,
    untold: undefined,
  };
  const text = write(holder, '', '', [], writing);
  return writing.untold === undefined ? text : new Unknown(writing.untold, context.node);
}

function keyList(list: PacArray, context: NativeContext): string[] {
  const keys = list.items
    .filter((item) => typeof item === 'string' || typeof item === 'number' || item instanceof PacWrapper)
    .map((item) => String(constant(typeof item === 'symbol' ? undefined : item, 'string', 'writes JSON', context)));
  return [...new Set(keys)];
}

const LONGEST_GAP = 10;

function gapOf(space: Value, context: NativeContext): string {
  const value = space instanceof PacWrapper ? space.primitive : space;
  if (isTraced(value)) throw notTold('writes JSON in a form that depends on what is asked');
  if (typeof value === 'number') return ' '.repeat(Math.max(0, Math.min(LONGEST_GAP, Math.trunc(value) || 0)));
  context.budget.spend(1);
  return typeof value === 'string' ? value.slice(0, LONGEST_GAP) : '';
}

/** One value as JSON; `undefined` for what has none. */
function write(
  holder: PacObject,
  key: string,
  indent: string,
  within: readonly PacObject[],
  writing: Writing,
): string | undefined {
  const { context } = writing;
  context.budget.spend(VALUE_COST);
  let value: Value = context.get(holder, key);
  const toJson: Value = isThing(value) ? context.get(value, 'toJSON') : undefined;
  if (toJson instanceof PacFunction) value = context.call(toJson, value, [key]);
  if (writing.replacer) value = context.call(writing.replacer, holder, [key, value]);
  if (value instanceof PacWrapper) value = value.primitive;
  if (isTraced(value)) {
    // What follows may throw.
    writing.untold = 'writes JSON of what depends on what is asked';
    return '';
  }
  if (isPrimitive(value)) return writePrimitive(value, context);
  if (!isThing(value) || value instanceof PacFunction) return undefined;
  if (within.includes(value)) throw context.error('TypeError', 'Converting circular structure to JSON');
  if (within.length >= NESTING_LIMIT) throw context.notFollowed('writes JSON that is nested too deeply');
  return writeObject(value, indent, [...within, value], writing);
}

function writePrimitive(value: Value, context: NativeContext): string | undefined {
  if (typeof value === 'string') context.budget.spend(buildCost(CHARACTER_COST * value.length));
  return value === undefined ? undefined : JSON.stringify(value);
}

function writeObject(object: PacObject, indent: string, within: readonly PacObject[], writing: Writing): string {
  const { context, gap, keys } = writing;
  const inner = indent + gap;
  const items: string[] = [];
  const isArray = object instanceof PacArray;
  const names = isArray ? object.items.map((_, index) => String(index)) : (keys ?? enumerableKeys(object, context));
  let length = 0;
  for (const name of names) {
    const item = write(object, name, inner, within, writing);
    if (isArray) items.push(item ?? 'null');
    else if (item !== undefined) items.push(`${JSON.stringify(name)}:${gap && ' '}${item}`);
    length += inner.length + (items.at(-1)?.length ?? 0);
  }
  context.budget.spend(buildCost(length));
  const [opening, closing] = isArray ? ['[', ']'] : ['{', '}'];
  if (items.length === 0) return opening + closing;
  if (!gap) return opening + items.join(',') + closing;
  return `${opening}\n${inner}${items.join(`,\n${inner}`)}\n${indent}${closing}`;
}
