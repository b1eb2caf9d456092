// Writes rules of iptables in the style of a file.
import { type AddressFamily, IpSet, parsePrefix, shortPrefix } from '../../../model/ip.js';
import { TCP } from '../../../model/packets.js';
import { portsText, type WantedRule } from './wanted-rules.js';

/** How a file writes its rules. */
export interface RuleStyle {
  readonly chain: string;
  /** The text before `-A`: counters, or the program with its table. */
  readonly prefix: string;
  /** Whether even a single port is written with multiport. */
  readonly multiport: boolean;
  /** `-p tcp -m tcp`, as iptables-save writes it. */
  readonly namesProtocol: boolean;
  /** The match for new connections that its rules have, if any. */
  readonly state: string | undefined;
  /** The source of the neighbouring rules. */
  readonly source: string | undefined;
  /** The ways of the neighbouring rules, the nearest first. */
  readonly ways: readonly RuleWay[];
  readonly order: readonly RulePart[];
  /** Whether single addresses are written with a prefix length. */
  readonly lengths: boolean;
}

/** The interfaces that a rule names, with its source. */
interface RuleWay {
  readonly source: string | undefined;
  readonly inInterface: string | undefined;
  readonly outInterface: string | undefined;
}

/** How many neighbouring rules are looked at for the way of a new one. */
const WAY_LIMIT = 8;

const PARTS = ['source', 'destination', 'in', 'out', 'protocol', 'state', 'ports'] as const;
type RulePart = (typeof PARTS)[number];

const PATTERNS: Readonly<Record<RulePart, RegExp>> = {
  source: /(?:^|\s)(?:-s|--source|--src)\s/,
  destination: /(?:^|\s)(?:-d|--destination|--dst)\s/,
  in: /(?:^|\s)(?:-i|--in-interface)\s/,
  out: /(?:^|\s)(?:-o|--out-interface)\s/,
  protocol: /(?:^|\s)(?:-p|--protocol)\s/,
  state: /-m\s+(?:state|conntrack)\s/,
  ports: /--(?:dports?|destination-ports?)\s/,
};

/** The texts from which the style of a file is derived, nearest rules first: no more of them are looked at than has to be. */
export interface StyleSource {
  readonly chain: string;
  readonly script: boolean;
  readonly family: AddressFamily;
  readonly text: string;
  /** Accepting rules of the same chain. */
  readonly siblings: () => Iterable<string>;
  /** Accepting rules of the whole file, after these. */
  readonly others: readonly string[];
  /** Rules of the same chain that lead to another one. */
  readonly jumps: () => Iterable<string>;
  readonly sample: string | undefined;
}

export function styleOf(given: StyleSource): RuleStyle {
  const { siblings, others, jumps, sample = '' } = given;
  function* all() {
    yield* siblings();
    yield* others;
  }
  const withPorts = firstOf(siblings(), (text) => PATTERNS.ports.test(text), WAY_LIMIT);
  const model = withPorts[0] ?? first(others, (text) => PATTERNS.ports.test(text));
  const usual = (option: string, from = model) => {
    const match = new RegExp(`(?:^|\\s)(! )?${option}\\s+(\\S+)`).exec(from ?? '');
    return match && match[1] === undefined ? match[2] : undefined;
  };
  const wayOf = (text: string | undefined): RuleWay => ({
    source: usual('-s', text),
    inInterface: usual('-i', text),
    outInterface: usual('-o', text),
  });
  // A chain that only sorts packets into others has the interfaces in its jumps.
  const directed = () => first(jumps(), (text) => PATTERNS.in.test(text) || PATTERNS.out.test(text)) ?? model;
  const has = (test: (text: string) => boolean) => first(all(), test) !== undefined;
  const state = /(-m\s+(?:state\s+--state|conntrack\s+--ctstate)\s+(?:\S*,)?NEW\S*)/.exec(model ?? '')?.[1];
  return {
    chain: given.chain,
    prefix: given.script ? programOf(sample, all(), given) : countersOf(sample, given.text),
    multiport: !has((text) => /\s--dport\s/.test(text)) && has((text) => /\s--dports\s/.test(text)),
    namesProtocol: has((text) => /-p\s+(tcp|udp)\s+(?:.*\s)?-m\s+\1\b/.test(text)) || !has(PORTS_AT_ONCE),
    state,
    source: usual('-s'),
    ways: withPorts.length > 0 ? withPorts.map(wayOf) : [wayOf(directed())],
    order: orderOf(model),
    lengths: !given.script,
  };
}

/** The first texts that meet a condition, as many as are wanted. */
function firstOf(texts: Iterable<string>, isWanted: (text: string) => boolean, limit: number): string[] {
  const found: string[] = [];
  for (const text of texts) {
    if (isWanted(text)) found.push(text);
    if (found.length === limit) break;
  }
  return found;
}

function first(texts: Iterable<string>, isWanted: (text: string) => boolean): string | undefined {
  return firstOf(texts, isWanted, 1)[0];
}

const PORTS_AT_ONCE = (text: string) => /-p\s+(?:tcp|udp)\s+--dport/.test(text);

function countersOf(sample: string, text: string): string {
  return sample.startsWith('[') && /^\[\d+:\d+\]\s+-A/m.test(text) ? '[0:0] ' : '';
}

/** The program as the script writes it: `$IPT`, `sudo iptables`, `"$IPTABLES" -t filter`. */
function programOf(sample: string, all: Iterable<string>, given: { readonly family: AddressFamily }): string {
  const text = hasProgram(sample) ? sample : first(all, hasProgram);
  const program = PROGRAM.exec(text ?? '')?.[1] ?? (given.family === 6 ? 'ip6tables' : 'iptables');
  return `${program} `;
}

const PROGRAM = /^(.*?)\s-[AIPNFD]\s/;

function hasProgram(text: string): boolean {
  const program = PROGRAM.exec(text)?.[1];
  return program !== undefined && !/ -[a-z] (?!filter)/.test(program);
}

/** The order of the parts in a rule; parts that it lacks are put where iptables-save has them. */
function orderOf(model: string | undefined): readonly RulePart[] {
  const position = (part: RulePart) => (model === undefined ? -1 : model.search(PATTERNS[part]));
  const present = PARTS.filter((part) => position(part) >= 0).sort((a, b) => position(a) - position(b));
  const order: RulePart[] = [...present];
  for (const [index, part] of PARTS.entries()) {
    if (order.includes(part)) continue;
    const before = PARTS.slice(0, index)
      .reverse()
      .find((other) => order.includes(other));
    order.splice(before === undefined ? 0 : order.indexOf(before) + 1, 0, part);
  }
  // Ports need their protocol before them.
  return order.indexOf('ports') > order.indexOf('protocol') ? order : PARTS;
}

/** Writes a rule; with `narrow` it has the source and the interfaces of the neighbouring rules. */
export function ruleText(
  style: RuleStyle,
  wanted: WantedRule,
  { narrow, target = 'ACCEPT' }: { readonly narrow: boolean; readonly target?: string },
): string {
  const protocol = wanted.protocol === undefined ? undefined : wanted.protocol === TCP ? 'tcp' : 'udp';
  const address = (prefix: string) => (style.lengths ? prefix : shortPrefix(prefix));
  const source = wanted.source === undefined ? (narrow ? style.source : undefined) : address(wanted.source);
  // What comes from elsewhere takes other interfaces.
  const way = narrow ? style.ways.find(({ source: other }) => !areApart(other, wanted.source)) : undefined;
  const pieces: Readonly<Record<RulePart, string | undefined>> = {
    source: source && `-s ${source}`,
    destination: wanted.destination && `-d ${address(wanted.destination)}`,
    in: way?.inInterface && `-i ${way.inInterface}`,
    out: way?.outInterface && `-o ${way.outInterface}`,
    protocol: protocol && `-p ${protocol}`,
    // What must not pass is dropped in any state.
    state: target === 'ACCEPT' ? style.state : undefined,
    ports: protocol && portMatches(style, protocol, wanted),
  };
  const parts = style.order.flatMap((part) => pieces[part] ?? []);
  return [`${style.prefix}-A ${style.chain}`, ...parts, `-j ${target}`].join(' ');
}

/** Whether two sources are networks that have no address in common. */
function areApart(one: string | undefined, other: string | undefined): boolean {
  const [a, b] = [one, other].map((text) => (text === undefined ? undefined : parsePrefix(text)));
  return a !== undefined && b !== undefined && !IpSet.of(a).overlaps(IpSet.of(b));
}

/** The matches for the ports of both ends; `undefined` where neither end has any. */
function portMatches(style: RuleStyle, protocol: string, wanted: WantedRule): string | undefined {
  const ends = [
    ['s', wanted.sourcePorts],
    ['d', wanted.ports],
  ] as const;
  const single: string[] = [];
  const lists: string[] = [];
  for (const [end, ports] of ends) {
    if (!ports) continue;
    // One match of multiport takes the ports of one end.
    if (style.multiport || ports.length > 1) lists.push(`-m multiport --${end}ports ${portsText(ports)}`);
    else single.push(`--${end}port ${portsText(ports)}`);
  }
  if (single.length > 0 && style.namesProtocol) single.unshift(`-m ${protocol}`);
  return single.length + lists.length === 0 ? undefined : [...single, ...lists].join(' ');
}
