// The requests between the VS Code client and the server beyond the Language Server Protocol, declared once for both sides.
// Independent of any protocol library; each side makes its own request types from it.

import type { CoverageFile, CoverageStatus } from './coverage.js';
import type { ExplanationStep } from './explanation.js';
import type { Overview } from './overview.js';
import type { Selectable } from './selection.js';
import type { WebAnswer } from './web-access.js';

/** A request: its method, and the types of its parameters and its result, which exist only at compile time. */
export interface Request<Params, Result> {
  readonly method: string;
  readonly types?: { readonly params: Params; readonly result: Result };
}

function request<Params, Result>(method: string): Request<Params, Result> {
  return { method };
}

/** The source that every diagnostic names. */
export const DIAGNOSTIC_SOURCE = 'lintel';

/** A file or folder by its URI, as the client spells it. */
export interface FileParams {
  readonly uri: string;
}

/** A document for reading. */
export interface MarkdownResult {
  readonly markdown: string;
}

/** A report in the format that was asked for. */
export interface ReportResult {
  readonly text: string;
}

// Client → server

export interface CoverageParams extends FileParams {
  /** The files that it is about, of the folder `uri`, opened or not; only the file `uri` where there are none. */
  readonly files?: readonly string[];
  /** The requirements and verdicts that it is about; all where it is left out. */
  readonly only?: { readonly requirements: readonly string[]; readonly statuses: readonly CoverageStatus[] };
  /** One page that loads nothing, or text; Markdown where it is left out. */
  readonly format?: 'html' | 'markdown' | 'csv';
}

/** Every selected requirement with its verdict for one file or several; `null` where none of them is checked. */
export const COVERAGE = request<CoverageParams, ReportResult | null>('lintel/coverage');

export interface SurveyParams extends FileParams {
  /** Files of the folder `uri`, opened or not. */
  readonly files: readonly string[];
}

/** How many of the files that were named are not looked at. */
export interface LeftOut {
  /** By `.gitignore` and `.lintelignore`, for being hidden or in installed packages. */
  readonly ignored: number;
  /** Beyond the number that is read of one folder. */
  readonly beyondLimit: number;
}

export interface SurveyResult {
  readonly files: readonly CoverageFile[];
  readonly leftOut: LeftOut;
}

/** What the files of a folder cover, as data. Files that are not checked, or that others of them include, are left out. */
export const SURVEY = request<SurveyParams, SurveyResult>('lintel/survey');

export interface CheckFilesParams extends FileParams {
  /** The files of the folder `uri` that are checked from now on, opened or not: none ends it. */
  readonly files: readonly string[];
  /** Whether those that are checked already are checked again, as somebody asks for who does not trust what is shown. */
  readonly isAnew: boolean;
  /** Under which the client is told how far it is, as the protocol's work-done progress. */
  readonly workDoneToken: string;
}

export interface CheckFilesResult {
  /** Files of a language that is checked. */
  readonly checked: number;
  /** Those of them that something was found in. */
  readonly withFindings: number;
  readonly leftOut: LeftOut & { readonly tooLarge: number };
  /** What was checked by then stays checked. */
  readonly isCancelled: boolean;
}

/**
 * Checks the files of a folder whether they are open or not, and publishes what is found in those that are not. They are checked again
 * whenever they, or what they depend on, change, until the client names others.
 */
export const CHECK_FILES = request<CheckFilesParams, CheckFilesResult>('lintel/checkFiles');

/** The network and the catalog of the folder `uri`, by its nearest lintel.yaml. */
export const OVERVIEW = request<FileParams, Overview>('lintel/overview');

export interface FindParams extends FileParams {
  /** A host, an address, a port or a URL; anything else finds nothing. */
  readonly text: string;
}

/** The ids of the requirements of the folder `uri` that list something: a network lists each of its addresses. */
export const FIND = request<FindParams, { readonly ids: readonly string[] }>('lintel/find');

export interface PlanParams extends FileParams {
  readonly format?: 'html' | 'markdown';
}

/** The openings that the network of a file needs, by its nearest lintel.yaml. */
export const PLAN = request<PlanParams, ReportResult>('lintel/plan');

/** What the client tells the server of itself when it starts it; what editors do not tell, they need not have. */
export interface ClientOptions {
  /** The scheme of URIs that the editor has registered with its system; those of the extension lead to pages of codes. */
  readonly uriScheme?: string;
  /** Whether the client asks for the diagnostics of open documents, so that they need not be sent; otherwise they are sent. */
  readonly diagnostics?: 'pull' | 'push';
}

export interface FindingPageParams extends FileParams {
  readonly code: string;
}

/** What the code of a finding means; `null` where there is none of that name. */
export const FINDING_PAGE = request<FindingPageParams, MarkdownResult | null>('lintel/findingPage');

export interface LanguageParams extends FileParams {
  /** The beginning of the file, at most `DETECTION_WINDOW` code units, where its content may decide its language. */
  readonly beginning?: string;
}

/** The id of the language that lintel.yaml says a file is written in, or that was detected; `null` for neither. */
export const LANGUAGE = request<LanguageParams, string | null>('lintel/language');

/** A question about an open file; without a question, the result says what can be asked. */
export interface ExplainParams extends FileParams {
  readonly question?: string;
  /** Where in the file it is asked, so that the result suggests the question of that place. */
  readonly position?: { readonly line: number; readonly character: number };
  /** Lines of the device's log, in the place of a question. */
  readonly log?: string;
  /** The path of a choice that the server has offered. */
  readonly path?: unknown;
}

/**
 * What a file does with a flow or a URL, step by step; `null` for a file that is not checked. The links of an answer run
 * {@link SHOW_LINE_COMMAND} with the URI of a file and a zero-based line.
 */
export const EXPLAIN = request<ExplainParams, ExplanationStep | null>('lintel/explain');

/** A question of an agent about a folder of the workspace. */
export interface ToolParams extends FileParams {
  /** The name of a tool as `lintel mcp` has it. */
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** The answer of a tool of `lintel mcp`, as JSON, or the sentence that says why there is none. Only on the desktop. */
export const TOOL = request<ToolParams, { readonly text: string }>('lintel/tool');

/** The command of the client that shows a line of a file. */
export const SHOW_LINE_COMMAND = 'lintel.showLine';

/** The command of the client that shows the fixes at a line of a file, with the same arguments. */
export const SHOW_FIXES_COMMAND = 'lintel.showFixes';

/** The command of the client that selects a part of an open file, to be written over; its arguments are the URI of the file and a range. */
export const SELECT_COMMAND = 'lintel.select';

/** The command of the client that shows what a file covers; its argument is the URI of the file. */
export const SHOW_COVERAGE_COMMAND = 'lintel.showCoverage';

/** The endpoints of Microsoft 365 that a file is checked with. */
export interface EndpointsInUse {
  /** As a title: `Microsoft 365, worldwide`. */
  readonly title: string;
  readonly version: string;
  /** The day of its publication, `YYYY-MM-DD`, where the version tells it. */
  readonly published?: string;
  /** The packs with feeds that files of the workspace are checked against. */
  readonly feeds: readonly FeedsInUse[];
}

/** The feeds of one pack. */
export interface FeedsInUse {
  /** The id of the pack. */
  readonly pack: string;
  readonly title: string;
  /** The day on which its oldest copy was made, `YYYY-MM-DD`. */
  readonly read: string;
  /** The addresses to ask for newer ones; none where a person has to download a file. */
  readonly urls: readonly string[];
}

/** The endpoints that the workspace of a file has. */
export const ENDPOINTS_IN_USE = request<FileParams, EndpointsInUse>('lintel/endpointsInUse');

export interface CheckEndpointsParams extends FileParams {
  /** The base URL of the web service. */
  readonly from: string;
  /** The GUID of this machine. */
  readonly clientRequestId: string;
  /** The packs whose feeds are to be asked as well. */
  readonly feeds: readonly string[];
}

export type CheckEndpointsResult =
  | { readonly kind: 'failed'; readonly message: string }
  /** The files say that what is in use was good today. */
  | { readonly kind: 'up-to-date'; readonly message: string; readonly files: readonly StoredText[] }
  | { readonly kind: 'cancelled' }
  | EndpointUpdateResult;

export interface EndpointUpdateResult {
  readonly kind: 'update';
  /** The two versions, as one line; of the first where there are several. */
  readonly title: string;
  /** The changes, as Markdown. */
  readonly markdown: string;
  readonly files: readonly StoredText[];
}

/** A file to write. */
export interface StoredText {
  readonly uri: string;
  readonly text: string;
}

/** Looks for endpoints that are newer than those that the files around one are checked with. The file need not exist. */
export const CHECK_ENDPOINTS = request<CheckEndpointsParams, CheckEndpointsResult>('lintel/checkEndpoints');

/** Who says what a file is checked against, the nearest first; the setting may have its default. */
export type SelectedBy = 'comment' | 'configuration' | 'setting';

/** How one open file does. */
export interface StatusResult {
  /** The title of its language: `Squid`. */
  readonly language: string;
  readonly selectors: readonly string[];
  readonly selectedBy: SelectedBy;
  /** How many requirements these select. */
  readonly requirements: number;
  readonly verdicts: readonly CoverageStatus[];
  /** The workspace file that applies, as the client spells it; absent where there is none. */
  readonly configuration?: string;
}

/** What an open file is checked against and how it does, once it is checked; `null` for a file that is not checked. */
export const STATUS = request<FileParams, StatusResult | null>('lintel/status');

/** What can be selected for a file or a folder. */
export interface SelectionResult {
  readonly choices: readonly Selectable[];
  readonly selectedBy: SelectedBy;
  /** Where a selection for the file can be written; absent for a folder, for which it is a setting. */
  readonly file?: {
    readonly canComment: boolean;
    /** The name of its workspace file, and whether it exists. */
    readonly configuration: string;
    readonly exists: boolean;
    /** The pattern of the entry that applies; absent where an entry would be added. */
    readonly match?: string;
  };
}

export const SELECTION = request<FileParams, SelectionResult>('lintel/selection');

export interface SelectParams extends FileParams {
  readonly selectors: readonly string[];
  readonly writes: 'comment' | 'configuration';
}

/** A part of a text that is replaced, as the protocol writes it. */
export interface PlainEdit {
  readonly range: {
    readonly start: { readonly line: number; readonly character: number };
    readonly end: { readonly line: number; readonly character: number };
  };
  readonly newText: string;
}

/** The edits that select requirements for an open file; `null` where that cannot be written. */
export interface SelectResult {
  readonly uri: string;
  readonly isNew: boolean;
  readonly edits: readonly PlainEdit[];
}

export const SELECT = request<SelectParams, SelectResult | null>('lintel/select');

export interface NewWorkspaceFileParams extends FileParams {
  /** Files of the folder `uri`, opened or not. */
  readonly files: readonly string[];
}

/** The text of a first lintel.yaml for the files of a folder, as `lintel init` writes it, and how many there are. */
export const NEW_WORKSPACE_FILE = request<NewWorkspaceFileParams, { readonly text: string; readonly files: number }>(
  'lintel/newWorkspaceFile',
);

// Server → client

export interface ReadFileParams extends FileParams {
  /** The largest file to return, in bytes. */
  readonly limit: number;
}

export type ReadFileResult =
  | { readonly base64: string }
  | { readonly unavailable: 'missing' | 'unreadable' | 'too-large' };

/** The content of a file that the server cannot access itself. */
export const READ_FILE = request<ReadFileParams, ReadFileResult>('lintel/readFile');

export interface ListFolderParams extends FileParams {
  readonly kind: 'files' | 'folders';
}

/** The names of the files or of the folders in a folder that the server cannot access itself. */
export const LIST_FOLDER = request<ListFolderParams, readonly string[]>('lintel/listFolder');

/** Sends an HTTP GET, while the server handles {@link CHECK_ENDPOINTS}. */
export const GET = request<{ readonly url: string }, WebAnswer>('lintel/get');
