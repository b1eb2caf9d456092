// Rules as nearly all are written: `http_access allow NAME !NAME`. Any other line is read word by word (statement.ts), with the same
// result: a test compares both.

import type { LineProblem } from '../../shared/line-problem.js';
import { DIRECTIVES, type Directive } from '../vocabulary/directives.js';
import { contentLength, isPlainName, PlainLine, tokenIn } from './plain-line.js';
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
class PlainRuleLine extends PlainLine implements Line, RuleStatement {
  constructor(
    raw: string,
    private readonly head: Head,
    readonly references: readonly AclReference[],
  ) {
    super(raw);
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

  /** `undefined` for a line that is not written plainly. */
  read(raw: string): Line | undefined {
    const head = this.headOf(raw);
    if (!head) return undefined;
    const references = readReferences(raw, head.prefix.length, contentLength(raw));
    return references && new PlainRuleLine(raw, head, references);
  }

  private headOf(raw: string): Head | undefined {
    const { latest, before } = this;
    if (latest && raw.startsWith(latest.prefix)) return latest;
    const head = before && raw.startsWith(before.prefix) ? before : readHead(raw);
    if (!head) return undefined;
    this.latest = head;
    this.before = latest;
    return head;
  }
}

function readHead(raw: string): Head | undefined {
  const nameEnd = raw.indexOf(' ');
  const actionEnd = nameEnd < 0 ? -1 : raw.indexOf(' ', nameEnd + 1);
  if (actionEnd < 0) return undefined;
  const directive = DIRECTIVES.get(raw.slice(0, nameEnd));
  if (directive?.shape !== 'access' || directive.status !== 'current') return undefined;
  const prefix = raw.slice(0, actionEnd + 1);
  const action = tokenIn(prefix, nameEnd + 1, actionEnd);
  return action.text === 'allow' || action.text === 'deny' ? { prefix, directive, action } : undefined;
}

function readReferences(raw: string, from: number, end: number): readonly AclReference[] | undefined {
  const references: AclReference[] = [];
  for (let start = from; start <= end; ) {
    const space = raw.indexOf(' ', start);
    const wordEnd = space < 0 ? end : space;
    const negated = raw.charCodeAt(start) === NOT;
    const nameStart = negated ? start + 1 : start;
    if (!isPlainName(raw, nameStart, wordEnd)) return undefined;
    references.push(new PlainReference(raw.slice(nameStart, wordEnd), negated, nameStart));
    start = wordEnd + 1;
  }
  return references.length > 0 ? references : undefined;
}
