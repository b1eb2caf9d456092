// Which files a command line asks for, and what it says of their dialect.

import { languageById } from '../configuration/languages.js';
import type { Language } from '../dialects/dialect.js';
import { DIALECTS } from '../dialects/registry.js';
import type { Arguments, Option } from './command.js';
import { type InputRequest, realFoldersOf } from './input-files.js';
import { type Terminal, UsageError } from './terminal.js';

export const DIALECT_OPTION: Option = {
  name: 'dialect',
  value: 'ID',
  choices: DIALECTS.map(({ id }) => id),
  help: `Read files as this dialect: ${DIALECTS.map(({ id }) => id).join(', ')}.`,
};

export const STANDARD_INPUT_OPTION: Option = {
  name: 'stdin-filename',
  value: 'NAME',
  help: 'The name of the file that the path - reads from standard input.',
};

/** How the commands that read folders find their files. */
export const FILE_OPTIONS: readonly Option[] = [
  DIALECT_OPTION,
  {
    name: 'pattern',
    value: 'GLOB',
    repeatable: true,
    help: 'With --dialect: read the files of folders that match as that dialect. Repeatable.',
  },
  {
    name: 'exclude',
    value: 'GLOB',
    repeatable: true,
    help: 'Pass over what matches, as a line of .gitignore would. Repeatable.',
  },
  STANDARD_INPUT_OPTION,
  { name: 'allow-empty', help: 'Succeed where no file of a known dialect is found.' },
];

/** The patterns of files that a forced dialect is for. */
function patternsOf(args: Arguments): readonly string[] {
  const patterns = args.list('pattern') ?? [];
  if (patterns.length > 0 && !args.has('dialect')) throw new UsageError('--pattern needs --dialect');
  return patterns;
}

/** What a command line says about the files to read; standard input is read where it is one of them. */
export async function inputRequestOf(
  args: Arguments,
  paths: readonly string[],
  dialect: Language | undefined,
  terminal: Terminal,
): Promise<InputRequest> {
  const { folder, system } = terminal;
  const name = args.text('stdin-filename') ?? STANDARD_INPUT;
  return {
    system,
    paths,
    folder,
    folders: await realFoldersOf(paths, folder, system),
    dialect,
    patterns: patternsOf(args),
    exclude: args.list('exclude') ?? [],
    ...(paths.includes('-') ? { standardInput: { name, bytes: await terminal.readInput() } } : {}),
  };
}

/** What a file from standard input is called that has no name. */
const STANDARD_INPUT = 'stdin';

/** The dialect that a command line forces on files. Throws a UsageError where there is none of that name. */
export function dialectOf(args: Arguments): Language | undefined {
  const id = args.text('dialect');
  if (id === undefined) return undefined;
  const dialect = languageById(id);
  if (!dialect) throw new UsageError(`unknown dialect "${id}"; known are ${DIALECTS.map((one) => one.id).join(', ')}`);
  return dialect;
}
