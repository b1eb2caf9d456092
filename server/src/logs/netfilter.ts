// Packets that Linux logs: the kernel's LOG target and `log` statement, and what ulogd writes of NFLOG.
import { parseAddress } from '../model/ip.js';
import { broken, type LineReader, type LineReading, type LogFormat, portOf, portsOf } from './entry.js';

/**
 * Reads `IN=eth1 OUT=eth0 … SRC=10.20.0.9 DST=52.112.0.10 … PROTO=UDP SPT=50000 DPT=3478`, the form of the kernel
 * (nf_log_syslog.c, dump_ipv4_packet and dump_ipv6_packet) and of ulogd's LOGEMU. The prefix before `IN=` is the
 * administrator's own text, so that nobody can tell from it whether the packet was dropped.
 */
export const readKernelLine: LineReader = (line) => {
  const start = /(?:^|[\s\]":])IN=/.exec(line);
  if (!start) return undefined;
  // The packet that an ICMP error is about stands in brackets behind the packet itself.
  const text = line.slice(start.index).replace(/\[(?:SRC=)[^\]]*\]?/g, '');
  const fields = new Map<string, string>();
  for (const word of text.split(/\s+/)) {
    const [, name = '', value = ''] = /^[^\w]?([A-Z]+)=(\S*)$/.exec(word) ?? [];
    // `LEN` stands twice, for the packet and for its UDP datagram: the first one counts.
    if (name !== '' && !fields.has(name)) fields.set(name, value);
  }
  return entryOf(
    {
      protocol: fields.get('PROTO'),
      source: fields.get('SRC'),
      destination: fields.get('DST'),
      sourcePort: fields.get('SPT'),
      // Of ICMP, filters ask for the type.
      destinationPort: fields.get('DPT'),
      inInterface: fields.get('IN'),
      outInterface: fields.get('OUT'),
      isReply: / ACK SYN | ACK RST /.test(`${text} `) || / SYN ACK /.test(`${text} `),
    },
    'netfilter',
  );
};

/** Reads an object a line, as ulogd's JSON output writes it (ulogd_output_JSON.c; the keys are those of ulogd's own list). */
export const readUlogdLine: LineReader = (line) => {
  const text = line.slice(line.indexOf('{'));
  if (!line.includes('{') || !/"(?:src_ip|ip\.saddr(?:\.str)?|oob\.in)"/.test(text)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return broken('ulogd', 'the end of the JSON object');
  }
  if (typeof value !== 'object' || value === null) return broken('ulogd', 'a JSON object');
  const fields = new Map(Object.entries(value).map(([key, one]) => [key, typeof one === 'object' ? '' : String(one)]));
  const first = (...names: string[]) => names.map((name) => fields.get(name)).find((one) => one !== undefined);
  return entryOf(
    {
      protocol: first('ip.protocol', 'orig.ip.protocol', 'protocol'),
      source: first('src_ip', 'ip.saddr.str', 'ip.saddr'),
      destination: first('dest_ip', 'ip.daddr.str', 'ip.daddr'),
      sourcePort: first('src_port', 'tcp.sport', 'udp.sport'),
      destinationPort: first('dest_port', 'tcp.dport', 'udp.dport'),
      inInterface: first('oob.in'),
      outInterface: first('oob.out'),
      isReply: fields.get('tcp.ack') === '1' && fields.get('tcp.syn') === '1',
    },
    'ulogd',
  );
};

interface Fields {
  readonly protocol: string | undefined;
  readonly source: string | undefined;
  readonly destination: string | undefined;
  readonly sourcePort: string | undefined;
  readonly destinationPort: string | undefined;
  readonly inInterface: string | undefined;
  readonly outInterface: string | undefined;
  readonly isReply: boolean;
}

function entryOf(fields: Fields, format: LogFormat): LineReading {
  const { protocol, source, destination, inInterface = '', outInterface = '' } = fields;
  if (source === undefined || !parseAddress(source)) return broken(format, 'the source address');
  if (destination === undefined || !parseAddress(destination)) return broken(format, 'the destination address');
  if (protocol === undefined || protocol === '') return broken(format, 'the protocol');
  const hasPorts = /^(?:TCP|UDP|6|17)$/i.test(protocol);
  // Fragments behind the first one have no ports (`FRAG:185`); neither has a packet that was cut.
  if (hasPorts && portOf(fields.destinationPort) === undefined) return broken(format, 'the destination port');
  const hook = inInterface === '' ? 'output' : outInterface === '' ? 'input' : 'forward';
  return {
    kind: 'flow',
    format,
    action: 'seen',
    protocol,
    source,
    destination,
    ...portsOf(fields.sourcePort, fields.destinationPort),
    // A line without either interface says nothing about the hook.
    path:
      inInterface === '' && outInterface === ''
        ? {}
        : {
            hook,
            ...(inInterface === '' ? {} : { inInterface }),
            ...(outInterface === '' ? {} : { outInterface }),
          },
    ...(fields.isReply ? { isReply: true } : {}),
  };
}
