// Files of at most 10 KB, each made so that there is as much to do as possible for one part of the program.
// @ts-check

const LONGEST = 10_000;

/** @param {number} count @param {(i: number) => string} make */
const lines = (count, make) => Array.from({ length: count }, (_, i) => make(i));

/** As many whole lines as fit. @param {readonly string[]} all */
function fitting(all) {
  const text = `${all.join('\n')}\n`;
  return text.length <= LONGEST ? text : text.slice(0, text.lastIndexOf('\n', LONGEST) + 1);
}

/** A word without meaning. @param {number} i */
const word = (i) =>
  [7, 3, 11, 5, 17, 13].map((by, k) => String.fromCharCode(97 + ((i * by + k * 31 + (i >> 3)) % 26))).join('');

const FILTER = ['*filter', ':INPUT DROP [0:0]', ':FORWARD DROP [0:0]', ':OUTPUT ACCEPT [0:0]'];

/** The files, by what is in them: their name, and their text. @type {Readonly<Record<string, readonly [name: string, text: string]>>} */
export const HOSTILE = {
  'two lists at each of 100 interfaces': [
    'router.cfg',
    fitting([
      ...['A', 'B'].flatMap((list) => [`ip access-list extended ${list}`, ' permit tcp any any eq 443']),
      ...lines(130, (i) =>
        [
          `interface Vlan${i}`,
          ` ip address 10.${i}.0.1 255.255.255.0`,
          ' ip access-group A in',
          ' ip access-group B out',
        ].join('\n'),
      ),
    ]),
  ],
  'a list of its own at each of 50 interfaces': [
    'router.cfg',
    fitting([
      ...lines(50, (i) => `ip access-list extended A${i}\n permit tcp any any eq ${i}\n permit udp any any`),
      ...lines(50, (i) =>
        [
          `interface Vlan${i}`,
          ` ip address 10.${i}.0.1 255.255.255.0`,
          ` ip access-group A${i} in`,
          ` ip access-group A${49 - i} out`,
        ].join('\n'),
      ),
    ]),
  ],
  'chains that jump to the next one twice': [
    'rules.v4',
    fitting([
      ...FILTER,
      ...lines(85, (i) => `:c${i} - [0:0]`),
      '-A FORWARD -j c0',
      ...lines(84, (i) =>
        [`-A c${i} -m limit --limit 1/s -j c${i + 1}`, `-A c${i} -p tcp --sport ${1 + i}:30000 -j c${i + 1}`].join(
          '\n',
        ),
      ),
      '-A c84 -s 10.0.0.1 -m limit --limit 1/s -j ACCEPT',
      'COMMIT',
    ]),
  ],
  'a set of 250 pairs of ranges': [
    'rules.nft',
    `table ip f {\n set s { type ipv4_addr . inet_service; flags interval; elements = { ${lines(240, (i) => `10.0.${i}.0-10.200.${i}.255 . ${i + 1}-${60_000 - i}`).join(', ')} } }\n chain forward {\n  type filter hook forward priority 0; policy drop;\n  ip saddr . tcp dport @s accept\n  ip daddr . tcp dport @s drop\n }\n}\n`,
  ],
  'a list cut into words in a loop over its words': [
    'firewall.sh',
    `#!/bin/sh\na="${'a '.repeat(4_800)}"\nfor i in $a; do for j in $a; do break; done; done\niptables -P FORWARD DROP\n`,
  ],
  'loops that make 62,500 rules': [
    'firewall.sh',
    '#!/bin/sh\niptables -P FORWARD DROP\nfor a in $(seq 1 250); do for b in $(seq 1 250); do iptables -A FORWARD -s 10.$a.$b.0/24 -m limit --limit 1/s -j ACCEPT; done; done\n',
  ],
  'masks with holes in loops': [
    'firewall.sh',
    '#!/bin/sh\niptables -P FORWARD DROP\nfor i in $(seq 1 250); do for j in 1 2 3 4; do iptables -A FORWARD -s 10.$i.$j.1/255.170.85.85 -d 52.$j.1.1/255.85.170.170 -j ACCEPT; done; done\n',
  ],
  'wildcards with holes': [
    'router.cfg',
    fitting([
      'ip access-list extended A',
      ...lines(150, (i) => ` ${i % 2 ? 'permit' : 'deny'} ip 10.0.${i}.0 0.85.170.170 52.0.${i}.0 0.170.85.85`),
      'interface Gi0/0',
      ' ip address 10.0.0.1 255.0.0.0',
      ' ip access-group A in',
    ]),
  ],
  'sets of pairs that are looked up twice': [
    'rules.nft',
    fitting([
      'table inet f {',
      ...lines(
        25,
        (k) =>
          ` set s${k} { type ipv4_addr . inet_service; flags interval; elements = { ${lines(8, (i) => `10.${i * k}.0.0/${9 + i} . ${i}-${i * 900 + k}`).join(', ')} } }`,
      ),
      ' chain forward { type filter hook forward priority 0; policy drop;',
      ...lines(25, (i) => `  ip saddr . tcp sport @s${i} ip daddr . tcp dport != @s${(i * 7) % 25} accept`),
      ' }',
      '}',
    ]),
  ],
  "parts of the client's address": [
    'proxy.pac',
    `function FindProxyForURL(url, host) {\nvar a = myIpAddress().split(".");\n${lines(100, (i) => `if (parseInt(a[${i % 4}]) % ${i + 2} == ${i % 3} && a[${(i + 1) % 4}] > ${i}) return "PROXY q${i}:1";\n`).join('')}return "PROXY p:1";\n}\n`,
  ],
  'copies of brackets': [
    'squid.conf',
    fitting([
      'http_port 3128',
      ...lines(60, (i) => `acl a dstdom_regex [a-z0-9]{${i % 9},${200 + (i % 50)}}[^${word(i)}]{1,250}`),
      'http_access deny a',
      'http_access allow all',
    ]),
  ],
  'a template of twenty loops in each other': [
    'rules.v4.j2',
    fitting([
      ...FILTER,
      ...lines(20, (i) => `{% for i${i} in range(9) %}`),
      '-A FORWARD -j ACCEPT',
      ...lines(20, () => '{% endfor %}'),
      'COMMIT',
    ]),
  ],
  ...Object.fromEntries(
    ['dstdom_regex', 'url_regex'].flatMap((type) => [
      [
        `180 acls of one ${type} each`,
        [
          'squid.conf',
          fitting([
            'http_port 3128',
            ...lines(170, (i) => `acl a${i} ${type} ${word(i)}\nhttp_access ${i % 2 ? 'allow' : 'deny'} a${i}`),
          ]),
        ],
      ],
      [
        `one acl of 300 ${type}`,
        [
          'squid.conf',
          fitting(['http_port 3128', 'http_access deny a', ...lines(300, (i) => `acl a ${type} [0-9]${word(i)}`)]),
        ],
      ],
    ]),
  ),
  'a template with a loop around each of 100 acls': [
    'squid.conf.j2',
    fitting([
      'http_port 3128',
      ...lines(100, (i) => `{% for x in l${i} %}\nacl a${i} dstdomain {{ x }}\n{% endfor %}\nhttp_access allow a${i}`),
    ]),
  ],
};
