// Examines what was read: the checks, verdicts and findings of a file, alone and with its companion files.

import { type Analysis, analyze } from '../analysis/analyze.js';
import { evaluateEach, queriesFor } from '../analysis/evaluate/evaluate.js';
import type { Evaluation } from '../analysis/evaluate/evaluation.js';
import type { QueryCache } from '../analysis/evaluate/proxy/query-cache.js';
import { directivesOf, requiredBy } from '../analysis/findings/directives.js';
import type { FixContext } from '../analysis/fixes/edited-copy.js';
import type { Finding } from '../analysis/report.js';
import type { Configuration } from '../configuration/configuration.js';
import { isConfiguration } from '../configuration/languages.js';
import { configurationOf } from '../configuration/lintel-config.js';
import type { FileEntry } from '../configuration/lintel-file.js';
import type { FittingNames } from '../dialects/dialect.js';
import { Memo } from '../kept/memo.js';
import { Meter } from '../model/budget.js';
import { typedPathAt } from '../yaml/schema-help.js';
import { type CheckRequest, CheckSelection, type FileChecks } from './checks.js';
import { ChecksWithFilters, evaluateFilters, listedFilters } from './companions/filters-on-the-path.js';
import { knownFiles, saidOf } from './companions/fitted-files.js';
import { fittingNames, namedPlaceAt } from './companions/fitting-names.js';
import { areHalves, otherHalves, withOtherHalf } from './companions/halves.js';
import { FittedChecks } from './companions/interfaces.js';
import { misfits } from './companions/misfits.js';
import type { Reading } from './files/reading.js';
import type { Trace } from './files/trace.js';
import { folderOf, pathWithin } from './files/uris.js';
import type { Workspace } from './files/workspace.js';

/** A document with its verdicts and findings, and the catalog that they refer to. */
export interface Examined extends FixContext {
  readonly checks: FileChecks;
}

/** The verdicts of a file, what they have cost, in units of budgets, and what they have asked of a program. */
interface Evaluated {
  readonly evaluations: readonly Evaluation[];
  readonly cost: number;
  readonly queries?: QueryCache;
}

/** The same with its findings. */
type Analysed = Required<Pick<FixContext, 'analysis' | 'cost'>> & Pick<FixContext, 'queries'>;

export class Examination {
  private readonly selection = new CheckSelection();
  private readonly fitted = new FittedChecks();
  private readonly joined = new ChecksWithFilters();
  /** By the checks first: a file may be evaluated with its own and, as a companion, with those of another file. */
  private readonly evaluations = new Memo<FileChecks, Memo<Reading, Promise<Evaluated>>>();
  private readonly analyses = new Memo<FileChecks, Memo<Reading, Promise<Analysed>>>();

  /** @param yieldToEvents lets other requests be answered between two parts of a long evaluation */
  constructor(
    private readonly workspace: Workspace,
    private readonly trace: Trace,
    private readonly yieldToEvents: () => Promise<void>,
  ) {}

  /** What a file is checked against: its own comments, its workspace file and the request, the nearest first. */
  async checksFor({ document, dialect }: Reading, request: CheckRequest): Promise<FileChecks> {
    const { source, model } = document;
    const configuration = await this.workspace.configurationFor(source.uri);
    if (isConfiguration(dialect)) return this.selection.checksOfConfiguration(configuration, request);
    const path = pathWithin(folderOf(configuration.uri), source.uri);
    const required = requiredBy(directivesOf(source));
    return this.fitted.of(this.selection.checksFor({ configuration, path, required, request }), model);
  }

  async examine(reading: Reading, request: CheckRequest): Promise<Examined> {
    const { document, dialect, sources } = reading;
    const configuration = configurationOf(document);
    if (configuration) return this.examineConfiguration(configuration, reading, request);
    const checks = await this.withFilters(await this.checksFor(reading, request), reading, request);
    const analysed = await this.analysisOf(reading, checks);
    const analysis = await this.ofWholeFirewall(analysed.analysis, reading, checks);
    return { document, dialect, sources, checks, ...analysed, analysis };
  }

  /** What is wrong in a file itself, whatever files there are beside it. */
  async defectsOf(reading: Reading, request: CheckRequest): Promise<readonly Finding[]> {
    const { document, dialect, sources } = reading;
    return analyze(document, dialect, await this.checksFor(reading, request), sources, []).report.findings;
  }

  /** A workspace file with where it does not fit the files that it is about. */
  private async examineConfiguration(
    configuration: Configuration,
    { document, dialect, sources }: Reading,
    request: CheckRequest,
  ): Promise<Examined> {
    const checks = this.selection.checksOfConfiguration(configuration, request);
    const known = await knownFiles(configuration, this.workspace, saidOf(configuration), async (reading) =>
      // What is forced for all files says nothing of what an entry means.
      request.forced ? { requirements: [] } : this.checksFor(reading, request),
    );
    const problems = [...document.problems, ...misfits(configuration, document.source, known)];
    const analysis = analyze({ ...document, problems }, dialect, checks, sources, []);
    return { document, dialect, sources, checks, analysis };
  }

  /** The names that files have for what is typed at an offset of their workspace file; `undefined` where any may be meant. */
  async namesFor({ document }: Reading, offset: number, request: CheckRequest): Promise<FittingNames | undefined> {
    const configuration = configurationOf(document);
    const path = configuration && typedPathAt(document.source.text, offset);
    const place = path && namedPlaceAt(path);
    if (!place) return undefined;
    const own = configuration.file.files.find(({ path: [, index] }) => index === place.entry);
    if (place.entry !== undefined && !own) return undefined;
    const isWanted = (entry: FileEntry | undefined, isOpen: boolean) =>
      own ? entry === own : entry !== undefined || isOpen;
    const { read } = await knownFiles(configuration, this.workspace, isWanted, (reading) =>
      this.checksFor(reading, request),
    );
    return fittingNames(place, own, [...read.values()].flat());
  }

  private analysisOf(reading: Reading, checks: FileChecks): Promise<Analysed> {
    const { document, dialect, sources } = reading;
    const { uri } = document.source;
    let isNew = false;
    const analysis = this.analyses
      .of(checks, () => new Memo())
      .of(reading, async () => {
        isNew = true;
        const { evaluations, cost, ...kept } = await this.evaluationsOf(reading, checks);
        return this.trace.phase(uri, 'findings', () => {
          const telling = new Meter();
          const found = telling.during(() => {
            const found = analyze(document, dialect, checks, sources, evaluations);
            // Findings are made when they are first asked for, which here is part of the check.
            void found.report;
            return found;
          });
          return { analysis: found, cost: { verdicts: cost, telling: telling.spent }, ...kept };
        });
      });
    if (!isNew) this.trace.reused(uri, 'analysis');
    return analysis;
  }

  private evaluationsOf(reading: Reading, checks: FileChecks): Promise<Evaluated> {
    let isNew = false;
    const evaluations = this.evaluations
      .of(checks, () => new Memo())
      .of(reading, () => {
        isNew = true;
        return this.evaluate(reading, checks);
      });
    if (!isNew) this.trace.reused(reading.document.source.uri, 'evaluations');
    return evaluations;
  }

  private async evaluate({ document }: Reading, { requirements, network }: FileChecks): Promise<Evaluated> {
    const { model, source } = document;
    const evaluations: Evaluation[] = [];
    const meter = new Meter();
    const kept = model.kind === 'selection' ? { queries: meter.during(() => queriesFor(model, requirements)) } : {};
    const rest = evaluateEach(model, requirements, network, kept.queries);
    for (;;) {
      const next = this.trace.phase(source.uri, 'evaluate', () => meter.during(() => rest.next()));
      if (next.done) return { evaluations, cost: meter.spent, ...kept };
      evaluations.push(next.value);
      if (model.kind === 'selection' && next.value.verdict.status !== 'not-applicable') await this.yieldToEvents();
    }
  }

  // Companion files

  /** The checks of a PAC file, with the packet filters on the clients' path. */
  private async withFilters(checks: FileChecks, reading: Reading, request: CheckRequest): Promise<FileChecks> {
    const { model, source } = reading.document;
    if (model.kind !== 'selection') return checks;
    const { workspace } = this;
    const listed = listedFilters(await workspace.configurationFor(source.uri), source.uri);
    const uris = await workspace.filesListed(source.uri, listed);
    const filters = await evaluateFilters(uris, (uri) =>
      workspace.answerFromCompanion(source.uri, uri, async (other) =>
        other.document.model.kind === 'filter'
          ? (await this.evaluationsOf(other, await this.checksFor(other, request))).evaluations
          : undefined,
      ),
    );
    return this.joined.join(reading, checks, filters);
  }

  /** An analysis whose verdicts are those of the whole firewall, where another file holds its other address family. */
  private async ofWholeFirewall(analysis: Analysis, { document }: Reading, checks: FileChecks): Promise<Analysis> {
    const { model, source } = document;
    if (model.kind !== 'filter' || model.families.length !== 1) return analysis;
    for (const uri of otherHalves(source.uri)) {
      const other = await this.workspace.answerFromCompanion(source.uri, uri, (reading) =>
        areHalves(model, reading.document.model) ? this.evaluationsOf(reading, checks) : undefined,
      );
      if (other) return withOtherHalf(analysis, other.evaluations);
    }
    return analysis;
  }
}
