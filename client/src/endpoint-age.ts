// The status of the endpoints of Microsoft 365, and of feeds, beside the language of a file: how old they are.

import * as vscode from 'vscode';
import { DAYS_UNTIL_STALE, daysSince, daysText } from '../../shared/age.js';
import { ENDPOINTS_IN_USE, type EndpointsInUse } from '../../shared/protocol.js';
import type { Server } from './server.js';

/** Shows the endpoints that files in some languages are checked with, as a warning where they are old. */
export function showEndpointAge(server: Server, languages: readonly string[]): vscode.Disposable[] {
  const selector = languages.map((language) => ({ language }));
  const status = new AgeStatus(selector);
  const show = async () => {
    const document = vscode.window.activeTextEditor?.document;
    if (!document || !server.isStarted || vscode.languages.match(selector, document) === 0) return;
    try {
      status.show(await server.request(ENDPOINTS_IN_USE, document.uri, {}));
    } catch {
      // A server that does not start is reported by itself.
    }
  };
  const lists = vscode.workspace.createFileSystemWatcher('**/.lintel/endpoints/*.json');
  return [
    status,
    lists,
    lists.onDidCreate(show),
    lists.onDidChange(show),
    lists.onDidDelete(show),
    vscode.window.onDidChangeActiveTextEditor(show),
    server.onDidStart(show),
  ];
}

class AgeStatus implements vscode.Disposable {
  private item: vscode.LanguageStatusItem | undefined;

  constructor(private readonly selector: vscode.DocumentSelector) {}

  show({ title, version, published, feeds }: EndpointsInUse): void {
    this.item ??= vscode.languages.createLanguageStatusItem('lintel.endpoints', this.selector);
    const days = published === undefined ? undefined : daysSince(published, Date.now());
    const ages = feeds.map((feed) => ({ ...feed, days: daysSince(feed.read, Date.now()) ?? 0 }));
    const old = ages.filter((feed) => feed.days >= DAYS_UNTIL_STALE);
    const [oldest] = old.sort((a, b) => b.days - a.days);
    const isOld = days !== undefined && days >= DAYS_UNTIL_STALE;
    this.item.name = 'Lintel: endpoints of Microsoft 365';
    this.item.text =
      !isOld && oldest
        ? `Networks of ${oldest.pack} are ${daysText(oldest.days)} old`
        : days === undefined
          ? `Endpoints ${version}`
          : `Endpoints are ${daysText(days)} old`;
    this.item.detail = [`${title}, ${version}`, ...ages.map((feed) => `${feed.title}, ${feed.read}`)].join('; ');
    this.item.severity =
      isOld || oldest ? vscode.LanguageStatusSeverity.Warning : vscode.LanguageStatusSeverity.Information;
    this.item.command = isOld || oldest ? { command: 'lintel.updateEndpoints', title: 'Update' } : undefined;
  }

  dispose(): void {
    this.item?.dispose();
  }
}
