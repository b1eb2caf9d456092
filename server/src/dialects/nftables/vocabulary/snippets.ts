// The usual forms of statements, to be filled in.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of snippets

import type { SnippetForm } from '../../shared/snippets.js';

export const RULE_SNIPPETS: readonly SnippetForm[] = [
  [
    'ct state established,related accept',
    'permits what belongs to a connection',
    'ct state established,related accept',
  ],
  [
    'ip daddr … dport … accept',
    'permits ports of a network',
    'ip daddr ${1:192.0.2.0/24} ${2|tcp,udp|} dport ${3:443} accept',
  ],
  [
    'iifname … oifname … jump',
    'sends one direction to a chain',
    'iifname "${1:lan0}" oifname "${2:wan0}" jump ${3:chain}',
  ],
];

export const CHAIN_SNIPPETS: readonly SnippetForm[] = [
  [
    'chain … hook',
    'a chain that packets enter',
    'chain ${1:forward} {\n\ttype filter hook ${2|forward,input,output|} priority filter; policy ${3|drop,accept|};\n\n\t$0\n}',
  ],
  ['chain … {}', 'a chain that rules jump to', 'chain ${1:name} {\n\t$0\n}'],
  [
    'set … {}',
    'a list of networks',
    'set ${1:name} {\n\ttype ${2|ipv4_addr,ipv6_addr|}\n\tflags interval\n\telements = { ${3:192.0.2.0/24} }\n}',
  ],
];

export const FILE_SNIPPETS: readonly SnippetForm[] = [
  ['table inet … {}', 'a table of both address families', 'table inet ${1:filter} {\n\t$0\n}'],
];
