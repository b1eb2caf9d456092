// The table of words: every command, option, protocol and port name that is known, with what it does to verdicts.
import type { Word, WordTable } from '../../shared/words.js';
import type { CommandTable } from './command-table.js';
import {
  ACCESS_LIST,
  ACCESS_LIST_SETTINGS,
  ACCESS_LIST_TYPES,
  CLASS_MAP,
  ENTRY_ADDRESSES,
  ENTRY_OPTIONS,
  ICMP_GROUP,
  INTERFACE,
  LIST_COMMANDS,
  LIST_USES,
  NETWORK_GROUP,
  POLICY_CLASS,
  POLICY_MAP,
  PORT_COMPARISONS,
  PROTOCOL_GROUP,
  QOS_CLASS_MAP,
  QOS_POLICY_MAP,
  SERVICE_GROUP,
  TOP_LEVEL,
  ZONE,
  ZONE_PAIR,
} from './commands.js';
import { DOCS, MANUAL } from './docs.js';
import { applicationNames } from './port-maps.js';
import {
  ICMP_MESSAGES,
  ICMPV6_MESSAGES,
  PROTOCOLS,
  portNames,
  VAGUE_PORTS,
  VAGUE_PROTOCOLS,
} from './protocols-and-ports.js';

export const words: WordTable = {
  manual: MANUAL,
  words: [
    ...commandsOf(TOP_LEVEL),
    ...commandsOf(ACCESS_LIST_SETTINGS),
    ...commandsOf(ACCESS_LIST_TYPES),
    ...commandsOf(ACCESS_LIST),
    ...commandsOf(INTERFACE),
    ...commandsOf(ZONE),
    ...commandsOf(ZONE_PAIR),
    ...commandsOf(CLASS_MAP),
    ...commandsOf(POLICY_MAP),
    ...commandsOf(POLICY_CLASS),
    ...commandsOf(QOS_CLASS_MAP),
    ...commandsOf(QOS_POLICY_MAP),
    ...commandsOf(NETWORK_GROUP),
    ...commandsOf(SERVICE_GROUP),
    ...commandsOf(PROTOCOL_GROUP),
    ...commandsOf(ICMP_GROUP),
    ...commandsOf(ENTRY_ADDRESSES),
    ...commandsOf(PORT_COMPARISONS),
    ...commandsOf(ENTRY_OPTIONS),
    ...commandsOf(LIST_USES),
    ...commandsOf(LIST_COMMANDS),
    ...values('protocol', ['icmp', ...PROTOCOLS.keys()], 'modelled'),
    ...values('protocol', VAGUE_PROTOCOLS, 'opaque'),
    ...values('port', portNames(), 'modelled'),
    ...values('port', VAGUE_PORTS, 'opaque'),
    ...values('protocol of a class', applicationNames(), 'modelled'),
    ...values('ICMP message', ICMP_MESSAGES.keys(), 'modelled'),
    ...values('ICMPv6 message', ICMPV6_MESSAGES.keys(), 'modelled'),
  ],
};

/** The commands of a table, each with the platforms that have it where not all do. */
function commandsOf<Reading extends string>(table: CommandTable<Reading>): Word[] {
  return [...table.names()].map(({ name, command: { platforms, treatment } }) => {
    const place = platforms === 'all' ? table.place : `${table.place} (${platforms.replaceAll(' ', ', ')})`;
    return { name, place, treatment, ...summaryOf(name) };
  });
}

function values(place: string, names: Iterable<string>, treatment: Word['treatment']): Word[] {
  return [...names].map((name) => ({ name, place, treatment, ...summaryOf(name) }));
}

function summaryOf(name: string): Pick<Word, 'summary'> {
  const summary = DOCS.get(name)?.summary;
  return summary === undefined ? {} : { summary };
}
