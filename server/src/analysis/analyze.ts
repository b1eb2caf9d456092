// Checks one file against requirements: evaluations, problems and the findings that follow from both.
import type { Requirement, RetiredEndpoint } from '../catalog/requirement.js';
import type { UnknownSelector } from '../catalog/unknown-selectors.js';
import type { Dialect, Document, Problem, Source, Sources } from '../dialects/dialect.js';
import { evaluateAll } from './evaluate/evaluate.js';
import type { Evaluation } from './evaluate/evaluation.js';
import type { NetworkContext } from './evaluate/network-context.js';
import { bypassBlocked, type FilterOnPath } from './findings/bypass-blocked.js';
import { directiveProblems, directivesOf, ignoreFindings } from './findings/directives.js';
import {
  findingOfProblem,
  findingOfWideRule,
  findingsOfEvaluations,
  REQUIREMENT_CODES,
  type SeverityOverrides,
  type SourcedProblem,
} from './findings/findings.js';
import { retiredProblems } from './findings/retired-endpoints.js';
import { type WideRule, wideRules } from './findings/wide-rules.js';
import type { Finding, Report } from './report.js';

/** What a file is checked against. */
export interface Checks {
  readonly requirements: readonly Requirement[];
  readonly retired: readonly RetiredEndpoint[];
  /** All that is documented, selected or not: a rule that permits it is not too wide. Absent: what is selected. */
  readonly documented?: readonly Requirement[];
  readonly severity: SeverityOverrides;
  readonly network: NetworkContext;
  /** The packet filters that traffic past a proxy goes through, where the workspace names them. */
  readonly filtersOnPath?: readonly FilterOnPath[];
  /** Selectors in comments of the file that name nothing. */
  readonly unknownSelectors?: readonly UnknownSelector[];
  /** Only a part of what the file is otherwise checked against: what a comment ignores may belong to another part. */
  readonly isPartial?: boolean;
}

/** A report with what the fixes of its findings are made from. */
export interface Analysis {
  readonly report: Report;
  readonly evaluations: readonly Evaluation[];
  /** Every defect of the file, with its fix where there is one. */
  readonly problems: readonly Problem[];
  readonly wideRules: readonly WideRule[];
}

/**
 * Decides every requirement for a file and reports what is not met, together with the file's own defects and without what
 * comments in it ignore. Comments of included files count where `sources` can read them.
 * @param evaluations those of the model by these checks, where they are known
 */
export function analyze(
  document: Document,
  dialect: Dialect,
  checks: Checks,
  sources?: Pick<Sources, 'read'>,
  evaluations: readonly Evaluation[] = evaluateAll(document.model, checks.requirements, checks.network),
): Analysis {
  const { requirements, retired, severity, network, unknownSelectors = [] } = checks;
  const all = checks.documented ?? requirements;
  const wide = wideRules(document.model, evaluations, { selected: requirements, all, network });
  const directives = textsOf(document, sources).flatMap(directivesOf);
  const found = [
    ...document.problems,
    ...retiredProblems(document, retired, requirements),
    ...directiveProblems(directives, unknownSelectors),
  ];
  const { findings: left, unused } = ignoreFindings(
    [
      ...findingsOfProblems(found, severity),
      ...findingsOfEvaluations(document.source.uri, evaluations, severity),
      ...wide.flatMap((rule) => findingOfWideRule(rule, severity) ?? []),
      ...(document.model.kind === 'selection'
        ? bypassBlocked(document.model, checks.filtersOnPath ?? [], network, severity)
        : []),
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
  return { report, evaluations, problems: [...found, ...unused], wideRules: wide };
}

function findingsOfProblems(problems: readonly SourcedProblem[], severity: SeverityOverrides): Finding[] {
  return problems.flatMap((problem) => findingOfProblem(problem, severity) ?? []);
}

/** A document's own text and those of the files that it includes. */
function textsOf({ source, dependencies }: Document, sources: Pick<Sources, 'read'> | undefined): readonly Source[] {
  const included = dependencies.flatMap((uri) => {
    const text = sources?.read(uri);
    return text === undefined || typeof text === 'string' ? [] : [text];
  });
  return [source, ...included];
}
