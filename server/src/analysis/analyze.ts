import type { Requirement, RetiredEndpoint } from '../catalog/requirement.js';
import type { Dialect, Document, Problem } from '../dialects/dialect.js';
import { evaluateAll, type Surroundings } from './evaluate.js';
import type { Evaluation } from './evaluation.js';
import { findingOfProblem, findingsOfEvaluations, type SeverityOverrides } from './findings.js';
import type { Finding, Report } from './report.js';
import { retiredProblems } from './retired.js';

/** What a file is checked against. */
export interface Checks {
  readonly requirements: readonly Requirement[];
  readonly retired: readonly RetiredEndpoint[];
  readonly severity: SeverityOverrides;
  readonly surroundings: Surroundings;
}

/** A report with what the fixes of its findings are made from. */
export interface Analysis {
  readonly report: Report;
  readonly evaluations: readonly Evaluation[];
  /** Every defect of the file, with its mend where there is one. */
  readonly problems: readonly Problem[];
}

/** Decides every requirement for a file and tells what is not met, together with the file's own defects. */
export function analyze(document: Document, dialect: Dialect, checks: Checks): Analysis {
  const evaluations = evaluateAll(document.model, checks.requirements, checks.surroundings);
  const problems = [...document.problems, ...retiredProblems(document, checks.retired, checks.requirements)];
  const findings: Finding[] = [
    ...problems.flatMap((problem) => findingOfProblem(problem, checks.severity) ?? []),
    ...findingsOfEvaluations(document.source.uri, evaluations, checks.severity),
  ];
  findings.sort((a, b) => (a.uri === b.uri ? a.range.start - b.range.start : a.uri < b.uri ? -1 : 1));
  const report: Report = {
    uri: document.source.uri,
    dialect: dialect.id,
    findings,
    coverage: evaluations.map(({ verdict }) => verdict),
  };
  return { report, evaluations, problems };
}
