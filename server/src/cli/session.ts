// One run of a command over some files: what they are checked against, and what is found.

import type { CoverageFile } from '../../../shared/coverage.js';
import type { AffectedLocation } from '../analysis/plan/affected.js';
import type { Fix } from '../analysis/report.js';
import type { Catalog } from '../catalog/catalog.js';
import type { Cloud, Pack } from '../catalog/requirement.js';
import { unknownEverywhere } from '../catalog/unknown-selectors.js';
import { detectLanguage, languageById } from '../configuration/languages.js';
import { LINTEL_FILE_NAMES, lintelConfig } from '../configuration/lintel-config.js';
import {
  type CheckedFile as CheckedUri,
  type Examined,
  joinTold,
  keyOf,
  type OfFile,
  type Told,
  toldOf,
  withTexts,
} from '../service/checked-files.js';
import type { CheckRequest } from '../service/checks.js';
import { folderOf, inFolder, nameOf, pathOf } from '../service/files/uris.js';
import type { LanguageService } from '../service/language-service.js';
import type { NetworkPlan } from '../service/plan.js';
import { coverageOf } from '../service/reports/coverage-data.js';
import type { System, WritableFiles } from '../system/system.js';
import type { StoredAs } from '../text/decode.js';
import { linesOf } from '../text/edit.js';
import { LineIndex } from '../text/lines.js';
import type { Location } from '../text/range.js';
import type { CheckJob, Tells } from './check-job.js';
import { checkInThreads, threadsFor } from './check-threads.js';
import type { Arguments } from './command.js';
import { dialectOf, inputRequestOf } from './file-options.js';
import { foldersOf, type Input, type InputFile, readInput } from './input-files.js';
import { plainTold } from './plain-told.js';
import { cloudOf, requestOf } from './request-options.js';
import { putAll, serviceFor } from './service-of-run.js';
import { ownError, type Terminal, UsageError } from './terminal.js';

/** How many findings of one file have their fixes proved: each proof is an analysis of its own. */
const PROOF_LIMIT = 200;

/** From how many files on memory counts more than time. */
const MANY_FILES = 1_000;

/** A file with its findings, and the path that it is reported under. */
export interface CheckedFile extends Omit<CheckedUri, 'stage' | 'network'> {
  readonly path: string;
}

/** The same with what is known of it beside its verdicts. */
export interface CoveredFile extends CheckedUri {
  readonly path: string;
}

/** What a command line named. */
interface Run {
  readonly input: Input;
  readonly folders: readonly string[];
  /** Whether it is no error that no file was found. */
  readonly allowsNone: boolean;
  /** The folders that includes may reach into, as URIs. */
  readonly roots: readonly string[];
  /** The id of the language that is forced on files. */
  readonly forced: string | undefined;
}

const NO_FILES: Run = {
  input: { files: [], errors: [], notes: [] },
  folders: [],
  allowsNone: true,
  roots: [],
  forced: undefined,
};

/** One run of a command: the files that it works on, and what is asked of them. */
export class Session {
  readonly files: readonly InputFile[];
  /** The real paths of the folders that the run may write to. */
  readonly folders: readonly string[];
  private readonly notes: readonly string[];
  private readonly allowsNone: boolean;
  private readonly roots: readonly string[];
  private readonly forced: string | undefined;
  private readonly reported: Set<string>;
  private readonly byUri: ReadonlyMap<string, InputFile>;

  private readonly proved = new Map<string, readonly Fix[]>();

  /** The texts of files that only other threads have read. */
  private readonly texts = new Map<string, string>();
  private readonly lineIndexes = new Map<string, LineIndex>();

  /** The workspace files that apply, as far as they are not among the files. */
  private readonly configurations: InputFile[] = [];

  private constructor(
    private readonly terminal: Terminal,
    readonly service: LanguageService,
    readonly request: CheckRequest,
    /** The URI of a file in the folder of the run, which need not exist. */
    private readonly inFolder: string,
    { input, folders, allowsNone, roots, forced }: Run = NO_FILES,
  ) {
    this.files = input.files;
    this.folders = folders;
    this.notes = input.notes;
    this.allowsNone = allowsNone;
    this.roots = roots;
    this.forced = forced;
    this.reported = new Set(input.errors);
    this.byUri = new Map(input.files.map((file) => [file.uri, file]));
  }

  /** The machine of the files. */
  get system(): System<WritableFiles> {
    return this.terminal.system;
  }

  /** What could not be read, checked or written so far, one message each. */
  get errors(): readonly string[] {
    return [...this.reported];
  }

  /** Reads the paths of a command line, the working folder where there are none. */
  static async open(
    args: Arguments,
    terminal: Terminal,
    named = args.positionals,
    cloud = cloudOf(args),
  ): Promise<Session> {
    const forced = dialectOf(args);
    const request = requestOf(args, cloud);
    const paths = named.length > 0 ? named : ['.'];
    const { folder, system } = terminal;
    const roots = await foldersOf(paths, folder, system);
    const service = serviceFor(roots, system);
    const languageOf = async (uri: string, text: string) =>
      (await service.declaredDialect(uri)) ?? detectLanguage(pathOf(uri), text);
    const asked = await inputRequestOf(args, paths, forced, terminal);
    const input = await readInput(asked, languageOf);
    putAll(input.files, service, forced?.id);
    const run = { input, folders: asked.folders, allowsNone: args.has('allow-empty'), roots, forced: forced?.id };
    const session = new Session(terminal, service, request, fileIn(folder, system), run);
    await session.prepare();
    return session;
  }

  /** The run of which a thread checks some files. */
  static async ofJob({ folder, roots, request, forced, files: sent, tells }: CheckJob, terminal: Terminal) {
    const { system } = terminal;
    const service = serviceFor(roots, system);
    const files = sent.flatMap(({ dialect: id, ...file }): InputFile[] => {
      const dialect = languageById(id);
      return dialect ? [{ ...file, dialect }] : [];
    });
    putAll(files, service, forced);
    const run = { ...NO_FILES, input: { files, errors: [], notes: [] }, roots, forced };
    const session = new Session({ ...terminal, folder }, service, request, fileIn(folder, system), run);
    await session.prepare();
    return { session, tells };
  }

  /** A run about the workspace of a folder, without any of its files. */
  static async at(folder: string, args: Arguments, terminal: Terminal): Promise<Session> {
    const session = new Session(
      terminal,
      serviceFor([terminal.system.uriOf(folder)], terminal.system),
      requestOf(args),
      fileIn(folder, terminal.system),
    );
    await session.prepare();
    return session;
  }

  /** The openings that the network of the workspace needs. */
  plan(): Promise<NetworkPlan> {
    return this.service.plan(this.inFolder, this.request);
  }

  /** The name of the folder that was named, otherwise of the one that the run is in. */
  get name(): string {
    const [named, ...others] = this.folders;
    return named !== undefined && others.length === 0
      ? nameOf(this.system.uriOf(named))
      : nameOf(folderOf(this.inFolder));
  }

  /** What a checked file covers, with the fixes that were proved. */
  coverageOf(file: CoveredFile): CoverageFile {
    const places = {
      nameOf: (uri: string) => ({ uri, path: this.pathOf(uri) }),
      lineOf: ({ uri, range }: Location) => this.lineOf(uri, range.start),
    };
    return coverageOf(file, places, (finding) =>
      (this.fixes.get(keyOf(finding)) ?? []).map(({ title, edits }) => ({ title, lines: linesOf(edits) })),
    );
  }

  /** The catalog that a file is checked with; by default that of the folder of the run. */
  async catalogFor(uri: string = this.inFolder): Promise<Catalog> {
    return (await this.service.configurationFor(uri)).catalogFor(this.request.cloud);
  }

  /** The catalogs of every cloud for the folder of the run, its own cloud first. */
  async catalogs(): Promise<ReadonlyMap<Cloud, Catalog>> {
    return (await this.service.configurationFor(this.inFolder)).catalogsFrom(this.request.cloud);
  }

  /**
   * Checks every file. A file that another one includes is reported with that one. What was read of a file is dropped once it is
   * checked, so that memory does not grow with the number of files.
   * @param provesFixes whether {@link fixes} will be asked: the proofs need what was read
   */
  check(provesFixes = false): Promise<readonly CoveredFile[]> {
    return this.checkHere(provesFixes, (examined) => withTexts(toldOf(examined)));
  }

  private async checkHere(
    provesFixes: boolean,
    tell: (examined: Examined) => Told<OfFile>,
  ): Promise<readonly CoveredFile[]> {
    let done = 0;
    const { uris } = this;
    const checked = await joinTold(uris, async (uri) => {
      const examined = await this.examine(uri, provesFixes);
      this.terminal.progress?.(++done, uris.length);
      return examined && tell(examined);
    });
    return this.asReported(checked);
  }

  /** What is checked: the files, and the workspace files that apply to them. */
  private get uris(): readonly string[] {
    return [...this.byUri.keys(), ...this.configurations.map(({ uri }) => uri)];
  }

  /** The same in several threads, where that is worth it. Tells only what all of them can: nothing that was read is kept. */
  async checkInThreads(tells: Tells, jobs: number | undefined): Promise<readonly CheckedFile[]> {
    const { uris } = this;
    if (uris.length > MANY_FILES) this.terminal.spareMemory?.();
    const { threads: available, progress } = this.terminal;
    const threads = Math.min(uris.length, jobs ?? threadsFor(uris.length, available?.processors ?? 1));
    if (!available || threads < 2) return this.checkHere(tells.fixes, (examined) => plainTold(toldOf(examined), tells));
    const onAnswer = (done: number) => progress?.(done, uris.length);
    const start = await available.load();
    const answers = await checkInThreads(this.jobOf(tells), uris, start, { threads, onAnswer });
    const checked = await joinTold(uris, async (uri) => {
      const { told, errors = [], fixes = [], texts = [] } = answers.get(uri) ?? {};
      for (const error of errors) this.addError(error);
      for (const [finding, proved] of fixes) this.proved.set(finding, proved);
      for (const [of, text] of texts) this.texts.set(of, text);
      if (!told) return undefined;
      return { ...told, common: { ...told.common, catalog: await this.catalogFor(told.root) } };
    });
    return this.asReported(checked);
  }

  /** Examines one of the files, and drops what was read of it. */
  async examine(uri: string, provesFixes: boolean) {
    const own = this.byUri.get(uri);
    const file = own ?? this.configurations.find((configuration) => configuration.uri === uri);
    const examined = file && (await this.attempt(file, () => this.service.examine(uri, this.request)));
    if (provesFixes && own) await this.proveFixes(own);
    this.service.release(uri);
    return examined;
  }

  /** A workspace file that nobody has named is reported only where something is wrong in it. */
  private asReported<File extends Pick<CheckedUri, 'uri' | 'findings'>>(checked: readonly File[]) {
    this.terminal.progress?.(0, 0);
    const unnamed = new Set(this.configurations.map(({ uri }) => uri));
    return checked
      .filter(({ uri, findings }) => findings.length > 0 || !unnamed.has(uri))
      .map((file) => ({ ...file, path: this.pathOf(file.uri) }));
  }

  private jobOf(tells: Tells): CheckJob {
    const { folder } = this.terminal;
    const files = this.files.map(({ dialect, ...file }) => ({ ...file, dialect: dialect.id }));
    return { folder, roots: this.roots, request: this.request, forced: this.forced, files, tells };
  }

  /** The locations in the files that a change of a pack affects, by URI of the file. */
  async affected(before: Pack, after: Pack): Promise<ReadonlyMap<string, readonly AffectedLocation[]>> {
    const affected = new Map<string, AffectedLocation[]>();
    for (const file of this.files) {
      const found = await this.attempt(file, () => this.service.affected(file.uri, this.request, before, after));
      const isOwn = found?.root === file.uri;
      // The includer is among the files as well, and brings the locations in this one.
      if (!found || (!isOwn && this.byUri.has(found.root))) continue;
      for (const location of found.locations) {
        if (!isOwn && location.uri !== file.uri) continue;
        const known = affected.get(location.uri);
        if (known) known.push(location);
        else affected.set(location.uri, [location]);
      }
    }
    return affected;
  }

  /** The proved fixes of the findings of the files, by {@link keyOf} of the finding. */
  get fixes(): ReadonlyMap<string, readonly Fix[]> {
    return this.proved;
  }

  /** One edit that applies every proved fix of a file for what is asked; `undefined` where there is none. */
  fixAll(file: InputFile, request = this.request): Promise<Fix | undefined> {
    return this.attempt(file, () => this.service.fixAll(file.uri, request));
  }

  /** Takes over the new texts of files that have been written. */
  replace(changed: readonly { readonly uri: string; readonly text: string }[]): void {
    for (const { uri, text } of changed) {
      const file = this.byUri.get(uri);
      if (file) this.service.put(uri, file.dialect, text, false, file.byteOrderMark);
      else this.service.filesChanged([uri]);
    }
  }

  /** The path of a file in reports: as on the command line, otherwise relative to the working folder where it is inside. */
  pathOf(uri: string): string {
    const named = this.byUri.get(uri);
    if (named) return named.path;
    return this.system.shownFrom(this.terminal.folder, this.system.pathOf(uri));
  }

  /** How the text of a file from standard input was encoded; `undefined` for a file on the disk. */
  standardInputOf(uri: string): StoredAs | undefined {
    return this.byUri.get(uri)?.standardInput;
  }

  /** The text of a file of the run, or of one that was read for it. */
  textOf(uri: string): string | undefined {
    return this.service.textOf(uri) ?? this.texts.get(uri);
  }

  /** The lines of that text. */
  linesOf(uri: string): LineIndex | undefined {
    const known = this.service.linesOf(uri) ?? this.lineIndexes.get(uri);
    const text = known ? undefined : this.texts.get(uri);
    if (text === undefined) return known;
    const lines = new LineIndex(text);
    this.lineIndexes.set(uri, lines);
    return lines;
  }

  /** The one-based line of an offset. */
  lineOf(uri: string, offset: number): number {
    return (this.linesOf(uri)?.lineAt(offset) ?? 0) + 1;
  }

  /** The zero-based position of an offset; the first one of a file that is no longer known. */
  positionOf(uri: string, offset: number): { readonly line: number; readonly character: number } {
    return this.linesOf(uri)?.positionAt(offset) ?? { line: 0, character: 0 };
  }

  /** Adds something that could not be done to what {@link reportErrors} prints. */
  addError(message: string): void {
    this.reported.add(message);
  }

  /** Prints what could not be read, checked or written. Returns whether the run is worthless for that. */
  reportErrors(): boolean {
    for (const note of this.notes) this.terminal.writeError(`lintel: note: ${note}\n`);
    for (const error of this.errors) this.terminal.writeError(`lintel: ${error}\n`);
    if (this.files.length > 0 || this.errors.length > 0) return this.errors.length > 0;
    this.terminal.writeError('lintel: no file of a known dialect was found\n');
    return !this.allowsNone;
  }

  /** Prints the defects of the workspace files that apply, of a run without files. Returns whether there are any. */
  async reportDefects(): Promise<boolean> {
    const found = await Promise.all(this.configurations.map(({ uri }) => this.service.defects(uri, this.request)));
    const defects = found.flat();
    for (const { uri, range, message } of defects)
      this.terminal.writeError(`lintel: ${this.pathOf(uri)}:${this.lineOf(uri, range.start)}: ${message}\n`);
    return defects.length > 0;
  }

  /** Opens the workspace files that apply. Throws a UsageError where a selector matches nothing in all of their catalogs. */
  private async prepare(): Promise<void> {
    const uris = this.files.length > 0 ? this.files.map(({ uri }) => uri) : [this.inFolder];
    const configurations = new Set(await Promise.all(uris.map((uri) => this.service.configurationFor(uri))));
    const catalogs = [...configurations].map((configuration) => configuration.catalogFor(this.request.cloud));
    const unknown = unknownEverywhere(catalogs, this.request.forced ?? []);
    if (unknown !== undefined) throw new UsageError(unknown);
    for (const { uri } of configurations) {
      const text = this.service.textOf(uri);
      if (text === undefined || this.byUri.has(uri)) continue;
      this.configurations.push({ path: this.pathOf(uri), uri, text, byteOrderMark: false, dialect: lintelConfig });
      this.service.put(uri, lintelConfig, text);
    }
  }

  private async proveFixes(file: InputFile): Promise<void> {
    const proved = await this.attempt(file, () =>
      this.service.fixes(file.uri, this.request, (_, index) => index < PROOF_LIMIT),
    );
    for (const { finding, fixes } of proved ?? []) this.proved.set(keyOf(finding), fixes);
  }

  /** Does the work on one file. An exception is a defect of Lintel: it is reported for that file, and the run goes on. */
  private async attempt<Result>(file: InputFile, work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      this.addError(`${file.path}: could not be checked, because of ${ownError(error)}`);
      return undefined;
    }
  }
}

function fileIn(folder: string, system: System): string {
  return inFolder(system.uriOf(folder), LINTEL_FILE_NAMES[0]);
}
