// Sends packets through the Linux kernel’s own packet filter in a network namespace, and compares its verdicts with Lintel’s.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { explainFlow, type FlowExplanation } from '../../../server/src/analysis/explain/flow.js';
import type { FilterModel, Hook } from '../../../server/src/model/filter.js';
import { formatAddress, parseAddress } from '../../../server/src/model/ip.js';
import { randomFrom } from '../../random.js';

/** The first packet of a connection, and the way that it takes. */
export interface Probe {
  readonly hook: Hook;
  /** Index of the interface that it comes in at; -1 for the output hook. */
  readonly in: number;
  /** Index of the outbound interface; -1 for the input hook. */
  readonly out: number;
  readonly family: 4 | 6;
  readonly protocol: number;
  readonly source: string;
  readonly destination: string;
  /** The source port; for ICMP the type. */
  readonly first: number;
  /** The destination port; for ICMP the code. */
  readonly second: number;
}

/** What the kernel did with each probe: `undefined` where the packet cannot pass even without a filter. */
export type KernelAnswer =
  | { readonly passed: readonly (boolean | undefined)[] }
  /** The message of the command that failed to load the filter. */
  | { readonly error: string };

const PROBE_PROGRAM = fileURLToPath(new URL('probe.py', import.meta.url));

/** Why the kernel cannot be asked here; `undefined` where it can. */
export function kernelUnavailable(): string | undefined {
  if (process.platform !== 'linux') return 'the kernel tests need Linux';
  if (process.getuid?.() !== 0) return 'the kernel tests need root, to make a network namespace';
  if (!existsSync('/dev/net/tun')) return 'the kernel tests need /dev/net/tun';
  for (const command of [
    ['python3', '--version'],
    ['nft', '--version'],
    ['ip', '-V'],
  ] as const) {
    if (spawnSync(command[0], command.slice(1)).status !== 0)
      return `the kernel tests need ${command[0]} (apt install)`;
  }
  const listed = spawnSync('unshare', ['-n', 'nft', 'list', 'ruleset']);
  return listed.status === 0 ? undefined : 'the kernel tests need a kernel with nf_tables';
}

/**
 * Runs commands that load a filter in a network namespace of their own, with interfaces of the given names (15 characters and
 * six interfaces at the most), and sends the probes through it. Thousands of probes take about a second. The commands run in
 * `folder`.
 */
export function askKernel(
  interfaces: readonly string[],
  commands: readonly (readonly string[])[],
  probes: readonly Probe[],
  folder = process.cwd(),
): KernelAnswer {
  const request = {
    interfaces,
    commands,
    probes: probes.map((probe) => [
      probe.hook,
      probe.in,
      probe.out,
      probe.family,
      probe.protocol,
      probe.source,
      probe.destination,
      probe.first,
      probe.second,
    ]),
  };
  const { stdout, stderr, status } = spawnSync('unshare', ['-n', 'python3', PROBE_PROGRAM], {
    input: JSON.stringify(request),
    encoding: 'utf8',
    cwd: folder,
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`the probe program failed: ${stderr}`);
  const answer = JSON.parse(stdout) as { error?: string; passed?: (number | null)[] };
  if (answer.error !== undefined) return { error: answer.error };
  return { passed: (answer.passed ?? []).map((one) => (one === null ? undefined : one === 1)) };
}

const ICMP: ReadonlySet<number> = new Set([1, 58]);
const WITH_PORTS: ReadonlySet<number> = new Set([6, 17, 33, 132, 136]);

/**
 * Whether a configuration drops what does not come by the interface that leads back to its source. Lintel assumes that packets
 * do, and probes come by any interface, so that such files cannot be compared.
 */
export function testsReversePath(text: string): boolean {
  return /-m rpfilter|\bfib saddr\b[^\n]*\boif\b[^\n]*\b(?:drop|reject|jump|goto)\b/.test(text);
}

/**
 * Protocols of which a probe is too plain for connection tracking, which calls it invalid: GRE, AH and UDP-Lite. What cannot be
 * translated is dropped.
 */
export const UNTRACKABLE: ReadonlySet<number> = new Set([47, 51, 136]);

/** What Lintel says about a probe. */
export function explainProbe(model: FilterModel, probe: Probe, interfaces: readonly string[]): FlowExplanation {
  const source = parseAddress(probe.source);
  const destination = parseAddress(probe.destination);
  if (!source || !destination) throw new Error(`not an address: ${probe.source} ${probe.destination}`);
  const icmp = ICMP.has(probe.protocol);
  const ports = WITH_PORTS.has(probe.protocol);
  const [inside, outside] = [interfaces[probe.in], interfaces[probe.out]];
  return explainFlow(
    model,
    {
      protocol: probe.protocol,
      source,
      destination,
      sourcePort: ports ? probe.first : undefined,
      destinationPort: icmp ? probe.first * 256 + probe.second : ports ? probe.second : undefined,
    },
    {
      hook: probe.hook,
      ...(inside === undefined ? {} : { inInterface: inside }),
      ...(outside === undefined ? {} : { outInterface: outside }),
    },
  );
}

/** A probe as one would write it, for messages. */
export function describeProbe(probe: Probe, interfaces: readonly string[]): string {
  const { hook, protocol, source, first, destination, second } = probe;
  const way = [
    interfaces[probe.in] && `in ${interfaces[probe.in]}`,
    interfaces[probe.out] && `out ${interfaces[probe.out]}`,
  ];
  return `${hook} ${way.filter(Boolean).join(' ')}: protocol ${protocol} ${source} ${first} > ${destination} ${second}`;
}

/** How Lintel and the kernel compare over some probes. */
export interface Comparison {
  readonly compared: number;
  readonly permitted: number;
  readonly undecided: number;
  readonly reasons: ReadonlyMap<string, number>;
  /** Probes on which they disagree, described. */
  readonly wrong: readonly string[];
}

/** What the comparisons of a test add up to. */
export class Totals {
  /** Counted by the test, which knows what a file is. */
  files = 0;
  compared = 0;
  permitted = 0;
  undecided = 0;
  private readonly reasons = new Map<string, number>();

  add({ compared, permitted, undecided, reasons }: Comparison): void {
    this.compared += compared;
    this.permitted += permitted;
    this.undecided += undecided;
    for (const [reason, times] of reasons) this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + times);
  }

  /** The share that is undecided, in per cent. */
  get share(): string {
    return ((100 * this.undecided) / this.compared).toFixed(1);
  }

  /** Prints why most of that is undecided. */
  printReasons(): void {
    for (const [reason, times] of [...this.reasons].sort((a, b) => b[1] - a[1]).slice(0, 12))
      console.log(`  ${times} × ${reason}`);
  }
}

export function compare(
  model: FilterModel,
  probes: readonly Probe[],
  passed: readonly (boolean | undefined)[],
  interfaces: readonly string[],
): Comparison {
  let compared = 0;
  let permitted = 0;
  let undecided = 0;
  const reasons = new Map<string, number>();
  const wrong: string[] = [];
  probes.forEach((probe, i) => {
    const real = passed[i];
    // Where the file filters nothing, it says nothing.
    if (real === undefined || !model.points.some(({ hook }) => hook === probe.hook)) return;
    compared++;
    const said = explainProbe(model, probe, interfaces);
    if (said.verdict === 'undecided') {
      undecided++;
      const reason = said.reason ?? 'no reason given';
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      if (said.reason === undefined) wrong.push(`undecided without a reason: ${describeProbe(probe, interfaces)}`);
      return;
    }
    if (real) permitted++;
    if ((said.verdict === 'permit') !== real) {
      const line = said.decidedBy ? `by '${said.decidedBy.text}'` : 'by no statement';
      wrong.push(
        `${describeProbe(probe, interfaces)}: Lintel says ${said.verdict} ${line}, the kernel ${real ? 'permits' : 'denies'}`,
      );
    }
  });
  return { compared, permitted, undecided, reasons, wrong };
}

/** The values at and beside which a configuration may change its mind. */
export interface Boundaries {
  readonly addresses4: readonly string[];
  readonly addresses6: readonly string[];
  readonly ports: readonly number[];
  readonly protocols: readonly number[];
  /** Types of ICMP and ICMPv6. */
  readonly types: readonly number[];
}

/**
 * Reads the boundaries from the text of a configuration, independently of any dialect: every address, prefix and number in it,
 * and their neighbours.
 */
export function boundariesOf(
  text: string,
  named: { ports?: readonly number[]; protocols?: readonly number[] },
): Boundaries {
  const addresses4 = new Set<string>(['10.1.2.3', '192.0.2.77', '172.20.1.1', '8.8.8.8']);
  const addresses6 = new Set<string>(['fd00:9::3', '2001:db8:77::7', '2001:4860::8']);
  for (const [, address = '', length] of text.matchAll(/(\d+\.\d+\.\d+\.\d+)(?:\/(\d+))?/g)) {
    for (const near of neighbours(address, length)) addresses4.add(near);
  }
  for (const [, address = '', length] of text.matchAll(/((?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4})(?:\/(\d+))?/g)) {
    for (const near of neighbours(address, length)) addresses6.add(near);
  }
  const ports = new Set<number>([1, 22, 53, 80, 443, 3478, 50000, ...(named.ports ?? [])]);
  for (const [number] of text
    .replace(/(?:\d+\.){3}\d+(?:\/\d+)?|[0-9a-fA-F]*:[0-9a-fA-F:]+(?:\/\d+)?/g, ' ')
    .matchAll(/\b\d{1,5}\b/g)) {
    for (const near of [Number(number) - 1, Number(number), Number(number) + 1]) {
      if (near > 0 && near < 65536) ports.add(near);
    }
  }
  for (const port of named.ports ?? [])
    for (const near of [port - 1, port + 1]) if (near > 0 && near < 65536) ports.add(near);
  return {
    addresses4: [...addresses4].filter(isSendable),
    addresses6: [...addresses6].filter(isSendable),
    ports: [...ports],
    protocols: [6, 6, 6, 17, 17, 17, 0, 132, 47, ...(named.protocols ?? [])],
    types: [8, 8, 0, 3, 5, 11, 13, 128, 128, 129, 1, 2, 130, 133, 135, 136, 143],
  };
}

/** The first and last address of a prefix, and those beside it. */
function neighbours(text: string, length: string | undefined): string[] {
  const address = parseAddress(text);
  if (!address) return [];
  const width = address.family === 4 ? 32 : 128;
  const bits = BigInt(width - Math.min(width, length === undefined ? width : Number(length)));
  const value = BigInt(address.value);
  const low = (value >> bits) << bits;
  const high = low + (1n << bits) - 1n;
  const limit = 1n << BigInt(width);
  return [low - 1n, low, value, high, high + 1n]
    .filter((near) => near >= 0n && near < limit)
    .map((near) =>
      formatAddress(address.family === 4 ? { family: 4, value: Number(near) } : { family: 6, value: near }),
    );
}

/** Addresses that a router forwards from and to: no multicast, loopback, link-local or unspecified ones. */
function isSendable(text: string): boolean {
  const address = parseAddress(text);
  if (!address) return false;
  if (address.family === 4) {
    const first = Math.floor(address.value / 2 ** 24);
    return first !== 0 && first !== 127 && first < 224;
  }
  const upper = Number(address.value >> 120n);
  return upper !== 0 && upper < 0xfe;
}

/** Probes over all combinations of boundaries, as many as wanted, always the same. */
export function probesFor(boundaries: Boundaries, interfaces: number, count: number, seed: number): Probe[] {
  const random = randomFrom(seed);
  const pick = <T>(list: readonly T[]): T | undefined => list[random(list.length)];
  const hooks: readonly Hook[] = ['forward', 'forward', 'input', 'output'];
  return Array.from({ length: count }, () => {
    const hook = pick(hooks) ?? 'forward';
    const family = random(3) === 0 ? 6 : 4;
    const addresses = family === 4 ? boundaries.addresses4 : boundaries.addresses6;
    const chosen = pick(boundaries.protocols) ?? 6;
    const protocol = chosen === 0 ? (family === 4 ? 1 : 58) : chosen;
    const icmp = ICMP.has(protocol);
    const client = random(2) === 0;
    return {
      hook,
      in: hook === 'output' ? -1 : random(interfaces),
      out: hook === 'input' ? -1 : random(interfaces),
      family,
      protocol,
      source: pick(addresses) ?? '10.1.2.3',
      destination: pick(addresses) ?? '192.0.2.77',
      first: icmp ? (pick(boundaries.types) ?? 8) : client ? 49152 + random(16384) : (pick(boundaries.ports) ?? 1),
      second: icmp ? random(3) : (pick(boundaries.ports) ?? 443),
    };
  });
}

/** Without probes that belong to the connection of one before them, whose mark they would have. */
export function newConnections(probes: readonly Probe[]): Probe[] {
  const seen = new Set<string>();
  return probes.filter(({ protocol, source, destination, first, second }) => {
    const ends = [`${source} ${first}`, `${destination} ${second}`];
    const key = `${protocol} ${ends.sort().join(' ')}`;
    return !seen.has(key) && seen.add(key);
  });
}
