import type manifest from '../package.json';

/** The files with the texts, by language. */
export const TEXTS: { readonly en: string; readonly de: string };

/** The key of a text, where it is one. */
export function keyOf(value: unknown): string | undefined;

/** The texts of a file, or another JSON file of the root folder. */
export function readJson(name: string): Readonly<Record<string, string>>;

/** The manifest with its texts, as VS Code shows it. */
export function readManifest(language?: keyof typeof TEXTS): typeof manifest;
