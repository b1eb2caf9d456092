// All languages that files are read in: the dialects, and the two that configure Lintel.
import type { Language } from '../dialects/dialect.js';
import { DIALECTS, detectAmong } from '../dialects/registry.js';
import { withTemplates } from '../templates/dialect.js';
import { templateLanguage } from '../templates/languages.js';
import { lintelConfig } from './lintel-config.js';
import { lintelPack } from './lintel-pack.js';

export const LANGUAGES: readonly Language[] = [...DIALECTS.map(withTemplates), lintelConfig, lintelPack];

/** The language that a file is most certainly written in; `undefined` where no language claims it. */
export function detectLanguage(path: string, text: string): Language | undefined {
  return detectAmong(LANGUAGES, path, text);
}

export function languageById(id: string): Language | undefined {
  return LANGUAGES.find((language) => language.id === id);
}

/** Whether a file configures Lintel, and so is checked against nothing. */
export function isConfiguration(dialect: Language): boolean {
  return dialect === lintelConfig || dialect === lintelPack;
}

/** Whether the text of a file tells, without being read, that it is put together with no other of its language. */
export function includesNothing(dialect: Language, uri: string, text: string): boolean {
  return dialect.mayInclude?.(text) !== true && templateLanguage(uri, text) === undefined;
}
