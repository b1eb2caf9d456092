// Which headers a rule is about, as nft follows it from statement to statement (`struct proto_ctx` of its evaluate.c): each
// field adds a test for its header, unless the rule is about that header already; a rule about two of them is refused.
import type { LineProblem } from '../../shared/line-problem.js';
import type { FieldExpression, Span } from '../syntax/tree.js';
import { refusedInFamily } from '../vocabulary/families.js';
import {
  ANNOUNCING_FIELDS,
  ANY_NETWORK,
  followingHeader,
  HEADER_LAYERS,
  ICMP_FIELD_TYPES,
  type Layer,
  mayFollow,
} from '../vocabulary/headers.js';
import type { Family } from '../vocabulary/words.js';

/** What nft refuses, at a part of a rule. */
export class Refusal {
  constructor(
    readonly span: Span,
    readonly message: string,
  ) {}

  get problem(): LineProblem {
    return { code: 'syntax-error', start: this.span.start, end: this.span.end, message: this.message };
  }
}

const BELOW: Readonly<Record<Layer, Layer | undefined>> = { link: undefined, network: 'link', transport: 'network' };

/** The headers that tables of a family are about from the beginning. `inet` and `netdev` stand for any link. */
const START: Readonly<Record<Family, readonly [Layer, string]>> = {
  inet: ['link', 'inet'],
  netdev: ['link', 'netdev'],
  bridge: ['link', 'ether'],
  ip: ['network', 'ip'],
  ip6: ['network', 'ip6'],
  arp: ['network', 'arp'],
};

const EXTENSION_HEADERS = /^(?:exthdr|hbh|frag|dst|mh|rt0|rt2|srh)\b|^rt header$/;

export class ProtocolContext {
  private readonly headers: { [L in Layer]?: string } = {};
  /** All transport headers that the rule names: with several of them it may be about none. */
  private readonly transports: string[] = [];
  /** The link headers below that of the context. */
  private readonly stacked: string[] = [];
  private icmpType: number | undefined;
  /** The headers that nft tests at the beginning of the rule, before the statements that already stand there. */
  readonly tested: { network?: 'ip' | 'ip6'; transport?: 'tcp' } = {};

  constructor(readonly family: Family) {
    const [layer, header] = START[family];
    this.headers[layer] = header;
  }

  header(layer: Layer): string | undefined {
    return this.headers[layer];
  }

  /** Follows the test of a field; what nft refuses is returned. */
  enter(field: FieldExpression): Refusal | undefined {
    const name = field.field;
    const [header = ''] = name.split(' ', 1);
    const refused = refusedInFamily(name, this.family);
    if (refused !== undefined) return new Refusal(field, refused);
    if (name === 'meta nfproto' && this.family !== 'inet')
      return new Refusal(field, 'meta nfproto is only useful in the inet family');
    if (header === 'ct') return this.enterConnection(field);
    if (name === 'ip option') return this.enterOption(field, 'ip');
    if (EXTENSION_HEADERS.test(name)) return this.enterOption(field, 'ip6');
    if (/^rt (?:ip6? )?nexthop$/.test(name)) return this.enterNexthop(field);
    const layer = HEADER_LAYERS.get(header);
    if (!layer || name === 'tcp option' || name === 'sctp chunk') return undefined;
    return this.enterHeader(field, layer, header) ?? this.enterIcmp(field);
  }

  /** A statement that needs a header: nft tests it at the beginning of the rule, unless the rule is about it already. */
  need(header: 'ip' | 'ip6' | 'tcp'): void {
    if (header !== 'tcp' && this.headers.network === undefined) this.tested.network = header;
    if (header === 'tcp' && this.headers.transport === undefined) this.tested.transport = header;
  }

  /** Follows that a field has a value, or with several calls one of some. */
  learn(field: string, value: number): void {
    const [header = ''] = field.split(' ', 1);
    if (field === 'icmp type' || field === 'icmpv6 type') {
      // A reply to an echo request has the fields of the request.
      this.icmpType = field === 'icmp type' ? value || 8 : value === 129 ? 128 : value;
      return;
    }
    if (ANNOUNCING_FIELDS.has(field)) {
      const layer = HEADER_LAYERS.get(header) ?? 'link';
      const next = followingHeader(this.headers[layer], value);
      if (next === undefined) return;
      if (next === 'vlan') this.stacked.push(this.headers.link ?? '');
      this.set(HEADER_LAYERS.get(next) ?? layer, next);
      return;
    }
    this.learnMeta(field, value);
  }

  private learnMeta(field: string, value: number): void {
    const { link, network } = this.headers;
    const [, first] = START[this.family];
    switch (field) {
      case 'meta nfproto':
        this.set('network', followingHeader('inet', value) ?? 'unknown');
        return;
      case 'meta l4proto':
        this.set('transport', followingHeader(ANY_NETWORK, value) ?? 'unknown');
        return;
      case 'meta protocol':
        if (this.family === 'netdev' || this.family === 'bridge')
          this.set('network', followingHeader(first, value) ?? 'unknown');
        return;
      default:
        break;
    }
    if (!/^ct (?:(?:original|reply) )?(?:l3proto|protocol)$/.test(field)) return;
    const isNetwork = field.endsWith('l3proto');
    const next = followingHeader(isNetwork ? link : network, value);
    if (next !== undefined) this.set(isNetwork ? 'network' : 'transport', next);
  }

  private set(layer: Layer, header: string): void {
    this.headers[layer] = header;
    if (layer === 'transport' && !this.transports.includes(header)) this.transports.push(header);
  }

  private conflict(span: Span, known: string, header: string): Refusal {
    return new Refusal(span, `conflicting protocols specified: ${known} vs. ${header}`);
  }

  private enterHeader(field: Span, layer: Layer, header: string): Refusal | undefined {
    const known = this.headers[layer];
    if (known === undefined) return this.addHeader(field, layer, header);
    if (layer === 'transport' && this.transports.length > 1)
      return this.conflict(field, this.transports.find((one) => one !== header) ?? known, header);
    if (known === header) return undefined;
    return layer === 'link' && this.enterLink(header)
      ? undefined
      : this.conflict(field, this.headers[layer] ?? known, header);
  }

  /** A header of a layer about which nothing is known yet, which nft tests by itself. */
  private addHeader(field: Span, layer: Layer, header: string): Refusal | undefined {
    const below = BELOW[layer];
    if (below === undefined) {
      // Tables of one protocol see the link header of Ethernet only, and inside of it that of a VLAN.
      if (header === 'vlan') this.stacked.push('ether');
      this.set('link', header);
      return undefined;
    }
    const known = this.headers[below] ?? this.specialHeader(header);
    if (!mayFollow(known, header)) return this.conflict(field, known, header);
    this.set(layer, header);
    return undefined;
  }

  /** What a transport header follows where the network header is open: ICMP belongs to one of them. */
  private specialHeader(header: string): string {
    const network = header === 'icmpv6' ? 'ip6' : header === 'icmp' || header === 'igmp' ? 'ip' : undefined;
    if (network === undefined) return ANY_NETWORK;
    this.set('network', network);
    return network;
  }

  /** A second link header: that of Ethernet where any may be, or one inside of the first. */
  private enterLink(header: string): boolean {
    const known = this.headers.link;
    if (known === 'inet' || known === 'netdev') this.set('link', 'ether');
    else if (this.stacked.includes(header)) return true;
    const link = this.headers.link ?? '';
    if (this.headers.network === undefined && header === 'vlan' && mayFollow(link, header)) {
      this.stacked.push(link);
      this.set('link', header);
    }
    return this.headers.link === header;
  }

  private enterOption(field: Span, needed: 'ip' | 'ip6'): Refusal | undefined {
    const { network, link = '' } = this.headers;
    if (network === needed) return undefined;
    if (network !== undefined) return new Refusal(field, `cannot use exthdr with ${network}`);
    if (!mayFollow(link, needed)) return this.conflict(field, link, needed);
    this.set('network', needed);
    this.tested.network = needed;
    return undefined;
  }

  private enterConnection(field: FieldExpression): Refusal | undefined {
    const { network, transport } = this.headers;
    // The kernel takes addresses and ports of one direction only (nft_ct_get_init of Linux).
    const [, end] = /^ct ([sd]addr|proto-(?:src|dst))$/.exec(field.field) ?? [];
    if (end !== undefined)
      return new Refusal(field, `ct ${end} needs a direction: ct original ${end}, or ct reply ${end}`);
    const [, key = ''] = /^ct (?:original |reply )(.*)$/.exec(field.field) ?? [];
    if ((key === 'saddr' || key === 'daddr') && network === undefined) {
      const message = `cannot determine ip protocol version, use "ip ${key}" or "ip6 ${key}" instead`;
      return new Refusal(field, message);
    }
    const needed = key.startsWith('ip6 ') ? 'ip6' : key.startsWith('ip ') ? 'ip' : undefined;
    if (needed && network === (needed === 'ip' ? 'ip6' : 'ip')) return this.conflict(field, network, needed);
    if (key.startsWith('proto-') && transport === undefined)
      return new Refusal(field, `the protocol of the ports is open: test it first, as with 'meta l4proto tcp'`);
    return undefined;
  }

  private enterNexthop(field: FieldExpression): Refusal | undefined {
    const { network } = this.headers;
    if (field.field === 'rt nexthop')
      return network === 'ip' || network === 'ip6'
        ? undefined
        : new Refusal(field, 'cannot determine ip protocol version, use "ip nexthop" or "ip6 nexthop" instead');
    const named = field.field === 'rt ip nexthop' ? 'ip' : 'ip6';
    const other = named === 'ip' ? 'ip6' : 'ip';
    // What is named `ip` becomes the next hop of IPv6 in a rule about IPv6, whose value is no address then.
    if (named === 'ip' && network === 'ip6' && this.family !== 'ip6') return this.conflict(field, network, named);
    return this.family === other ? new Refusal(field, `${named} nexthop will not match`) : undefined;
  }

  /** Fields that only some messages of ICMP have. */
  private enterIcmp(field: FieldExpression): Refusal | undefined {
    const needed = ICMP_FIELD_TYPES.get(field.field);
    if (needed === undefined || this.icmpType === needed) return undefined;
    if (this.icmpType !== undefined && this.icmpType !== 0)
      return new Refusal(field, `incompatible icmp match: rule has ${this.icmpType}, need ${needed}`);
    this.icmpType = needed;
    return undefined;
  }
}
