// Handles Lintel's own requests, beyond the Language Server Protocol: coverage, plan, explanation and language of a file, and pages of codes.

import type { Connection } from 'vscode-languageserver';
import type { CoverageFile } from '../../../shared/coverage.js';
import {
  CHECK_FILES,
  COVERAGE,
  type CoverageParams,
  EXPLAIN,
  FIND,
  FINDING_PAGE,
  LANGUAGE,
  OVERVIEW,
  PLAN,
  SHOW_FIXES_COMMAND,
  SHOW_LINE_COMMAND,
  SURVEY,
} from '../../../shared/protocol.js';
import type { FlowPath } from '../analysis/explain/flow.js';
import { parseSought } from '../catalog/sought.js';
import { detectLanguage } from '../configuration/languages.js';
import { pageOf } from '../model/code-page.js';
import { isFindingCode } from '../model/codes.js';
import { coverageCsv, coverageMarkdown } from '../service/coverage.js';
import { explanationStep } from '../service/explain/dialogue.js';
import { logStep } from '../service/explain/log-report.js';
import type { PlaceOf } from '../service/explain/way.js';
import { canonicalFolder, canonicalUri, folderOf, inFolder, nameOf, pathOf } from '../service/files/uris.js';
import { type Html, html } from '../service/html/html.js';
import type { LanguageService } from '../service/language-service.js';
import { planMarkdown } from '../service/plan.js';
import { coveragePage, type PageLinks } from '../service/reports/coverage-page.js';
import { planPage } from '../service/reports/plan-page.js';
import type { Location } from '../text/range.js';
import type { CheckedDocument, OpenDocuments } from './open-documents.js';
import { typed } from './requests.js';
import type { SettingsStore } from './settings-store.js';
import type { Survey } from './survey.js';
import type { WorkspaceCheck } from './workspace-check.js';

/** What the handlers depend on. */
export interface RequestContext {
  readonly service: LanguageService;
  readonly documents: OpenDocuments;
  readonly settings: SettingsStore;
  readonly survey: Survey;
  readonly workspaceCheck: WorkspaceCheck;
  /** An open document with its settings; `undefined` where it is not checked. */
  find(clientUri: string): Promise<CheckedDocument | undefined>;
}

export function answerOwnRequests(
  connection: Connection,
  { service, documents, settings, survey, workspaceCheck, find }: RequestContext,
): void {
  connection.onRequest(typed(SURVEY), async ({ uri, files }, token) => {
    return survey.ofFolder(uri, files, await settings.settingsFor(uri), token);
  });

  connection.onRequest(typed(CHECK_FILES), (params, token) => workspaceCheck.check(params, token));

  connection.onRequest(typed(COVERAGE), async ({ uri, files, only, format = 'markdown' }, token) => {
    const folder = files ? uri : folderOf(canonicalUri(uri));
    const open = files ? undefined : await find(uri);
    if (!files && !open) return null;
    const request = open?.request ?? (await settings.settingsFor(uri));
    const surveyed = files
      ? (await survey.ofFolder(folder, files, request, token)).files
      : await survey.of(folder, [uri], request, token);
    const covered = surveyed.map((file) => narrowed(file, only));
    const [first] = covered;
    if (!first) return null;
    if (format === 'csv') return { text: coverageCsv(covered) };
    if (format === 'markdown') return { text: covered.map((file) => coverageMarkdown(file.path, file)).join('\n') };
    return { text: coveragePage(files ? nameOf(canonicalFolder(uri)) : first.path, covered, LINKS) };
  });

  connection.onRequest(typed(EXPLAIN), async ({ uri, question, position, log, path }) => {
    const open = await find(uri);
    const places = {
      linkTo: (statement: Location) => lineLink(statement, documents),
      placeOf: (statement: Location) => placeOf(statement, documents),
    };
    const step =
      open &&
      (await service.askExplainer(open.uri, open.request, (explainer, { document, dialect }) => {
        if (log !== undefined) return logStep(explainer, log, places);
        const { document: text } = open;
        const place = position && {
          document,
          dialect,
          uri: open.uri,
          text: text.getText(),
          offset: text.offsetAt(position),
        };
        return explanationStep(explainer, { question, path: flowPathOf(path), ...(place ? { place } : {}) }, places);
      }));
    return step ?? null;
  });

  connection.onRequest(typed(LANGUAGE), async ({ uri, beginning }) => {
    const file = canonicalUri(uri);
    const declared = await service.declaredDialect(file);
    const detected = beginning === undefined ? undefined : detectLanguage(pathOf(file), beginning);
    return (declared ?? detected)?.id ?? null;
  });

  connection.onRequest(typed(FINDING_PAGE), ({ code }) => (isFindingCode(code) ? { markdown: pageOf(code) } : null));

  connection.onRequest(typed(OVERVIEW), async ({ uri }) => {
    // That of a folder is asked for with a file in it, which need not exist.
    const file = inFolder(canonicalFolder(uri), 'lintel.yaml');
    const overview = await service.overview(file, await settings.settingsFor(uri));
    const { configuration } = overview;
    return configuration === undefined ? overview : { ...overview, configuration: documents.places(configuration).uri };
  });

  connection.onRequest(typed(FIND), async ({ uri, text }) => {
    const endpoint = parseSought(text);
    if (!endpoint) return { ids: [] };
    const configuration = await service.configurationFor(inFolder(canonicalFolder(uri), 'lintel.yaml'));
    const catalog = configuration.catalogFor((await settings.settingsFor(uri)).cloud);
    return { ids: catalog.servedBy(endpoint).map(({ id }) => id) };
  });

  connection.onRequest(typed(PLAN), async ({ uri, format = 'markdown' }) => {
    const plan = await service.plan(canonicalUri(uri), await settings.settingsFor(uri));
    const name = nameOf(folderOf(plan.configuration.uri));
    return { text: format === 'html' ? planPage(name, plan) : planMarkdown(name, plan) };
  });
}

const HOOKS = ['forward', 'input', 'output'] as const;

/** The path of a choice as the client returns it; absent or invalid fields are unset. */
function flowPathOf(chosen: unknown): FlowPath {
  if (typeof chosen !== 'object' || chosen === null) return {};
  const parts: Readonly<Record<string, unknown>> = { ...chosen };
  const hook = HOOKS.find((known) => known === parts.hook);
  const names = (['point', 'inInterface', 'outInterface'] as const).flatMap((key) => {
    const name = parts[key];
    return typeof name === 'string' ? [[key, name] as const] : [];
  });
  return { ...(hook === undefined ? {} : { hook }), ...Object.fromEntries(names) };
}

/** Has the client show the line where a range begins. */
function lineLink(statement: Location, documents: OpenDocuments): Html {
  const { uri, lines } = placeOf(statement, documents);
  const [line] = lines;
  return html`<a href="${commandHref(SHOW_LINE_COMMAND, uri, line)}">${nameOf(statement.uri)}, line ${line + 1}</a>`;
}

function placeOf({ uri, range }: Location, documents: OpenDocuments): ReturnType<PlaceOf> {
  const { uri: clientUri, positions } = documents.places(uri);
  const [first, last] = [range.start, range.end].map((offset) => positions.positionAt(offset).line);
  return { uri: clientUri, lines: [first ?? 0, last ?? 0] };
}

function narrowed(file: CoverageFile, only: CoverageParams['only']): CoverageFile {
  if (!only) return file;
  const [ids, statuses] = [new Set(only.requirements), new Set(only.statuses)];
  return {
    ...file,
    verdicts: file.verdicts.filter(({ requirement, status }) => ids.has(requirement) && statuses.has(status)),
  };
}

const LINKS: PageLinks = {
  lineHref: ({ uri, line }) => commandHref(SHOW_LINE_COMMAND, uri, Math.max(0, line - 1)),
  fixHref: ({ uri, line }) => commandHref(SHOW_FIXES_COMMAND, uri, Math.max(0, line - 1)),
};

function commandHref(command: string, uri: string, line: number): string {
  return `command:${command}?${encodeURIComponent(JSON.stringify([uri, line]))}`;
}
