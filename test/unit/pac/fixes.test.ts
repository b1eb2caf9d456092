import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Change } from '../../../server/src/dialects/dialect.js';
import { pac } from '../../../server/src/dialects/pac/index.js';
import { HostSet } from '../../../server/src/model/hosts.js';
import { applyEdits } from '../../../server/src/text/edit.js';
import { NO_SOURCES, readPac, requestFor } from './helpers.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures/pac/bypass/', import.meta.url));
const HOSTS = ['*.teams.example', 'teams.example', '*cdn.office.example'];
const WANTED = HostSet.union(HOSTS.map((pattern) => HostSet.pattern(pattern)));

/** The hosts that a file sends past the proxy. */
function directHosts(text: string): HostSet {
  const { model } = readPac(text);
  if (model.kind !== 'selection') throw new Error('not a PAC model');
  const cases = model.decide(requestFor(HostSet.all));
  const direct = cases.filter(({ outcome }) => outcome.kind === 'selected' && outcome.route === 'direct');
  return HostSet.union(direct.map(({ hosts }) => hosts));
}

/** The first proposal that sends the wanted hosts past the proxy, and no others that were not. */
function bypassed(text: string, goal: 'bypass' | 'permit' = 'bypass'): string | undefined {
  const document = readPac(text);
  if (document.model.kind !== 'selection') return undefined;
  const decidedBy = document.model.decide(requestFor(WANTED)).flatMap((one) => one.decidedBy ?? []);
  const change: Change = {
    goal,
    hosts: HOSTS,
    hostSet: WANTED,
    ports: [443],
    clients: undefined,
    decidedBy,
    label: 'teams',
  };
  const before = directHosts(text);
  return pac
    .emit(document, change, NO_SOURCES)
    .map(({ edits }) => applyEdits(text, edits))
    .find((edited) => {
      const after = directHosts(edited);
      return WANTED.subtract(after).isEmpty && after.subtract(before).subtract(WANTED).isEmpty;
    });
}

const names = readdirSync(FIXTURES).flatMap((name) =>
  name.endsWith('.before.pac') ? [name.slice(0, -'.before.pac'.length)] : [],
);
const read = (name: string) => readFileSync(FIXTURES + name, 'utf8');

describe("a bypass is written in the file's own idiom", () => {
  test.each(names)('%s', (name) => {
    expect(bypassed(read(`${name}.before.pac`))).toBe(read(`${name}.after.pac`));
  });

  test.each(names)('%s with CRLF keeps its line ends', (name) => {
    const crlf = (text: string) => text.replaceAll('\n', '\r\n');
    expect(bypassed(crlf(read(`${name}.before.pac`)))).toBe(crlf(read(`${name}.after.pac`)));
  });

  test.each(names)('%s brings no new finding', (name) => {
    expect(readPac(read(`${name}.after.pac`)).problems.length).toBeLessThanOrEqual(
      readPac(read(`${name}.before.pac`)).problems.length,
    );
  });
});

test('a PAC file permits nothing, so nothing is proposed for that', () => {
  expect(bypassed(read(`${names[0]}.before.pac`), 'permit')).toBeUndefined();
});

test('a file that cannot be read gets no proposals', () => {
  expect(
    pac.emit(
      readPac('function ('),
      { goal: 'bypass', hosts: HOSTS, hostSet: WANTED, ports: [], clients: undefined, decidedBy: [], label: 'x' },
      NO_SOURCES,
    ),
  ).toEqual([]);
});
