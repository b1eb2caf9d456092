import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { HostSet } from '../../../server/src/model/hosts.js';
import { IpSet } from '../../../server/src/model/ip.js';
import type { Model } from '../../../server/src/model/model.js';
import type { Case, SelectionOutcome } from '../../../server/src/model/proxy.js';
import { Random } from '../../random.js';
import { describeCases, readPac, requestFor } from '../../unit/pac/helpers.js';
import { pacFile, urlsFor } from './generate.js';
import { askPactester, missingPactester } from './pactester.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures/pac/', import.meta.url));
const GENERATED_FILES = 70;
const URLS_PER_FILE = 40;
const CLIENTS = ['10.1.2.3', '10.2.5.6', '192.0.2.7'] as const;

const missing = missingPactester();
if (missing && process.env.LINTEL_REQUIRE_ENGINES === '1') throw new Error(missing);
if (missing) console.warn(`Skipped: comparison with pactester. ${missing}`);

/** The answer of the model to a question that leaves nothing open. */
function askModel(model: Model, url: string, client: string): readonly Case<SelectionOutcome>[] {
  if (model.kind !== 'selection') throw new Error('not a PAC model');
  const { protocol, hostname, port, pathname, search } = new URL(url);
  const scheme = protocol === 'https:' ? 'https' : 'http';
  return model.decide(
    requestFor(HostSet.exact(hostname), {
      scheme,
      port: port === '' ? (scheme === 'https' ? 443 : 80) : Number(port),
      path: pathname + search,
      clients: IpSet.parse(client),
    }),
  );
}

function resultOf(cases: readonly Case<SelectionOutcome>[]): string {
  const [only] = cases;
  if (cases.length !== 1 || only?.outcome.kind !== 'selected')
    return `not decided: ${describeCases(cases).join(' / ')}`;
  return only.outcome.result;
}

/** pactester prints what is not a string; clients treat it as no result. */
function asResult(answer: string): string {
  return answer === 'null' || answer === 'undefined' ? '' : answer;
}

let compared = 0;

/** Of an encrypted URL browsers show neither path nor query; pactester does. */
function asShown(url: string): string {
  return url.replace(/^(https:\/\/[^/]*\/).*$/, '$1');
}

function compare(text: string, all: readonly string[], client: string): void {
  const urls = all.map(asShown);
  const answers = askPactester(text, urls, client);
  expect(answers, 'pactester accepts the file').toBeDefined();
  const { model } = readPac(text);
  const results = urls.map((url) => `${url} → ${resultOf(askModel(model, url, client))}`);
  expect(results).toEqual(urls.map((url, i) => `${url} → ${asResult(answers?.[i] ?? '')}`));
  compared += urls.length;
}

describe.skipIf(missing)('results equal those of pactester', () => {
  const written = readdirSync(`${FIXTURES}conformance`);

  test.each(written)('%s', (name) => {
    const text = readFileSync(`${FIXTURES}conformance/${name}`, 'utf8');
    const named = [...text.matchAll(/[a-z]+(?:\.[a-z]+)+/g)].map(([host]) => `http://www.${host}/`).slice(0, 12);
    for (const [seed, client] of CLIENTS.entries()) {
      compare(text, [...urlsFor(new Random(seed), URLS_PER_FILE), 'http://fail.example.com/', ...named], client);
    }
  });

  test.each(Array.from({ length: GENERATED_FILES }, (_, seed) => seed))('generated file %i', (seed) => {
    const choices = new Random(seed + 1);
    compare(pacFile(choices), urlsFor(choices, URLS_PER_FILE), choices.pick(CLIENTS));
  });

  test('at least 2,000 pairs were compared', () => {
    expect(compared).toBeGreaterThanOrEqual(2000);
  });

  test('a fixed file is still accepted', () => {
    // An address as host: where DNS does not answer, isInNetEx of pacparser fails.
    const urls = ['http://10.1.2.3/'];
    for (const name of readdirSync(`${FIXTURES}findings`)) {
      const text = readFileSync(`${FIXTURES}findings/${name}`, 'utf8');
      if (askPactester(text, urls, '10.1.2.3') === undefined) continue;
      for (const { fix } of readPac(text).problems) {
        if (!fix) continue;
        const edited = [...fix.edits].sort((a, b) => b.range.start - a.range.start);
        const fixed = edited.reduce(
          (all, { range, newText }) => all.slice(0, range.start) + newText + all.slice(range.end),
          text,
        );
        expect(askPactester(fixed, urls, '10.1.2.3'), `${name}: ${fix.title}`).toBeDefined();
      }
    }
  });
});

describe.skipIf(missing)('what depends on the clock', () => {
  test.each(['weekdayRange("MON", "FRI")', 'timeRange(8, 18)', 'dateRange("JAN", "JUN")', 'new Date().getDay() == 6'])(
    '%s: the answer of now is among those that were explored',
    (condition) => {
      const text = `function FindProxyForURL(url, host) { return ${condition} ? "PROXY a.test:1" : "DIRECT"; }`;
      const [answer] = askPactester(text, ['http://www.example.com/'], '10.1.2.3') ?? [];
      const results = askModel(readPac(text).model, 'http://www.example.com/', '10.1.2.3').map((one) =>
        resultOf([one]),
      );
      expect(results).toContain(answer);
      expect(new Set(results)).toHaveLength(2);
    },
  );
});

/** Where pacparser 1.3 differs from browsers, the model does as browsers do. */
describe.skipIf(missing)('known differences', () => {
  test.each([
    {
      reason: 'browsers require octets up to 255, pacparser cuts them to a byte (Chromium: isInNet, pac_js_library.h)',
      condition: 'isInNet("10.0.0.9", "10.0.0.265", "255.255.255.255")',
      pactester: 'true',
      browsers: 'false',
    },
    {
      reason: 'browsers require a whole address, pacparser takes what is missing for zero',
      condition: 'isInNet("10.0.0.0", "10", "255.255.255.255")',
      pactester: 'true',
      browsers: 'false',
    },
  ])('$condition: $reason', ({ condition, pactester, browsers }) => {
    const text = `function FindProxyForURL(url, host) { return "PROXY " + (${condition}) + ":1"; }`;
    expect(askPactester(text, ['http://a.test/'], '10.1.2.3')).toEqual([`PROXY ${pactester}:1`]);
    expect(resultOf(askModel(readPac(text).model, 'http://a.test/', '10.1.2.3'))).toBe(`PROXY ${browsers}:1`);
  });
});
