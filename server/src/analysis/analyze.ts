// Analyses one file against requirements: evaluations, problems, and the findings that follow from both.
import type { Requirement, RetiredEndpoint } from '../catalog/requirement.js';
import type { UnknownSelector } from '../catalog/unknown-selectors.js';
import type { Dialect, Document, Problem, Source, Sources } from '../dialects/dialect.js';
import { once } from '../kept/once.js';
import { Budget, paidBy, TOLD_SHARE } from '../model/budget.js';
import type { Model } from '../model/model.js';
import { evaluateAll } from './evaluate/evaluate.js';
import type { Evaluation } from './evaluate/evaluation.js';
import type { NetworkContext } from './evaluate/network-context.js';
import { bypassBlocked, type FilterOnPath } from './findings/bypass-blocked.js';
import { byteOrderMarkProblems } from './findings/byte-order-mark.js';
import { directiveProblems, directivesOf, ignoreFindings } from './findings/directives.js';
import { bypassedRules } from './findings/filter-bypassed.js';
import {
  findingOfProblem,
  findingOfWideRule,
  findingsOfEvaluations,
  REQUIREMENT_CODES,
  type SeverityOverrides,
  type SourcedProblem,
} from './findings/findings.js';
import { retiredProblems } from './findings/retired-endpoints.js';
import { type Unselected, unselectedDenials } from './findings/unselected.js';
import { type WideRule, wideRules } from './findings/wide-rules.js';
import type { Finding, Report } from './report.js';

/** What a file is checked against. */
export interface Checks {
  readonly requirements: readonly Requirement[];
  readonly retired: readonly RetiredEndpoint[];
  /** All documented requirements, selected or not: a rule that permits what they list is not too wide. Absent: the selected. */
  readonly documented?: readonly Requirement[];
  readonly severity: SeverityOverrides;
  readonly network: NetworkContext;
  /** Required endpoints that nobody selected: what the file denies of them is information. */
  readonly unselected?: Unselected;
  /** The packet filters that traffic past a proxy goes through, where the workspace names them. */
  readonly filtersOnPath?: readonly FilterOnPath[];
  /** Selectors in comments of the file that match nothing. */
  readonly unknownSelectors?: readonly UnknownSelector[];
  /** Whether these are only a part of the file's checks: a comment may ignore a finding of another part. */
  readonly isPartial?: boolean;
}

const NOTHING_ELSE: Unselected = { requirements: [] };

/** A report with the data from which fixes are made. */
export interface Analysis {
  readonly report: Report;
  readonly evaluations: readonly Evaluation[];
  /** Every defect of the file, with its fix where there is one. */
  readonly problems: readonly Problem[];
  readonly wideRules: readonly WideRule[];
}

/**
 * Evaluates every requirement for a file and reports those that are not met and the defects of the file, except what comments
 * ignore. Comments of included files apply as far as `sources` can read them.
 * @param evaluations the evaluations of the model with these checks, where they are known already
 */
export function analyze(
  document: Document,
  dialect: Dialect,
  checks: Checks,
  sources?: Pick<Sources, 'read'>,
  evaluations: readonly Evaluation[] = evaluateAll(document.model, checks.requirements, checks.network),
): Analysis {
  const { retired, unknownSelectors = [] } = checks;
  const { model } = document;
  const telling = new Telling(model);
  const directives = textsOf(document, sources).flatMap(directivesOf);
  const found = [
    ...withoutRoles(document.dependencies.length > 0 ? toldOnce(document.problems) : document.problems, checks),
    ...byteOrderMarkProblems(document, dialect),
    ...(model.kind === 'filter' ? telling.of(() => bypassedRules(model)) : []),
    ...retiredProblems(document, retired, checks),
    ...directiveProblems(directives, unknownSelectors),
  ];
  const told = once(() => reportOf(document, dialect, checks, { evaluations, found, directives, telling }));
  // A proof asks for the verdicts and the defects of an edited file alone. Whether a comment ignores anything takes all findings.
  return {
    evaluations,
    get problems() {
      return directives.some(({ verb }) => verb.text === 'ignore') ? [...found, ...told().unused] : found;
    },
    get report() {
      return told().report;
    },
    get wideRules() {
      return told().wide;
    },
  };
}

/** What findings are made of. */
interface Found {
  readonly evaluations: readonly Evaluation[];
  readonly found: readonly Problem[];
  readonly directives: ReturnType<typeof directivesOf>;
  readonly telling: Telling;
}

function reportOf(
  document: Document,
  dialect: Dialect,
  checks: Checks,
  { evaluations, found, directives, telling }: Found,
) {
  const { requirements, severity, network } = checks;
  const all = checks.documented ?? requirements;
  const { model } = document;
  const wide = telling.of(() => wideRules(model, evaluations, { selected: requirements, all, network }));
  const { findings: left, unused } = ignoreFindings(
    [
      ...findingsOfProblems(found, severity),
      ...telling.withMessages(() => findingsOfEvaluations(document.source.uri, evaluations, severity)),
      ...telling.of(() =>
        unselectedDenials(document.source.uri, model, checks.unselected ?? NOTHING_ELSE, network, severity),
      ),
      ...wide.flatMap((rule) => findingOfWideRule(rule, severity) ?? []),
      ...(model.kind === 'selection' ? bypassBlocked(model, checks.filtersOnPath ?? [], network, severity) : []),
    ],
    directives,
    (code) => severity[code] === 'off' || (checks.isPartial === true && REQUIREMENT_CODES.has(code)),
  );
  const findings = [...left, ...findingsOfProblems(unused, severity)];
  findings.sort((a, b) => (a.uri === b.uri ? a.range.start - b.range.start : a.uri < b.uri ? -1 : 1));
  const report: Report = {
    uri: document.source.uri,
    dialect: dialect.id,
    findings,
    coverage: evaluations.map(({ verdict }) => verdict),
  };
  return { report, unused, wide };
}

/** What is told beside the verdicts: messages, which say less where more would cost too much, and findings that are left out then. */
class Telling {
  private readonly budget = Budget.ofShare(TOLD_SHARE);

  constructor(private readonly model: Model) {}

  /** The sets of hosts in messages may take long to describe. */
  withMessages(make: () => Finding[]): Finding[] {
    return this.model.kind === 'filter' ? make() : paidBy(this.budget, make);
  }

  of<Found>(find: () => readonly Found[]): readonly Found[] {
    const { budget, model } = this;
    // What is asked of a program is paid by those who ask.
    if (model.kind === 'selection') return find();
    return paidBy(budget, () => budget.attempt(1, find)) ?? [];
  }
}

/** Problems without those that were told of the same place before: a file may be included more than once. */
function toldOnce(problems: readonly Problem[]): readonly Problem[] {
  const told = new Set<string>();
  return problems.filter(({ code, uri, range, message }) => {
    const key = `${range.start} ${range.end} ${code} ${uri} ${message}`;
    const isNew = !told.has(key);
    told.add(key);
    return isNew;
  });
}

function findingsOfProblems(problems: readonly SourcedProblem[], severity: SeverityOverrides): Finding[] {
  return problems.flatMap((problem) => findingOfProblem(problem, severity) ?? []);
}

/** Problems without those of names that requirements know as roles. */
function withoutRoles(problems: readonly Problem[], { documented, requirements }: Checks): readonly Problem[] {
  if (!problems.some(({ asRole }) => asRole !== undefined)) return problems;
  const roles = new Set((documented ?? requirements).flatMap(({ flow }) => [flow.from.role, flow.to.role]));
  return problems.filter(({ asRole }) => asRole === undefined || !roles.has(asRole));
}

/** A document's own text and those of the files that it includes. */
function textsOf({ source, dependencies }: Document, sources: Pick<Sources, 'read'> | undefined): readonly Source[] {
  const included = dependencies.flatMap((uri) => {
    const text = sources?.read(uri);
    return text === undefined || typeof text === 'string' ? [] : [text];
  });
  return [source, ...included];
}
