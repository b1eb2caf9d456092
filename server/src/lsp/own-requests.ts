// Handles Lintel's own requests, beyond the Language Server Protocol: coverage, plan, explanation and language of a file, and pages of codes.

import type { Connection } from 'vscode-languageserver';
import { COVERAGE, EXPLAIN, FINDING_PAGE, LANGUAGE, PLAN, SHOW_LINE_COMMAND } from '../../../shared/protocol.js';
import type { FlowPath } from '../analysis/explain/flow.js';
import { detectLanguage } from '../configuration/languages.js';
import { pageOf } from '../model/code-page.js';
import { isFindingCode } from '../model/codes.js';
import { explanationStep } from '../service/explain/dialogue.js';
import { logStep } from '../service/explain/log-report.js';
import { canonicalUri, folderOf, nameOf, pathOf } from '../service/files/uris.js';
import type { LanguageService } from '../service/language-service.js';
import { escapeMarkdown } from '../service/markdown.js';
import { planMarkdown } from '../service/plan.js';
import type { Location } from '../text/range.js';
import type { CheckedDocument, OpenDocuments } from './open-documents.js';
import { typed } from './requests.js';
import type { SettingsStore } from './settings-store.js';

/** What the handlers depend on. */
export interface RequestContext {
  readonly service: LanguageService;
  readonly documents: OpenDocuments;
  readonly settings: SettingsStore;
  /** An open document with its settings; `undefined` where it is not checked. */
  find(clientUri: string): Promise<CheckedDocument | undefined>;
}

export function answerOwnRequests(
  connection: Connection,
  { service, documents, settings, find }: RequestContext,
): void {
  connection.onRequest(typed(COVERAGE), async ({ uri }) => {
    const open = await find(uri);
    const markdown = open && (await service.coverage(open.uri, open.request));
    return markdown === undefined ? null : { markdown };
  });

  connection.onRequest(typed(EXPLAIN), async ({ uri, question, log, path }) => {
    const open = await find(uri);
    const linkTo = (statement: Location) => lineLink(statement, documents);
    const step =
      open &&
      (await service.askExplainer(open.uri, open.request, (explainer) =>
        log === undefined
          ? explanationStep(explainer, { question, path: flowPathOf(path) }, linkTo)
          : logStep(explainer, log, linkTo),
      ));
    return step ?? null;
  });

  connection.onRequest(typed(LANGUAGE), async ({ uri, beginning }) => {
    const file = canonicalUri(uri);
    const declared = await service.declaredDialect(file);
    const detected = beginning === undefined ? undefined : detectLanguage(pathOf(file), beginning);
    return (declared ?? detected)?.id ?? null;
  });

  connection.onRequest(typed(FINDING_PAGE), ({ code }) => (isFindingCode(code) ? { markdown: pageOf(code) } : null));

  connection.onRequest(typed(PLAN), async ({ uri }) => {
    const plan = await service.plan(canonicalUri(uri), await settings.settingsFor(uri));
    return { markdown: planMarkdown(nameOf(folderOf(plan.configuration.uri)), plan) };
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

/** A Markdown link that has the client show the line where a range begins. */
function lineLink({ uri, range }: Location, documents: OpenDocuments): string {
  const { uri: clientUri, positions } = documents.places(uri);
  const { line } = positions.positionAt(range.start);
  const parameters = encodeURIComponent(JSON.stringify([clientUri, line])).replace(/[()]/g, (bracket) =>
    bracket === '(' ? '%28' : '%29',
  );
  return `[${escapeMarkdown(nameOf(uri))}, line ${line + 1}](command:${SHOW_LINE_COMMAND}?${parameters})`;
}
