import type { PhaseLimit } from './ace.js';
import { type LineProblem, problemAt, type Words } from './words.js';

/** What stands behind the addresses and ports of an entry. */
export interface Options {
  readonly phases: PhaseLimit;
  readonly opaque: readonly string[];
  readonly reflects: string | undefined;
  /** IPv6 lists of IOS write the number of an entry behind it. */
  readonly sequence: number | undefined;
}

/** Conditions on properties that no flow names, with the number of words that follow them. */
const CONDITIONS: ReadonlyMap<string, number> = new Map([
  ['auth', 0],
  ['dest-option', 0],
  ['dest-option-type', 1],
  ['dscp', 1],
  ['flow-label', 1],
  ['hbh', 0],
  ['http-method', 1],
  ['mobility', 0],
  ['mobility-type', 1],
  ['option', 1],
  ['precedence', 1],
  ['qos-group', 1],
  ['routing', 0],
  ['routing-type', 1],
  ['tcp-flags-mask', 1],
  ['tcp-option-length', 2],
  ['time-range', 1],
  ['tos', 1],
  ['tracked', 0],
  ['udf', 3],
  ['undetermined-transport', 0],
  ['vlan', 1],
]);

/** Conditions that compare a number. */
const COMPARISONS: ReadonlySet<string> = new Set(['ttl', 'packet-length', 'hop-limit', 'fragment-offset']);

/** Words that change nothing of what is matched, with the number of words that follow them. */
const EFFECTS: ReadonlyMap<string, number> = new Map([
  ['capture', 0],
  ['counter', 1],
  ['disable', 0],
  ['interval', 1],
  ['log-input', 0],
  ['session', 1],
]);

/** Where policy-based routing begins, which chooses a way for what is permitted (*IOS XR*, "ACL-Based Forwarding"). */
const ROUTING: ReadonlySet<string> = new Set(['nexthop', 'nexthop1', 'set', 'default', 'police']);

const FLAGS: ReadonlySet<string> = new Set(['ack', 'fin', 'psh', 'rst', 'syn', 'urg']);

/** Reads to the end of a line. `kinds` lets an IGMP message stand in front. */
export function readOptions(words: Words, kinds: readonly 'igmp'[], problems: LineProblem[]): Options {
  const opaque: string[] = [];
  const flags: { text: string; wanted: boolean }[] = [];
  let combination: 'any' | 'all' = 'any';
  let [never, established] = [false, false];
  let reflects: string | undefined;
  let sequence: number | undefined;
  if (kinds.includes('igmp') && /^(?:\d+|dvmrp|host-query|host-report|pim|trace)$/.test(words.keyword)) {
    opaque.push(`igmp ${words.take()?.text}`);
  }
  while (words.next) {
    const { keyword } = words;
    const token = words.take();
    if (!token) break;
    const condition = CONDITIONS.get(keyword);
    const effect = EFFECTS.get(keyword);
    if (condition !== undefined) {
      const values = Array.from({ length: condition }, () => words.take()?.text ?? '');
      opaque.push([keyword, ...values].join(' ').trim());
    } else if (COMPARISONS.has(keyword)) {
      const operator = words.accept('eq', 'neq', 'lt', 'gt', 'range')?.text.toLowerCase() ?? 'eq';
      const values = [words.take(), operator === 'range' ? words.take() : undefined];
      opaque.push([keyword, operator, ...values.flatMap((value) => value?.text ?? [])].join(' '));
    } else if (effect !== undefined) {
      for (let i = 0; i < effect; i++) words.take();
    } else if (keyword === 'log') {
      readLog(words);
    } else if (keyword === 'established') {
      established = true;
    } else if (keyword === 'fragments' || keyword === 'fragment') {
      // Only what follows a first fragment; the first packet of a connection and its answers are whole.
      never = true;
    } else if (keyword === 'inactive') {
      never = true;
    } else if (keyword === 'match-any' || keyword === 'match-all') {
      combination = keyword === 'match-all' ? 'all' : 'any';
    } else if (FLAGS.has(keyword.replace(/^[+-]/, ''))) {
      flags.push({ text: keyword.replace(/^[+-]/, ''), wanted: !keyword.startsWith('-') });
    } else if (keyword === 'reflect') {
      reflects = words.take()?.text;
      if (words.accept('timeout')) words.take();
    } else if (keyword === 'sequence') {
      sequence = Number(words.take()?.text);
      if (!Number.isSafeInteger(sequence)) sequence = undefined;
    } else if (ROUTING.has(keyword)) {
      break;
    } else {
      problems.push(problemAt(token, `Lintel does not know the condition '${token.text}'`, 'unmodelled-statement'));
      opaque.push(`'${[token, ...words.rest()].map(({ text }) => text).join(' ')}'`);
      break;
    }
  }
  const phases = never ? NEVER : established ? ANSWERS : flags.length > 0 ? limitOf(flags, combination) : EVERY;
  return { phases, opaque, reflects, sequence };
}

const EVERY: PhaseLimit = { first: 'always', answer: 'always' };
const NEVER: PhaseLimit = { first: 'never', answer: 'never' };

/**
 * "established: a match occurs if the TCP datagram has the ACK or RST bits set" (*Cisco IOS Security Command Reference*,
 * `permit (IP)`): never the first packet, always an answer to it.
 */
const ANSWERS: PhaseLimit = { first: 'never', answer: 'always' };

/** The flags that first packets have, and those that answers to them may have. */
const FIRST_FLAGS: readonly (readonly string[])[] = [['syn']];
const ANSWER_FLAGS: readonly (readonly string[])[] = [
  ['syn', 'ack'],
  ['ack'],
  ['ack', 'psh'],
  ['ack', 'fin'],
  ['ack', 'rst'],
];

function limitOf(flags: readonly { text: string; wanted: boolean }[], combination: 'any' | 'all'): PhaseLimit {
  const judge = (packets: readonly (readonly string[])[]) => {
    const results = packets.map((set) => {
      const tests = flags.map(({ text, wanted }) => set.includes(text) === wanted);
      return combination === 'all' ? tests.every(Boolean) : tests.some(Boolean);
    });
    return results.every(Boolean) ? 'always' : results.some(Boolean) ? 'unknown' : 'never';
  };
  return { first: judge(FIRST_FLAGS), answer: judge(ANSWER_FLAGS) };
}

/** `log`, on IOS with a cookie, on the ASA with a level, an interval or `disable`. */
function readLog(words: Words): void {
  const { keyword } = words;
  const known =
    CONDITIONS.has(keyword) ||
    COMPARISONS.has(keyword) ||
    EFFECTS.has(keyword) ||
    ROUTING.has(keyword) ||
    FLAGS.has(keyword);
  if (keyword === 'default') words.take();
  else if (keyword !== '' && !known && keyword !== 'inactive' && keyword !== 'established' && keyword !== 'fragments')
    words.take();
  if (words.accept('interval')) words.take();
}
