// Reads a line from left to right, character by character: what is common to the readers of plain rules.

export const SPACE = 32;
const ZERO = 48;
const DASH = 45;
const UNDERSCORE = 95;

/** A place in a line, from which on it is read. */
export class PlainLine {
  protected text = '';
  protected at = 0;
  /** Where the line ends, without what is not read of it. */
  protected end = 0;

  protected begin(text: string, at: number, end: number): void {
    this.text = text;
    this.at = at;
    this.end = end;
  }

  /** Whether these characters come next, which then are behind. */
  protected take(characters: string): boolean {
    if (!this.text.startsWith(characters, this.at)) return false;
    this.at += characters.length;
    return true;
  }

  protected isWordEnd(): boolean {
    return this.at === this.end || this.text.charCodeAt(this.at) === SPACE;
  }

  /** A decimal number of at most nine digits, without a leading zero, which programs in C take for octal; -1 for anything else. */
  protected readNumber(): number {
    const { text } = this;
    let value = text.charCodeAt(this.at) - ZERO;
    if (!(value >= 0 && value <= 9)) return -1;
    let at = this.at + 1;
    for (; ; at++) {
      const digit = text.charCodeAt(at) - ZERO;
      if (!(digit >= 0 && digit <= 9)) break;
      if (value === 0 || value > 99_999_999) return -1;
      value = value * 10 + digit;
    }
    this.at = at;
    return value;
  }

  /** Four octets with dots between them, as a number; -1 for anything else. */
  protected readQuad(): number {
    let address = 0;
    for (let i = 0; i < 4; i++) {
      if (i > 0 && !this.take('.')) return -1;
      const octet = this.readNumber();
      if (octet < 0 || octet > 255) return -1;
      address = address * 256 + octet;
    }
    return address;
  }

  /** Letters, digits, `-` and `_`; `undefined` where there are none. */
  protected readWord(): string | undefined {
    const { text, at } = this;
    let to = at;
    while (to < this.end && isWordUnit(text.charCodeAt(to))) to++;
    this.at = to;
    return to === at ? undefined : text.slice(at, to);
  }
}

function isWordUnit(unit: number): boolean {
  if (unit >= 97) return unit <= 122;
  return (unit >= 65 && unit <= 90) || (unit >= ZERO && unit <= 57) || unit === DASH || unit === UNDERSCORE;
}
