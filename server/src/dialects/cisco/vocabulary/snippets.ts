// The usual forms of rules, to be filled in.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of snippets

import type { SnippetForm } from '../../shared/snippets.js';

export const ASA_SNIPPETS: readonly SnippetForm[] = [
  [
    'access-list … extended permit',
    'an entry of an access list',
    'access-list ${1:INSIDE-IN} extended permit ${2|tcp,udp,ip|} ${3:any} ${4:any} eq ${5:443}',
  ],
  [
    'object-group network …',
    'a list of networks',
    'object-group network ${1:NAME}\n network-object ${2:192.0.2.0} ${3:255.255.255.0}',
  ],
  [
    'object-group service …',
    'a list of ports',
    'object-group service ${1:NAME} ${2|tcp,udp,tcp-udp|}\n port-object ${3|eq,range|} ${4:443}',
  ],
  ['access-group … in interface', 'applies an access list', 'access-group ${1:INSIDE-IN} in interface ${2:inside}'],
];

export const ROUTER_SNIPPETS: readonly SnippetForm[] = [
  [
    'ip access-list extended …',
    'an access list with an entry',
    'ip access-list extended ${1:NAME}\n permit ${2|tcp,udp,ip|} ${3:any} ${4:any} eq ${5:443}',
  ],
  [
    'object-group network …',
    'a list of networks',
    'object-group network ${1:NAME}\n ${2:192.0.2.0} ${3:255.255.255.0}',
  ],
];

export const ENTRY_SNIPPETS: readonly SnippetForm[] = [
  ['permit … eq', 'permits a port', 'permit ${1|tcp,udp|} ${2:any} ${3:any} eq ${4:443}'],
];
