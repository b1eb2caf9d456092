// The paths of included files and lists of squid.

import { describe, expect, test } from 'vitest';
import { squid } from '../../../server/src/dialects/squid/index.js';
import type { SquidDocument } from '../../../server/src/dialects/squid/program/program.js';
import { workspace } from './helpers.js';

/** Lowers `main/squid.conf` of a workspace. */
function loweredBelow(text: string, files: Readonly<Record<string, string>>): SquidDocument {
  const source = { uri: 'file:///work/main/squid.conf', text };
  return squid.lower(source, squid.parse(source), workspace({ ...files, 'main/squid.conf': text }));
}

const RULES = 'http_access allow staff\nhttp_access deny all\nhttp_access allow staff\n';

const mainWith = (path: string) => `http_port 3128\nacl staff src 10.0.0.0/8\ninclude ${path}\n`;

describe('every way to write the path of a file leads to the one URI that it has', () => {
  test.each([
    ['../shared/rules.conf', 'shared/rules.conf'],
    ['.././shared//rules.conf', 'shared/rules.conf'],
    ['./rules.conf', 'main/rules.conf'],
    ['conf.d/../rules.conf', 'main/rules.conf'],
    ['conf.d//rules.conf', 'main/conf.d/rules.conf'],
    ['/etc/squid/conf.d/rules.conf', 'main/conf.d/rules.conf'],
    ['/etc/squid/../shared/rules.conf', 'shared/rules.conf'],
    ['/etc/squid//conf.d/./rules.conf', 'main/conf.d/rules.conf'],
    ['"/etc/squid/conf.d/rules.conf"', 'main/conf.d/rules.conf'],
    ['"../shared/our rules.conf"', 'shared/our%20rules.conf'],
    ['../shared/*.conf', 'shared/rules.conf'],
    ['/etc/squid/../shared/*.conf', 'shared/rules.conf'],
  ])('%s', (path, file) => {
    const uri = `file:///work/${file}`;
    const document = loweredBelow(mainWith(path), { [file]: RULES });
    expect(document.dependencies).toEqual([uri]);
    const start = RULES.lastIndexOf('http_access');
    expect(document.problems).toMatchObject([{ code: 'redundant-rule', uri, range: { start } }]);
  });

  test('so that a file is known to include itself', () => {
    const document = loweredBelow(mainWith('../main/squid.conf'), {});
    expect(document.problems).toContainEqual(
      expect.objectContaining({ message: "'../main/squid.conf' includes itself: squid rejects the file" }),
    );
  });

  test('lists of acls too', () => {
    const text = 'http_port 3128\nacl listed dstdomain "../shared/./hosts.txt"\nhttp_access allow listed\n';
    const document = loweredBelow(text, { 'shared/hosts.txt': 'a.example\n' });
    expect(document.problems).toEqual([]);
    expect(document.dependencies).toEqual(['file:///work/shared/hosts.txt']);
  });
});

describe('a file that cannot be read', () => {
  test('is refused where it is missing', () => {
    const document = loweredBelow(mainWith('../shared/rules.conf'), {});
    expect(document.problems).toMatchObject([{ code: 'syntax-error' }]);
  });

  test('leaves verdicts undecided where it may exist', () => {
    for (const path of ['../../elsewhere/rules.conf', '/etc/squid/rules.conf']) {
      const document = loweredBelow(mainWith(path), {});
      expect(document.problems).toMatchObject([{ code: 'unmodelled-statement' }]);
    }
  });
});
