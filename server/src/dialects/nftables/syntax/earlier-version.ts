// The parts of the previous version of a file that a new version reuses.
import { unchangedEnds } from '../../../text/edit.js';
import type { BlockKind, BlockText, ItemRun, StatementNode } from './tree.js';

/** The runs of the previous version that the edit has not touched, and the nodes of the other runs. */
export class EarlierVersion {
  /** By their offsets in the text of that version. */
  private readonly runs = new Map<number, ItemRun>();
  private readonly nodes = new Map<string, StatementNode>();
  private readonly front: number;
  private readonly back: number;
  private readonly moved: number;

  constructor({ text: old, blocks }: { readonly text: string; readonly blocks: BlockText }, text: string) {
    const { front, back } = unchangedEnds(old, text);
    this.front = front;
    this.back = text.length - back;
    this.moved = text.length - old.length;
    this.collect(blocks, 0, old.length - back);
  }

  private collect(block: BlockText, base: number, back: number): void {
    for (const { start, run } of block.runs) {
      const at = base + start;
      if (run.needs !== undefined && (at + run.needs <= this.front || at >= back)) this.runs.set(at, run);
      else {
        for (const { node, block: inner } of run.items) {
          this.nodes.set(nodeKey(node.text, run.kind, inner !== undefined), node);
          if (inner) this.collect(inner, at, back);
        }
      }
    }
  }

  /** The run that begins at an offset of the new text. */
  runAt(offset: number, kind: BlockKind): ItemRun | undefined {
    const old = offset >= this.back ? offset - this.moved : offset < this.front ? offset : undefined;
    const run = old === undefined ? undefined : this.runs.get(old);
    return run?.kind === kind ? run : undefined;
  }

  node(text: string, kind: BlockKind, opens: boolean): StatementNode | undefined {
    return this.nodes.get(nodeKey(text, kind, opens));
  }
}

function nodeKey(text: string, kind: BlockKind, opens: boolean): string {
  return `${kind}${opens ? '{' : ' '}${text}`;
}
