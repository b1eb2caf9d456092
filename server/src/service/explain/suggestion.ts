// The question that stands at a place of a file: the flow that a rule is about, or the host that a line names.

import type { Dialect, Document, Entity } from '../../dialects/dialect.js';
import type { FilterModel, FilterRule } from '../../model/filter.js';
import { ICMP, ICMPV6 } from '../../model/icmp.js';
import { type Address, type AddressFamily, formatAddress, IpSet, PRIVATE_SPACE } from '../../model/ip.js';
import { filterOf } from '../../model/model.js';
import { type PacketBox, TCP, UDP } from '../../model/packets.js';
import type { PortSet } from '../../model/ports.js';
import { endOfLineText, startOfLine } from '../../text/lines.js';
import { contains } from '../../text/range.js';

/** What a file is, and where in it somebody asks. */
export interface Place {
  readonly document: Document;
  readonly dialect: Dialect;
  /** That of the document, or of a file that it includes. */
  readonly uri: string;
  readonly text: string;
  readonly offset: number;
}

/** The question about the rule or the host at a place, in the form that the explainer reads; `undefined` where there is none. */
export function questionAt(place: Place): string | undefined {
  const filter = filterOf(place.document.model);
  return (filter && flowAt(filter, place)) ?? urlAt(place);
}

function flowAt(filter: FilterModel, { uri, text, offset }: Place): string | undefined {
  const start = startOfLine(text, offset);
  const end = endOfLineText(text, offset);
  let nearest: FilterRule | undefined;
  for (const chain of [...filter.chains.values(), ...filter.points.flatMap(({ chains }) => chains)]) {
    for (const rule of chain.rules) {
      const { range } = rule.statement;
      if (rule.statement.uri !== uri || range.start > end || range.end < start) continue;
      if (!nearest || (contains(range, offset) && !contains(nearest.statement.range, offset))) nearest = rule;
    }
  }
  for (const box of nearest?.match ?? []) {
    const flow = flowIn(box);
    if (flow !== undefined) return flow;
  }
  return undefined;
}

/** Whom a flow usually comes from and goes to: rules that name nobody are asked about them. */
const USUAL_DESTINATIONS = IpSet.parse('52.112.0.0/14', '2603:1063::/38');
const USUAL_SOURCE_PORT = 50_000;
const USUAL_PORTS: ReadonlyMap<number, number> = new Map([
  [TCP, 443],
  [UDP, 3478],
]);

const PROTOCOL_NAMES: ReadonlyMap<number, string> = new Map([
  [TCP, 'tcp'],
  [UDP, 'udp'],
  [ICMP, 'icmp'],
  [ICMPV6, 'icmpv6'],
]);

/** One flow of a box, such as people ask about. */
function flowIn({ source, destination, protocols, sourcePorts, destinationPorts }: PacketBox): string | undefined {
  const protocol = [TCP, UDP].find((usual) => protocols.has(usual)) ?? protocols.min;
  if (protocol === undefined) return undefined;
  for (const family of [4, 6] as const) {
    const from = addressIn(source, PRIVATE_SPACE, family);
    const to = addressIn(destination, USUAL_DESTINATIONS, family);
    if (!from || !to) continue;
    const name = PROTOCOL_NAMES.get(protocol) ?? String(protocol);
    if (protocol !== TCP && protocol !== UDP) return `${name} ${formatAddress(from)} > ${formatAddress(to)}`;
    const fromPort = portIn(sourcePorts, USUAL_SOURCE_PORT);
    const toPort = portIn(destinationPorts, USUAL_PORTS.get(protocol));
    if (fromPort === undefined || toPort === undefined) return undefined;
    return `${name} ${endText(from, fromPort)} > ${endText(to, toPort)}`;
  }
  return undefined;
}

/** An address of a family in a set, of the usual ones where the set has some; not the first of a network, which is no host's. */
function addressIn(set: IpSet, usual: IpSet, family: AddressFamily): Address | undefined {
  const own = set.ofFamily(family);
  const among = own.intersect(usual);
  const chosen = among.isEmpty ? own : among;
  const { first } = chosen;
  if (!first) return undefined;
  const next: Address =
    first.family === 4 ? { family: 4, value: first.value + 1 } : { family: 6, value: first.value + 1n };
  return chosen.has(next) ? next : first;
}

function portIn(ports: PortSet, usual: number | undefined): number | undefined {
  return usual !== undefined && ports.has(usual) ? usual : ports.min;
}

function endText(address: Address, port: number): string {
  const text = formatAddress(address);
  return address.family === 6 ? `[${text}]:${port}` : `${text}:${port}`;
}

const WORD = /[\w*.-]+/g;

/** The URL of a host on the line: that at the place itself, otherwise the first. */
function urlAt({ document, dialect, uri, text, offset }: Place): string | undefined {
  if (document.source.uri !== uri) return undefined;
  const here = hostOf(dialect.entityAt(document, offset));
  if (here !== undefined) return here;
  const start = startOfLine(text, offset);
  for (const { index, 0: word } of text.slice(start, endOfLineText(text, offset)).matchAll(WORD)) {
    if (!word.includes('.')) continue;
    const host = hostOf(dialect.entityAt(document, start + index + Math.min(1, word.length - 1)));
    if (host !== undefined) return host;
  }
  return undefined;
}

/** A name below a wildcard is made of any label. */
function hostOf(entity: Entity | undefined): string | undefined {
  if (entity?.kind !== 'host') return undefined;
  const host = entity.host.replace(/^(?:\*\.|\.)/, 'any.');
  return /^[a-z0-9.-]+$/i.test(host) ? `https://${host}/` : undefined;
}
