// The words of nft that follow the first one of a statement, a command or a field.
import type { Treatment, Word } from '../../shared/words.js';
import {
  IP_OPTION_FIELDS,
  IP_OPTIONS,
  SCTP_CHUNK_FIELDS,
  SCTP_CHUNKS,
  TCP_OPTION_FIELDS,
  TCP_OPTIONS,
} from './field-names.js';

/** Words of one place that are treated alike. */
function alike(place: string, treatment: Treatment, text: string): Word[] {
  return [...new Set(text.split(/\s+/))].map((name) => ({ name, place, treatment }));
}

const NAT = 'option of dnat, snat, masquerade and redirect';

export const OPTION_WORDS: readonly Word[] = [
  {
    name: 'handle',
    place: 'rule of a command',
    treatment: 'modelled',
    summary: 'The number that the kernel gives to a rule, counted for the rules that the same file adds.',
  },
  {
    name: 'position',
    place: 'rule of a command',
    treatment: 'modelled',
    summary: 'The older word for `handle` where a rule is added.',
  },
  {
    name: 'index',
    place: 'rule of a command',
    treatment: 'modelled',
    summary: 'The position of a rule in its chain, from 0 on.',
  },
  ...alike('operator', 'modelled', 'eq ne lt gt le ge not and or xor lshift rshift exists missing'),
  ...alike('option of reject', 'modelled', 'with icmp icmpv6 icmpx tcp reset type'),
  ...alike(NAT, 'modelled', 'ip ip6 to'),
  ...alike(NAT, 'opaque', 'addr port prefix interval'),
  ...alike(NAT, 'no-effect', 'random fully-random persistent'),
  ...alike('option of queue', 'opaque', 'num to flags bypass fanout'),
  ...alike('option of tproxy', 'opaque', 'ip ip6 to'),
  ...alike('option of synproxy', 'opaque', 'name mss wscale timestamp sack-perm'),
  ...alike('option of fwd', 'opaque', 'ip ip6 to device'),
  ...alike('option of dup', 'no-effect', 'to device'),
  ...alike(
    'option of limit',
    'opaque',
    'name rate over until burst packets bytes kbytes mbytes second minute hour day week',
  ),
  ...alike('option of quota', 'opaque', 'name over until used bytes kbytes mbytes'),
  ...alike('option of meter', 'opaque', 'size'),
  ...alike('option of counter', 'no-effect', 'name packets bytes'),
  ...alike(
    'option of log',
    'no-effect',
    'prefix level group snaplen queue-threshold flags all tcp sequence options ip skuid ether',
  ),
  ...alike('option of flow', 'no-effect', 'add offload'),
  ...alike('option of jhash, symhash and numgen', 'opaque', 'mod seed offset inc random'),
  ...alike('option of ipsec and socket', 'opaque', 'in out spnum reqid spi level'),
  ...alike('option of osf', 'opaque', 'ttl loose skip'),
  ...alike('option of an element', 'opaque', 'timeout expires limit ct'),
  ...alike('option of an element', 'no-effect', 'comment counter'),
  ...alike('policy of a set', 'no-effect', 'performance memory'),
  ...alike(
    'what commands show',
    'no-effect',
    'tables chains sets maps counters quotas limits secmarks synproxys flowtables meters hooks helpers rules trace json xml vm',
  ),
  ...alike('base of bits by position', 'opaque', 'll nh th ih'),
  ...alike('option of a header', 'opaque', [...TCP_OPTIONS, ...IP_OPTIONS, ...SCTP_CHUNKS].join(' ')),
  ...alike(
    'field of an option of a header',
    'opaque',
    [...TCP_OPTION_FIELDS, ...IP_OPTION_FIELDS, ...SCTP_CHUNK_FIELDS, 'seg-left'].join(' '),
  ),
];
