// What the fixtures cannot show: the text that each fix makes, files without a tree, and the many ways to make an entry function.
import { describe, expect, test } from 'vitest';
import { lower } from '../../../server/src/dialects/pac/document.js';
import { parsePac } from '../../../server/src/dialects/pac/syntax/parse.js';
import {
  isAddressPlaceholder,
  isHostPlaceholder,
  isPlaceholder,
} from '../../../server/src/dialects/pac/vocabulary/placeholders.js';
import { applyEdits } from '../../../server/src/text/edit.js';
import { decide, describeCases } from './helpers.js';

function read(text: string) {
  const source = { uri: 'file:///proxy.pac', text };
  return lower(source, parsePac(source));
}

function withCondition(condition: string): string {
  return `function FindProxyForURL(url, host) { if (${condition}) return "DIRECT"; return "PROXY p:1"; }`;
}

/** The condition after the fix of its first finding that has one; `undefined` where none has. */
function fixed(condition: string): string | undefined {
  const text = withCondition(condition);
  const fix = read(text).problems.find((problem) => problem.fix)?.fix;
  return fix && /if \((.*)\) return "DIRECT"/.exec(applyEdits(text, fix.edits))?.[1];
}

function codes(text: string): string[] {
  return read(text).problems.map(({ code }) => code);
}

describe('a fix writes the one right condition', () => {
  test.each([
    ['host = "a.test"', 'host == "a.test"'],
    ['host == "a.test" || "b.test"', 'host == "a.test" || host == "b.test"'],
    ['dnsDomainIs(host, ".a.test") || ".b.test"', 'dnsDomainIs(host, ".a.test") || dnsDomainIs(host, ".b.test")'],
    ['dnsDomainIs(host, ".a.test" || ".b.test")', 'dnsDomainIs(host, ".a.test") || dnsDomainIs(host, ".b.test")'],
    [
      'url != "" && dnsDomainIs(host, ".a.test" || ".b.test")',
      'url != "" && (dnsDomainIs(host, ".a.test") || dnsDomainIs(host, ".b.test"))',
    ],
    ["host == '*.a.test'", "shExpMatch(host, '*.a.test')"],
    ['host != "*.a.test"', '!shExpMatch(host, "*.a.test")'],
    ['url == "http://*.a.test/"', 'shExpMatch(url, "http://*.a.test/")'],
    ['host.endsWith("*.a.test")', 'host.endsWith(".a.test")'],
    ['shExpMatch(host, ".a.test")', 'shExpMatch(host, "*.a.test")'],
    ['shExpMatch(host, ".*a.*")', 'shExpMatch(host, "*a*")'],
    ['localHostOrDomainIs(host, ".a.test")', 'dnsDomainIs(host, ".a.test")'],
    ['shExpMatch(host, "*\\\\.a\\\\.test")', 'shExpMatch(host, "*.a.test")'],
    ['shExpMatch(host, "*.a.test; *.b.test")', 'shExpMatch(host, "*.a.test") || shExpMatch(host, "*.b.test")'],
    ['shExpMatch(host, "*.a.com|*.b.com")', 'shExpMatch(host, "*.a.com") || shExpMatch(host, "*.b.com")'],
    ['shExpMatch(url, "a.test*")', 'shExpMatch(url, "*://a.test/*")'],
    ['/^10\\\\.1\\\\./.test(host)', '/^10\\.1\\./.test(host)'],
    ['host.indexOf("a")', 'host.indexOf("a") >= 0'],
    ['host != "a.test" || host != "b.test"', 'host != "a.test" && host != "b.test"'],
    ['host == "a.test" && (host == "b.test")', 'host == "a.test" || (host == "b.test")'],
    ['isInNet("10.0.0.0", host, "255.0.0.0")', 'isInNet(host, "10.0.0.0", "255.0.0.0")'],
    ['isInNet(host, "255.0.0.0", "10.0.0.0")', 'isInNet(host, "10.0.0.0", "255.0.0.0")'],
    ['isInNetEx(host, "10.0.0.0/8")', 'isInNetEx(dnsResolve(host), "10.0.0.0/8")'],
    ['dnsDomainIs(url, ".a.test")', 'dnsDomainIs(host, ".a.test")'],
    ['dnsDomainIs(host, "example.com")', 'dnsDomainIs(host, ".example.com") || host == "example.com"'],
  ])('%s', (condition, expected) => {
    expect(fixed(condition)).toBe(expected);
  });

  test.each([
    // Below a registered domain and outside of the public domains, the other hosts can be the same owner's.
    'dnsDomainIs(host, "shop.example.com")',
    'shExpMatch(host, "*intern.corp")',
    '/^a.b.example.com$/.test(host)',
    'shExpMatch(host, "*.a.com|www.b.com")',
    'host == ".a.test"',
    'host.indexOf("a.test; b.test") >= 0',
    'host.slice(-7) == "*.a.com"',
    'shExpMatch(host, "https://*.a.test/*")',
  ])('%s has none', (condition) => {
    expect(codes(withCondition(condition))).toHaveLength(1);
    expect(fixed(condition)).toBeUndefined();
  });
});

describe('one finding for each condition', () => {
  test.each([
    ['dnsDomainIs(host, "Shop.example.com")', 'pac-never-matches'],
    ['shExpMatch(host, "*Shop.example.com ")', 'pac-never-matches'],
    ['/Shop.example.com/.test(host)', 'pac-never-matches'],
    ['dnsDomainIs(url, "shop.example.com")', 'pac-invalid-argument'],
    ['shExpMatch(url, "shop.example.com*")', 'pac-never-matches'],
  ])('%s', (condition, code) => {
    expect(codes(withCondition(condition))).toEqual([code]);
  });
});

describe('what anyone can register is said by the public suffix list', () => {
  test.each([
    ['waze.com', true],
    ['example.co.uk', true],
    ['co.uk', true],
    ['inbox.google.com', false],
    ['intern.corp', false],
    ['cloud.microsoft', false],
    ['example.gov', false],
    ['example.edu.tw', false],
    ['example.ac', true],
  ])('%s', (name, isRegistrable) => {
    const [problem] = read(withCondition(`dnsDomainIs(host, "${name}")`)).problems;
    expect(problem?.message.includes('anyone can register')).toBe(isRegistrable);
  });
});

describe('the entry function is a property of the global object', () => {
  test.each([
    'var FindProxyForURL = function () { return "DIRECT"; };',
    'FindProxyForURL = function () { return "DIRECT"; };',
    'this.FindProxyForURL = function () { return "DIRECT"; };',
    'var FindProxyForURL = (function () { return function () { return "DIRECT"; }; })();',
    '(function () { function find() { return "DIRECT"; } this.FindProxyForURL = find; })();',
    '(function (global) { global["FindProxyForURL"] = function () { return "DIRECT"; }; })(this);',
    'Object.defineProperty(this, "FindProxyForURL", { value: function () { return "DIRECT"; } });',
  ])('%s', (text) => {
    expect(codes(text)).not.toContain('syntax-error');
  });

  test.each([
    'let FindProxyForURL = function () { return "DIRECT"; };',
    'const FindProxyForURL = function () { return "DIRECT"; };',
    'class FindProxyForURL {}',
    '(function () { function FindProxyForURL() { return "DIRECT"; } })();',
    'function findProxyForURL() { return "DIRECT"; }',
  ])('%s is refused', (text) => {
    expect(codes(text)).toContain('syntax-error');
  });
});

describe('a file without a tree says why', () => {
  test.each([
    [`${withCondition('true')}${' '.repeat(4 * 1024 * 1024)}`, 'too large', 'the file is too large'],
    [withCondition('('.repeat(500) + ')'.repeat(500)), 'brackets are open here', 'nests more deeply'],
    ['function (', 'Unexpected token', 'not valid JavaScript'],
  ])('%#', (text, message, reason) => {
    expect(read(text).problems[0]?.message).toContain(message);
    expect(describeCases(decide(text, 'a.test')).join()).toContain(reason);
  });
});

test('placeholders are told from texts', () => {
  for (const text of [
    '$'.concat('{A_B}'),
    'x.$'.concat('{A}.test'),
    '{{ net }}',
    '%PROXY%',
    '<%= net %>',
    '@HOST@',
    '__HOST__',
  ])
    expect(isPlaceholder(text), text).toBe(true);
  for (const text of ['http://a/%20b%20', 'A_B', 'a.test', '$', '{}']) expect(isPlaceholder(text), text).toBe(false);
  expect(['PAC_NETWORK', 'NET', '10.0.0.0', 'net'].map(isAddressPlaceholder)).toEqual([true, true, false, false]);
  expect(['PROXY_HOST', 'LOCALHOST', 'a.test'].map(isHostPlaceholder)).toEqual([true, false, false]);
});
