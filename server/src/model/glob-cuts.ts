// What is left of patterns with `*` and `?` when the ends of a text are known.

/** So many patterns, at most, take the place of one. */
const REST_LIMIT = 8;

/**
 * Patterns that together stand for the texts `x` for which a pattern stands for `prefix + x + suffix`; `undefined` where they would be
 * many.
 */
export function restsBetween(glob: string, prefix: string, suffix: string): readonly string[] | undefined {
  if (/[\r\n]/.test(prefix + suffix)) return undefined;
  const rests = new Set<string>();
  for (const rest of restsBehind(glob, prefix)) {
    for (const inner of restsBehind(turned(rest), turned(suffix))) rests.add(turned(inner));
    if (rests.size > REST_LIMIT) return undefined;
  }
  return [...rests];
}

function turned(text: string): string {
  return [...text].reverse().join('');
}

/** What may follow a text. */
function restsBehind(glob: string, text: string): string[] {
  let places = new Set([0]);
  for (const character of text) {
    const next = new Set<number>();
    for (const place of withSkippedStars(glob, places)) {
      if (glob[place] === '*') next.add(place);
      else if (glob[place] === '?' || glob[place] === character) next.add(place + 1);
    }
    places = lastOnes(glob, next);
  }
  return [...places].map((place) => glob.slice(place));
}

function withSkippedStars(glob: string, places: ReadonlySet<number>): ReadonlySet<number> {
  const all = new Set(places);
  // Places that are added while the set is read are read too.
  for (const place of all) if (glob[place] === '*') all.add(place + 1);
  return all;
}

/** Whatever follows at an earlier place may also follow at a later `*`, which stands for what is between them. */
function lastOnes(glob: string, places: ReadonlySet<number>): Set<number> {
  const star = Math.max(-1, ...[...places].filter((place) => glob[place] === '*'));
  return new Set([...places].filter((place) => place >= star));
}
