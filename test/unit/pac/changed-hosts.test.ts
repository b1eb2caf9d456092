// For which hosts a program may answer otherwise once a bypass was put into it.
import { describe, expect, test } from 'vitest';
import { readPac } from './helpers.js';

/** The hosts as text; `undefined` where only following both programs tells. */
function changed(before: string, after: string): string | undefined {
  const [old, now] = [readPac(before).model, readPac(after).model];
  if (old.kind !== 'selection' || now.kind !== 'selection') throw new Error('not a PAC model');
  return now.changedHosts?.(old)?.describe();
}

const entry = (body: string) => `function FindProxyForURL(url, host) {\n${body}  return "PROXY p.example:80";\n}\n`;
const BYPASS = '  if (host == "a.example" || dnsDomainIs(host, ".b.example")) return "DIRECT";\n';
const FIRST = '  if (shExpMatch(host, "*.c.example")) return "DIRECT";\n';
const EXTENDED = '  if (shExpMatch(host, "*.c.example") || host == "a.example") return "DIRECT";\n';

describe('those of the comparisons alone', () => {
  test.each([
    ['a new condition', entry(FIRST), entry(FIRST + BYPASS), '*.b.example, a.example'],
    [
      'a new condition that begins as the next one does',
      entry(BYPASS),
      entry(BYPASS + BYPASS),
      '*.b.example, a.example',
    ],
    ['another operand', entry(FIRST), entry(EXTENDED), 'a.example'],
    [
      'another operand of a chain',
      entry(EXTENDED),
      entry(EXTENDED.replace('a.example")', 'a.example" || host == "d.example")')),
      'd.example',
    ],
    [
      'in a block',
      entry(`  if (url) {\n${FIRST}  }\n`),
      entry(`  if (url) {\n${FIRST}${BYPASS}  }\n`),
      '*.b.example, a.example',
    ],
    ['in capitals', entry(''), entry('  if (host == "A.example") return "DIRECT";\n'), 'a.example'],
  ])('%s', (_, before, after, hosts) => {
    expect(changed(before, after)?.split(', ').sort().join(', ')).toBe(hosts);
  });
});

describe('not known', () => {
  const inside = (body: string) => [entry(body), entry(body + BYPASS)] as const;
  test.each<[string, readonly [string, string]]>([
    [
      'a comparison of the end of a name',
      [entry(''), entry('  if (dnsDomainIs(host, "a.example")) return "DIRECT";\n')],
    ],
    ['a comparison of something else', [entry(''), entry('  if (url == "a.example") return "DIRECT";\n')]],
    ['more than one statement', [entry(''), entry(BYPASS + FIRST)]],
    ['another change beside it', [entry(FIRST), entry(FIRST.replace('c.example', 'd.example') + BYPASS)]],
    ['a condition that does more', [entry(''), entry('  if (host == "a.example") { host = "b"; return "DIRECT"; }\n')]],
    ['a host that was changed before', inside('  host = host + ".example";\n')],
    ['arguments that may be the host', inside('  arguments[1] = "a";\n')],
    [
      'a helper of its own',
      [entry(''), entry(BYPASS)].map((text) => `${text}function dnsDomainIs() { return true; }\n`) as [string, string],
    ],
    ['a function that calls itself', inside('  if (url == "x") return FindProxyForURL("y", "a.example");\n')],
    ['a program that sees its text', inside('  if (eval("1")) return "DIRECT";\n')],
    [
      'a function that is not asked',
      [
        `function other(url, host) { return "DIRECT"; }\n${entry('  return other(url, "x");\n')}`,
        `function other(url, host) { if (host == "a.example") return "PROXY p.example:80"; return "DIRECT"; }\n${entry('  return other(url, "x");\n')}`,
      ],
    ],
    [
      'a place that asks for the opposite',
      [
        entry('  if (!(url == "x")) return "DIRECT";\n'),
        entry('  if (!(url == "x" || host == "a.example")) return "DIRECT";\n'),
      ],
    ],
  ])('%s', (_, [before, after]) => {
    expect(changed(before, after)).toBeUndefined();
  });
});
