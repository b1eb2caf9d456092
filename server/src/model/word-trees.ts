// Lists of words as trees of domains.
import { Memo } from '../kept/memo.js';
import { type DomainTree, DomainTreeBuilder, NO_NAMES } from './domain-tree.js';
import { isHostName } from './host-search.js';

const trees = new Memo<ReadonlySet<string>, DomainTree>();

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
