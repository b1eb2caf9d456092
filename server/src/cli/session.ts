// One run of a command over some files: what they are checked against, and what is found.

import type { CoverageFile } from '../../../shared/coverage.js';
import type { AffectedLocation } from '../analysis/plan/affected.js';
import type { Fix } from '../analysis/report.js';
import { type Catalog, DEFAULT_SELECTORS } from '../catalog/catalog.js';
import { CLOUDS, type Cloud, type Pack } from '../catalog/requirement.js';
import { unknownEverywhere } from '../catalog/unknown-selectors.js';
import { detectLanguage } from '../configuration/languages.js';
import { LINTEL_FILE_NAMES, lintelConfig } from '../configuration/lintel-config.js';
import { type CheckedFile as CheckedUri, checkTogether, keyOf } from '../service/checked-files.js';
import type { CheckRequest } from '../service/checks.js';
import { folderOf, inFolder, nameOf, pathOf } from '../service/files/uris.js';
import { LanguageService } from '../service/language-service.js';
import type { NetworkPlan } from '../service/plan.js';
import { coverageOf } from '../service/reports/coverage-data.js';
import { fileAccessOf } from '../system/file-access.js';
import type { System, WritableFiles } from '../system/system.js';
import type { StoredAs } from '../text/decode.js';
import { linesOf } from '../text/edit.js';
import type { Location } from '../text/range.js';
import type { Arguments, Option } from './command.js';
import { dialectOf, inputRequestOf } from './file-options.js';
import { foldersOf, type Input, type InputFile, readInput, SIZE_LIMIT } from './input-files.js';
import { ownError, type Terminal, UsageError } from './terminal.js';

export const REQUIRE_OPTION: Option = {
  name: 'require',
  value: 'SEL',
  repeatable: true,
  help: `Requirements to check: an id with *, or tags joined by +. Repeatable. Default: what lintel.yaml requires, otherwise ${DEFAULT_SELECTORS.join(', ')}.`,
};

export const CLOUD_OPTION: Option = {
  name: 'cloud',
  value: 'CLOUD',
  choices: CLOUDS,
  help: `The Microsoft cloud, unless lintel.yaml names one: ${CLOUDS.join(', ')}. Default: ${CLOUDS[0]}.`,
};

/** How many findings of one file have their fixes proved: each proof is an analysis of its own. */
const PROOF_LIMIT = 200;

/** How many files stay read that were read only to see what they include. */
const READ_AHEAD_LIMIT = 100;

/** A file with its findings, and the path that it is reported under. */
export interface CheckedFile extends CheckedUri {
  readonly path: string;
}

/** What a command line named. */
interface Run {
  readonly input: Input;
  readonly folders: readonly string[];
  /** Whether it is no error that no file was found. */
  readonly allowsNone: boolean;
}

const NO_FILES: Run = { input: { files: [], errors: [], notes: [] }, folders: [], allowsNone: true };

/** One run of a command: the files that it works on, and what is asked of them. */
export class Session {
  readonly files: readonly InputFile[];
  /** The real paths of the folders that the run may write to. */
  readonly folders: readonly string[];
  private readonly notes: readonly string[];
  private readonly allowsNone: boolean;
  private readonly reported: Set<string>;
  private readonly byUri: ReadonlyMap<string, InputFile>;

  private readonly proved = new Map<string, readonly Fix[]>();

  /** The workspace files that apply, as far as they are not among the files. */
  private readonly configurations: InputFile[] = [];

  private constructor(
    private readonly terminal: Terminal,
    readonly service: LanguageService,
    readonly request: CheckRequest,
    /** The URI of a file in the folder of the run, which need not exist. */
    private readonly inFolder: string,
    { input, folders, allowsNone }: Run = NO_FILES,
  ) {
    this.files = input.files;
    this.folders = folders;
    this.notes = input.notes;
    this.allowsNone = allowsNone;
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
    const service = serviceFor(await foldersOf(paths, folder, system), system);
    const languageOf = async (uri: string, text: string) =>
      (await service.declaredDialect(uri)) ?? detectLanguage(pathOf(uri), text);
    const asked = await inputRequestOf(args, paths, forced, terminal);
    const input = await readInput(asked, languageOf);
    for (const { uri, dialect, text, byteOrderMark } of input.files)
      service.put(uri, dialect, text, dialect === forced, byteOrderMark);
    const run = { input, folders: asked.folders, allowsNone: args.has('allow-empty') };
    const session = new Session(terminal, service, request, fileIn(folder, system), run);
    await session.prepare();
    return session;
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
  coverageOf(file: CheckedFile): CoverageFile {
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
  async check(provesFixes = false): Promise<readonly CheckedFile[]> {
    const files = new Map([...this.files, ...this.configurations].map((file) => [file.uri, file]));
    const checked = await checkTogether([...files.keys()], async (uri) => {
      const file = files.get(uri);
      const examined = file && (await this.attempt(file, () => this.service.examine(uri, this.request)));
      if (provesFixes && file && this.byUri.has(uri)) await this.proveFixes(file);
      this.service.release(uri);
      return examined;
    });
    // A workspace file that nobody has named is reported only where something is wrong in it.
    const unnamed = new Set(this.configurations.map(({ uri }) => uri));
    return checked
      .filter(({ uri, findings }) => findings.length > 0 || !unnamed.has(uri))
      .map((file) => ({ ...file, path: this.pathOf(file.uri) }));
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

  /** The one-based line of an offset. */
  lineOf(uri: string, offset: number): number {
    return (this.service.linesOf(uri)?.lineAt(offset) ?? 0) + 1;
  }

  /** The zero-based position of an offset; the first one of a file that is no longer known. */
  positionOf(uri: string, offset: number): { readonly line: number; readonly character: number } {
    return this.service.linesOf(uri)?.positionAt(offset) ?? { line: 0, character: 0 };
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

/** A service whose files are configured by the nearest workspace file up the tree. */
function serviceFor(folders: readonly string[], system: System): LanguageService {
  const service = new LanguageService(fileAccessOf(system));
  service.setSizeLimit(SIZE_LIMIT);
  service.setReadAheadLimit(READ_AHEAD_LIMIT);
  service.setFolders(folders, true);
  return service;
}

function fileIn(folder: string, system: System): string {
  return inFolder(system.uriOf(folder), LINTEL_FILE_NAMES[0]);
}

function requestOf(args: Arguments, cloud = cloudOf(args)): CheckRequest {
  const forced = args.list('require');
  return { ...(forced ? { forced } : {}), require: DEFAULT_SELECTORS, severity: {}, cloud };
}

/** The cloud that a command line names. */
export function cloudOf(args: Arguments): Cloud {
  return args.choice('cloud', CLOUDS);
}
