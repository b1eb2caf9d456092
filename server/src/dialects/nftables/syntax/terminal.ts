// Reads the terminal statements that are not verdicts: reject, translations, and those that pass packets to something else.
import type { Cursor } from './cursor.js';
import { parseArgument, parseObjectReference } from './expressions.js';
import type { Expression, RejectStatement, RuleStatement, TerminalStatement, TranslateStatement } from './tree.js';

const ICMP_ANSWERS = { icmp: true, icmpv6: true, icmpx: true } as const;

export function parseReject(cursor: Cursor): RuleStatement {
  const { start } = cursor.token;
  cursor.expectWord('reject');
  let answer: RejectStatement['answer'] = 'default';
  if (cursor.acceptWord('with')) {
    if (cursor.acceptWord('tcp')) {
      cursor.expectWord('reset');
      answer = 'tcp reset';
    } else {
      const family = cursor.expectKey(ICMP_ANSWERS, "'icmp', 'icmpv6', 'icmpx' or 'tcp reset'");
      answer = family;
      cursor.acceptWord('type');
      const code = cursor.token;
      if (code.kind !== 'number' && !(code.kind === 'word' && REJECT_CODES[family]?.has(code.text))) {
        throw cursor.unexpected(`a code of ${family}`);
      }
      cursor.take();
    }
  }
  return { kind: 'reject', answer, start, end: cursor.lastEnd };
}

const REJECT_CODES: Readonly<Record<string, ReadonlySet<string>>> = {
  icmp: new Set([
    'net-unreachable',
    'host-unreachable',
    'prot-unreachable',
    'port-unreachable',
    'net-prohibited',
    'host-prohibited',
    'admin-prohibited',
    'frag-needed',
  ]),
  icmpv6: new Set([
    'no-route',
    'admin-prohibited',
    'addr-unreachable',
    'port-unreachable',
    'policy-fail',
    'reject-route',
  ]),
  icmpx: new Set(['port-unreachable', 'admin-prohibited', 'no-route', 'host-unreachable']),
};

const TRANSLATIONS = { dnat: true, snat: true, masquerade: true, redirect: true } as const;

const NAT_FLAGS: ReadonlySet<string> = new Set(['random', 'fully-random', 'persistent']);

export function parseTranslation(cursor: Cursor): TranslateStatement {
  const { start } = cursor.token;
  const name = cursor.expectKey(TRANSLATIONS, 'a translation');
  let family: TranslateStatement['family'];
  let complex = false;
  if (cursor.isWord('ip') || cursor.isWord('ip6')) {
    const keyword = cursor.next.text;
    // `dnat ip to …`; but `dnat ip saddr map …` begins with a field.
    if (keyword === 'to' || keyword === 'addr' || keyword === 'interval' || keyword === 'prefix') {
      family = cursor.take().text === 'ip' ? 'ip' : 'ip6';
    }
  }
  if (cursor.acceptWord('addr')) {
    cursor.expectMark('.');
    cursor.expectWord('port');
    complex = true;
  } else if (cursor.acceptWord('interval') || cursor.acceptWord('prefix')) {
    complex = true;
  }
  const needsTo = name === 'masquerade' || name === 'redirect' || complex || family !== undefined;
  const hasArgument = needsTo ? cursor.isWord('to') : !cursor.atRuleEnd;
  let end: { address: Expression | undefined; port: Expression | undefined } = { address: undefined, port: undefined };
  if (hasArgument) {
    cursor.acceptWord('to');
    if (name === 'redirect' && !cursor.isMark(':')) end = { address: undefined, port: parseArgument(cursor) };
    else end = parseAddressAndPort(cursor);
  } else if (name === 'dnat' || name === 'snat') {
    throw cursor.unexpected('an address');
  }
  while (cursor.token.kind === 'word' && NAT_FLAGS.has(cursor.token.text)) {
    cursor.take();
    if (!cursor.acceptMark(',')) break;
  }
  return { kind: 'translate', name, family, ...end, complex, start, end: cursor.lastEnd };
}

/** `192.0.2.1`, `192.0.2.1:8080` or `:8080`. */
function parseAddressAndPort(cursor: Cursor): { address: Expression | undefined; port: Expression | undefined } {
  const address = cursor.isMark(':') ? undefined : parseArgument(cursor);
  const port = cursor.acceptMark(':') ? parseArgument(cursor) : undefined;
  return { address, port };
}

/** `tproxy ip to 127.0.0.1:8080`. */
export function parseTransparentProxy(cursor: Cursor): TerminalStatement {
  const { start } = cursor.take();
  const family = cursor.acceptWord('ip') ? 'ip' : cursor.acceptWord('ip6') ? 'ip6' : undefined;
  cursor.expectWord('to');
  parseAddressAndPort(cursor);
  return { kind: 'terminal', name: 'tproxy', family, start, end: cursor.lastEnd };
}

/** `fwd ip to 192.0.2.1 device "eth0"`. */
export function parseForward(cursor: Cursor): TerminalStatement {
  const { start } = cursor.take();
  if (!cursor.acceptWord('ip')) cursor.acceptWord('ip6');
  cursor.expectWord('to');
  parseArgument(cursor);
  if (cursor.acceptWord('device')) parseArgument(cursor);
  return { kind: 'terminal', name: 'fwd', start, end: cursor.lastEnd };
}

/** `queue num 0-3 bypass`, `queue flags bypass to 0`. */
export function parseQueue(cursor: Cursor): TerminalStatement {
  const { start } = cursor.take();
  if (cursor.acceptWord('flags')) {
    parseQueueFlags(cursor);
    if (!cursor.acceptWord('to')) cursor.expectWord('num');
    parseArgument(cursor);
  } else if (cursor.acceptWord('to')) {
    parseArgument(cursor);
  } else {
    for (;;) {
      if (cursor.acceptWord('num')) parseArgument(cursor);
      else if (cursor.isWord('bypass') || cursor.isWord('fanout')) parseQueueFlags(cursor);
      else break;
    }
  }
  return { kind: 'terminal', name: 'queue', start, end: cursor.lastEnd };
}

function parseQueueFlags(cursor: Cursor): void {
  do cursor.expectOneOf(new Set(['bypass', 'fanout']), "'bypass' or 'fanout'");
  while (cursor.acceptMark(','));
}

/** `synproxy mss 1460 wscale 7 timestamp sack-perm`, or `synproxy name "x"`. */
export function parseSynproxy(cursor: Cursor): TerminalStatement {
  const { start } = cursor.take();
  if (cursor.acceptWord('name')) {
    parseObjectReference(cursor);
  } else {
    for (;;) {
      if (cursor.acceptWord('mss') || cursor.acceptWord('maxseg') || cursor.acceptWord('wscale')) cursor.expectNumber();
      else if (!['timestamp', 'sack-perm', 'sack-permitted'].some((word) => cursor.acceptWord(word))) break;
    }
  }
  return { kind: 'terminal', name: 'synproxy', start, end: cursor.lastEnd };
}
