// The usual forms of lines, to be filled in.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of snippets

import type { SnippetForm } from '../../shared/snippets.js';

const RULES: readonly SnippetForm[] = [
  ['-A … --dport … -j ACCEPT', 'permits a port', '-A ${1:FORWARD} -p ${2|tcp,udp|} --dport ${3:443} -j ACCEPT'],
  [
    '-A … -d … -j ACCEPT',
    'permits ports of a network',
    '-A ${1:FORWARD} -d ${2:192.0.2.0/24} -p ${3|tcp,udp|} -m multiport --dports ${4:80,443} -j ACCEPT',
  ],
  [
    '-A … ESTABLISHED',
    'permits what belongs to a connection',
    '-A ${1:FORWARD} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  ],
];

export const SAVE_SNIPPETS: readonly SnippetForm[] = [
  ...RULES,
  [
    '*filter … COMMIT',
    'a table with the policies of its chains',
    '*filter\n:INPUT ${1|DROP,ACCEPT|} [0:0]\n:FORWARD ${2|DROP,ACCEPT|} [0:0]\n:OUTPUT ACCEPT [0:0]\n$3\nCOMMIT',
  ],
];

export const SCRIPT_SNIPPETS: readonly SnippetForm[] = RULES.map(([label, detail, form]) => [
  `iptables ${label}`,
  detail,
  `iptables ${form}`,
]);
