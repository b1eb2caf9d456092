// Back-references to groups that match few texts.
import { UnmodelledPattern } from './javascript-regex-net.js';
import { characterTest, type Pattern, type PatternNode } from './javascript-regex-tree.js';
import { symbolsWhere } from './language.js';

const TEXT_LIMIT = 256;

/**
 * The tree of a pattern with the same language but without back-references: `(a|b)\1` as `aa|bb`. Refused where a group matches many
 * texts, or where it depends on the path through the pattern whether it took part.
 */
export function withoutReferences(pattern: Pattern): PatternNode {
  let { node } = pattern;
  for (let group = 1; group <= pattern.groupCount; group++) {
    if (refersTo(node, group)) node = expand(node, group, pattern.flags);
  }
  return node;
}

function refusal(): UnmodelledPattern {
  return new UnmodelledPattern('has a regular expression with a back-reference');
}

function childrenOf(node: PatternNode): readonly PatternNode[] {
  switch (node.kind) {
    case 'sequence':
      return node.parts;
    case 'alternatives':
      return node.options;
    case 'group':
    case 'repeat':
    case 'look':
      return [node.body];
    default:
      return [];
  }
}

function some(node: PatternNode, test: (node: PatternNode) => boolean): boolean {
  return test(node) || childrenOf(node).some((child) => some(child, test));
}

function refersTo(node: PatternNode, group: number): boolean {
  return some(node, (one) => one.kind === 'reference' && one.group === group);
}

function contains(node: PatternNode, group: number): boolean {
  return some(node, (one) => one.kind === 'group' && one.index === group);
}

/** Expands the smallest part that has a group and all references to it. */
function expand(node: PatternNode, group: number, flags: Pattern['flags']): PatternNode {
  // A look-behind is matched from right to left, references before their groups.
  if (node.kind === 'look' && node.behind) throw refusal();
  const concerned = childrenOf(node).filter((child) => contains(child, group) || refersTo(child, group));
  const [only] = concerned;
  if (only && concerned.length === 1 && node.kind !== 'group') {
    return mapChildren(node, (child) => (child === only ? expand(child, group, flags) : child));
  }
  if (node.kind === 'group' && only && node.index !== group) return { ...node, body: expand(only, group, flags) };
  const body = groupBody(node, group);
  const options = [...textsOf(body, flags)].map((text) => substitute(node, group, text));
  return { kind: 'alternatives', options };
}

/** The body of a group that takes part whenever the node that it is in matches, before anything refers to it. */
function groupBody(node: PatternNode, group: number): PatternNode {
  if (node.kind === 'group') {
    // A reference inside its own group would be met before it has a text.
    if (node.index === group && !refersTo(node.body, group)) return node.body;
    if (node.index === group) throw refusal();
    return groupBody(node.body, group);
  }
  if (node.kind !== 'sequence') throw refusal();
  const at = node.parts.findIndex((part) => contains(part, group));
  const part = node.parts[at];
  if (!part || node.parts.slice(0, at).some((earlier) => refersTo(earlier, group))) throw refusal();
  return groupBody(part, group);
}

function substitute(node: PatternNode, group: number, text: string): PatternNode {
  if ((node.kind === 'group' && node.index === group) || (node.kind === 'reference' && node.group === group)) {
    return { kind: 'sequence', parts: [...text].map((unit) => ({ kind: 'literal', code: unit.charCodeAt(0) })) };
  }
  return mapChildren(node, (child) => substitute(child, group, text));
}

function mapChildren(node: PatternNode, change: (child: PatternNode) => PatternNode): PatternNode {
  switch (node.kind) {
    case 'sequence':
      return { ...node, parts: node.parts.map(change) };
    case 'alternatives':
      return { ...node, options: node.options.map(change) };
    case 'group':
    case 'repeat':
    case 'look':
      return { ...node, body: change(node.body) };
    default:
      return node;
  }
}

/** The texts that a node can match; refused where these are many, or depend on what is around. */
function textsOf(node: PatternNode, flags: Pattern['flags']): ReadonlySet<string> {
  switch (node.kind) {
    case 'literal':
    case 'class': {
      const codes = [...symbolsWhere(characterTest(node, flags))];
      const texts = codes.map((code) => String.fromCharCode(code));
      // A reference is compared without case as well, so that one spelling stands for both.
      return new Set(flags.ignoreCase ? texts.map((text) => text.toLowerCase()) : texts);
    }
    case 'sequence':
      return node.parts.reduce<ReadonlySet<string>>(
        (texts, part) => joined(texts, textsOf(part, flags)),
        new Set(['']),
      );
    case 'alternatives':
      return limited(new Set(node.options.flatMap((option) => [...textsOf(option, flags)])));
    case 'group':
      return textsOf(node.body, flags);
    case 'repeat': {
      if (node.max > TEXT_LIMIT) throw refusal();
      const body = textsOf(node.body, flags);
      let texts: ReadonlySet<string> = new Set(['']);
      const all = new Set<string>(node.min === 0 ? [''] : []);
      for (let i = 1; i <= node.max; i++) {
        texts = joined(texts, body);
        if (i >= node.min) for (const text of texts) all.add(text);
      }
      return limited(all);
    }
    default:
      throw refusal();
  }
}

function joined(a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> {
  if (a.size * b.size > TEXT_LIMIT * TEXT_LIMIT) throw refusal();
  return limited(new Set([...a].flatMap((start) => [...b].map((end) => start + end))));
}

function limited(texts: ReadonlySet<string>): ReadonlySet<string> {
  if (texts.size > TEXT_LIMIT) throw refusal();
  return texts;
}
