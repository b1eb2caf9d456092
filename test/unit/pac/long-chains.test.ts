import { parse } from 'acorn';
import { describe, expect, test } from 'vitest';
import { parseProgram } from '../../../server/src/dialects/pac/syntax/chain-parser.js';
import { JAVASCRIPT } from '../../../server/src/dialects/pac/syntax/parse.js';
import { decide, describeCases } from './helpers.js';

describe('operators are read as the parser alone reads them', () => {
  test.each([
    'a || b || c && d && e || f',
    'a && (b || c) && (d || e || f)',
    '(a || b) || c',
    '((a + b)) * c - d * (e - f) - g',
    'a ** b ** c * d ** (e + f) ** g',
    '-(a ** b) + !c - typeof d % e',
    'a ?? b ?? (c || d)',
    'a == b != c === d < e >= f << g',
    'x => x || y || z, (a || b) ? c || d : e && f',
    'for (var i = a || (b in c); i < d + e + f; i++) a | b | c',
    'class A { #x; has(o) { return #x in o && o || #x in a } }',
    'a + (b, c + d) + [e + f + g][h + i] + j(k + l + m) + q',
  ])('%s', (text) => {
    expect(JSON.stringify(parseProgram(text, JAVASCRIPT))).toBe(JSON.stringify(parse(text, JAVASCRIPT)));
  });

  test.each(['a || b ?? c', 'a ?? b && c', 'a ||', '-a ** b', 'a + + * b'])('%s is refused', (text) => {
    const messageOf = (read: () => unknown): unknown => {
      try {
        return read();
      } catch (thrown) {
        return String(thrown);
      }
    };
    expect(messageOf(() => parseProgram(text, JAVASCRIPT))).toBe(messageOf(() => parse(text, JAVASCRIPT)));
  });
});

test('a block list of 6,000 tests in one condition is followed', () => {
  const tests = Array.from({ length: 6_000 }, (_, i) => `dnsDomainIs(host, ".ads${i}.example")`);
  const text = `function FindProxyForURL(url, host) {
    if (${tests.join(' ||\n')}) return "PROXY blocked.example:9";
    return "DIRECT";
  }`;
  const routeOf = (host: string) => describeCases(decide(text, host));
  expect(routeOf('www.ads5999.example')).toEqual([expect.stringContaining('PROXY blocked.example:9')]);
  expect(routeOf('*.shop.example')).toEqual([expect.stringContaining('DIRECT')]);
});

test('each domain above the host is looked up in a table of 10,000', () => {
  const names = Array.from({ length: 10_000 }, (_, i) => `"h${i}.corp.example": 1`);
  const text = `var table = { ${names.join(',\n')} };
  function FindProxyForURL(url, host) {
    for (var name = host; name; name = name.substring(name.indexOf(".") + 1)) {
      if (table[name]) return "DIRECT";
      if (name.indexOf(".") < 0) break;
    }
    return "PROXY p.example:8080";
  }`;
  const routeOf = (host: string) => describeCases(decide(text, host));
  expect(routeOf('www.h9999.corp.example')).toEqual([expect.stringContaining('DIRECT')]);
  expect(routeOf('*.shop.example')).toEqual([expect.stringContaining('PROXY p.example:8080')]);
  expect(routeOf('*.h7.corp.example')).toEqual([expect.stringContaining('DIRECT')]);
});

test('hundreds of patterns of URLs are decided', () => {
  const tests = Array.from(
    { length: 600 },
    (_, i) => `if (shExpMatch(url, "https://*.d${i}.example/*")) return "PROXY p.example:8080";`,
  );
  const text = `function FindProxyForURL(url, host) {
    ${tests.join('\n')}
    return "DIRECT";
  }`;
  const routeOf = (host: string) => describeCases(decide(text, host));
  expect(routeOf('*.d599.example')).toEqual([expect.stringContaining('PROXY p.example:8080')]);
  expect(routeOf('*.shop.example')).toEqual([expect.stringContaining('DIRECT')]);
});

test('thousands of patterns of hosts and paths are decided', () => {
  const tests = Array.from(
    { length: 3000 },
    (_, i) => `if (shExpMatch(url, "*w${i}x*/a?${i}*")) return "PROXY p.example:8080";`,
  );
  const text = `function FindProxyForURL(url, host) {
    ${tests.join('\n')}
    return "DIRECT";
  }`;
  // The path of an https URL is stripped, so that nothing matches.
  expect(describeCases(decide(text, '*.shop.example'))).toEqual([expect.stringContaining('DIRECT')]);
});
