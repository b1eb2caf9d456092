// The client's settings, requested once for each resource.

import type { Connection } from 'vscode-languageserver';
import { type ReadSettings, readSettings, SETTINGS_SECTION } from './settings.js';

const DEFAULTS = readSettings(undefined);

/** The settings of each resource, requested from the client once and kept until they change. */
export class SettingsStore {
  private readonly byResource = new Map<string, Promise<ReadSettings>>();
  /** The settings of clients that send them instead of supporting `workspace/configuration`. */
  private sent = DEFAULTS;
  private clientAnswers = false;

  constructor(private readonly connection: Connection) {}

  /** Sets whether the client supports `workspace/configuration`. */
  setClientAnswers(answers: boolean): void {
    this.clientAnswers = answers;
  }

  /** @param uri the resource as the client spells it */
  settingsFor(uri: string): Promise<ReadSettings> {
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

  private async ask(scopeUri: string): Promise<ReadSettings> {
    try {
      return readSettings(await this.connection.workspace.getConfiguration({ scopeUri, section: SETTINGS_SECTION }));
    } catch (error) {
      this.connection.console.warn(`The settings of ${scopeUri} could not be read: ${String(error)}`);
      this.byResource.delete(scopeUri);
      return DEFAULTS;
    }
  }
}
