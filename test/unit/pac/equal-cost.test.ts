import { describe, expect, test } from 'vitest';
import { Budget, paidBy } from '../../../server/src/model/budget.js';
import { HostSet } from '../../../server/src/model/hosts.js';
import { readPac, requestFor } from './helpers.js';

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
