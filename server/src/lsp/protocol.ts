import { RequestType } from 'vscode-languageserver';
import type { FlowPath } from '../analysis/explain/flow.js';
import type { WebAnswer } from '../catalog/endpoints-service.js';
import type { ExplanationStep } from '../service/explanation.js';

/** Client → server: every selected requirement with its verdict for one file, as Markdown; `null` for an unknown file. */
export const CoverageRequest = new RequestType<{ readonly uri: string }, { readonly markdown: string } | null, void>(
  'lintel/coverage',
);

/** Client → server: what the network around a file needs to have opened, by its nearest lintel.yaml, as Markdown. */
export const PlanRequest = new RequestType<{ readonly uri: string }, { readonly markdown: string }, void>(
  'lintel/plan',
);

export interface LanguageParams {
  readonly uri: string;
  /** How the file begins, where it may be told by that as well. */
  readonly beginning?: string;
}

/** Client → server: the language that lintel.yaml says a file is written in, or that it looks like; `null` for neither. */
export const LanguageRequest = new RequestType<LanguageParams, string | null, void>('lintel/language');

/** A question about an open file; without one, the answer says what can be asked. */
export interface ExplainParams {
  readonly uri: string;
  readonly question?: string;
  /** Which way a flow takes, from a choice that the server has offered. */
  readonly path?: FlowPath;
}

/**
 * Client → server: what a file does with a flow or a URL, step by step; `null` for an unknown file. The links of an
 * answer run {@link SHOW_LINE_COMMAND} with the URI of a file and a line, counted from zero.
 */
export const ExplainRequest = new RequestType<ExplainParams, ExplanationStep | null, void>('lintel/explain');

/** The command of the client that shows a line of a file. */
export const SHOW_LINE_COMMAND = 'lintel.showLine';

/** Server → client, for files that the server cannot reach itself: the bytes of a file in base64, `null` where there is none. */
export const ReadFileRequest = new RequestType<
  { readonly uri: string; readonly limit: number },
  { readonly base64: string } | { readonly unavailable: 'missing' | 'unreadable' | 'too-large' },
  void
>('lintel/readFile');

/** Server → client: the names of the files in a folder. */
export const ListFolderRequest = new RequestType<{ readonly uri: string }, readonly string[], void>(
  'lintel/listFolder',
);

/** What a client may send along with `initialize`. */
export interface InitializationOptions {
  /** The client answers {@link ReadFileRequest} and {@link ListFolderRequest}. */
  readonly fileRequests?: boolean;
}

/** Client → server: looks for endpoints that are newer than those that the files around one are checked with. */
export interface CheckEndpointsParams {
  /** The file; it need not exist. */
  readonly uri: string;
  /** The address of the web service. */
  readonly from: string;
  /** The GUID of this machine. */
  readonly clientRequestId: string;
}

export type CheckEndpointsResult =
  | { readonly kind: 'up-to-date' | 'failed'; readonly message: string }
  | { readonly kind: 'cancelled' }
  | {
      readonly kind: 'update';
      /** Which versions, in a line. */
      readonly title: string;
      /** What changes, for reading. */
      readonly markdown: string;
      /** The file to write, and its text. */
      readonly uri: string;
      readonly text: string;
    };

export const CheckEndpointsRequest = new RequestType<CheckEndpointsParams, CheckEndpointsResult, void>(
  'lintel/checkEndpoints',
);

/** Server → client, while it answers {@link CheckEndpointsRequest}: gets a web address. */
export const GetRequest = new RequestType<{ readonly url: string }, WebAnswer, void>('lintel/get');
