// The sets of a file that a fix adds elements to.
import type { FileEdit } from '../../../text/edit.js';
import { changesAtRunTime, type NamedSet, type NftDocument, type RuleEntry, type Table } from '../program/ruleset.js';
import type { Block, Item } from '../syntax/blocks.js';
import type { Expression, SetExpression } from '../syntax/tree.js';

/** Whether a set can contain values: prefixes and ranges need `flags interval`. Anonymous sets accept all values. */
export function takes(set: NamedSet | undefined, values: readonly string[], { program }: NftDocument): boolean {
  if (!set) return true;
  return (
    !changesAtRunTime(set, program.effects) &&
    (set.flags.has('interval') || !values.some((value) => /[/-]/.test(value)))
  );
}

/** A set in a file: an anonymous one, the elements of a named one, or the value of a variable. */
export interface WrittenSet {
  readonly name: string;
  readonly uri: string;
  /** The offset to which those of the elements are relative. */
  readonly start: number;
  readonly elements: SetExpression;
  readonly set: NamedSet | undefined;
}

export function elementsOf(
  right: Expression,
  rule: RuleEntry,
  table: Table,
  document: NftDocument,
): WrittenSet | undefined {
  switch (right.kind) {
    case 'set':
      return { name: 'the rule', uri: rule.statement.uri, start: rule.start, elements: right, set: undefined };
    case 'set-reference': {
      const set = table.sets.get(right.name);
      const last = set?.elements[set.elements.length - 1];
      if (!set || last?.set.kind !== 'set') return undefined;
      return { name: `the set ${set.name}`, uri: last.uri, start: last.start, elements: last.set, set };
    }
    case 'variable': {
      const item = definitionOf(document.tree.root, right.name);
      if (item?.node.content.kind !== 'define' || item.node.content.value.kind !== 'set') return undefined;
      const elements = item.node.content.value;
      return { name: `$${right.name}`, uri: rule.statement.uri, start: item.start, elements, set: undefined };
    }
    default:
      return undefined;
  }
}

/** The definition of a variable, if a file has only one. */
function definitionOf(root: Block, name: string): Item | undefined {
  const found: Item[] = [];
  const visit = (items: readonly Item[]) => {
    for (const item of items) {
      const { content } = item.node;
      if (content.kind === 'define' && content.name.text === name) found.push(item);
      if (item.block) visit(item.block.items);
    }
  };
  visit(root.items);
  return found.length === 1 ? found[0] : undefined;
}

/** Adds elements: in the range of one that they continue, otherwise after the last one. */
export function withElements(written: WrittenSet, added: readonly string[], text: string): FileEdit[] {
  const { uri, start, elements } = written;
  const joined = new Map<number, readonly [number, number]>();
  const others = added.filter((value) => {
    const own = rangeOf(value);
    const index = elements.elements.findIndex((element, i) => {
      const known = rangeOf(text.slice(start + element.start, start + element.end));
      if (!own || !known || joined.has(i)) return false;
      // Where single ports stand in a list, another one is listed as well; not every set takes ranges.
      return known[0] < known[1] && (known[1] + 1 === own[0] || own[1] + 1 === known[0]);
    });
    const element = elements.elements[index];
    const known = element && rangeOf(text.slice(start + element.start, start + element.end));
    if (!own || !known) return true;
    joined.set(index, [Math.min(own[0], known[0]), Math.max(own[1], known[1])]);
    return false;
  });
  const edits = [...joined].flatMap(([index, [low, high]]): FileEdit[] => {
    const element = elements.elements[index];
    if (!element) return [];
    return [{ uri, range: { start: start + element.start, end: start + element.end }, newText: `${low}-${high}` }];
  });
  return others.length > 0 ? [...edits, append(written, others, text)] : edits;
}

/** The ports of an element that is a number or a range of numbers. */
function rangeOf(text: string): readonly [number, number] | undefined {
  const [, low, high = low] = /^(\d+)(?:\s*-\s*(\d+))?$/.exec(text.trim()) ?? [];
  return low === undefined ? undefined : [Number(low), Number(high)];
}

/** Inserts elements after the last one, on separate lines where the set has one element per line. */
function append({ uri, start, elements }: WrittenSet, added: readonly string[], text: string): FileEdit {
  const last = elements.elements[elements.elements.length - 1];
  if (!last) {
    const at = start + elements.start + 1;
    return { uri, range: { start: at, end: at }, newText: ` ${added.join(', ')} ` };
  }
  // Of what stands for a variable, all elements have its place.
  const previous = elements.elements.filter(({ end }) => end <= last.start).at(-1);
  const between = previous ? text.slice(start + previous.end, start + last.start) : '';
  const lineBreak = /\r?\n[ \t]*$/.exec(between)?.[0];
  const at = start + last.end;
  return { uri, range: { start: at, end: at }, newText: added.map((value) => `,${lineBreak ?? ' '}${value}`).join('') };
}
