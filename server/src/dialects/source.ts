// Sources whose text is in pieces. Their `text` is made of them when somebody asks for it as one string.

import { PiecedText } from '../text/pieced-text.js';
import type { TextRange } from '../text/range.js';
import type { Source } from './dialect.js';

class PiecedSource implements Source {
  declare readonly text: string;
  readonly byteOrderMark?: boolean;
  readonly #pieces: PiecedText;

  constructor(
    readonly uri: string,
    pieces: PiecedText,
    byteOrderMark: boolean | undefined,
  ) {
    this.#pieces = pieces;
    if (byteOrderMark !== undefined) this.byteOrderMark = byteOrderMark;
    // A property of its own, so that a copy with something else in it has the text, and not these pieces.
    Object.defineProperty(this, 'text', { enumerable: true, get: () => pieces.toString() });
  }

  static piecesOf(source: Source): PiecedText | undefined {
    return #pieces in source ? source.#pieces : undefined;
  }
}

export function sourceOf(uri: string, text: string | PiecedText, byteOrderMark: boolean): Source {
  return text instanceof PiecedText ? new PiecedSource(uri, text, byteOrderMark) : { uri, text, byteOrderMark };
}

/** The text of a source, without making one string of its pieces. */
export function textOf(source: Source): string | PiecedText {
  return PiecedSource.piecesOf(source) ?? source.text;
}

/** A source with another text in the place of a range. */
export function withText(source: Source, range: TextRange, text: string): Source {
  const pieces = PiecedSource.piecesOf(source) ?? PiecedText.of(source.text);
  return new PiecedSource(source.uri, pieces.replaced(range, text), source.byteOrderMark);
}
