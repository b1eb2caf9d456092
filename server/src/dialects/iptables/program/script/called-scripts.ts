// Scripts that a script runs as programs of their own: `./rules.sh`, `sh rules.sh`.
import type { Word } from '../../syntax/words.js';

const SHELLS: ReadonlySet<string> = new Set(['sh', 'ash', 'bash', 'dash', 'ksh', 'zsh']);

export function isShell(program: string): boolean {
  return SHELLS.has(program);
}

/** The file and the words that it is called with; `undefined` where a command calls no script, or one that it makes itself. */
export function calledScript(
  name: Word,
  words: readonly Word[],
): readonly [path: string, words: readonly Word[]] | undefined {
  if (name.unknown !== undefined) return undefined;
  const program = name.text.slice(name.text.lastIndexOf('/') + 1);
  if (!SHELLS.has(program)) {
    const isScript = name.text.includes('/') && /\.(?:sh|bash|fw)$/.test(name.text);
    return isScript ? [name.text, words] : undefined;
  }
  const at = words.findIndex(({ text, unknown }) => unknown !== undefined || !/^[-+]/.test(text));
  const path = words[at];
  // What follows `-c` is a command, and `-s` reads them.
  const isOther = words.slice(0, Math.max(at, 0)).some(({ text }) => /^-\w*[cs]/.test(text));
  return !path || path.unknown !== undefined || isOther ? undefined : [path.text, words.slice(at + 1)];
}
