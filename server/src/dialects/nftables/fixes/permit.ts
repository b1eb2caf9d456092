// Proposals that permit packets: an additional address or port in an existing rule, or a new rule.
import type { Candidate, Change, FilterChange, Sources } from '../../dialect.js';
import type { Chain, NftDocument } from '../program/ruleset.js';
import { proposeDrops } from './deny.js';
import { extendConcatenation } from './extend-concatenation.js';
import { extendAddresses, extendPorts, type Proposal } from './extend-rule.js';
import { FileTexts } from './file-texts.js';
import { type Flow, flowsOf } from './flow.js';
import { insertRule, permitReplies } from './insert-rule.js';
import { type InsertionPoint, insertionPoint } from './insertion-point.js';

type Propose = (flow: Flow, at: InsertionPoint) => Proposal | undefined;

export function proposePermits(document: NftDocument, change: Change, sources: Sources): readonly Candidate[] {
  if (change.goal === 'deny-packets') return proposeDrops(document, change, sources);
  if (change.goal !== 'permit-packets') return [];
  const flows = flowsOf(change);
  const texts = new FileTexts(document, sources);
  const replies = repliesOf(change, document, texts);
  const insertLikeOthers: Propose = (flow, at) => insertRule(flow, at, texts, true);
  const styles: readonly Propose[] = [
    (flow, at) =>
      extendAddresses(flow, at, texts, document) ??
      extendPorts(flow, at, texts, document) ??
      extendConcatenation(flow, at, texts, document) ??
      insertLikeOthers(flow, at),
    insertLikeOthers,
    (flow, at) => insertRule(flow, at, texts, false),
  ];
  const candidates: Candidate[] = [];
  for (const propose of styles) {
    const proposals = flows.flatMap((flow) => {
      const at = insertionPoint(document.program, change, flow.family);
      return (at && propose(flow, at)) ?? [];
    });
    const all = [...distinct(proposals), ...replies];
    if (all.length === 0 || proposals.length < flows.length) continue;
    const edits = all.flatMap((proposal) => proposal.edits);
    if (candidates.some((known) => JSON.stringify(known.edits) === JSON.stringify(edits))) continue;
    candidates.push({ place: placesOf(all), edits });
  }
  return candidates;
}

/** The places of some proposals, each once. */
function placesOf(proposals: readonly Proposal[]): string {
  return [...new Set(proposals.map(({ place }) => place))].join(' and ');
}

/** Flows that differ in what a rule need not name have the same rule. */
function distinct(proposals: readonly Proposal[]): Proposal[] {
  return [...new Map(proposals.map((proposal) => [JSON.stringify(proposal.edits), proposal])).values()];
}

/** One rule in each chain that denies replies. */
function repliesOf(change: FilterChange, document: NftDocument, texts: FileTexts): Proposal[] {
  const proposals = new Map<Chain, Proposal>();
  for (const family of [4, 6] as const) {
    if (change.replies.boxes.every(({ source }) => source.ofFamily(family).isEmpty)) continue;
    const at = insertionPoint(document.program, change, family);
    const proposal = at && permitReplies(at, texts);
    if (proposal) proposals.set(at.chain, proposal);
  }
  return [...proposals.values()];
}
