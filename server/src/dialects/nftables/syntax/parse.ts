// The entry point of the parser: text to tree.
import { Block } from './blocks.js';
import { EarlierVersion } from './earlier-version.js';
import { Splitter } from './splitter.js';
import type { BlockKind, BlockText } from './tree.js';

/** A file as blocks of statements. */
export interface NftTree {
  readonly root: Block;
  /** The text that was parsed, for the next version of the file. */
  readonly text: string;
  readonly blocks: BlockText;
  /** The trees of the files that it includes, by kind and URI, passed from version to version. */
  readonly included: Map<string, NftTree>;
}

/**
 * Splits a text into statements and blocks and parses each statement separately: an invalid one hides no other, and what
 * an edit has not touched keeps its nodes and runs. `kind` is the context of the text: a main file, or the block that
 * includes it.
 */
export function parseText(text: string, previous?: NftTree, kind: BlockKind = 'file'): NftTree {
  const earlier = previous && new EarlierVersion(previous, text);
  const blocks = new Splitter(text, earlier, kind).whole();
  return { root: new Block(blocks, 0), text, blocks, included: previous?.included ?? new Map() };
}
