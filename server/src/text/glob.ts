// Glob patterns, matched in bounded time.

/** How many alternatives the braces of one pattern may expand to. */
const ALTERNATIVE_LIMIT = 64;

/**
 * Whether a relative path matches a glob pattern: `*` and `?` for any text and any character of a name, `[…]` for one of
 * some characters, `{a,b}` for alternatives, `**` for any folders. As in glob(7), a name's leading dot has to be written.
 *
 * Patterns come from untrusted files. Libraries compile them to regular expressions that backtrack; here the work is bounded
 * by the product of the two lengths.
 */
export function matchesGlob(path: string, pattern: string): boolean {
  const names = path.split('/');
  return alternatives(pattern).some((alternative) => matchesFolders(names, alternative.split('/')));
}

/** Whether one name matches a pattern without braces. */
export function matchesName(name: string, pattern: string): boolean {
  const parts = partsOf(pattern);
  const first = parts[0];
  if (name.startsWith('.') && (first === ANY_TEXT || first === undefined || first.isWild)) return false;
  // The state to return to when the part after the last `*` does not match: one character further.
  let retry: { part: number; at: number } | undefined;
  let part = 0;
  let at = 0;
  while (at < name.length || part < parts.length) {
    const next = parts[part];
    if (next === ANY_TEXT) {
      retry = { part, at };
      part++;
    } else if (next && at < name.length && next.matches(name.charAt(at))) {
      part++;
      at++;
    } else if (retry && retry.at < name.length) {
      retry = { part: retry.part, at: retry.at + 1 };
      part = retry.part + 1;
      at = retry.at;
    } else {
      return false;
    }
  }
  return true;
}

function matchesFolders(names: readonly string[], patterns: readonly string[]): boolean {
  // For each number of leading names of the path, whether the patterns so far match them.
  let reached = [true, ...names.map(() => false)];
  for (const pattern of patterns) {
    if (pattern === '**') {
      let open = false;
      reached = reached.map((here, count) => {
        open = here || (open && !names[count - 1]?.startsWith('.'));
        return open;
      });
    } else {
      const before = reached;
      reached = before.map((_, count) => count > 0 && before[count - 1] === true && matches(names, count, pattern));
    }
  }
  return reached.at(-1) === true;
}

function matches(names: readonly string[], count: number, pattern: string): boolean {
  return matchesName(names[count - 1] ?? '', pattern);
}

/** The patterns without braces that a pattern stands for. */
function alternatives(pattern: string): string[] {
  const whole: string[] = [];
  const open = [pattern];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const braces = /\{([^{}]*)\}/.exec(next);
    if (!braces) {
      whole.push(next);
      continue;
    }
    const [matched, choices = ''] = braces;
    const [before, after] = [next.slice(0, braces.index), next.slice(braces.index + matched.length)];
    for (const choice of choices.split(',')) {
      if (whole.length + open.length < ALTERNATIVE_LIMIT) open.push(before + choice + after);
    }
  }
  return whole;
}

/** One character of a pattern. */
interface OneCharacter {
  matches(character: string): boolean;
  readonly isWild: boolean;
}

const ANY_TEXT = 'any text';

function partsOf(pattern: string): (OneCharacter | typeof ANY_TEXT)[] {
  const parts: (OneCharacter | typeof ANY_TEXT)[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    const end = character === '[' ? pattern.indexOf(']', at + (/[!^]/.test(pattern.charAt(at + 1)) ? 3 : 2)) : -1;
    if (character === '*') {
      if (parts.at(-1) !== ANY_TEXT) parts.push(ANY_TEXT);
    } else if (character === '?') {
      parts.push({ matches: () => true, isWild: true });
    } else if (end > 0) {
      parts.push(setOf(pattern.slice(at + 1, end)));
      at = end;
    } else {
      const literal = character === '\\' && at + 1 < pattern.length ? pattern.charAt(++at) : character;
      parts.push({ matches: (other) => other === literal, isWild: false });
    }
  }
  return parts;
}

/** The characters between brackets: single ones and ranges, all others after `!` or `^`. */
function setOf(text: string): OneCharacter {
  const isNegated = /^[!^]/.test(text);
  const ranges: (readonly [string, string])[] = [];
  for (let at = isNegated ? 1 : 0; at < text.length; at++) {
    const first = text.charAt(at);
    const isRange = text.charAt(at + 1) === '-' && at + 2 < text.length;
    ranges.push([first, isRange ? text.charAt(at + 2) : first]);
    if (isRange) at += 2;
  }
  return {
    matches: (character) => ranges.some(([low, high]) => low <= character && character <= high) !== isNegated,
    isWild: true,
  };
}
