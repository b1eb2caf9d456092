// Adds to lists without limit.

/** Adds items to the end of a list. The arguments of a call stand on the stack, which `push(...items)` exceeds with some 100,000 of them. */
export function addAll<Item>(list: Item[], items: Iterable<Item>): void {
  for (const item of items) list.push(item);
}
