// Packets that Windows Firewall logs in pfirewall.log.
import { parseAddress } from '../model/ip.js';
import { broken, type LineReader, portsOf } from './entry.js';

/** The fields of version 1.5 (“Interpreting the Windows Firewall log”); a `#Fields:` line replaces them. */
const FIELDS =
  'date time action protocol src-ip dst-ip src-port dst-port size tcpflags tcpsyn tcpack tcpwin icmptype icmpcode info path pid';

const ACTIONS = { DROP: 'denied', ALLOW: 'permitted' } as const;
const HOOKS: Readonly<Record<string, 'input' | 'output' | 'forward'>> = {
  SEND: 'output',
  RECEIVE: 'input',
  FORWARD: 'forward',
};

/** A reader of one log: `#Fields:` lines hold for the lines behind them. */
export function windowsReader(): LineReader {
  let names = FIELDS.split(' ');
  // Older versions have fewer fields; those up to the ports are in every one.
  let fewest = names.indexOf('dst-port') + 1;
  return (line) => {
    const declared = /^#Fields:\s*(.*)$/.exec(line.trim());
    if (declared) {
      names = (declared[1] ?? '').trim().split(/\s+/);
      fewest = names.length;
      return { kind: 'other' };
    }
    const values = line.trim().split(/\s+/);
    if (!/^\d{4}-\d{2}-\d{2}$/.test(values[0] ?? '') || !/^\d{2}:\d{2}:\d{2}$/.test(values[1] ?? '')) return undefined;
    const fields = new Map(names.map((name, i) => [name, values[i]]));
    const action = fields.get('action');
    // Opened and closed connections, and lost events, are no denials.
    if (action !== 'DROP' && action !== 'ALLOW') return { kind: 'other' };
    if (values.length < fewest) return broken('pfirewall', `the field ${names[values.length] ?? ''}`);
    const [source = '', destination = ''] = [fields.get('src-ip'), fields.get('dst-ip')];
    if (!parseAddress(source)) return broken('pfirewall', 'the source address');
    if (!parseAddress(destination)) return broken('pfirewall', 'the destination address');
    const hook = HOOKS[fields.get('path') ?? ''];
    return {
      kind: 'flow',
      format: 'pfirewall',
      action: ACTIONS[action],
      protocol: fields.get('protocol') ?? '',
      source,
      destination,
      ...portsOf(fields.get('src-port'), fields.get('dst-port')),
      path: hook === undefined ? {} : { hook },
      ...(/^(?:SA|AS)$/.test(fields.get('tcpflags') ?? '') ? { isReply: true } : {}),
    };
  };
}
