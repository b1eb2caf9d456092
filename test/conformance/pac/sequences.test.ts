// What a program remembers: pactester answers a list of requests in one engine, so that earlier ones may change later ones.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import type { Assumption } from '../../../server/src/model/evidence.js';
import { HostSet } from '../../../server/src/model/hosts.js';
import { IpSet } from '../../../server/src/model/ip.js';
import { Random } from '../../random.js';
import { describeCases, readPac, requestFor } from '../../unit/pac/helpers.js';
import { askPactester, missingPactester } from './pactester.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures/pac-proof/', import.meta.url));
const CLIENT = '10.1.2.3';
const PROGRAMS = 120;
const REQUESTS = 40;

/** Hosts that are asked about, and others whose requests come between. */
const ASKED = ['turn.teams.example.com', 'teams.example.com', 'a.lync.example', 'teams.cloud.example'];
const OTHERS = ['www.example.org', 'mail.example.org', 'teams.example.org', 'a.example.org'];
const SCHEMES = ['https', 'https', 'http', 'ftp'];

const missing = missingPactester();

let decided = 0;
let open = 0;
let first = 0;

/** What is decided of a host has to be so whatever was asked before. */
function compare(text: string, choices: Random): void {
  const urls = Array.from(
    { length: REQUESTS },
    () => `${choices.pick(SCHEMES)}://${choices.pick(choices.pick([ASKED, OTHERS]))}/`,
  );
  const answers = askPactester(text, urls, CLIENT);
  const { model } = readPac(text);
  if (!answers || model.kind !== 'selection') return;
  for (const [i, url] of urls.entries()) {
    const { protocol, hostname } = new URL(url);
    if (protocol !== 'https:') continue;
    const cases = model.decide(requestFor(HostSet.exact(hostname), { clients: IpSet.parse(CLIENT) }));
    // What is so at first has to be the answer to the first request.
    const atFirst = i > 0 ? cases : cases.filter(({ assumptions }) => assumptions.every(isSoAtFirst));
    const results = atFirst.map(({ outcome }) => (outcome.kind === 'selected' ? outcome.result : undefined));
    if (results.includes(undefined)) {
      open++;
      continue;
    }
    if (atFirst.length < cases.length) first++;
    decided++;
    expect(results, `${text}\n${urls.slice(0, i + 1).join('\n')}\n${describeCases(cases).join('\n')}`).toContain(
      answers[i],
    );
  }
}

/** Whether it says nothing of earlier requests but that there were none. */
function isSoAtFirst({ isAtFirst, phrase }: Assumption): boolean {
  return isAtFirst || !phrase.startsWith('earlier requests');
}

const STATE = `var n = 0;
var flag = false;
var mode = "on";
var level = 0;
var unset;
var o = { a: 0, b: { c: 0 } };
var list = ["x"];
var table = {};
var found = /e/g;
function put(to, key, value) { to[key] = value; }
function note(to, value) { to.push(value); return to.length; }
var box = (function () { var kept = 0; return { add: function () { kept++; }, get: function () { return kept; } }; })();
`;
const CONDITIONS = [
  'host == "www.example.org"',
  'dnsDomainIs(host, ".example.org")',
  'url.substring(0, 5) == "http:"',
  'url.substring(0, 4) == "ftp:"',
  'host == "a.lync.example"',
  'shExpMatch(host, "*.example.com")',
  'true',
];
const WRITES = [
  'n = 1',
  'n++',
  'mode = "off"',
  'mode = "on"',
  'level = 1',
  'level = 2',
  'level = -1',
  'unset = null',
  'unset = true',
  'delete mode',
  'this.mode = "odd"',
  'level = !1',
  'flag = !flag',
  'o.a = 1',
  'o.b.c = 1',
  'o["a"] = 2',
  'put(o, "a", 1)',
  'put(table, host, 1)',
  'put([], "a", 1)',
  'list.push(host)',
  'list[0] = "y"',
  'note(list, host)',
  'note([], host)',
  'table[host] = 1',
  'table[host.split(".")[0]] = 1',
  'table[host] = (table[host] || 0) + 1',
  'found.test(host)',
  'box.add()',
  'FindProxyForURL.seen = 1',
  'this.made = 1',
  '[].push.call(list, 1)',
  'Object.keys(o).forEach(function (key) { if (key == "a") o[key] = 3; })',
  'delete o.a',
];
const READS = [
  'n',
  'n > 2',
  'mode == "on"',
  'mode.length > 2',
  'this.mode != "on"',
  'level',
  'level > 1',
  'level < 0 || mode == "off"',
  'unset === undefined',
  'unset',
  '"" + level == "1"',
  'typeof mode == "string" && mode.charAt(1) == "f"',
  'flag',
  'o.a',
  'o.b.c',
  'list.length > 1',
  'list[0] == "y"',
  'list.indexOf(host) >= 0',
  'table[host]',
  'table[host] > 2',
  'table[host.split(".")[0]]',
  'host in table',
  'found.test(host)',
  'box.get()',
  'FindProxyForURL.seen',
  'typeof made != "undefined"',
  'o.a === undefined',
];

function programOf(choices: Random): string {
  const body = Array.from({ length: 1 + choices.below(3) }, () =>
    choices.below(2) === 0
      ? `  if (${choices.pick(CONDITIONS)}) ${choices.pick(WRITES)};`
      : `  if (${choices.pick(READS)}) return "PROXY a.test:${choices.below(3)}";`,
  );
  return `${STATE}function FindProxyForURL(url, host) {\n${body.join('\n')}
  if (${choices.pick(READS)}) return "PROXY gate.test:1";
  ${choices.pick(WRITES)};
  return "DIRECT";\n}\n`;
}

describe.skipIf(missing)('what is decided holds after any other requests', () => {
  test.each(readdirSync(FIXTURES).filter((name) => /^(?:kept|table|filled|state)/.test(name)))('%s', (name) => {
    compare(readFileSync(FIXTURES + name, 'utf8'), new Random(name.length));
  });

  test.each(Array.from({ length: PROGRAMS / 10 }, (_, i) => i))('generated programs %i', (seed) => {
    const choices = new Random(seed + 1);
    for (let i = 0; i < 10; i++) compare(programOf(choices), choices);
  });

  afterAll(() => {
    console.log(
      `what programs remember: ${decided} answers decided and equal, ${first} of them as the first, ${open} open`,
    );
    expect(decided).toBeGreaterThan(400);
  });
});
