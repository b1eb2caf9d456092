// The usual forms of rules, to be filled in.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of snippets

import type { SnippetForm } from '../../shared/snippets.js';

export const POWERSHELL_SNIPPETS: readonly SnippetForm[] = [
  [
    'New-NetFirewallRule (inbound)',
    'a rule that lets others connect to this host',
    'New-NetFirewallRule -DisplayName "${1:name}" -Direction Inbound -Action Allow -Protocol ${2|TCP,UDP|} -LocalPort ${3:443}',
  ],
  [
    'New-NetFirewallRule (outbound)',
    'a rule that lets this host connect to others',
    'New-NetFirewallRule -DisplayName "${1:name}" -Direction Outbound -Action Allow -Protocol ${2|TCP,UDP|} -RemoteAddress ${3:Any} -RemotePort ${4:443}',
  ],
];

export const NETSH_SNIPPETS: readonly SnippetForm[] = [
  [
    'netsh … add rule',
    'a rule of the host firewall',
    'netsh advfirewall firewall add rule name="${1:name}" dir=${2|in,out|} action=${3|allow,block|} protocol=${4|TCP,UDP|} localport=${5:443}',
  ],
];
