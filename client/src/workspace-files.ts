// The files of a folder that may be checked.

import * as vscode from 'vscode';

/** How many files of a folder are found at most: the server takes the first of them that are not ignored. */
const FIND_LIMIT = 10_000;

/** What the server passes over in any case, and what a folder may have very many of. */
const INSTALLED = '**/node_modules/**';

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

/** Files of a folder. */
export interface FoundFiles {
  readonly uris: readonly string[];
  /** Whether there may be more. */
  readonly isCut: boolean;
}

/** The files of the workspace that may be checked, and what becomes of them on disk. */
export class WorkspaceFiles implements vscode.Disposable {
  private readonly named: vscode.FileSystemWatcher;
  private readonly ignoring = vscode.workspace.createFileSystemWatcher('**/{.gitignore,.lintelignore}');
  private readonly listed = new vscode.EventEmitter<void>();
  /** Fires when one is written. */
  readonly onDidChange: vscode.Event<vscode.Uri>;
  /** Fires when others may be found. */
  readonly onDidChangeList = this.listed.event;
  private readonly disposables: vscode.Disposable[];

  constructor(private readonly pattern: string) {
    this.named = vscode.workspace.createFileSystemWatcher(pattern);
    this.onDidChange = this.named.onDidChange;
    const changed = () => this.listed.fire();
    this.disposables = [
      this.named,
      this.ignoring,
      this.listed,
      this.named.onDidCreate(changed),
      this.named.onDidDelete(changed),
      this.ignoring.onDidCreate(changed),
      this.ignoring.onDidChange(changed),
      this.ignoring.onDidDelete(changed),
      vscode.workspace.onDidChangeWorkspaceFolders(changed),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('files.exclude')) changed();
      }),
    ];
  }

  /** The files of a folder, without those that the settings of VS Code exclude and those of a folder in it that is one of its own. */
  async of(folder: vscode.Uri, pattern = this.pattern): Promise<FoundFiles> {
    const inFolder = new vscode.RelativePattern(folder, pattern);
    const found = await vscode.workspace.findFiles(inFolder, INSTALLED, FIND_LIMIT);
    const root = vscode.workspace.getWorkspaceFolder(folder);
    return {
      uris: found
        .filter((file) => vscode.workspace.getWorkspaceFolder(file) === root)
        .sort((one, other) => (one.path < other.path ? -1 : 1))
        .map(String),
      isCut: found.length === FIND_LIMIT,
    };
  }

  dispose(): void {
    for (const one of this.disposables) one.dispose();
  }
}

function withoutBraces(pattern: string): string[] {
  const [whole, words] = /\{([^{}]*)\}/.exec(pattern) ?? [];
  if (whole === undefined || words === undefined) return [pattern];
  return words.split(',').flatMap((word) => withoutBraces(pattern.replace(whole, () => word)));
}
