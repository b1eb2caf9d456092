// Lists of words as trees of domains.

import {
  ALL_NAMES,
  type DomainTree,
  DomainTreeBuilder,
  hasBelow,
  isEmptyTree,
  NO_NAMES,
  treeHas,
} from './domain-tree.js';
import { isHostName, NAME_LENGTH } from './host-search.js';
import { PaidMemo } from './paid-memo.js';
import type { BeforeLabels, LabelFromEnd, Language } from './text-language.js';

const trees = new PaidMemo<ReadonlySet<string>, DomainTree>();

/** The tree of those words that can be names of hosts. Made once for each list. */
export function treeOfWords(words: ReadonlySet<string>): DomainTree {
  return trees.of(words, () => {
    const names = [...words].filter(isHostName);
    if (names.length === 0) return NO_NAMES;
    const builder = new DomainTreeBuilder();
    for (const name of names) builder.add(name, false);
    return builder.build();
  });
}

/** So few words are looked up one by one. */
const FEW = 8;

/**
 * Whether names of a tree are seen at once not to be in a language: most conditions of a long program are about none of the hosts that are
 * asked about, and cost a look at these.
 */
export function isFarFrom(tree: DomainTree, language: Language): boolean {
  if (language.kind === 'words')
    return language.words.size <= FEW && !someOf(language.words, (one) => treeHas(tree, one));
  const { endings } = language;
  return endings !== undefined && endings.size <= FEW && !someOf(endings, (one) => mayEndWith(tree, one));
}

/** Whether no name begins as the texts of a language do: a search from the end of a name asks at each dot whether the name begins with one. */
export function beginsNoName(language: Language): boolean {
  if (language.kind === 'words' || language.beginning === undefined) return false;
  return /^\.|\.\.|[^a-z0-9._-]/.test(language.beginning.prefix);
}

function someOf(texts: Iterable<string>, test: (text: string) => boolean): boolean {
  for (const text of texts) if (test(text)) return true;
  return false;
}

/** What is behind the first dot of an ending are whole labels. */
function mayEndWith(tree: DomainTree, ending: string): boolean {
  const dot = ending.indexOf('.');
  return dot < 0 || hasBelow(tree, ending.slice(dot + 1));
}

const endingTrees = new PaidMemo<ReadonlySet<string>, DomainTree | undefined>();

/** The tree of the names that end with one of some texts, where each of these is a dot and a name. */
function treeOfEndings(endings: ReadonlySet<string>): DomainTree | undefined {
  return endingTrees.of(endings, () => {
    const builder = new DomainTreeBuilder();
    for (const ending of endings) {
      const domain = ending.slice(1);
      if (!ending.startsWith('.')) return undefined;
      // What stands behind a dot of a name is a name: with anything else none ends.
      if (isHostName(domain) && domain.length + 2 <= NAME_LENGTH) builder.addBelow(domain);
    }
    const tree = builder.build();
    return isEmptyTree(tree) ? NO_NAMES : tree;
  });
}

const around = new PaidMemo<ReadonlySet<string>, DomainTree>();

/** A tree that holds all names that end with one of some texts: what is behind the first dot of an ending are whole labels. */
export function treeAroundEndings(endings: ReadonlySet<string>): DomainTree {
  return around.of(endings, () => {
    const builder = new DomainTreeBuilder();
    for (const ending of endings) {
      const dot = ending.indexOf('.');
      if (dot < 0) return ALL_NAMES;
      const domain = ending.slice(dot + 1);
      if (isHostName(domain)) builder.addBelow(domain);
    }
    const tree = builder.build();
    return isEmptyTree(tree) ? NO_NAMES : tree;
  });
}

/** The words of a tree that a name of another tree is below. */
export function wordsAbove(words: DomainTree, tree: DomainTree): readonly string[] {
  const found: string[] = [];
  const pending: { words: DomainTree; tree: DomainTree; name: string }[] = [{ words, tree, name: '' }];
  for (let item = pending.pop(); item; item = pending.pop()) {
    const { words: node, tree: along, name } = item;
    if (node.self && name !== '' && (along.below || along.children.size > 0)) found.push(name);
    const fewer = along.below || node.children.size < along.children.size ? node : along;
    for (const label of fewer.children.keys()) {
      const child = node.children.get(label);
      const next = along.children.get(label) ?? (along.below ? ALL_NAMES : undefined);
      if (!child || !next || isEmptyTree(next)) continue;
      pending.push({ words: child, tree: next, name: name === '' ? label : `${label}.${name}` });
    }
  }
  return found;
}

/** The names of a tree that are in a language, where these are a tree, which may hold names that the other one does not. */
export function treeWithin(
  tree: DomainTree,
  language: Language & { readonly kind: 'automaton' },
): DomainTree | undefined {
  const { endings, labelFromEnd, beforeLabels } = language;
  const domains = endings && treeOfEndings(endings);
  if (domains) return domains;
  return labelFromEnd ? treeOfLabel(tree, labelFromEnd) : beforeLabels && treeBeforeLabels(tree, beforeLabels);
}

/**
 * The names of a tree whose label at a place, counted from the end, is one of some words; `undefined` where these are no tree, because the
 * tree is open above that label.
 */
function treeOfLabel(tree: DomainTree, { place, words }: LabelFromEnd): DomainTree | undefined {
  const children = new Map<string, DomainTree>();
  if (place === 1) {
    for (const word of words) {
      const child = tree.children.get(word) ?? (tree.below ? ALL_NAMES : NO_NAMES);
      if (isHostName(word) && !word.includes('.') && !isEmptyTree(child)) children.set(word, child);
    }
  } else {
    if (tree.below) return undefined;
    for (const [label, child] of tree.children) {
      const inside = treeOfLabel(child, { place: place - 1, words });
      if (!inside) return undefined;
      if (!isEmptyTree(inside)) children.set(label, inside);
    }
  }
  return children.size === 0 ? NO_NAMES : { self: false, below: false, children };
}

/**
 * A tree of the names of another tree of which what stands before the last labels is of some kind; `undefined` where these are no tree,
 * because the other one is open above these labels. It may hold names that the other one does not.
 */
export function treeBeforeLabels(tree: DomainTree, before: BeforeLabels): DomainTree | undefined {
  const { count, kind, texts } = before;
  if (count === 0) return kind === 'words' ? treeOfWords(texts) : treeOfEndings(texts);
  if (tree.below) return undefined;
  const children = new Map<string, DomainTree>();
  for (const [label, child] of tree.children) {
    const inside = treeBeforeLabels(child, { count: count - 1, kind, texts });
    if (!inside) return undefined;
    if (!isEmptyTree(inside)) children.set(label, inside);
  }
  return children.size === 0 ? NO_NAMES : { self: false, below: false, children };
}
