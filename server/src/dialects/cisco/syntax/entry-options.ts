// Reads the options after the addresses and ports of an entry.
import type { LineProblem } from '../../shared/line-problem.js';
import { ENTRY_OPTIONS, PORT_COMPARISONS } from '../vocabulary/commands.js';
import { type Cursor, problemAt } from './cursor.js';
import type { PhaseLimit } from './tree.js';

export interface EntryOptions {
  readonly phases: PhaseLimit;
  readonly opaque: readonly string[];
  readonly reflects: string | undefined;
  /** IPv6 lists of IOS write the number of an entry at its end. */
  readonly sequence: number | undefined;
}

export const ALWAYS: PhaseLimit = { first: 'always', reply: 'always' };
const NEVER: PhaseLimit = { first: 'never', reply: 'never' };

/**
 * "established: a match occurs if the TCP datagram has the ACK or RST bits set" (*Cisco IOS Security Command Reference*,
 * `permit (IP)`): never the first packet, always a reply to it.
 */
export const REPLIES: PhaseLimit = { first: 'never', reply: 'always' };

interface FlagTest {
  readonly flag: string;
  readonly isSet: boolean;
}

/** Reads to the end of a line. An entry for IGMP may begin with a message type. */
export function readOptions(cursor: Cursor, isIgmp: boolean, problems: LineProblem[]): EntryOptions {
  const opaque: string[] = [];
  const flags: FlagTest[] = [];
  let allFlags = false;
  let [never, established] = [false, false];
  let reflects: string | undefined;
  let sequence: number | undefined;
  if (isIgmp && /^(?:\d+|dvmrp|host-query|host-report|pim|trace)$/.test(cursor.keyword)) {
    opaque.push(`igmp ${cursor.take()?.text}`);
  }
  for (let token = cursor.take(); token; token = cursor.take()) {
    const keyword = token.text.toLowerCase();
    const option = optionOf(keyword);
    switch (option?.reads) {
      case 'established':
        established = true;
        break;
      case 'TCP flag':
        flags.push({ flag: keyword.replace(/^[+-]/, ''), isSet: !keyword.startsWith('-') });
        break;
      case 'flags together':
        allFlags = keyword === 'match-all';
        break;
      case 'never':
        // `fragments` matches non-initial fragments: the first packet of a connection and its replies are taken to be unfragmented.
        never = true;
        break;
      case 'reflect':
        reflects = cursor.take()?.text;
        if (cursor.accept('timeout')) cursor.take();
        break;
      case 'sequence': {
        const number = Number(cursor.take()?.text);
        sequence = Number.isSafeInteger(number) ? number : undefined;
        break;
      }
      case 'condition': {
        const values = Array.from({ length: option.names }, () => cursor.take()?.text ?? '');
        opaque.push([keyword, ...values].join(' ').trim());
        break;
      }
      case 'comparison':
        opaque.push([keyword, ...comparisonTexts(cursor)].join(' '));
        break;
      case 'log':
        passLog(cursor);
        break;
      case 'nothing':
        for (let i = 0; i < option.names; i++) cursor.take();
        break;
      case 'end':
        cursor.skipRest();
        break;
      case undefined: {
        problems.push(problemAt(token, `Lintel does not know the condition '${token.text}'`, 'unmodelled-statement'));
        opaque.push(`'${[token, ...cursor.rest()].map(({ text }) => text).join(' ')}'`);
        cursor.skipRest();
      }
    }
  }
  const phases = never ? NEVER : established ? REPLIES : flags.length > 0 ? limitOf(flags, allFlags) : ALWAYS;
  return { phases, opaque, reflects, sequence };
}

/** The option that a word begins, where numbers are those of the table. NX-OS and IOS write `+ack` and `-ack` for a flag that must or must not be set. */
function optionOf(word: string) {
  const keyword = word.replace(/^\(hitcnt=\d+\)$/, '(hitcnt=n)').replace(/^0x[\da-f]{1,8}$/, '0xhash');
  const option = ENTRY_OPTIONS.beginning(keyword);
  if (option || !/^[+-]/.test(keyword)) return option;
  const flag = ENTRY_OPTIONS.beginning(keyword.slice(1));
  return flag?.reads === 'TCP flag' ? flag : undefined;
}

/** The operator and the numbers of a comparison; a number alone means `eq`. */
function comparisonTexts(cursor: Cursor): string[] {
  const operator = PORT_COMPARISONS.beginning(cursor.keyword) && cursor.take()?.text.toLowerCase();
  const values = [cursor.take(), operator === 'range' ? cursor.take() : undefined];
  return [operator ?? 'eq', ...values.flatMap((value) => value?.text ?? [])];
}

/** Skips the arguments of `log`: on IOS a cookie, on the ASA a level or `default`, and an interval. */
function passLog(cursor: Cursor): void {
  if (cursor.keyword === 'default' || !optionOf(cursor.keyword)) cursor.take();
  if (cursor.accept('interval')) cursor.take();
}

/** The flags that first packets have, and those that replies to them may have. */
const FIRST_FLAGS: readonly (readonly string[])[] = [['syn']];
const REPLY_FLAGS: readonly (readonly string[])[] = [
  ['syn', 'ack'],
  ['ack'],
  ['ack', 'psh'],
  ['ack', 'fin'],
  ['ack', 'rst'],
];

function limitOf(flags: readonly FlagTest[], all: boolean): PhaseLimit {
  const limit = (packets: readonly (readonly string[])[]) => {
    const results = packets.map((set) => {
      const tests = flags.map(({ flag, isSet }) => set.includes(flag) === isSet);
      return all ? tests.every(Boolean) : tests.some(Boolean);
    });
    return results.every(Boolean) ? 'always' : results.some(Boolean) ? 'unknown' : 'never';
  };
  return { first: limit(FIRST_FLAGS), reply: limit(REPLY_FLAGS) };
}
