import type { TextRange } from '../../text/range.js';
import type { Completions, Document, Entity, OutlineItem } from '../dialect.js';
import type { SquidTree } from './parse.js';

export function outline(_document: Document<SquidTree>): readonly OutlineItem[] {
  return [];
}
export function entityAt(_document: Document<SquidTree>, _offset: number): Entity | undefined {
  return undefined;
}
export function completionsAt(_document: Document<SquidTree>, _offset: number): Completions | undefined {
  return undefined;
}
export function foldingRanges(_document: Document<SquidTree>): readonly TextRange[] {
  return [];
}
