import { type AddressFamily, shortPrefix } from '../../../model/ip.js';
import { TCP } from '../../../model/packets.js';

/** One rule to write. */
export interface Wanted {
  readonly source: string | undefined;
  readonly destination: string | undefined;
  readonly protocol: number | undefined;
  /** Destination ports, each first and last; `undefined` for all. */
  readonly ports: readonly (readonly [number, number])[] | undefined;
}

/** How a file writes its rules. */
export interface RuleStyle {
  readonly chain: string;
  readonly family: AddressFamily;
  /** What stands in front of `-A`: counters, or the program with its table. */
  readonly prefix: string;
  readonly suffix: string;
  readonly indent: string;
  /** Whether even a single port is written with multiport. */
  readonly multiport: boolean;
  /** `-p tcp -m tcp`, as iptables-save writes it. */
  readonly namesProtocol: boolean;
  /** The match for new connections that its rules have, if they do. */
  readonly state: string | undefined;
  /** Source and interfaces of the rules beside. */
  readonly source: string | undefined;
  readonly inInterface: string | undefined;
  readonly outInterface: string | undefined;
  /** The order of the parts. */
  readonly order: readonly Part[];
  /** Whether host routes are written with their length. */
  readonly lengths: boolean;
}

const PARTS = ['source', 'destination', 'in', 'out', 'protocol', 'state', 'ports'] as const;
type Part = (typeof PARTS)[number];

const PATTERNS: Readonly<Record<Part, RegExp>> = {
  source: /(?:^|\s)(?:-s|--source|--src)\s/,
  destination: /(?:^|\s)(?:-d|--destination|--dst)\s/,
  in: /(?:^|\s)(?:-i|--in-interface)\s/,
  out: /(?:^|\s)(?:-o|--out-interface)\s/,
  protocol: /(?:^|\s)(?:-p|--protocol)\s/,
  state: /-m\s+(?:state|conntrack)\s/,
  ports: /--(?:dports?|destination-ports?)\s/,
};

/** Finds a file's style from the text of its rules. */
export function commandStyle(given: {
  readonly chain: string;
  readonly table: string | undefined;
  readonly script: boolean;
  readonly family: AddressFamily;
  readonly text: string;
  /** Accepting rules of the same chain, the nearest first, and of the whole file. */
  readonly beside: readonly string[];
  readonly all: readonly string[];
  /** Rules of the same chain that lead to another one, the nearest first. */
  readonly jumps: readonly string[];
  readonly sample: string | undefined;
}): RuleStyle {
  const { beside, all, jumps, sample = '' } = given;
  const sibling = beside.find((text) => PATTERNS.ports.test(text));
  const model = sibling ?? all.find((text) => PATTERNS.ports.test(text));
  // A chain that only sorts packets into others tells in its jumps which way they go.
  const way = sibling ?? jumps.find((text) => PATTERNS.in.test(text) || PATTERNS.out.test(text)) ?? model;
  const usual = (option: string, from = model) => {
    const match = new RegExp(`(?:^|\\s)(! )?${option}\\s+(\\S+)`).exec(from ?? '');
    return match && match[1] === undefined ? match[2] : undefined;
  };
  const state = /(-m\s+(?:state\s+--state|conntrack\s+--ctstate)\s+(?:\S*,)?NEW\S*)/.exec(model ?? '')?.[1];
  return {
    chain: given.chain,
    family: given.family,
    prefix: given.script ? programOf(sample, all, given) : countersOf(sample, given.text),
    suffix: '',
    indent: '',
    multiport: all.some((text) => /\s--dports\s/.test(text)) && !all.some((text) => /\s--dport\s/.test(text)),
    namesProtocol: all.some((text) => /-p\s+(tcp|udp)\s+(?:.*\s)?-m\s+\1\b/.test(text)) || !all.some(PORTS_AT_ONCE),
    state,
    source: usual('-s'),
    inInterface: usual('-i', way),
    outInterface: usual('-o', way),
    order: orderOf(model),
    lengths: !given.script,
  };
}

const PORTS_AT_ONCE = (text: string) => /-p\s+(?:tcp|udp)\s+--dport/.test(text);

function countersOf(sample: string, text: string): string {
  return /^\[\d+:\d+\]\s+-A/m.test(text) && sample.startsWith('[') ? '[0:0] ' : '';
}

/** The program as the script writes it: `$IPT`, `sudo iptables`, `"$IPTABLES" -t filter`. */
function programOf(sample: string, all: readonly string[], given: { readonly family: AddressFamily }): string {
  for (const text of [sample, ...all]) {
    const match = /^(.*?)\s-[AIPNFD]\s/.exec(text);
    if (match && !/ -[a-z] (?!filter)/.test(match[1] ?? '')) return `${match[1]} `;
  }
  return given.family === 6 ? 'ip6tables ' : 'iptables ';
}

/** The order in which a rule has its parts; parts that it lacks stand where iptables-save has them. */
function orderOf(model: string | undefined): readonly Part[] {
  const position = (part: Part) => (model === undefined ? -1 : model.search(PATTERNS[part]));
  const present = PARTS.filter((part) => position(part) >= 0).sort((a, b) => position(a) - position(b));
  const order: Part[] = [...present];
  for (const [index, part] of PARTS.entries()) {
    if (order.includes(part)) continue;
    const before = PARTS.slice(0, index)
      .reverse()
      .find((other) => order.includes(other));
    order.splice(before === undefined ? 0 : order.indexOf(before) + 1, 0, part);
  }
  // Ports need their protocol in front of them.
  return order.indexOf('ports') > order.indexOf('protocol') ? order : PARTS;
}

/** Writes a rule; with `narrow` it has the source and the interfaces of the rules beside. */
export function ruleText(style: RuleStyle, wanted: Wanted, { narrow }: { readonly narrow: boolean }): string {
  const protocol = wanted.protocol === undefined ? undefined : wanted.protocol === TCP ? 'tcp' : 'udp';
  const address = (prefix: string) => (style.lengths ? prefix : shortPrefix(prefix));
  const source = wanted.source === undefined ? (narrow ? style.source : undefined) : address(wanted.source);
  const pieces: Readonly<Record<Part, string | undefined>> = {
    source: source && `-s ${source}`,
    destination: wanted.destination && `-d ${address(wanted.destination)}`,
    in: narrow && style.inInterface ? `-i ${style.inInterface}` : undefined,
    out: narrow && style.outInterface ? `-o ${style.outInterface}` : undefined,
    protocol: protocol && `-p ${protocol}`,
    state: style.state,
    ports: protocol && wanted.ports && portsText(style, protocol, wanted.ports),
  };
  const parts = style.order.flatMap((part) => pieces[part] ?? []);
  return `${style.prefix}-A ${style.chain} ${parts.join(' ')} -j ACCEPT${style.suffix}`;
}

function portsText(style: RuleStyle, protocol: string, ports: readonly (readonly [number, number])[]): string {
  const list = ports.map(([low, high]) => (low === high ? `${low}` : `${low}:${high}`)).join(',');
  if (style.multiport || ports.length > 1) return `-m multiport --dports ${list}`;
  return style.namesProtocol ? `-m ${protocol} --dport ${list}` : `--dport ${list}`;
}
