// Rules as nearly all are written: `http_access allow NAME !NAME`. Any other line is read word by word (statement.ts), with the same
// result: a test compares both.

import type { LineProblem } from '../../shared/line-problem.js';
import { DIRECTIVES, type Directive } from '../vocabulary/directives.js';
import { contentEnd, isPlainName, LineInText, tokenIn, wordEnd } from './plain-line.js';
import { type AclReference, aclKey, type Line, type RuleStatement, type Token } from './tree.js';

const NOT = 33;
const NO_PROBLEMS: readonly LineProblem[] = [];

/** What rules that follow each other have in common: the list and the action. */
interface Head {
  /** The characters before the first acl. */
  readonly prefix: string;
  readonly directive: Directive;
  readonly action: Token;
}

/** A line that is its own statement. */
class PlainRuleLine extends LineInText implements Line, RuleStatement {
  constructor(
    whole: string,
    from: number,
    to: number,
    private readonly head: Head,
    readonly references: readonly AclReference[],
  ) {
    super(whole, from, to);
  }

  get statement(): RuleStatement {
    return this;
  }

  get kind(): 'rule' {
    return 'rule';
  }

  get list(): string {
    return this.head.directive.name;
  }

  get directive(): Directive {
    return this.head.directive;
  }

  get peer(): Token | undefined {
    return undefined;
  }

  get action(): Token {
    return this.head.action;
  }

  get problems(): readonly LineProblem[] {
    return NO_PROBLEMS;
  }
}

class PlainReference implements AclReference {
  readonly key: string;

  constructor(
    readonly name: string,
    readonly negated: boolean,
    private readonly start: number,
  ) {
    this.key = aclKey(name);
  }

  get token(): Token {
    return { start: this.start, end: this.start + this.name.length, text: this.name };
  }
}

/** Reads rules one behind the other. */
export class PlainRules {
  /** The heads of the rules that were read last: what is allowed and what is denied take turns. */
  private latest: Head | undefined;
  private before: Head | undefined;

  /** Reads the line from `from` to `to`; `undefined` where it is not written plainly. */
  read(text: string, from: number, to: number): Line | undefined {
    const end = contentEnd(text, to);
    const head = this.headOf(text, from, end);
    const references = head && readReferences(text, from, from + head.prefix.length, end);
    return references && new PlainRuleLine(text, from, to, head, references);
  }

  private headOf(text: string, from: number, end: number): Head | undefined {
    const { latest, before } = this;
    // No line end is in the characters of a head, so that they are all in this line.
    if (latest && text.startsWith(latest.prefix, from)) return latest;
    const head = before && text.startsWith(before.prefix, from) ? before : readHead(text, from, end);
    if (!head) return undefined;
    this.latest = head;
    this.before = latest;
    return head;
  }
}

function readHead(text: string, from: number, end: number): Head | undefined {
  const nameEnd = wordEnd(text, from, end);
  const actionEnd = wordEnd(text, nameEnd + 1, end);
  if (actionEnd >= end) return undefined;
  const directive = DIRECTIVES.get(text.slice(from, nameEnd));
  if (directive?.shape !== 'access' || directive.status !== 'current') return undefined;
  const prefix = text.slice(from, actionEnd + 1);
  const action = tokenIn(prefix, nameEnd + 1 - from, actionEnd - from);
  return action.text === 'allow' || action.text === 'deny' ? { prefix, directive, action } : undefined;
}

/** The acls from `first` on. */
function readReferences(text: string, from: number, first: number, end: number): readonly AclReference[] | undefined {
  const references: AclReference[] = [];
  for (let start = first; start <= end; ) {
    const stop = wordEnd(text, start, end);
    const negated = text.charCodeAt(start) === NOT;
    const nameStart = negated ? start + 1 : start;
    if (!isPlainName(text, nameStart, stop)) return undefined;
    references.push(new PlainReference(text.slice(nameStart, stop), negated, nameStart - from));
    start = stop + 1;
  }
  return references.length > 0 ? references : undefined;
}
