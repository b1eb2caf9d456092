// Reads YAML and JSON in bounded time.
import { type Document, type ParsedNode, parseDocument } from 'yaml';

/** Larger texts are not read, in UTF-16 code units: files that are written by hand have at most a tenth of that. */
const SIZE_LIMIT = 1_000_000;

/** Deeper texts are not read: the library's work grows with the square of the depth of brackets. */
const DEPTH_LIMIT = 100;

export type YamlDocument = Document.Parsed<ParsedNode>;

/** Reads a YAML or JSON text in bounded time; a message where it is too large or nested too deeply. Never throws. */
export function readBounded(text: string): YamlDocument | string {
  if (text.length > SIZE_LIMIT) return 'the file is too large to be read';
  if (bracketDepth(text) > DEPTH_LIMIT) return 'the file is nested too deeply to be read';
  try {
    // Keys are compared elsewhere, in linear time; the library's own check is quadratic in the size of a map.
    return parseDocument(text, { uniqueKeys: false, stringKeys: true, prettyErrors: false, logLevel: 'error' });
  } catch {
    // The library recurses on nested collections.
    return 'the file is nested too deeply to be read';
  }
}

/** An upper bound of how deeply brackets nest, those in quotes and comments counted as well. */
function bracketDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let offset = 0; offset < text.length; offset++) {
    const unit = text[offset];
    if (unit === '[' || unit === '{') deepest = Math.max(deepest, ++depth);
    else if ((unit === ']' || unit === '}') && depth > 0) depth--;
  }
  return deepest;
}
