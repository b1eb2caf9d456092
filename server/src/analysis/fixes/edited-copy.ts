// Analyses the edited copy of a file, with all that is needed to do it again.
import type { Dialect, Document, Source, Sources } from '../../dialects/dialect.js';
import { type Purse, spendFromPurse } from '../../model/budget.js';
import type { Model } from '../../model/model.js';
import { applyEdits, type FileEdit } from '../../text/edit.js';
import { type Analysis, analyze, type Checks } from '../analyze.js';
import { evaluateEach, queriesFor } from '../evaluate/evaluate.js';
import type { Evaluation } from '../evaluate/evaluation.js';
import type { QueryCache } from '../evaluate/proxy/query-cache.js';
import { changedHosts } from './changed-hosts.js';
import { type InParts, withoutPause } from './in-parts.js';

/** An analysed file with all that is needed to analyse it again after an edit. */
export interface FixContext {
  readonly document: Document;
  readonly dialect: Dialect;
  readonly sources: Sources;
  readonly checks: Checks;
  readonly analysis: Analysis;
  /** What the analysis has cost, where that is known. */
  readonly cost?: AnalysisCost;
  /** What its verdicts have asked of a proxy, where that is kept: it holds after an edit for all hosts that the edit does not concern. */
  readonly queries?: QueryCache;
  /** Keeps the latest edited copy, for one who goes on with it. */
  readonly latest?: Latest;
}

/** What an analysis has cost, in units of budgets: its verdicts, which each proof makes again, and what is told of them. */
export interface AnalysisCost {
  readonly verdicts: number;
  readonly telling: number;
}

/** Whether it suffices for a proof at least to make the verdicts again: what cannot be paid to its end is not begun. */
export function canProve({ cost }: FixContext, purse: Purse): boolean {
  return purse.suffices(cost?.verdicts ?? 0);
}

/** The copy of a file that was analysed latest, and the edits that made it. */
export interface Latest {
  edits?: readonly FileEdit[];
  after?: FixContext;
}

/** What it costs to ask for a requirement at all, beside what the verdicts cost. */
const REQUIREMENT_COST = 1_200;

/** What it costs to read a character again, beside the verdicts. */
export const READING_COST = 3;

/** The context after some edits; `undefined` where an edit is to a file that cannot be read. */
export function reanalyse(context: FixContext, edits: readonly FileEdit[]): FixContext | undefined {
  if (context.latest?.edits === edits) return context.latest.after;
  return withoutPause(reanalysis(context, edits));
}

/**
 * The same with pauses.
 * @param asked `verdicts` where nothing is asked of the copy but its verdicts, what is missing and its defects: of a program, those of hosts
 *   that the edits do not concern are as they were, and so are the places of the statements that decide them
 */
export function* reanalysis(
  context: FixContext,
  edits: readonly FileEdit[],
  asked: 'verdicts' | 'all' = 'all',
): InParts<FixContext | undefined> {
  const changed = new Map<string, Source>();
  for (const uri of new Set(edits.map((edit) => edit.uri))) {
    const source = uri === context.document.source.uri ? context.document.source : context.sources.read(uri);
    if (typeof source === 'string') return undefined;
    changed.set(uri, {
      uri,
      text: applyEdits(
        source.text,
        edits.filter((edit) => edit.uri === uri),
      ),
    });
  }
  const { dialect, checks, document } = context;
  const sources = overlay(context.sources, changed);
  const source = changed.get(document.source.uri) ?? document.source;
  spendFromPurse(READING_COST * source.text.length);
  const tree = dialect.parse(source, document.tree);
  yield;
  const after = dialect.lower(source, tree, sources);
  yield;
  const evaluations: Evaluation[] = [];
  const queries = asked === 'verdicts' ? queriesAfter(context, after.model) : undefined;
  for (const evaluation of evaluateEach(after.model, checks.requirements, checks.network, queries)) {
    evaluations.push(evaluation);
    spendFromPurse(REQUIREMENT_COST);
    yield;
  }
  const analysis = analyze(after, dialect, checks, sources, evaluations);
  yield;
  const copy = { document: after, dialect, sources, checks, analysis };
  if (context.latest) Object.assign(context.latest, { edits, after: copy });
  return copy;
}

/** The queries to an edited program that use what was decided before; `undefined` where that is not kept or tells nothing. */
function queriesAfter({ queries, checks }: FixContext, after: Model): QueryCache | undefined {
  if (queries?.model.kind !== 'selection' || after.kind !== 'selection') return undefined;
  const changed = changedHosts(queries.model, after);
  return changed && queriesFor(after, checks.requirements, { queries, changedHosts: changed });
}

function overlay(sources: Sources, changed: ReadonlyMap<string, Source>): Sources {
  return {
    roots: sources.roots,
    variables: sources.variables,
    list: (pattern) => sources.list(pattern),
    read: (uri) => changed.get(uri) ?? sources.read(uri),
  };
}

export function textOf(context: FixContext, uri: string): string {
  if (uri === context.document.source.uri) return context.document.source.text;
  const source = context.sources.read(uri);
  return typeof source === 'string' ? '' : source.text;
}
