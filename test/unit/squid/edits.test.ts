// Whatever is kept from one version of a squid.conf to the next, the result is that of reading the text alone.

import { expect, test } from 'vitest';
import { squid } from '../../../server/src/dialects/squid/index.js';
import type { SquidDocument } from '../../../server/src/dialects/squid/program/program.js';
import type { SquidTree } from '../../../server/src/dialects/squid/syntax/tree.js';
import { HostSet } from '../../../server/src/model/hosts.js';
import { IpSet } from '../../../server/src/model/ip.js';
import type { ProxyRequest } from '../../../server/src/model/proxy.js';
import { randomFrom } from '../../random.js';
import { MAIN, workspace } from './helpers.js';

/** How many edits are made, each followed by a comparison. */
const EDITS = 500;

/** Three blocks of lines, and acls with lines in several of them. */
const BASE: readonly string[] = [
  'http_port 3128 ssl-bump name=main cert=/x.pem',
  'acl localnet src 10.0.0.0/8',
  'acl shared dstdomain .first.example',
  ...Array.from({ length: 240 }, (_, i) => (i % 3 === 0 ? `# comment ${i}` : '')),
  'acl shared dstdomain .second.example',
  'acl listed dstdomain "list.txt"',
  'http_access deny listed',
  ...Array.from({ length: 210 }, (_, i) => `http_access allow localnet r${i}`),
  'acl shared dstdomain .third.example',
  'http_access allow localnet shared',
  ...Array.from({ length: 210 }, (_, i) => `acl r${i} dstdomain .r${i}.example`),
  'include part.conf',
  'ssl_bump splice all',
  'http_access deny all',
];

/** Lines that change something that is kept from one version to the next. */
const LINES = [
  'acl shared dstdomain .fourth.example',
  'acl shared dstdomain .example .first.example',
  'acl shared src 10.1.0.0/16',
  'acl SHARED dst 192.0.2.0/24',
  'acl shared dstdomain "list.txt"',
  'acl r7 dstdomain first.example',
  'acl r7 url_regex first',
  'acl fresh dstdomain .first.example',
  'acl grouped any-of shared fresh r9',
  'http_access deny shared',
  'http_access allow fresh !localnet',
  'http_access allow localnet grouped',
  'http_access allow localnet',
  'http_access deny r3',
  'ssl_bump bump shared',
  'ssl_bump peek all',
  'cache_peer parent.example parent 3128 0 name=up',
  'never_direct allow shared',
  'cache_peer_access up deny fresh',
  'http_reply_access deny fresh',
  'include part.conf',
  'include absent.conf',
  `if ${'$'}{process_number} = 1`,
  'if false',
  'else',
  'endif',
  'configuration_includes_quoted_values on',
  'acl quoted dstdomain "a.example"',
  'https_port 3129 intercept ssl-bump cert=/y.pem',
  'adaptation_access filter allow shared',
  '# comment',
  '',
];

const LISTS = ['.first.example\n', 'b.example\n.third.example\n', ''];
const PARTS = ['acl part dstdomain .part.example\nhttp_access deny part\n', 'acl shared dstdomain .part.example\n', ''];

const REQUESTS: readonly ProxyRequest[] = [
  'a.first.example',
  '*.third.example',
  'r7.example',
  'x.part.example',
].flatMap((host) =>
  (['http', 'https'] as const).map((scheme) => ({
    scheme,
    hosts: HostSet.pattern(host),
    port: scheme === 'http' ? 80 : 443,
    addresses: undefined,
    clients: IpSet.parse('10.0.0.0/8'),
    user: 'any' as const,
  })),
);

/** What others read of a document, as plain data. */
function contentOf({ problems, names, endpoints, model, dependencies }: SquidDocument, withNames: boolean): unknown {
  const verdicts =
    model.kind === 'server'
      ? REQUESTS.flatMap((request) =>
          model.decide(request).map(({ hosts, clients, outcome, assumptions, decidedBy }) => ({
            hosts: hosts.describe(),
            clients: clients.toPrefixes(),
            outcome,
            assumptions,
            decidedBy,
          })),
        )
      : [];
  if (!withNames) return { problems, verdicts, dependencies };
  const uses = endpoints.map(({ uri, range, endpoint, removal }) => ({ uri, range, endpoint, removal }));
  return { problems, verdicts, dependencies, names, endpoints: uses };
}

test('a version that is read after others is like one that is read alone', () => {
  const below = randomFrom(23);
  const pick = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item;
  let lines = [...BASE];
  let tree: SquidTree | undefined;
  for (let edit = 0; edit < EDITS; edit++) {
    // Now and then back to the beginning, so that the defects of the file do not pile up.
    if (edit % 25 === 0) lines = [...BASE];
    const at = below(lines.length);
    const removed = below(2) === 0 ? 1 : 0;
    lines.splice(at, removed, ...(removed === 1 && below(5) < 2 ? [] : [pick(LINES)]));
    const source = { uri: MAIN, text: `${lines.join('\n')}\n` };
    const sources = workspace({ 'list.txt': pick(LISTS), 'part.conf': pick(PARTS) });
    tree = squid.parse(source, tree);
    const later = squid.lower(source, tree, sources);
    const alone = squid.lower(source, squid.parse(source), sources);
    const [kept, fresh] = [later, alone].map((document) => contentOf(document, edit % 10 === 0));
    // Texts are compared first, because a comparison of so many objects is slow.
    if (JSON.stringify(kept) !== JSON.stringify(fresh)) expect(kept).toEqual(fresh);
  }
});
