// All languages that files are read in: the dialects, and the two that configure Lintel.
import type { Dialect } from '../dialects/dialect.js';
import { DIALECTS, detectAmong } from '../dialects/registry.js';
import { withTemplates } from '../templates/dialect.js';
import { lintelConfig } from './lintel-config.js';
import { lintelPack } from './lintel-pack.js';

export const LANGUAGES: readonly Dialect[] = [...DIALECTS.map(withTemplates), lintelConfig, lintelPack];

/** The language that a file is most certainly written in; `undefined` where no language claims it. */
export function detectLanguage(path: string, text: string): Dialect | undefined {
  return detectAmong(LANGUAGES, path, text);
}

export function languageById(id: string): Dialect | undefined {
  return LANGUAGES.find((language) => language.id === id);
}

/** Whether a file configures Lintel, and so is checked against nothing. */
export function isConfiguration(dialect: Dialect): boolean {
  return dialect === lintelConfig || dialect === lintelPack;
}
