// Patterns of literal text, `*` for any text of one line and `?` for one character: what is inside of what they match.
import { spend } from './budget.js';

const ANY = '*';
const ONE = '?';

/**
 * A place in a pattern is an index: what stands in front of it is read. One that is at a `*` has read any part of what that stands for.
 * Behind a text there may be several places.
 */
function placesBehind(pattern: string, from: number, text: string): readonly number[] {
  let places = [from];
  for (const character of text) {
    spend(places.length);
    const next = new Set<number>();
    for (const place of places) {
      if (pattern[place] === ANY) next.add(place);
      const at = pattern[place] === ANY ? place + 1 : place;
      if (pattern[at] === ONE || (pattern[at] === character && character !== ANY)) next.add(at + 1);
    }
    const sorted = [...next].sort((a, b) => a - b);
    // What follows a `*` that is behind another one follows that other one as well.
    const stars = sorted.filter((place) => pattern[place] === ANY);
    const last = stars.at(-1);
    places = last === undefined ? sorted : sorted.filter((place) => place >= last);
  }
  return places;
}

function reversed(text: string): string {
  return [...text].reverse().join('');
}

/** In front of which places of a pattern what is left matches `text`: the same, read from the end. */
function placesBefore(pattern: string, text: string): readonly number[] {
  return placesBehind(reversed(pattern), 0, reversed(text)).map((place) => pattern.length - place);
}

function isReadable(text: string, alphabet: ReadonlySet<string>): boolean {
  for (const character of text) {
    if (character !== ANY && character !== ONE && !alphabet.has(character)) return false;
  }
  return true;
}

function withoutRepeatedStars(pattern: string): string {
  return pattern.replace(/\*+/g, ANY);
}

/** The patterns of the texts `x`, made of some characters, for which a pattern matches `prefix + x + suffix`, all of one line. */
export function insideWildcards(
  wildcards: string,
  prefix: string,
  suffix: string,
  alphabet: ReadonlySet<string>,
): ReadonlySet<string> {
  const pattern = withoutRepeatedStars(wildcards);
  spend(pattern.length);
  const starts = placesBehind(pattern, 0, prefix);
  const ends = placesBefore(pattern, suffix);
  const lastStar = starts.find((place) => pattern[place] === ANY);
  const firstStar = ends.find((place) => pattern[place - 1] === ANY);
  // The prefix leads to a `*`, and the suffix follows it: between them may be anything.
  if (lastStar !== undefined && firstStar !== undefined && firstStar - 1 <= lastStar) return new Set([ANY]);
  const found = new Set<string>();
  for (const start of starts) {
    for (const end of ends) {
      if (start > end) continue;
      spend(1 + end - start);
      const inside = pattern.slice(start, end);
      if (isReadable(inside, alphabet)) found.add(inside);
    }
  }
  return found;
}

/** A product: each text of `first` followed by each text of one of `seconds`. */
export interface WildcardPair {
  readonly first: string;
  readonly seconds: readonly string[];
}

/** The pairs of texts of one line, of which the first is made of some characters, that joined around `middle` match a pattern. */
export function splitWildcards(wildcards: string, middle: string, alphabet: ReadonlySet<string>): WildcardPair[] {
  const pattern = withoutRepeatedStars(wildcards);
  const pairs: WildcardPair[] = [];
  for (let place = 0; place <= pattern.length; place++) {
    const isStar = pattern[place] === ANY;
    // Behind a `*` is where that has read everything it stands for.
    if (isStar || pattern[place - 1] !== ANY) {
      const seconds = placesBehind(pattern, place, middle).map((behind) => pattern.slice(behind));
      spend(1 + seconds.length * (1 + middle.length));
      if (seconds.length > 0) pairs.push({ first: pattern.slice(0, isStar ? place + 1 : place), seconds });
    }
    if (!isReadable(pattern[place] ?? '', alphabet)) break;
  }
  return pairs;
}
