// The rounds of a loop: what it goes through, and the variables of each.
import { isMap, Open, type Value } from './data.js';
import type { Scope } from './values.js';

/** The items that a loop goes through; `undefined` where they are not known. */
export function itemsOf(over: Value, names: number, { language }: Scope): readonly Value[] | undefined {
  // Two names are the index and the item in Terraform.
  if (Array.isArray(over)) return names === 2 && language === 'terraform' ? undefined : over;
  if (!isMap(over)) return undefined;
  // Go goes through maps in the order of their keys.
  if (language === 'go')
    return names === 1
      ? Object.keys(over)
          .sort()
          .map((key) => over[key])
      : undefined;
  return names === 2 ? Object.entries(over) : Object.keys(over);
}

interface Round {
  readonly scope: Scope;
  readonly index: number;
  readonly items: readonly Value[];
}

export function itemScope(names: readonly string[], item: Value, { scope, index, items }: Round): Scope {
  const inner = scope.inner();
  const [first = '', second] = names;
  const { language } = scope;
  const isIndexed = language === 'go' || (language === 'epp' && !Array.isArray(item));
  if (second === undefined) inner.set(first, item);
  else if (isIndexed) {
    inner.set(first, index);
    inner.set(second, item);
  } else if (Array.isArray(item)) for (const [i, name] of names.entries()) inner.set(name, item[i]);
  else for (const name of names) inner.set(name, item instanceof Open ? item : new Open(name));
  if (language === 'go' && names.at(-1) !== '.') inner.set('.', item);
  if (language === 'jinja') inner.set('loop', loopOf(index, items));
  return inner;
}

/** What Jinja tells of the round of a loop. */
function loopOf(index: number, items: readonly Value[]): Value {
  const { length } = items;
  return {
    index: index + 1,
    index0: index,
    revindex: length - index,
    revindex0: length - index - 1,
    first: index === 0,
    last: index === length - 1,
    length,
    previtem: items[index - 1],
    nextitem: items[index + 1],
    depth: new Open('loop.depth'),
    depth0: new Open('loop.depth0'),
  };
}
