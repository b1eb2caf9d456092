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

describe('lintel.yaml', () => {
  const read = (text: string) => readLintelFile(text, 'file:///lintel.yaml').body(Catalog.builtIn());

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
