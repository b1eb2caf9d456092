// The commands and blocks of a tree, at any depth.

import type { TextRange } from '../../../text/range.js';
import type { BatchStatement } from './batch/tree.js';
import { type Block, blocksOf, commandsOf } from './powershell/tree.js';
import type { Tree } from './tree.js';

/** A cmdlet that is read, or a command of netsh. */
export interface WrittenCommand {
  /** Lower case. */
  readonly command: string;
  readonly range: TextRange;
}

export function commandsIn(tree: Tree): readonly WrittenCommand[] {
  return tree.language === 'batch' ? batchCommands(tree.statements) : powerShellCommands(tree.body);
}

/** The command at an offset, or at most `distance` before it. */
export function commandAt(tree: Tree, offset: number, distance: number): string | undefined {
  return commandsIn(tree).find(({ range }) => range.start <= offset && offset <= range.end + distance)?.command;
}

/** Blocks in braces or parentheses, without the script itself. */
export function blockRanges(tree: Tree): readonly TextRange[] {
  return tree.language === 'batch' ? batchBlocks(tree.statements) : powerShellBlocks(tree.body);
}

function batchCommands(statements: readonly BatchStatement[]): WrittenCommand[] {
  return statements.flatMap((statement) => {
    if (statement.kind === 'netsh') return [statement.netsh];
    return statement.kind === 'conditional' || statement.kind === 'for' ? batchCommands(statement.body) : [];
  });
}

function batchBlocks(statements: readonly BatchStatement[]): TextRange[] {
  return statements.flatMap((statement) =>
    statement.kind === 'conditional' || statement.kind === 'for'
      ? [statement.range, ...batchBlocks(statement.body)]
      : [],
  );
}

function powerShellCommands({ statements }: Block): WrittenCommand[] {
  return statements.flatMap((statement) => [
    ...commandsOf(statement),
    ...blocksOf(statement).flatMap(powerShellCommands),
  ]);
}

function powerShellBlocks({ statements }: Block): TextRange[] {
  return statements.flatMap(blocksOf).flatMap((block) => [block.range, ...powerShellBlocks(block)]);
}
