// What stands at the end of a rule that is being typed, seen at its words: a new statement, a field, an operator or a value.

import {
  CT_DIRECTED_KEYS,
  CT_KEYS,
  HEADERS,
  META_QUALIFIED,
  META_UNQUALIFIED,
  SOCKET_KEYS,
} from '../vocabulary/field-names.js';
import { isWordOf, STATEMENTS } from '../vocabulary/words.js';

export type RulePlace =
  /** `more`: words that may go on with the statement before. */
  | { readonly kind: 'statement'; readonly isFirst: boolean; readonly more?: readonly string[] }
  /** One of these words has to follow. */
  | { readonly kind: 'words'; readonly of: string; readonly words: Iterable<string> }
  /** A value of a field; `inSet` within braces, `compared` behind an operator. */
  | {
      readonly kind: 'value';
      readonly field: string;
      readonly inSet: boolean;
      readonly compared: boolean;
      readonly maps: boolean;
    }
  | { readonly kind: 'chain' }
  /** Behind a verdict. */
  | { readonly kind: 'end' }
  /** A text of the user, or what is not known. */
  | { readonly kind: 'other' };

const OPERATORS: ReadonlySet<string> = new Set([
  '==',
  '!=',
  '<',
  '>',
  '<=',
  '>=',
  'eq',
  'ne',
  'lt',
  'gt',
  'le',
  'ge',
  '!',
]);

const LOG_LEVELS = 'emerg alert crit err warn notice info debug audit'.split(' ');
const ICMP_ERRORS = 'port-unreachable admin-prohibited host-unreachable net-unreachable prot-unreachable'.split(' ');
const ICMPV6_ERRORS = 'port-unreachable admin-prohibited no-route addr-unreachable policy-fail reject-route'.split(' ');
const ICMPX_ERRORS = 'port-unreachable admin-prohibited host-unreachable no-route'.split(' ');

/** What may follow a word of a statement (nft(8), STATEMENTS), by all words of the statement so far, the last ones first. */
const FOLLOWERS: readonly (readonly [end: RegExp, words: readonly string[]])[] = [
  [/\breject with icmpx$/, ICMPX_ERRORS],
  [/\breject with icmpv6$/, ICMPV6_ERRORS],
  [/\breject with icmp$/, ICMP_ERRORS],
  [/\breject with tcp$/, ['reset']],
  [/\breject with$/, ['icmp', 'icmpv6', 'icmpx', 'tcp']],
  [/\blog\b.*\blevel$/, LOG_LEVELS],
  [/\blog\b.*\bflags$/, ['all', 'tcp', 'ip', 'skuid', 'ether']],
  [/\blimit rate(?: over)? \S+$/, []],
  [/\blimit rate$/, ['over', '1/second', '10/second', '5/minute', '10/minute']],
  [/\blimit$/, ['rate', 'name']],
  [/\b(?:dnat|snat)(?: ip6?)?$/, ['to', 'ip', 'ip6']],
  [/\bredirect$/, ['to']],
  [/\bqueue$/, ['to', 'num', 'flags']],
];

const LOG_OPTIONS = ['prefix', 'level', 'group', 'snaplen', 'flags'];

const VERDICTS: ReadonlySet<string> = new Set(['accept', 'drop', 'return', 'continue']);

/** The words of what is typed of a rule. */
export function rulePlace(text: string): RulePlace {
  const words = text.match(/"[^"]*"?|[{},]|[^\s{},"]+/g) ?? [];
  let at = 0;
  const peek = (ahead = 0) => words[at + ahead] ?? '';
  const isAtEnd = () => at >= words.length;
  for (let isFirst = true; ; isFirst = false) {
    if (isAtEnd()) return { kind: 'statement', isFirst };
    const word = peek();
    const field = fieldAt(peek);
    if (field && 'words' in field) {
      if (at + field.length >= words.length) return { kind: 'words', of: field.name, words: field.words };
      return { kind: 'other' };
    }
    if (field) {
      at += field.length;
      const place = afterField(field.name);
      if (place) return place;
      continue;
    }
    if (word === 'jump' || word === 'goto') {
      if (words.length - at === 1) return { kind: 'chain' };
      return { kind: 'end' };
    }
    if (VERDICTS.has(word)) {
      at++;
      if (isAtEnd()) return { kind: 'end' };
      return { kind: 'other' };
    }
    if (!isWordOf(STATEMENTS, word)) return { kind: 'other' };
    const place = afterStatement(word);
    if (place) return place;
  }

  /** Reads operator and value; the place, where the text ends in between. */
  function afterField(name: string): RulePlace | undefined {
    const value = (more: Partial<Extract<RulePlace, { kind: 'value' }>> = {}): RulePlace => ({
      kind: 'value',
      field: name,
      inSet: false,
      compared: false,
      maps: false,
      ...more,
    });
    if (isAtEnd()) return value();
    let compared = false;
    if (OPERATORS.has(peek())) {
      at++;
      compared = true;
      if (isAtEnd()) return value({ compared });
    }
    const maps = peek() === 'vmap' || peek() === 'map';
    if (maps) {
      at++;
      if (isAtEnd()) return value({ compared: true, maps });
    }
    if (peek() === '{') {
      while (!isAtEnd() && peek() !== '}') at++;
      if (isAtEnd()) {
        const last = words.at(-1) ?? '';
        // Behind a value, a comma comes next; behind the colon of a map, what the value leads to.
        if (last === '{' || last === ',') return value({ inSet: true, compared: true });
        return maps && last === ':'
          ? { kind: 'words', of: 'verdict', words: [...VERDICTS, 'jump', 'goto'] }
          : { kind: 'other' };
      }
      at++;
      return undefined;
    }
    at++;
    // A list of flags without braces: `ct state established,related`.
    while (peek() === ',') {
      at++;
      if (isAtEnd()) return value({ compared: true, inSet: true });
      at++;
    }
    return undefined;
  }

  /** Reads a statement that is no comparison, up to its end where that is seen. */
  function afterStatement(word: string): RulePlace | undefined {
    const start = at;
    at++;
    if (word === 'log') {
      while (!isAtEnd()) {
        const option = peek();
        if (!LOG_OPTIONS.includes(option)) return undefined;
        at += 2;
        if (at > words.length) return follower() ?? { kind: 'other' };
      }
      return { kind: 'statement', isFirst: false, more: LOG_OPTIONS };
    }
    if (isAtEnd() && word !== 'reject') return follower() ?? { kind: 'statement', isFirst: false };
    if (word === 'counter' && peek() !== 'name' && peek() !== 'packets') return undefined;
    if (word === 'reject')
      return isAtEnd() ? { kind: 'words', of: 'reject', words: ['with', 'comment'] } : (follower() ?? { kind: 'end' });
    if (word === 'limit') {
      at = start + (peek(1) === 'over' ? 4 : 3);
      if (at > words.length) return follower() ?? { kind: 'other' };
      if (peek() === 'burst') at += 3;
      return at > words.length ? { kind: 'other' } : undefined;
    }
    return follower() ?? { kind: 'other' };
  }

  function follower(): RulePlace | undefined {
    const written = words.join(' ');
    const found = FOLLOWERS.find(([end]) => end.test(written));
    return found && { kind: 'words', of: /^\w+/.exec(written)?.[0] ?? '', words: found[1] };
  }
}

type FieldAt =
  | { readonly name: string; readonly length: number }
  | { readonly name: string; readonly length: number; readonly words: Iterable<string> };

/** The field that begins with a word; with the words that have to follow, where it is not whole. */
function fieldAt(peek: (ahead?: number) => string): FieldAt | undefined {
  const [first, second] = [peek(), peek(1)];
  const fields = HEADERS.get(first);
  if (fields)
    return fields.has(second)
      ? { name: `${first} ${second}`, length: 2 }
      : { name: first, length: 1, words: fields.keys() };
  if (first === 'ct') {
    if (second === 'original' || second === 'reply') {
      const third = peek(2);
      return CT_DIRECTED_KEYS.has(third)
        ? { name: `ct ${second} ${third}`, length: 3 }
        : { name: `ct ${second}`, length: 2, words: CT_DIRECTED_KEYS };
    }
    return CT_KEYS.has(second)
      ? { name: `ct ${second}`, length: 2 }
      : { name: 'ct', length: 1, words: [...CT_KEYS, 'original', 'reply'] };
  }
  if (first === 'meta') {
    const isKnown = META_QUALIFIED.has(second) || META_UNQUALIFIED.has(second);
    return isKnown
      ? { name: `meta ${second}`, length: 2 }
      : { name: 'meta', length: 1, words: [...META_UNQUALIFIED, ...META_QUALIFIED] };
  }
  if (first === 'socket')
    return SOCKET_KEYS.has(second)
      ? { name: `socket ${second}`, length: 2 }
      : { name: 'socket', length: 1, words: SOCKET_KEYS };
  return META_UNQUALIFIED.has(first) ? { name: `meta ${first}`, length: 1 } : undefined;
}
