import { describe, expect, it } from 'vitest';
import { pac } from '../../../server/src/dialects/pac/index.js';
import { Budget, paidBy } from '../../../server/src/model/budget.js';
import { HostSet } from '../../../server/src/model/hosts.js';
import { describeCases, NO_SOURCES, readPac, requestFor } from './helpers.js';

const TEXT = `var lists = ["a.example"]; // our own
function FindProxyForURL(url, host) {
  if (shExpMatch(host, "*.intranet.example")) return "DIRECT";
  /* by address */
  if (isInNet(dnsResolve(host), "192.0.2.0", "255.255.255.0")) return "DIRECT";
  if (isInNet(myIpAddress(), "10.0.0.0", "255.0.0.0")) return "PROXY near.example:8080";
  if (Math.sin(host.length) > 0.5) return "DIRECT";
  for (;host;) { if (host == "loop.example") return "DIRECT"; break }
  if (weekdayRange("MON")) return lists[host.length];
  return "PROXY far.example:8080";
}
`;

/** What a file says of every host, with all places. */
function verdictsOf({ model }: ReturnType<typeof readPac>, budget = new Budget()) {
  if (model.kind !== 'selection') throw new Error('not a PAC model');
  const cases = paidBy(budget, () => model.decide(requestFor(HostSet.all)));
  return {
    texts: describeCases(cases),
    places: cases.map(({ decidedBy, clientsBy, assumptions, trace }) => [
      decidedBy,
      clientsBy,
      assumptions.map(({ statement, unknown }) => [statement, unknown.replace(/\d+/g, '')]),
      trace(),
    ]),
  };
}

/** The verdicts on the last of several versions of one file. */
function afterVersions(texts: readonly string[]) {
  let document = readPac(texts[0] ?? '');
  let verdicts = verdictsOf(document);
  for (const text of texts.slice(1)) {
    const source = { uri: document.source.uri, text };
    document = pac.lower(source, pac.parse(source, document.tree), NO_SOURCES);
    verdicts = verdictsOf(document);
  }
  return verdicts;
}

describe('a file that is edited has the verdicts of one that is read anew', () => {
  it.each([
    ['spaces', TEXT.replaceAll(') return', ')   return')],
    ['a comment', TEXT.replace('our own', 'those of the head office')],
    ['a longer comment within the function', TEXT.replace('by address', 'by address, which DNS tells')],
    ['a new line', TEXT.replace('/* by', '\n/* by')],
    ['lines at the beginning', `// Moved\n\n${TEXT}`],
    ['a name', TEXT.replace('intranet', 'extranet')],
    ['a result', TEXT.replace('far.example', 'distant.example')],
    ['an operator', TEXT.replace('> 0.5', '< 0.5')],
    ['a part of a loop', TEXT.replace('(;host;)', '(host;;)')],
    ['a number', TEXT.replace('255.0.0.0', '255.1.0.0')],
    ['an expression', TEXT.replace('shExpMatch(host, "*.intranet.example")', '/intranet/.test(host)')],
  ])('where %s differs', (_, text) => {
    const anew = verdictsOf(readPac(text));
    expect(afterVersions([TEXT, text])).toEqual(anew);
    expect(afterVersions([text, TEXT, 'function (', text])).toEqual(anew);
  });

  it('where the flags of an expression differ', () => {
    const versions = ['/corp/', '/corp/i'].map((pattern) => TEXT.replace('"*.intranet.example"', `String(${pattern})`));
    expect(afterVersions(versions)).toEqual(verdictsOf(readPac(versions[1] ?? '')));
  });
});

it('a file that is judged again has the same verdicts', () => {
  const document = readPac(TEXT);
  expect(verdictsOf(document)).toEqual(verdictsOf(document));
});

it('a file that needs more than is left has the same verdicts each time, also after one with enough', () => {
  const document = readPac(TEXT);
  const poor = () => verdictsOf(document, new Budget(30_000));
  const first = poor();
  expect(first.texts.join()).toContain('needs more work');
  const rich = verdictsOf(document);
  expect(rich.texts.join()).not.toContain('needs more work');
  expect(poor()).toEqual(first);
});
