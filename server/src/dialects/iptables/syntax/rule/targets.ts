// What the target of a rule does with a packet (iptables-extensions(8), TARGET EXTENSIONS).
import type { FilterAction } from '../../../../model/filter.js';
import { type AddressFamily, IpSet, parseAddress } from '../../../../model/ip.js';
import { TCP } from '../../../../model/packets.js';
import { numberInC } from '../../../../text/c-numbers.js';
import { rejectTypes } from '../../vocabulary/extensions.js';
import { portRange } from '../../vocabulary/ports.js';
import type { Command, UsedExtension } from '../command.js';
import type { RuleBuilder } from './builder.js';
import { checkMarks, setsOf } from './marks.js';

const ACCEPT: FilterAction = { kind: 'accept' };
const DENY: FilterAction = { kind: 'deny' };
const RETURN: FilterAction = { kind: 'return' };
const CONTINUE: FilterAction = { kind: 'continue' };

/** Targets without options that do the same wherever the kernel takes them. */
export const PLAIN_TARGETS: Readonly<Record<string, FilterAction>> = { ACCEPT, DROP: DENY, RETURN };

/** The terminating targets, including those that pass the packet to something outside of the file. */
const ACTIONS: Readonly<Record<string, FilterAction>> = {
  ...PLAIN_TARGETS,
  REJECT: DENY,
  // Source translation happens after every filter and ends its chain.
  MASQUERADE: ACCEPT,
  SNAT: ACCEPT,
  CLUSTERIP: { kind: 'undecided', reason: 'CLUSTERIP passes the packet to one node of a cluster' },
  DNPT: { kind: 'undecided', reason: 'DNPT changes the destination of the packet' },
  NFQUEUE: { kind: 'undecided', reason: 'NFQUEUE passes the packet to a program, which decides' },
  QUEUE: { kind: 'undecided', reason: 'QUEUE passes the packet to a program, which decides' },
  REDIRECT: { kind: 'undecided', reason: 'REDIRECT passes the packet to a program on this machine' },
  SYNPROXY: { kind: 'undecided', reason: 'SYNPROXY replies to the packet in place of its destination' },
  TPROXY: { kind: 'undecided', reason: 'TPROXY passes the packet to a program on this machine' },
};

/** What the target of a rule does; `undefined` where it names a chain. */
export function targetAction(
  { target, targetExtension, goto, chain }: Command,
  family: AddressFamily,
): FilterAction | undefined {
  if (!target) return CONTINUE;
  if (target.unknown !== undefined) {
    return { kind: 'undecided', reason: `the target ${target.unknown} is known only when the script runs` };
  }
  if (goto || !targetExtension) return undefined;
  if (targetExtension.extension.name === 'DNAT') return destinationAction(targetExtension, family);
  if (targetExtension.extension.name === 'NETMAP') return mapAction(targetExtension, chain?.text, family);
  return ACTIONS[targetExtension.extension.name] ?? setsOf(targetExtension) ?? CONTINUE;
}

/** `--to-destination [address[-address]][:port[-port]]`, IPv6 addresses with a port in brackets. */
function destinationAction(used: UsedExtension, family: AddressFamily): FilterAction {
  const value = used.options.find(({ option }) => option.name === 'to-destination')?.values[0];
  const undecided: FilterAction = { kind: 'undecided', reason: 'DNAT changes the destination to one of several' };
  if (!value || value.unknown !== undefined) return undecided;
  const match = /^(?:\[([^\]]*)\]|([^:]*|[^[]*:[^[]*:[^[]*))(?::(\w{1,8})(?:-(\w{1,8}))?)?$/.exec(value.text);
  const host = match?.[1] ?? match?.[2] ?? '';
  const address = parseAddress(host);
  const [low, high] = [match?.[3], match?.[4]];
  const port = low === undefined ? 0 : numberInC(low, 65_535);
  const several = severalAddresses(host, family);
  if (several) return { ...undecided, destinations: several };
  const ranged = host.includes('-') || (high !== undefined && high !== low);
  if (!match || ranged || (host !== '' && address?.family !== family) || port === undefined) return undecided;
  return {
    kind: 'rewrite',
    destination: address ? IpSet.range(address, address) : undefined,
    destinationPorts: low === undefined ? undefined : portRange(port, port),
  };
}

/** `address-address` of a destination. */
function severalAddresses(text: string, family: AddressFamily): IpSet | undefined {
  const [low, high, ...more] = text.split('-').map(parseAddress);
  if (low?.family !== family || high?.family !== family || more.length > 0) return undefined;
  return low.value <= high.value ? IpSet.range(low, high) : undefined;
}

/** `--to address[/mask]`: a network for another one, or one address for all; of sources where packets leave. */
function mapAction(used: UsedExtension, chain: string | undefined, family: AddressFamily): FilterAction {
  if (chain === 'POSTROUTING' || chain === 'INPUT') return ACCEPT;
  const undecided: FilterAction = { kind: 'undecided', reason: 'NETMAP changes an address of the packet' };
  const value = used.options.find(({ option }) => option.name === 'to')?.values[0];
  if (!value || value.unknown !== undefined || (chain !== 'PREROUTING' && chain !== 'OUTPUT')) return undecided;
  const [host = '', mask] = value.text.split('/');
  const address = parseAddress(host);
  const isSingle = mask === undefined || mask === (family === 4 ? '32' : '128') || mask === '255.255.255.255';
  if (address?.family !== family || !isSingle) return undecided;
  return { kind: 'rewrite', destination: IpSet.range(address, address), destinationPorts: undefined };
}

/** Reports what iptables or the kernel rejects in a target. */
export function checkTarget(builder: RuleBuilder, { targetExtension: used }: Command): void {
  if (!used) return;
  const { name } = used.extension;
  checkMarks(builder, used);
  if (name !== 'REJECT') return;
  const type = used.options[0]?.values[0];
  if (!type || type.unknown !== undefined) return;
  // Abbreviations are allowed (`REJECT_parse`).
  const known = type.text !== '' && rejectTypes(builder.family).some((one) => one.startsWith(type.text.toLowerCase()));
  if (!known) builder.report(type, `unknown error '${type.text}' for REJECT`);
  else if (/^tcp-r/i.test(type.text) && builder.protocol !== TCP && !builder.isProtocolOpen) {
    builder.report(type, "the kernel accepts 'tcp-reset' only in rules with '-p tcp'");
  }
}
