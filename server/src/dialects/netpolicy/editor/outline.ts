// The outline of a policy.
import { isMap, isNode, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import { shortened } from '../../../text/lines.js';
import { range, type TextRange } from '../../../text/range.js';
import type { OutlineItem } from '../../dialect.js';
import type { NetpolicyDocument } from '../program/policy.js';
import { summary } from '../syntax/reader.js';
import { writtenEnd } from '../syntax/tree.js';

/** The sections, with the groups and rules in them. */
export function outline({ tree }: NetpolicyDocument): readonly OutlineItem[] {
  const root = tree.yaml.nodeAt([]);
  return pairsOf(root).map((pair) => sectionItem(pair, tree.text, 0));
}

/** How deep the outline goes: section, kind of group, group. */
const OUTLINE_DEPTH = 2;

function sectionItem({ name, at, value }: KeyWithValue, text: string, depth: number): OutlineItem {
  const end = value?.range ? Math.max(at.end, writtenEnd(text, value.range[1])) : at.end;
  const children = depth < OUTLINE_DEPTH ? childItems(name, value, text, depth) : [];
  const detail = children.length > 0 || !value ? '' : summary(value.toJSON());
  return {
    name,
    detail: shortened(detail, DETAIL_LIMIT),
    kind: children.length > 0 || isMap(value) ? 'section' : isSeq(value) ? 'list' : 'variable',
    range: range(at.start, end),
    nameRange: at,
    children,
  };
}

const DETAIL_LIMIT = 100;

function childItems(name: string, value: Node | undefined, text: string, depth: number): OutlineItem[] {
  if (isMap(value)) {
    return pairsOf(value).map((pair) => sectionItem(pair, text, depth + 1));
  }
  if (!isSeq(value) || name !== 'rules') return [];
  return value.items.flatMap((item, i) => (isMap(item) && item.range ? [ruleItem(item, i, text)] : []));
}

function ruleItem(rule: YAMLMap, index: number, text: string): OutlineItem {
  const [start, valueEnd] = rule.range ?? [0, 0];
  const name = rule.get('name');
  const whole = range(start, writtenEnd(text, valueEnd));
  const detail = summary(rule.toJSON());
  return {
    name: typeof name === 'string' && name !== '' ? name : `rule ${index + 1}`,
    detail: shortened(detail, DETAIL_LIMIT),
    kind: 'rule',
    range: whole,
    nameRange: whole,
    children: [],
  };
}

interface KeyWithValue {
  readonly name: string;
  /** The key alone. */
  readonly at: TextRange;
  readonly value: Node | undefined;
}

function pairsOf(node: Node | undefined): KeyWithValue[] {
  if (!isMap(node)) return [];
  return node.items.flatMap(({ key, value }) => {
    if (!isScalar(key) || !key.range || String(key.value) === '') return [];
    return [
      { name: String(key.value), at: range(key.range[0], key.range[1]), value: isNode(value) ? value : undefined },
    ];
  });
}
