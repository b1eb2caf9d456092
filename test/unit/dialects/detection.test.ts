// No dialect takes a file that is written in another one: the fixtures of each, by their names and by their content alone.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { DIALECTS, detectDialect } from '../../../server/src/dialects/registry.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));

describe.each(DIALECTS)('$id', ({ id }) => {
  const files = ['ok', 'findings'].flatMap((folder) => {
    const path = join(FIXTURES, id, folder);
    if (!existsSync(path)) return [];
    const entries = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isFile());
    return entries.map(({ name }) => ({ name, text: readFileSync(join(path, name), 'utf8') }));
  });

  test.each(files)('$name is taken by no other dialect', ({ name, text }) => {
    for (const path of [`/srv/${name}`, '/srv/backup.txt', '/srv/main.conf', '/srv/running']) {
      expect([id, undefined], path).toContain(detectDialect(path, text)?.id);
    }
  });
});

/** Texts that quote lines of a dialect and are none of its files. */
const OTHERS = join(FIXTURES, 'detection');

test.each(readdirSync(OTHERS))('%s is of no dialect', (name) => {
  expect(detectDialect(`/srv/${name}`, readFileSync(join(OTHERS, name), 'utf8'))).toBeUndefined();
});

test('a Cisco configuration that begins with pages of classes is recognised by them', () => {
  const classes = Array.from({ length: 800 }, (_, i) => `class-map match-any APP${i}\n match dscp af11\n`).join('');
  const text = `${classes}policy-map EDGE\naccess-list 101 permit ip any any\n`;
  expect(text.length).toBeGreaterThan(16_384);
  expect(detectDialect('/srv/edge.cfg', text)?.id).toBe('cisco');
});

test.each(['README.md', 'firewall.js', 'rules.py', 'playbook.yml', 'rules.patch', 'index.html'])(
  '%s quotes a ruleset and is none',
  (name) => {
    const text = 'table inet filter {\n  chain input {\n    type filter hook input priority 0; policy drop;\n  }\n}\n';
    expect(detectDialect(`/srv/${name}`, `An example:\n\n${text}`)).toBeUndefined();
    expect(detectDialect('/srv/rules', text)?.id).toBe('nftables');
  },
);
