// Reads a PAC file from its tree to its model.
import type { Lineage } from '../../kept/line-blocks.js';
import { LatestMemo } from '../../kept/memo.js';
import { once } from '../../kept/once.js';
import type { FindingCode } from '../../model/codes.js';
import type { Problem, Source } from '../dialect.js';
import { findProblems } from './checks/problems.js';
import { PacModel, undecidedModel } from './meaning/model.js';
import { endpointsOf } from './program/endpoints.js';
import { namesOf } from './program/names.js';
import { type PacDocument, type PacProgram, programOf } from './program/program.js';
import type { PacTree, ParseFailure } from './syntax/tree.js';

/** The model of the latest version of each file, of which the next one reuses what was explored. */
const models = new LatestMemo<Lineage, PacProgram, PacModel>();

/** Names and endpoints are collected on first use. */
export function lower(source: Source, tree: PacTree): PacDocument {
  if (tree.kind === 'failed') return unreadDocument(source, tree, tree.failure);
  const program = programOf(tree);
  const names = once(() => namesOf(program));
  const endpoints = once(() => endpointsOf(program));
  const model = models.of(tree.lineage, program, (previous) => PacModel.after(previous, program));
  return {
    source,
    tree,
    program,
    model,
    problems: findProblems(
      program,
      once(() => model.endsWithoutResult()),
    ),
    get names() {
      return names();
    },
    get endpoints() {
      return endpoints();
    },
    endpointsWhere: (condition) => endpointsOf(program, condition),
    dependencies: [],
  };
}

const UNREAD: Readonly<Record<ParseFailure['kind'], { readonly code: FindingCode; readonly reason: string }>> = {
  // Clients differ in the treatment of a file that is not valid JavaScript, and refuse large ones at different sizes.
  invalid: { code: 'syntax-error', reason: 'the file is not valid JavaScript' },
  'too-large': { code: 'syntax-error', reason: 'the file is too large' },
  'beyond-limit': { code: 'unmodelled-statement', reason: 'the file nests more deeply than Lintel reads' },
};

/** A file without a tree; its verdicts are undecided. */
function unreadDocument(source: Source, tree: PacTree, { kind, message, range }: ParseFailure): PacDocument {
  const { code, reason } = UNREAD[kind];
  const problem: Problem = { code, message, uri: source.uri, range };
  return {
    source,
    tree,
    program: undefined,
    model: undecidedModel(reason),
    problems: [problem],
    names: [],
    endpoints: [],
    dependencies: [],
  };
}
