// Narrows one rule: its line is repeated for each destination or list of ports.
import { TCP, UDP } from '../../../model/packets.js';
import { ALL_PORTS } from '../../../model/ports.js';
import { lineEndOf } from '../../../text/edit.js';
import { startOfLine } from '../../../text/lines.js';
import type { Narrowing, PacketService, Proposal, Sources } from '../../dialect.js';
import type { IptablesDocument } from '../program/program.js';
import { portLists, portsText } from './wanted-rules.js';

/** The command up to its chain, a number after `-I` included, and the rest of it. */
const COMMAND = /^(.*?(?:^|\s)(?:-[AI]|--append|--insert)\s+\S+(?:\s+\d+(?=\s))?(?:\s+-s\s+\S+)?)(\s[\s\S]*)$/;
const EVERY_DESTINATION = /\s(?:-d|--dst|--destination)\s+(?:0\.0\.0\.0\/0|0\/0|::\/0)(?=\s|$)/;
const DESTINATION = /\s(?:-d|--dst|--destination)\s/;
const PROTOCOL = /\s(?:-p|--protocol)\s+(\S+)/;
const TARGET = /\s(?:-j|--jump)\s/;

/** How many rules may replace one. */
const RULE_LIMIT = 60;

/** The rule once for each destination or list of ports, otherwise as it was written. */
export function narrowRule({ source }: IptablesDocument, { rule, only }: Narrowing, sources: Sources): Proposal[] {
  const file = rule.uri === source.uri ? source : sources.read(rule.uri);
  if (typeof file === 'string') return [];
  const { text } = file;
  const start = startOfLine(text, rule.range.start);
  const line = text.slice(start, rule.range.end);
  const match = COMMAND.exec(line);
  // Anything else on the line, such as a condition, would have to be repeated too.
  if (!match || !/^\s*(?:\[\d+:\d+\]\s+)?$/.test(text.slice(start, rule.range.start))) return [];
  const [, head = '', tail = ''] = match;
  const lines =
    'destination' in only
      ? toDestinations(head, tail, only.destination.toPrefixes())
      : forServices(line, only.services);
  if (lines.length === 0 || lines.length > RULE_LIMIT) return [];
  return [{ edits: [{ uri: rule.uri, range: { start, end: rule.range.end }, newText: lines.join(lineEndOf(text)) }] }];
}

function toDestinations(head: string, tail: string, prefixes: readonly string[]): string[] {
  const rest = tail.replace(EVERY_DESTINATION, '');
  if (DESTINATION.test(rest)) return [];
  return prefixes.map((prefix) => `${head} -d ${prefix}${rest}`);
}

function forServices(line: string, services: readonly PacketService[]): string[] {
  const protocol = PROTOCOL.exec(line);
  const named = protocol?.[1]?.toLowerCase();
  const number = named === 'tcp' ? TCP : named === 'udp' ? UDP : undefined;
  const target = TARGET.exec(line);
  if (!target || (number === undefined && named !== undefined && !/^(?:all|0)$/.test(named))) return [];
  const wanted = services.filter((service) => number === undefined || service.protocol === number);
  return wanted.flatMap(({ protocol: own, ports }) => {
    const name = own === TCP ? 'tcp' : 'udp';
    const before = line.slice(0, target.index);
    const command = number === undefined ? `${before.replace(PROTOCOL, '')} -p ${name}` : before;
    if (ports.equals(ALL_PORTS)) return [command + line.slice(target.index)];
    return portLists(ports).map((list) => {
      const match = list?.length === 1 ? `-m ${name} --dport` : '-m multiport --dports';
      return `${command} ${match} ${portsText(list ?? [])}${line.slice(target.index)}`;
    });
  });
}
