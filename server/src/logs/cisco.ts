// Packets that Cisco devices log: lists of IOS, IOS XE and IOS XR, and the ASA.
import { parseAddress } from '../model/ip.js';
import { broken, type LineReader, type LineReading, type LoggedAction, portsOf } from './entry.js';

const ACTIONS: Readonly<Record<string, LoggedAction>> = {
  denied: 'denied',
  deny: 'denied',
  permitted: 'permitted',
  permit: 'permitted',
  'est-allowed': 'permitted',
};

/**
 * Reads the messages `IPACCESSLOGP` (TCP and UDP), `IPACCESSLOGDP` (ICMP), `IPACCESSLOGNP` and `IPACCESSLOGRP` (other
 * protocols), and `ACCESSLOGP`, `ACCESSLOGDP` and `ACCESSLOGNP` of IPv6 lists ("Cisco IOS System Message Guide", facilities
 * SEC and IPV6_ACL; "IOS XR", IPV4_ACL and IPV6_ACL).
 */
export const readIosLine: LineReader = (line) => {
  const message =
    /%(?:SEC|IPV6_ACL|ACL-IPV[46]_ACL|IPV[46]_ACL|FMANFP)[A-Z0-9_-]*-\d-(?:IP)?V?6?ACCESSLOG(\w*)\s*:\s*(.*)$/.exec(
      line,
    );
  if (!message) return undefined;
  const [, kind = '', text = ''] = message;
  const entry =
    /^(?:list|access-list)\s+(\S+?)(?:\/\d+)?(?:\s+\(\d+\))?\s+(denied|permitted|deny|permit)\s+(\S+)\s+(.*)$/.exec(
      text,
    );
  if (!entry) return broken('ios', 'the list and what it did');
  const [, list = '', action = '', protocol = '', rest = ''] = entry;
  if (kind === 'S') return broken('ios', 'the destination, which standard lists never log,');
  const ends =
    /^([\da-fA-F.:]+)(?:\((\d+)\))?\s*(?:\((\S+)[^)]*\)\s*)?->\s*([\da-fA-F.:]+)(?:\s*\((\d+)(?:\/\d+)?\))?/.exec(rest);
  if (!ends) return broken('ios', CUT);
  const [, source = '', sourcePort, inInterface, destination = '', destinationPort] = ends;
  return flowOf({
    format: 'ios',
    action,
    protocol,
    source,
    sourcePort,
    destination,
    destinationPort: protocol === 'icmp' || protocol === 'icmpv6' ? undefined : destinationPort,
    // The list is the point that was passed, and a list stands on its interface.
    path: { point: list, ...(inInterface === undefined ? {} : { inInterface }) },
  });
};

/** What a form lacks that does not match: its parts follow each other, and which one is cut off nobody can tell. */
const CUT = 'an address, a port or what follows them';

/** An address of the ASA with its port, and the user that the identity firewall knows: `10.20.0.9/50000(LOCAL\user)`. */
function address(name: string): string {
  return String.raw`(?<${name}>[\da-fA-F.]+|[\da-fA-F:]+:[\da-fA-F:.]*)(?:[/(](?<${name}Port>\d+)\)?)?(?:\([^)]*\))?`;
}

/** The same behind the name of its interface: `inside:10.20.0.9/50000`, `inside/10.20.0.9(50000)`. */
function placedAddress(name: string): string {
  return String.raw`(?:(?<${name}Interface>[^\s:/()]+)[:/])${address(name)}`;
}

/** The messages ("Cisco ASA Series Syslog Messages") with the parts of each: action, protocol, both ends, list or interface. */
const ASA_MESSAGES: readonly { readonly ids: string; readonly form: RegExp }[] = [
  {
    ids: '106100 106102 106103',
    form: new RegExp(
      String.raw`access-list (?<list>\S+) (?<action>denied|permitted|est-allowed) (?<protocol>\S+) ${placedAddress('from')}\s*->\s*${placedAddress('to')}.*hit-cnt`,
    ),
  },
  {
    ids: '106023',
    form: new RegExp(
      String.raw`(?<action>Deny)(?: inbound)? (?:protocol )?(?<protocol>\S+) src ${placedAddress('from')} dst ${placedAddress('to')}.*? by access-group "?(?<list>[^"\s]+)"?`,
    ),
  },
  {
    ids: '106010 106014',
    form: new RegExp(
      String.raw`(?<action>Deny) inbound (?:protocol )?(?<protocol>\S+) src ${placedAddress('from')} dst ${placedAddress('to')}`,
    ),
  },
  {
    ids: '106006 106007',
    form: new RegExp(
      String.raw`(?<action>Deny) inbound (?<protocol>UDP) from ${address('from')} to ${address('to')}(?: on interface (?<in>\S+)| due to DNS)`,
    ),
  },
  {
    ids: '106015',
    form: new RegExp(
      String.raw`(?<action>Deny) (?<protocol>TCP) \(no connection\) from ${address('from')} to ${address('to')}(?: flags (?<flags>[A-Z]+(?: [A-Z]+)*))?\s+on interface (?<in>\S+)`,
    ),
  },
  {
    ids: '106001',
    form: new RegExp(
      String.raw`Inbound (?<protocol>TCP) connection (?<action>denied) from ${address('from')} to ${address('to')}(?: flags (?<flags>[A-Z]+(?: [A-Z]+)*))?\s+on interface (?<in>\S+)`,
    ),
  },
];

/** Reads what an ASA or FTD device says of denied packets. */
export const readAsaLine: LineReader = (line) => {
  const message = /%(?:ASA|FTD|PIX)-(?:\w+-)?\d-(\d{6}):?\s*(.*)$/.exec(line);
  const known = ASA_MESSAGES.find(({ ids }) => ids.includes(message?.[1] ?? 'none'));
  if (!message || !known) return undefined;
  const groups = known.form.exec(message[2] ?? '')?.groups;
  if (!groups) return broken('asa', CUT);
  const { action = '', protocol = '', from = '', fromPort, to = '', toPort, list, flags = '' } = groups;
  const inInterface = groups.in ?? groups.fromInterface;
  const isIcmp = /^icmp/i.test(protocol);
  return flowOf({
    format: 'asa',
    action: action.toLowerCase(),
    protocol,
    source: from,
    sourcePort: isIcmp ? undefined : fromPort,
    destination: to,
    destinationPort: isIcmp ? undefined : toPort,
    path: {
      ...(list === undefined ? {} : { point: list }),
      ...(inInterface === undefined ? {} : { inInterface }),
      ...(groups.toInterface === undefined ? {} : { outInterface: groups.toInterface }),
    },
    isReply: /\bSYN ACK\b|\bACK\b/.test(flags),
  });
};

interface Parts {
  readonly format: 'ios' | 'asa';
  readonly action: string;
  readonly protocol: string;
  readonly source: string;
  readonly sourcePort: string | undefined;
  readonly destination: string;
  readonly destinationPort: string | undefined;
  readonly path: { readonly point?: string; readonly inInterface?: string; readonly outInterface?: string };
  readonly isReply?: boolean;
}

function flowOf({
  format,
  action,
  protocol,
  source,
  sourcePort,
  destination,
  destinationPort,
  ...rest
}: Parts): LineReading {
  if (!parseAddress(source)) return broken(format, 'the source address');
  if (!parseAddress(destination)) return broken(format, 'the destination address');
  return {
    kind: 'flow',
    format,
    action: ACTIONS[action] ?? 'seen',
    protocol,
    source,
    destination,
    ...portsOf(sourcePort, destinationPort),
    path: rest.path,
    ...(rest.isReply ? { isReply: true } : {}),
  };
}
