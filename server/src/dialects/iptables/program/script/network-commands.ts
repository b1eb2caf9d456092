// The addresses and static routes that the commands ip, ifconfig and route of a script give to interfaces.
import type { QuotedLine } from '../../../../model/evidence.js';
import { IpSet, type Prefix, parseAddress, parsePrefix } from '../../../../model/ip.js';
import type { ShownRoute } from '../../../shared/router-networks.js';
import type { Invocation } from './effects.js';

const PROGRAMS = ['ip', 'ifconfig', 'route'] as const;
type NetworkProgram = (typeof PROGRAMS)[number];

export function isNetworkProgram(program: string): program is NetworkProgram {
  return PROGRAMS.some((one) => one === program);
}

/** How many networks are kept. */
const LIMIT = 1_000;

/** Carries out what is certain to be executed; what a command possibly takes away is not certain any more. */
export class NetworkCommands {
  private found: ShownRoute[] = [];

  get routes(): readonly ShownRoute[] {
    return this.found;
  }

  run(program: NetworkProgram, { words, conditions }: Invocation, statement: QuotedLine): void {
    const known = words.some(({ unknown }) => unknown !== undefined) ? undefined : words.map(({ text }) => text);
    const step = known && STEPS[program](known);
    if (!known) {
      // What is removed is known only when the script runs.
      if (words.some(({ text }) => REMOVES.test(text))) this.found = [];
    } else if (step?.kind === 'remove') {
      this.found = this.found.filter((route) => !removes(step, route));
    } else if (step && conditions.length === 0) {
      const name = step.interface ?? this.interfaceTo(step.via);
      if (name === undefined || this.found.length >= LIMIT) return;
      this.found.push({ prefix: step.prefix, interface: name, statement });
    }
  }

  /** The interface whose network holds the next router. */
  private interfaceTo(via: Prefix | undefined): string | undefined {
    if (!via) return undefined;
    const holds = ({ prefix }: ShownRoute) => prefix.length > 0 && IpSet.of(via).subtract(IpSet.of(prefix)).isEmpty;
    const [name, ...others] = new Set(this.found.filter(holds).map((route) => route.interface));
    return others.length === 0 ? name : undefined;
  }
}

const REMOVES = /^(?:d(?:el?(?:ete?)?)?|fl?u?s?h?|down)$/;

interface AddStep extends Pick<ShownRoute, 'prefix'> {
  readonly kind: 'add';
  readonly interface: string | undefined;
  readonly via?: Prefix | undefined;
}

/** Removes a network, or all of an interface. */
interface RemoveStep {
  readonly kind: 'remove';
  readonly prefix: Prefix | undefined;
  readonly interface: string | undefined;
}

type Step = AddStep | RemoveStep | undefined;

function removes({ prefix, interface: name }: RemoveStep, route: ShownRoute): boolean {
  if (name !== undefined && route.interface !== name) return false;
  if (!prefix) return true;
  return prefix.length === route.prefix.length && IpSet.of(prefix).equals(IpSet.of(route.prefix));
}

const STEPS: Readonly<Record<NetworkProgram, (words: readonly string[]) => Step>> = {
  ip: readIp,
  ifconfig: readIfconfig,
  route: readRoute,
};

/** `ip [OPTIONS] OBJECT COMMAND`; objects and commands may be abbreviated (ip(8)). */
function readIp(all: readonly string[]): Step {
  const words = all.slice(all.findIndex((word) => !word.startsWith('-')));
  const [object = '', command = '', ...rest] = words;
  if (isShort(object, 'address')) return readIpAddress(command, rest);
  if (isShort(object, 'route')) return readIpRoute(command, rest);
  if (isShort(object, 'link') && isShort(command, 'set') && rest.includes('down')) {
    return { kind: 'remove', prefix: undefined, interface: deviceOf(rest) ?? rest[0] };
  }
  return undefined;
}

function isShort(word: string, full: string): boolean {
  return word !== '' && full.startsWith(word);
}

/** `ip address { add | change | replace | del } IFADDR dev IFNAME` and `ip address flush dev IFNAME` (ip-address(8)). */
function readIpAddress(command: string, words: readonly string[]): Step {
  const device = deviceOf(words);
  if (isShort(command, 'flush')) return { kind: 'remove', prefix: undefined, interface: device ?? words[0] };
  const written = words.find((word, i) => parsePrefix(word) && (i === 0 || words[i - 1] === 'local'));
  // An address without a length is that of the host alone; with a peer, the network is that of the peer.
  const peer = valueAfter('peer', words);
  const prefix = parsePrefix(peer ?? written ?? '');
  if (!prefix || device === undefined) return undefined;
  const isOwnAlone = peer === undefined && prefix.length === (prefix.address.family === 4 ? 32 : 128);
  if (isOwnAlone) return undefined;
  if (isShort(command, 'delete')) return { kind: 'remove', prefix, interface: device };
  const adds = ['add', 'change', 'replace'].some((one) => isShort(command, one));
  return adds ? { kind: 'add', prefix, interface: device } : undefined;
}

/** `ip route { add | change | append | replace | del } PREFIX [ via ADDRESS ] [ dev IFNAME ]` (ip-route(8)). */
function readIpRoute(command: string, all: readonly string[]): Step {
  // Routes of other tables, and those that lead nowhere, are for other packets.
  if (all.some((word) => OTHER_ROUTES.has(word))) return undefined;
  const words = all[0] === 'unicast' || all[0] === 'to' ? all.slice(1) : all;
  if (isShort(command, 'flush')) return { kind: 'remove', prefix: undefined, interface: deviceOf(words) };
  const via = parsePrefix(valueAfter('inet', words) ?? valueAfter('via', words) ?? '');
  const prefix = words[0] === 'default' ? defaultRoute(via) : parsePrefix(words[0] ?? '');
  const device = deviceOf(words);
  if (!prefix) return undefined;
  if (isShort(command, 'delete')) return { kind: 'remove', prefix, interface: device };
  const adds = ['add', 'append', 'change', 'replace', 'prepend'].some((one) => isShort(command, one));
  return adds ? { kind: 'add', prefix, interface: device, via } : undefined;
}

const OTHER_ROUTES: ReadonlySet<string> = new Set([
  ...['table', 'nexthop', 'blackhole', 'unreachable', 'prohibit', 'throw', 'local', 'broadcast', 'multicast', 'nat'],
]);

function defaultRoute(via: Prefix | undefined): Prefix | undefined {
  return parsePrefix(via?.address.family === 6 ? '::/0' : '0.0.0.0/0');
}

/** `ifconfig INTERFACE [inet] ADDRESS netmask MASK` or `ADDRESS/LENGTH` (ifconfig(8)); an alias `eth0:1` is of its device. */
function readIfconfig([name = '', ...rest]: readonly string[]): Step {
  const device = name.replace(/:.*/, '');
  if (rest.includes('down')) return { kind: 'remove', prefix: undefined, interface: device };
  const [address = ''] = rest.filter((word) => word !== 'inet' && word !== 'add');
  const prefix = withMask(address, valueAfter('netmask', rest));
  return prefix ? { kind: 'add', prefix, interface: device } : undefined;
}

/** `route add default gw ADDRESS [dev] IF`, `route add -net NETWORK netmask MASK …` (route(8)). */
function readRoute(all: readonly string[]): Step {
  const [command = '', ...words] = all.filter((word) => !['-n', '-net', '-4', '-A', 'inet'].includes(word));
  if (words.includes('-host') || words.includes('reject')) return undefined;
  const via = parsePrefix(valueAfter('gw', words) ?? '');
  const prefix = words[0] === 'default' ? defaultRoute(via) : withMask(words[0] ?? '', valueAfter('netmask', words));
  if (!prefix) return undefined;
  const last = words.at(-1) ?? '';
  // The device may be the last word, without `dev`.
  const isDevice = /^[a-z][\w.-]*$/i.test(last) && last !== 'default' && !parseAddress(last);
  const device = deviceOf(words) ?? (isDevice ? last : undefined);
  if (command === 'del') return { kind: 'remove', prefix, interface: device };
  return command === 'add' ? { kind: 'add', prefix, interface: device, via } : undefined;
}

/** A network of an address with its length or mask; without either, the length depends on the class of the address. */
function withMask(address: string, mask: string | undefined): Prefix | undefined {
  const prefix = parsePrefix(address);
  if (!prefix || address.includes('/')) return prefix;
  const length = mask === undefined ? undefined : lengthOf(mask);
  return length === undefined ? undefined : { ...prefix, length };
}

function lengthOf(mask: string): number | undefined {
  const address = parseAddress(mask);
  if (address?.family !== 4) return undefined;
  const bits = address.value.toString(2).padStart(32, '0');
  return /^1*0*$/.test(bits) ? bits.replace(/0+$/, '').length : undefined;
}

function valueAfter(key: string, words: readonly string[]): string | undefined {
  const at = words.indexOf(key);
  return at < 0 ? undefined : words[at + 1];
}

function deviceOf(words: readonly string[]): string | undefined {
  return valueAfter('dev', words);
}
