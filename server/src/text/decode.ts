// Decodes the bytes of files, and encodes text so that a file keeps its encoding.

/** How a file's text is stored. `latin-1` stands for bytes that are not valid UTF-8: every byte is kept as one character. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'latin-1';

/** A file's text with what is needed to write it back unchanged. */
export interface DecodedText {
  readonly text: string;
  readonly encoding: TextEncoding;
  readonly byteOrderMark: boolean;
}

/** How the text of a file is stored. */
export type StoredAs = Omit<DecodedText, 'text'>;

/** How many bytes {@link hasByteOrderMark} looks at. */
export const MARK_SIZE = 3;

/** Whether a file that begins with some bytes begins with a byte order mark, of UTF-8 or UTF-16. */
export function hasByteOrderMark([first, second, third]: Uint8Array): boolean {
  if (first === 0xef) return second === 0xbb && third === 0xbf;
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

/** How far into a file a NUL byte is looked for: the window of git and grep. */
const BINARY_WINDOW = 8_000;

/** Decodes the bytes of a file; `undefined` for a binary file (a NUL within the first 8,000 bytes). */
export function decodeText(bytes: Uint8Array): DecodedText | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe)
    return { text: new TextDecoder('utf-16le').decode(bytes), encoding: 'utf-16le', byteOrderMark: true };
  if (bytes[0] === 0xfe && bytes[1] === 0xff)
    return { text: new TextDecoder('utf-16le').decode(swapped(bytes)), encoding: 'utf-16be', byteOrderMark: true };
  if (bytes.subarray(0, BINARY_WINDOW).includes(0)) return undefined;
  const byteOrderMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { text, encoding: 'utf-8', byteOrderMark };
  } catch {
    return { text: latin1Text(bytes), encoding: 'latin-1', byteOrderMark: false };
  }
}

/** Encodes a text the way that {@link decodeText} found the file encoded. */
export function encodeText(text: string, { encoding, byteOrderMark }: StoredAs): Uint8Array {
  const marked = byteOrderMark ? `\ufeff${text}` : text;
  switch (encoding) {
    case 'utf-8':
      return new TextEncoder().encode(marked);
    case 'latin-1':
      return Uint8Array.from(text, (character) => character.charCodeAt(0));
    case 'utf-16le':
      return utf16Bytes(marked);
    case 'utf-16be':
      return swapped(utf16Bytes(marked));
  }
}

// Not TextDecoder('latin1'): that label means windows-1252, which does not keep every byte.
function latin1Text(bytes: Uint8Array): string {
  const chunk = 8_192;
  let text = '';
  for (let start = 0; start < bytes.length; start += chunk)
    text += String.fromCharCode(...bytes.subarray(start, start + chunk));
  return text;
}

function utf16Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    bytes[2 * i] = unit & 0xff;
    bytes[2 * i + 1] = unit >> 8;
  }
  return bytes;
}

/** The bytes with each pair exchanged; an odd last byte stays. */
function swapped(bytes: Uint8Array): Uint8Array {
  const result = Uint8Array.from(bytes);
  for (let i = 0; i + 1 < bytes.length; i += 2) {
    result[i] = bytes[i + 1] ?? 0;
    result[i + 1] = bytes[i] ?? 0;
  }
  return result;
}
