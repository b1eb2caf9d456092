// The files of a folder that may be checked.

import * as vscode from 'vscode';

/** How many files of a folder are looked at. */
const FILE_LIMIT = 500;

/** A language as package.json declares it. */
export interface DeclaredLanguage {
  readonly id: string;
  readonly extensions?: readonly string[];
  readonly filenames?: readonly string[];
  readonly filenamePatterns?: readonly string[];
}

/** Names of files in other languages that may hold rules: the server decides by their content. */
const SCRIPTS = ['*.ps1', '*.cmd', '*.bat', '*.sh', '*.rules', '*.cfg', '*.conf', '*.conf.j2'];

/** One glob pattern for the files of some languages, and for those that may be in one of them. */
export function patternOf(languages: readonly DeclaredLanguage[]): string {
  const names = languages
    .filter(({ id }) => !id.startsWith('lintel-'))
    .flatMap(({ extensions = [], filenames = [], filenamePatterns = [] }) => [
      ...extensions.map((extension) => `*${extension}`),
      ...filenames,
      // Neither braces nor folders can stand in braces: files of any name in certain folders are those of SCRIPTS.
      ...filenamePatterns.flatMap(withoutBraces).filter((pattern) => !pattern.includes('/')),
    ]);
  return `**/{${[...new Set([...names, ...SCRIPTS])].join(',')}}`;
}

/** The files of a folder, without those that the settings of VS Code exclude. */
export async function filesOf(folder: vscode.Uri, pattern: string): Promise<readonly vscode.Uri[]> {
  const found = await vscode.workspace.findFiles(new vscode.RelativePattern(folder, pattern), undefined, FILE_LIMIT);
  return found.sort((one, other) => (one.path < other.path ? -1 : 1));
}

function withoutBraces(pattern: string): string[] {
  const [whole, words] = /\{([^{}]*)\}/.exec(pattern) ?? [];
  if (whole === undefined || words === undefined) return [pattern];
  return words.split(',').flatMap((word) => withoutBraces(pattern.replace(whole, () => word)));
}
