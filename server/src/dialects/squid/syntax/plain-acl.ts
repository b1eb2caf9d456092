// Lines of acls as nearly all are written: `acl NAME TYPE value value`, with host names, IPv4 addresses or ports that squid reads without
// a word. Any other line is read word by word (acl-line.ts), with the same result: a test compares both.

import type { LineProblem } from '../../shared/line-problem.js';
import { ACL_TYPES, type AclType } from '../vocabulary/acl-types.js';
import { NAME_LENGTH } from './acl-line.js';
import { addressEnd, portEnd } from './plain-addresses.js';
import {
  contentEnd,
  DOT,
  isDigit,
  isPlainName,
  LineInText,
  SPACE,
  tokenIn,
  tokensFrom,
  wordEnd,
} from './plain-line.js';
import {
  type AclHead,
  type AclReference,
  type AclStatement,
  aclKey,
  type FileReference,
  type Line,
  type Token,
} from './tree.js';

const START = 'acl ';
const NONE: readonly never[] = [];

/** What lines of an acl that follow each other have in common. */
class Head implements AclHead {
  readonly key: string;

  /** @param prefix the characters before the first value */
  constructor(
    readonly prefix: string,
    private readonly nameEnd: number,
    readonly type: AclType,
  ) {
    this.key = aclKey(prefix.slice(START.length, nameEnd));
  }

  get fromFile(): boolean {
    return false;
  }

  get name(): Token {
    return tokenIn(this.prefix, START.length, this.nameEnd);
  }

  get typeToken(): Token {
    return tokenIn(this.prefix, this.nameEnd + 1, this.prefix.length - 1);
  }
}

/** A line that is its own statement: there are very many of them. */
class PlainAclLine extends LineInText implements Line, AclStatement {
  constructor(
    whole: string,
    from: number,
    to: number,
    readonly head: Head,
  ) {
    super(whole, from, to);
  }

  get statement(): AclStatement {
    return this;
  }

  get kind(): 'acl' {
    return 'acl';
  }

  get name(): Token {
    return this.head.name;
  }

  get type(): AclType {
    return this.head.type;
  }

  get typeToken(): Token {
    return this.head.typeToken;
  }

  get options(): readonly Token[] {
    return NONE;
  }

  get values(): readonly Token[] {
    return tokensFrom(this.text, this.head.prefix.length);
  }

  get words(): readonly string[] {
    return this.written.split(' ');
  }

  get onlyName(): string | undefined {
    if (this.head.type.values !== 'domains') return undefined;
    const { written } = this;
    return written.includes(' ') ? undefined : written;
  }

  /** The values, with a space between them. */
  private get written(): string {
    return this.whole.slice(this.from + this.head.prefix.length, contentEnd(this.whole, this.to));
  }

  get file(): FileReference | undefined {
    return undefined;
  }

  get references(): readonly AclReference[] {
    return NONE;
  }

  get problems(): readonly LineProblem[] {
    return NONE;
  }
}

/** Reads lines one behind the other. */
export class PlainAcls {
  /** The head of the line that was read last, which is that of the next one nearly always. */
  private latest: Head | undefined;

  /** Reads the line from `from` to `to`; `undefined` where it is not written plainly. */
  read(text: string, from: number, to: number): Line | undefined {
    const { latest } = this;
    const end = contentEnd(text, to);
    // No line end is in the characters of a head, so that they are all in this line.
    const head = latest && text.startsWith(latest.prefix, from) ? latest : readHead(text, from, end);
    if (!head) return undefined;
    this.latest = head;
    return arePlainValues(text, from + head.prefix.length, end, head.type)
      ? new PlainAclLine(text, from, to, head)
      : undefined;
  }
}

function readHead(text: string, from: number, end: number): Head | undefined {
  if (!text.startsWith(START, from)) return undefined;
  const nameStart = from + START.length;
  const nameEnd = wordEnd(text, nameStart, end);
  const typeEnd = wordEnd(text, nameEnd + 1, end);
  if (typeEnd >= end || nameEnd - nameStart > NAME_LENGTH || !isPlainName(text, nameStart, nameEnd)) return undefined;
  const type = ACL_TYPES.get(text.slice(nameEnd + 1, typeEnd));
  if (type?.values !== 'domains' && type?.values !== 'addresses' && type?.values !== 'ports') return undefined;
  return new Head(text.slice(from, typeEnd + 1), nameEnd - from, type);
}

function arePlainValues(text: string, from: number, end: number, { values }: AclType): boolean {
  if (values === 'domains') return areHostNames(text, from, end);
  for (let start = from; start <= end; ) {
    const wordEnd = values === 'ports' ? portEnd(text, start) : addressEnd(text, start);
    if (wordEnd < 0 || (wordEnd < end && text.charCodeAt(wordEnd) !== SPACE)) return false;
    if (wordEnd >= end) return true;
    start = wordEnd + 1;
  }
  return false;
}

/** Names in small letters, perhaps behind a dot: squid compares them as they are written. */
function areHostNames(text: string, from: number, end: number): boolean {
  // After a space no second one may follow, nor the end; after a dot neither, and no dot.
  let before = SPACE;
  for (let at = from; at < end; at++) {
    const unit = text.charCodeAt(at);
    if ((unit >= 97 && unit <= 122) || isDigit(unit) || unit === 95) {
      before = unit;
    } else if (unit === DOT) {
      if (before === DOT) return false;
      before = DOT;
    } else if (unit === SPACE) {
      if (before === SPACE || before === DOT) return false;
      before = SPACE;
    } else if (unit === 45) {
      // A word that begins with it may be an option.
      if (before === SPACE) return false;
      before = unit;
    } else {
      return false;
    }
  }
  return before !== SPACE && before !== DOT;
}
