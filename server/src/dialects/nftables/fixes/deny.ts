// Proposals that deny packets: a rule before the one that lets them pass.
import type { Candidate, FilterDenial, Sources } from '../../dialect.js';
import { denialsFor, shortestFirst } from '../../shared/denials.js';
import type { NftDocument } from '../program/ruleset.js';
import { FileTexts } from './file-texts.js';
import { flowsOf } from './flow.js';
import { insertDrop } from './insert-rule.js';
import { insertionPoint } from './insertion-point.js';

export function proposeDrops(document: NftDocument, denial: FilterDenial, sources: Sources): readonly Candidate[] {
  const texts = new FileTexts(document, sources);
  const candidates = denialsFor(denial).flatMap((change): readonly Candidate[] => {
    const flows = flowsOf(change);
    const proposals = flows.flatMap((flow) => {
      const at = insertionPoint(document.program, change, flow.family);
      return (at && insertDrop(flow, at, texts)) ?? [];
    });
    const [first] = proposals;
    if (!first || proposals.length < flows.length) return [];
    return [{ place: first.place, edits: proposals.flatMap(({ edits }) => edits) }];
  });
  return shortestFirst(candidates);
}
