// The usual forms of rules, to be filled in.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of snippets

import type { SnippetForm } from '../../shared/snippets.js';

export const SNIPPETS: readonly SnippetForm[] = [
  ['acl … dstdomain', 'a list of hosts', 'acl ${1:name} dstdomain ${2:.example.com}'],
  ['acl … src', 'a list of clients', 'acl ${1:name} src ${2:10.0.0.0/8}'],
  [
    'acl … and http_access allow',
    'permits hosts',
    'acl ${1:name} dstdomain ${2:.example.com}\nhttp_access allow ${1:name}',
  ],
  [
    'ssl_bump splice …',
    'leaves hosts undecrypted',
    'acl ${1:name} ssl::server_name ${2:.example.com}\nssl_bump splice ${1:name}',
  ],
  [
    'cache_peer … parent',
    'another proxy that requests go through',
    'cache_peer ${1:proxy.example.com} parent ${2:3128} 0 no-query default',
  ],
];
