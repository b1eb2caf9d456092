// What is predefined in one version of squid and not in another.
import { describe, expect, test } from 'vitest';
import { Catalog } from '../../../server/src/catalog/catalog.js';
import { readLintelFile } from '../../../server/src/configuration/lintel-file.js';
import { squid } from '../../../server/src/dialects/squid/index.js';
import { MAIN, workspace } from './helpers.js';

const TEXT = 'http_port 3128\nhttp_access deny to_linklocal\nhttp_access deny to_localhost\nhttp_access deny all\n';

function undefinedNames(version: string | undefined): string[] {
  const source = { uri: MAIN, text: TEXT };
  const { problems } = squid.lower(source, squid.parse(source), { ...workspace(), squid: version });
  return problems
    .filter(({ code }) => code === 'undefined-name')
    .map(({ range }) => TEXT.slice(range.start, range.end));
}

test.each([
  ['5.7', ['to_linklocal']],
  ['4', ['to_linklocal']],
  ['6', []],
  ['6.10', []],
  [undefined, []],
])('squid %s does not know: %j', (version, names) => {
  expect(undefinedNames(version)).toEqual(names);
});

describe('a directive or type that the version does not have', () => {
  const FILE = `http_port 3128
cache_log_message id=1 level=1
announce_host tracker.example.com
request_entities on
ident_timeout 5 seconds
acl people ident REQUIRED
ident_lookup_access deny all
http_access deny people
http_access deny all
`;
  const refused = (version: string | undefined) => {
    const source = { uri: MAIN, text: FILE };
    const { problems } = squid.lower(source, squid.parse(source), { ...workspace(), squid: version });
    return problems.flatMap(({ code, message }) => (code === 'syntax-error' ? [message] : []));
  };
  const said = (version: string, name: string, when: string) =>
    `squid ${version} rejects the file: it does not know '${name}', ${when}`;
  const GONE_IN_6 = ['announce_host', 'request_entities'];
  const GONE_IN_7 = ['ident_timeout', 'ident', 'ident_lookup_access'];

  test('is refused, as squid refuses it', () => {
    expect(refused('5.7')).toEqual([said('5.7', 'cache_log_message', 'which came with squid 6')]);
    const in6 = GONE_IN_6.map((name) => said('6.10', name, 'which squid 6 removed'));
    expect(refused('6.10')).toEqual(in6);
    const in7 = GONE_IN_7.map((name) => said('7', name, 'which squid 7 removed'));
    expect(refused('7')).toEqual([...GONE_IN_6.map((name) => said('7', name, 'which squid 6 removed')), ...in7]);
  });

  test('is accepted where any version may read the file', () => {
    expect(refused(undefined)).toEqual([]);
  });
});

describe('lintel.yaml', () => {
  const read = (text: string) => readLintelFile(text, 'file:///lintel.yaml').body(() => Catalog.builtIn());

  test.each([
    ['squid: 5.7\n', '5.7'],
    ["squid: '6.10'\n", '6.10'],
    ['cloud: worldwide\n', undefined],
  ])('names the version: %j', (text, version) => {
    expect(read(text).file.squid).toBe(version);
    expect(read(text).problems).toEqual([]);
  });

  test('has nothing else for it', () => {
    expect(read('squid: latest\n').problems).toHaveLength(1);
    expect(read('squid: latest\n').file.squid).toBeUndefined();
  });
});
