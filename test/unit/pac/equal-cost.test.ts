import { describe, expect, test } from 'vitest';
import { Environment } from '../../../server/src/dialects/pac/meaning/environment/environment.js';
import { followPaths } from '../../../server/src/dialects/pac/meaning/machine/follow.js';
import { Region } from '../../../server/src/dialects/pac/meaning/question/region.js';
import { Budget, paidBy } from '../../../server/src/model/budget.js';
import { HostSet } from '../../../server/src/model/hosts.js';
import { IpSet } from '../../../server/src/model/ip.js';
import { readPac, requestFor } from './helpers.js';
import { ANY_HOST, load } from './machine-helpers.js';

/** The share of a budget that a file costs when it is read and asked, as if it were new. */
function costOf(text: string): number {
  const { model } = readPac(text);
  if (model.kind !== 'selection') throw new Error('not a PAC model');
  const budget = new Budget();
  const hosts = HostSet.pattern('*.apps.example.com');
  paidBy(budget, () => model.decide(requestFor(hosts, { scheme: 'http', port: 80, among: HostSet.all })));
  return budget.spentShare;
}

describe('a file costs the same each time that it is read, so that one at the limit gets the same verdict again', () => {
  test.each([
    ['expressions', 'if (/^(?:www|cdn)[0-9]*\\.(?:a|b)+\\.example$/.test(host)) return "DIRECT";'],
    ['expressions on the URL', 'if (/^https?:\\/\\/[^\\/]*shop.*\\/cart/.test(url)) return "DIRECT";'],
    ['patterns', 'if (shExpMatch(url, "*ads*") || shExpMatch(host, "a?b*c*")) return "DIRECT";'],
    ['lists', 'if ({ "a.example": 1, "b.example": 1 }[host.substring(host.indexOf(".") + 1)]) return "DIRECT";'],
    ['addresses', 'if (/^10\\.(?:1|2)/.test(dnsResolve(host))) return "DIRECT";'],
  ])('%s', (_, statement) => {
    const text = `function FindProxyForURL(url, host) { ${statement} return "PROXY proxy.example:8080"; }`;
    const [first, second] = [costOf(text), costOf(text)];
    expect(first).toBeGreaterThan(0);
    expect(second).toBe(first);
  });
});

test('a question to a long function costs the same, and has the same answer, whoever was the first to come so far', () => {
  const conditions = Array.from({ length: 300 }, (_, i) => `if (host == "h${i}.example") { return "PROXY p${i}:80"; }`);
  const text = `function FindProxyForURL(url, host) { ${conditions.join('\n')} return "DIRECT"; }`;
  const ask = (loaded: ReturnType<typeof load>, pattern: string) => {
    const budget = new Budget();
    const region = Region.of(HostSet.pattern(pattern), IpSet.all);
    const environment = new Environment(IpSet.all, undefined);
    const question = {
      entry: 'FindProxyForURL',
      url: 'https://x/',
      host: ANY_HOST,
      region,
      environment,
      budget,
    } as const;
    const leaves = followPaths(loaded, question);
    const results = leaves.map(({ outcome }) => (outcome.kind === 'returned' ? outcome.value : outcome.reason));
    return { results, share: budget.spentShare };
  };
  const known = load(text);
  const everything = ask(known, '*');
  expect(everything.results).toHaveLength(301);
  for (const i of [0, 63, 64, 65, 127, 128, 129, 298, 299]) {
    const answer = ask(load(text), `h${i}.example`);
    expect(answer.results).toEqual([`PROXY p${i}:80`]);
    expect(ask(known, `h${i}.example`)).toEqual(answer);
  }
  const rest = ask(load(text), 'other.example');
  expect(rest.results).toEqual(['DIRECT']);
  expect(ask(known, 'other.example')).toEqual(rest);
  expect(ask(load(text), '*')).toEqual(everything);
});
