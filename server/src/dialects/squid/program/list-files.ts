// The values of acls in list files, one on each line.

import type { Unavailable } from '../../dialect.js';
import { filledIn, openNameIn } from '../../shared/open-values.js';
import { isSpace } from '../syntax/lines.js';
import type { AclStatement } from '../syntax/tree.js';
import type { Program } from './program.js';

/** The values of a line or of a list file, as words. */
interface Values {
  readonly words: readonly string[];
  /** Why their list file cannot be read. */
  readonly unreadable: string | undefined;
}

/** The values of one line, followed by those of its list file. */
export function valuesOf(program: Program, statement: AclStatement): Values {
  const { words } = statement;
  if (!statement.file) return { words, unreadable: undefined };
  const source = program.configuration.files.load(statement.file.path);
  if (typeof source === 'string') return { words, unreadable: unreadableList(program, statement) };
  return { words: [...words, ...listWords(source.text)], unreadable: undefined };
}

/** Why the list file of an acl line cannot be read; `undefined` where it can, and where there is none. */
export function unreadableList(program: Program, { file }: AclStatement): string | undefined {
  const open = file && openNameIn(file.path);
  if (open !== undefined) return filledIn(open);
  const source = file && program.configuration.files.load(file.path);
  return typeof source === 'string' ? `the list '${file?.path}' ${UNREADABLE[source]}` : undefined;
}

const UNREADABLE: Readonly<Record<Unavailable, string>> = {
  missing: 'is not in the workspace',
  'outside-workspace': 'is outside of the workspace',
  unreadable: 'cannot be read',
  'too-large': 'is too large',
};

/** One value per line; white space around it and comments are removed (`ConfigParser::strtokFile`). */
export function listWords(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const start = skipSpace(line);
    if (start === line.length || line[start] === '#') return [];
    const comment = /\s#/.exec(line.slice(start));
    return [line.slice(start, comment ? start + comment.index : undefined).trimEnd()];
  });
}

function skipSpace(line: string): number {
  let at = 0;
  while (at < line.length && isSpace(line.charCodeAt(at))) at++;
  return at;
}
