import { describe, expect, test } from 'vitest';
import { words } from '../../../server/src/dialects/nftables/vocabulary/words.js';
import { lowered } from './helpers.js';

/** The keywords of nft(8), nftables 1.1.6, as its synopses name them, by chapter. */
const MANUAL: Readonly<Record<string, string>> = {
  'input file formats': 'include define redefine undefine',
  'address families': 'ip ip6 inet arp bridge netdev ingress prerouting input forward output postrouting egress',
  ruleset: 'list flush ruleset',
  tables: 'add create delete list flush table handle comment flags dormant owner persist',
  chains: `add create delete list flush rename chain type hook device priority policy filter nat route accept drop raw mangle
    dstnat security srcnat out`,
  rules: 'add insert replace delete rule handle index position comment',
  'sets and maps': `set map type typeof flags constant dynamic interval timeout gc-interval elements size policy
    performance memory auto-merge element expires counter last`,
  flowtables: 'flowtable hook devices priority',
  'stateful objects': 'ct helper timeout expectation counter quota limit secmark synproxy tunnel reset',
  operators: 'eq ne lt gt le ge and or xor not lshift rshift exists missing',
  meta: `length nfproto l4proto protocol priority mark iif iifname iiftype oif oifname oiftype skuid skgid nftrace rtclassid
    ibrname obrname ibrhwaddr broute pkttype cpu iifgroup oifgroup cgroup random ipsec time day hour sdif sdifname iifkind oifkind`,
  'socket, osf, fib, rt and ipsec': `socket transparent mark wildcard cgroupv2 level osf ttl name version fib saddr daddr
    check rt classid nexthop mtu ipsec in out spnum reqid spi`,
  'numgen and hashes': 'numgen inc random mod offset jhash symhash seed',
  headers: `ether vlan arp ip ip6 icmp icmpv6 igmp tcp udp udplite sctp dccp ah esp comp th hbh rt frag dst mh srh id cfi pcp
    htype ptype hlen plen operation version hdrlength dscp ecn length frag-off ttl checksum flowlabel nexthdr hoplimit code
    sequence gateway mtu max-delay group sport dport ackseq doff reserved window urgptr csumcov vtag cpi more-fragments
    seg-left option chunk exthdr taddr`,
  tunnels: 'vxlan geneve gre gretap vni tunnel path id',
  'options of headers': `eol nop maxseg window sack-perm sack sack0 sack1 sack2 sack3 timestamp left right count tsval tsecr
    lsrr ra rr ssrr data init init-ack heartbeat abort shutdown error cookie-echo cookie-ack ecne cwr asconf tsn stream
    ssn ppid init-tag a-rwnd num-outbound-streams num-inbound-streams initial-tsn cum-tsn-ack`,
  ct: `state direction status mark expiration helper label l3proto saddr daddr protocol proto-src proto-dst packets bytes
    avgpkt zone original reply count id event secmark`,
  verdicts: 'accept drop queue continue return jump goto',
  statements: `payload set reset log prefix level group snaplen queue-threshold flags all reject with icmp icmpv6 icmpx
    counter packets bytes notrack limit rate over until burst kbytes mbytes second minute hour day week snat dnat
    masquerade redirect to random fully-random persistent tproxy synproxy mss wscale sack-perm flow offload queue num bypass
    fanout dup fwd device meter update vmap quota used last xt`,
  'additional commands': 'monitor trace',
};

/** Words of the synopses that stand for something else. */
const PLACEHOLDERS: ReadonlySet<string> = new Set(['payload']);

describe('every keyword of nft(8) is in the table of words', () => {
  const known = new Set(words.words.flatMap(({ name }) => name.split(' ')));

  test.each(Object.entries(MANUAL))('%s', (_, text) => {
    const missing = text.split(/\s+/).filter((word) => !known.has(word) && !PLACEHOLDERS.has(word));
    expect(missing).toEqual([]);
  });
});

/** Whether a verdict depends on a rule by an undecided action or a condition; and whether nft refuses the rule. */
function read(rule: string): { readonly isOpen: boolean; readonly isRefused: boolean } {
  const { model, problems } = lowered(`table inet t {\n chain pass {\n  ${rule}\n }\n}\n`);
  const rules = model.kind === 'filter' ? (model.chains.get('inet t pass')?.rules ?? []) : [];
  const isOpen = rules.some(({ action, opaque }) => action.kind === 'undecided' || opaque.length > 0);
  return { isOpen, isRefused: problems.some(({ code }) => code === 'syntax-error') };
}

describe('nothing falls through: a test whose field is not modelled leaves the verdict open', () => {
  const fields = words.words.filter(({ place, treatment }) => place === 'field' && treatment === 'opaque');

  test('for every such field', () => {
    expect(fields.length).toBeGreaterThan(80);
    const decided = fields.filter(({ name }) => {
      const forms = [`${name} 1 drop`, `${name} exists drop`, `${name} missing drop`, `${name} type 1 drop`];
      return forms.map(read).some(({ isOpen }) => !isOpen);
    });
    const valid = fields.filter(({ name }) => !read(`${name} 1 drop`).isRefused);
    expect(decided.map(({ name }) => name)).toEqual([]);
    expect(valid.length).toBeGreaterThan(60);
  });

  test.each([
    'udp dport 4789 vxlan ip saddr 192.0.2.1 drop',
    'udp dport 6081 geneve vni 10 drop',
    'gre ip daddr 192.0.2.1 drop',
    'gretap vlan id 10 drop',
    'ip saddr . "lo" @peers drop',
    'meta priority 1:10 drop',
  ])('and for %s', (rule) => {
    expect(read(rule).isOpen).toBe(true);
  });

  test.each(['tcp dprot 22 accept', 'accept drop', 'xt match "comment" accept'])(
    'a line that nft refuses does too: %s',
    (rule) => {
      expect(read(rule)).toEqual({ isOpen: true, isRefused: true });
    },
  );
});
