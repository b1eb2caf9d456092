// Reads Cisco configurations in tests: verdicts for single flows, and problems as text.
import {
  explainFlow,
  type FlowExplanation,
  type FlowPath,
  parseFlow,
} from '../../../server/src/analysis/explain/flow.js';
import { cisco } from '../../../server/src/dialects/cisco/index.js';
import type { CiscoDocument } from '../../../server/src/dialects/cisco/program/program.js';
import type { CiscoTree } from '../../../server/src/dialects/cisco/syntax/tree.js';
import type { Problem, Sources } from '../../../server/src/dialects/dialect.js';

export const NO_SOURCES: Sources = { read: () => 'missing', list: () => [], roots: [] };

export function read(text: string, previous?: CiscoTree): CiscoDocument {
  const source = { uri: 'file:///router.cfg', text };
  return cisco.lower(source, cisco.parse(source, previous), NO_SOURCES);
}

export function explain(document: CiscoDocument, flow: string, path: FlowPath = {}): FlowExplanation {
  const parsed = parseFlow(flow);
  if (typeof parsed === 'string') throw new Error(parsed);
  if (document.model.kind !== 'filter') throw new Error('not a filter');
  return explainFlow(document.model, parsed, path);
}

/** The verdict for one flow at one list. */
export function verdict(text: string, list: string, flow: string): string {
  return explain(read(text), flow, { point: list }).verdict;
}

/** Problems as `code: text under it`. */
export function problems(text: string): string[] {
  const document = read(text);
  return document.problems.map(
    ({ code, range }: Problem) => `${code}: ${document.source.text.slice(range.start, range.end)}`,
  );
}
