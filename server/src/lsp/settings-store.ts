// The client's settings, requested once for each resource.

import type { Connection } from 'vscode-languageserver';
import { DEFAULT_SETTINGS, readSettings, SETTINGS_SECTION, type Settings } from './settings.js';

/** The settings of each resource, requested from the client once and kept until they change. */
export class SettingsStore {
  private readonly byResource = new Map<string, Promise<Settings>>();
  /** The settings of clients that send them instead of supporting `workspace/configuration`. */
  private sent: Settings = DEFAULT_SETTINGS;
  private clientAnswers = false;

  constructor(private readonly connection: Connection) {}

  /** Sets whether the client supports `workspace/configuration`. */
  setClientAnswers(answers: boolean): void {
    this.clientAnswers = answers;
  }

  /** @param uri the resource as the client spells it */
  settingsFor(uri: string): Promise<Settings> {
    if (!this.clientAnswers) return Promise.resolve(this.sent);
    const known = this.byResource.get(uri);
    if (known) return known;
    const asked = this.ask(uri);
    this.byResource.set(uri, asked);
    return asked;
  }

  /** Handles a change. `settings` are those in the notification, if any. */
  changed(settings: unknown): void {
    this.byResource.clear();
    if (typeof settings === 'object' && settings !== null && SETTINGS_SECTION in settings) {
      this.sent = readSettings(settings[SETTINGS_SECTION]);
    }
  }

  forget(uri: string): void {
    this.byResource.delete(uri);
  }

  private async ask(scopeUri: string): Promise<Settings> {
    try {
      return readSettings(await this.connection.workspace.getConfiguration({ scopeUri, section: SETTINGS_SECTION }));
    } catch (error) {
      this.connection.console.warn(`The settings of ${scopeUri} could not be read: ${String(error)}`);
      this.byResource.delete(scopeUri);
      return DEFAULT_SETTINGS;
    }
  }
}
