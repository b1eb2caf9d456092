import { describe, expect, test } from 'vitest';
import { pac } from '../../../server/src/dialects/pac/index.js';
import { Budget, paidBy } from '../../../server/src/model/budget.js';
import { hostFormulas } from '../../../server/src/model/host-formulas.js';
import { HostSet } from '../../../server/src/model/hosts.js';
import { Random } from '../../random.js';
import { decide, describeCases, readPac, requestFor } from './helpers.js';

const SOUND = 'function FindProxyForURL(url, host) { return isPlainHostName(host) ? "DIRECT" : "PROXY a:1"; }';

/** The outcome of a file with these statements; and whether a sound file is still decided after it. */
function attack(statements: string): string {
  const [only] = decide(`function FindProxyForURL(url, host) { ${statements}; return "DIRECT"; }`, 'a.test');
  return only?.outcome.kind === 'undecided' ? only.outcome.reason : 'decided';
}

describe('programs that want more than they may have are undecided', () => {
  test.each([
    'for (;;);',
    'while (true) { try { for (;;); } catch (e) {} }',
    'function f() { return f() + 1; } f()',
    'var s = "x"; for (;;) s += s',
    'var a = []; for (;;) a.push("x".repeat(1e5))',
    'var a = []; for (;;) a.push({})',
    'var o = {}; for (var i = 0; ; i++) o["k" + i] = i',
    'new Array(1e9).join("x")',
    'var a = []; a.length = 4e9; a.indexOf(1)',
    'var a = []; a.length = 4e9; a.sort()',
    'Array.prototype.join.call({ get length() { return 1e9; } })',
    'Array.from({ length: 1e9 })',
    'var a = new Array(9e5); for (;;) [...a]',
    '/(a+)+$/.test("a".repeat(40) + "b")',
    'var s = "x".repeat(9e5); for (;;) new RegExp(s)',
    'new RegExp("(?:".repeat(1e4) + ")".repeat(1e4))',
    'var a = []; for (var i = 0; i < 1e5; i++) a = [a]; JSON.stringify(a)',
    'JSON.parse("[".repeat(1e5))',
    '2n ** 100000000n',
    'eval("1")',
    'new Function("return 1")()',
    '(function () {}).constructor("return 1")()',
  ])('%s', (statements) => {
    // The reason names the line and what it does.
    expect(attack(statements)).toMatch(
      /^line 1 (?:needs more work|throws RangeError|builds a text|makes an array|has a regular expression|writes JSON|reads JSON|computes with a BigInt|uses eval|uses Function)/,
    );
    expect(describeCases(decide(SOUND, 'a.test'))).toHaveLength(1);
  });

  test.each(['> 255', '== "x"', '< 0'])(
    'a part of an address that is %s is none, however many parts there are',
    (test) => {
      expect(attack(`if (myIpAddress().split(".")[3] ${test}) return "PROXY b:1"`)).toBe('decided');
    },
  );

  test('nothing outside is within reach', () => {
    for (const name of [
      'process',
      'require',
      'globalThis.process',
      'fetch',
      'XMLHttpRequest',
      'WebAssembly',
      'console',
      'import("fs")',
    ])
      expect(
        decide(`function FindProxyForURL() { return "PROXY " + typeof (${name}) + ":1"; }`, 'a.test')[0]?.outcome,
      ).not.toMatchObject({
        result: 'PROXY function:1',
      });
  });

  test('replacing built-in functions changes nothing outside, and no helper that does not use them', () => {
    const text = `
      JSON.stringify = function () { return "[]"; };
      $run = null; $decided = { toString: function () { throw 1; } }; $trace = 7; $holds = null;
      Array.prototype.push = null; String.prototype.split = function () { return [1]; };
      ${SOUND}`;
    expect(describeCases(decide(text, 'a.test'))[0]).toContain('PROXY a:1');
    expect(describeCases(decide(SOUND, 'a.test'))[0]).toContain('PROXY a:1');
  });

  test('a file that never ends is not run again and again', () => {
    const { model } = readPac('function FindProxyForURL(url, host) { for (;;); }');
    expect(model.kind).toBe('selection');
    const cases = decide(
      `var l = [${Array.from({ length: 500 }, (_, i) => `"h${i}.test"`).join()}];function FindProxyForURL(url, host) { l.indexOf(host); for (;;); }`,
      '*',
    );
    expect(cases.every(({ outcome }) => outcome.kind === 'undecided')).toBe(true);
  });
});

describe('questions about sets of hosts that want more work than they may have', () => {
  const letters = [...'abcdefgh'];
  const primes = [7, 11, 13, 17, 19, 23, 29, 31];
  const file = (...statements: string[]) =>
    `function FindProxyForURL(url, host) {\n${statements.join('\n')}\nreturn "PROXY a:1";\n}`;
  const hostile: readonly (readonly [name: string, text: string])[] = [
    [
      'counts that depend on one another',
      file(
        // No name is long enough, which only reading all of them shows.
        `if (host.length < 120 && ${letters.map((letter, i) => `host.split("${letter}").length % ${primes[i]} == ${(primes[i] ?? 0) - 2}`).join(' && ')}) return "DIRECT";`,
      ),
    ],
    [
      'a number that is computed from every character',
      file(
        'var n = 0; for (var i = 0; i < host.length; i++) { if (host.charAt(i) == "a") n = n + 1; else if (host.charAt(i) == "b") n = n * 2; }',
        'if (n == 37) return "DIRECT";',
      ),
    ],
    [
      'distances within the name',
      file('if (/^[ab]{45}$/.test(host) && /a.{20}b/.test(host) && /b.{17}a/.test(host)) return "DIRECT";'),
    ],
    [
      'thousands of patterns of URLs',
      file(...Array.from({ length: 6000 }, (_, i) => `if (shExpMatch(url, "*w${i}[a-c]*/a?${i}*")) return "DIRECT";`)),
    ],
  ];

  test.each(hostile)('%s end where the budget does, with the line', (_, text) => {
    const budget = new Budget();
    const cases = paidBy(budget, () => decide(text, '*'));
    const open = cases.flatMap(({ outcome }) => (outcome.kind === 'undecided' ? outcome.reason : []));
    expect(open.length).toBeGreaterThan(0);
    for (const reason of open) expect(reason).toMatch(/^line \d+ needs more work than one file may cost$/);
    // Most of it was spent on that, and what the cases are made of was left.
    expect(budget.spentShare).toBeGreaterThan(1 / 2);
    expect(budget.spentShare).toBeLessThanOrEqual(1);
    // What is kept of all sets is a few dozen megabytes at most.
    expect(hostFormulas().parts).toBeLessThan(2_000_000);
  });

  test('positions that are compared with one another are conditions where following them costs too much', () => {
    const comparisons = letters.flatMap((a) =>
      [...'uvwxyz'].map((b) => `if (host.indexOf("${a}${b}") < host.indexOf("${b}${a}")) return "PROXY ${a}${b}:1";`),
    );
    const budget = new Budget();
    const cases = paidBy(budget, () => decide(file(...comparisons), '*'));
    const phrases = cases.flatMap(({ assumptions }) => assumptions.map(({ phrase }) => phrase));
    expect(phrases).not.toEqual([]);
    for (const phrase of phrases) expect(phrase).toContain('which computes with positions in the host');
    expect(budget.spentShare).toBeLessThanOrEqual(1);
  });

  test('a second question about the same file is paid from what the first one has left', () => {
    const text = hostile.find(([name]) => name === 'thousands of patterns of URLs')?.[1];
    const { model } = readPac(text ?? '');
    if (model.kind !== 'selection') throw new Error('not a PAC model');
    const budget = new Budget();
    const ask = (scheme: 'http' | 'https') =>
      paidBy(budget, () => model.decide(requestFor(HostSet.all, { scheme, path: '/x' })));
    for (const scheme of ['http', 'https'] as const) {
      expect(ask(scheme).some(({ outcome }) => outcome.kind === 'undecided')).toBe(true);
    }
    expect(budget.spentShare).toBeLessThanOrEqual(1);
  });

  test('a tree of labels names the line that takes the work, also where all paths were followed', () => {
    const text = file(
      'var tree = { test: { a: 1, cdn: { b: { c: 1 } } } }, parts = host.split("."), node = tree;',
      'for (var i = parts.length - 1; i >= 0; i--) {',
      '  node = node[parts[i]];',
      '  if (!node) break;',
      '  if (node === 1) return "DIRECT";',
      '}',
    );
    const reasons = decide(text, '*').flatMap(({ outcome }) => (outcome.kind === 'undecided' ? [outcome.reason] : []));
    for (const reason of reasons) expect(reason).toMatch(/^line \d+ /);
    expect(decide(text, 'x.a.test').map(({ outcome }) => outcome)).toMatchObject([{ route: 'direct' }]);
  });

  test('a list that is walked up by taking parts away is decided', () => {
    const text = file(
      'var p = host.split("."), domains = { "a.test": 1, "b.c.test": 1 };',
      'while (p.length > 1) { if (domains[p.join(".")] === 1) return "DIRECT"; p.shift(); }',
    );
    expect(describeCases(decide(text, '*')).some((one) => one.includes('undecided'))).toBe(false);
    expect(decide(text, 'x.b.c.test').map(({ outcome }) => outcome)).toMatchObject([{ route: 'direct' }]);
    expect(decide(text, 'c.test').map(({ outcome }) => outcome)).toMatchObject([{ route: 'proxy' }]);
  });

  test('a list that is walked up from its end is decided, whatever else is in the list', () => {
    const text = file(
      'var domains = { "a.test": 1, "b.c.test": 1, "not a name.test": 1 };',
      'function has(name) {',
      '  var dot = name.lastIndexOf(".", name.lastIndexOf(".") - 1);',
      '  while (true) {',
      '    if (dot === -1) return domains.hasOwnProperty(name);',
      '    if (domains.hasOwnProperty(name.substring(dot + 1))) return true;',
      '    dot = name.lastIndexOf(".", dot - 1);',
      '  }',
      '}',
      'if (has(host)) return "DIRECT";',
    );
    expect(describeCases(decide(text, '*')).some((one) => one.includes('undecided'))).toBe(false);
    expect(decide(text, 'x.b.c.test').map(({ outcome }) => outcome)).toMatchObject([{ route: 'direct' }]);
    expect(decide(text, 'c.test').map(({ outcome }) => outcome)).toMatchObject([{ route: 'proxy' }]);
  });

  test.each(['/^[^.]*\\./', '/^[^.]+\\./', '/^.*?\\./'])(
    'a list that is walked up by replacing %s is decided',
    (label) => {
      const text = file(
        'var h = host, domains = { "a.test": 1, "b.c.test": 1 };',
        `while (h.indexOf(".") >= 0) { if (domains[h]) return "DIRECT"; h = h.replace(${label}, ""); }`,
      );
      expect(describeCases(decide(text, '*')).join()).not.toContain('undecided');
      expect(decide(text, 'x.b.c.test').map(({ outcome }) => outcome)).toMatchObject([{ route: 'direct' }]);
      expect(decide(text, 'c.test').map(({ outcome }) => outcome)).toMatchObject([{ route: 'proxy' }]);
      const inner = decide(text, '*.c.test').map(({ outcome }) =>
        outcome.kind === 'selected' ? outcome.route : outcome,
      );
      expect(inner.sort()).toEqual(['direct', 'proxy']);
    },
  );
});

describe('what happens while a file is loaded', () => {
  const outcomeOf = (text: string) =>
    decide(text, 'a.test').map(({ outcome, decidedBy }) => [outcome, decidedBy?.text]);

  test.each([
    ['a = b.c;', 'line 2 throws ReferenceError: b is not defined', 'b'],
    ['var a = 2n + 1n;', 'line 2 computes with a BigInt, which Lintel does not follow', '2n'],
  ])('%s is named where it stops', (statement, reason, place) => {
    expect(outcomeOf(`var first = 1;\n${statement}\n${SOUND}`)).toEqual([[{ kind: 'undecided', reason }, place]]);
  });

  test('brackets in texts nest nothing', () => {
    expect(outcomeOf(`var data = "${'([{'.repeat(1000)}";\n${SOUND}`)).toMatchObject([
      [{ route: 'proxy' }, '"PROXY a:1"'],
    ]);
  });
});

describe('texts that are not a PAC file', () => {
  const readsAs = (text: string) => readPac(text).problems.map(({ code }) => code);

  test.each([
    ['empty', ''],
    ['blank', ' \r\n\t\r\n'],
    ['binary', Array.from({ length: 3000 }, (_, i) => String.fromCharCode((i * 7919) % 256)).join('')],
    ['UTF-16 read as bytes', [...SOUND].map((character) => `${character}\u0000`).join('')],
    ['an unterminated string', 'function FindProxyForURL(url, host) { return "DIRECT; }'],
    ['an unterminated comment', `${SOUND} /* for ever`],
    ['an unterminated regular expression', 'function FindProxyForURL(url, host) { return /a.test(host) }'],
    ['lone surrogates', '\ud800\udc00\ud800 \udfff'],
    ['50 MB', `${SOUND}\n${'// comment\n'.repeat(5_000_000)}`],
  ])('%s is a syntax-error', (_, text) => {
    expect(readsAs(text)).toContain('syntax-error');
    expect(decide(text, 'a.test')[0]?.outcome.kind).toBe('undecided');
  });

  test.each([
    ['brackets without end', '('.repeat(100_000)],
    ['blocks without end', '{'.repeat(100_000)],
    ['conditions without end', 'if (a) '.repeat(100_000)],
    ['signs without end', `x = ${'!'.repeat(1_000_000)}1`],
  ])('%s are more than is read', (_, text) => {
    expect(readsAs(text)).toEqual(['unmodelled-statement']);
    expect(decide(text, 'a.test')[0]?.outcome.kind).toBe('undecided');
  });

  test.each([
    ['with a byte order mark', `\ufeff${SOUND}`],
    ['with CRLF', SOUND.replaceAll(/(?<=[{;:]) /g, '\r\n')],
    ['with CR', SOUND.replaceAll(/(?<=[{;:]) /g, '\r')],
    [
      'with a long chain',
      `function FindProxyForURL(url, host) { if (${Array.from({ length: 3000 }, (_, i) => `host == "h${i}"`).join(' || ')}) return "DIRECT"; return "PROXY a:1"; }`,
    ],
    [
      'with a long else-if',
      `function FindProxyForURL(url, host) { ${Array.from({ length: 500 }, (_, i) => `if (host == "h${i}") return "DIRECT"; else `).join('')} return "PROXY a:1"; }`,
    ],
    ['with many lines', `${'// comment\n'.repeat(100_000)}${SOUND}`],
  ])('a file %s is decided', (_, text) => {
    expect(readsAs(text)).not.toContain('syntax-error');
    expect(describeCases(decide(text, 'a.test'))[0]).toContain('a.test: PROXY a:1');
  });
});

describe('damaged files', () => {
  const text = `var list = [".a.test", '.b.test'];
function FindProxyForURL(url, host) {
  host = host.toLowerCase();
  for (var i = 0; i < list.length; i++) if (dnsDomainIs(host, list[i])) return "DIRECT";
  if (/^10\\.\\d+/.test(host) && isInNet(host, "10.0.0.0", "255.0.0.0") || shExpMatch(url, "*://x.test/*")) return 'PROXY a:1; DIRECT';
  switch (host.length) { case 1: return myIpAddress(); default: break; }
  return weekdayRange("MON") ? "DIRECT" : "PROXY b:1";
}
`;

  /** Every question that an editor asks, anywhere in a text. */
  function askEverything(damaged: string): void {
    const document = readPac(damaged);
    for (const problem of document.problems) {
      expect(problem.range.start).toBeLessThanOrEqual(problem.range.end);
      expect(problem.range.end).toBeLessThanOrEqual(Math.max(1, damaged.length));
    }
    pac.outline(document);
    pac.foldingRanges(document);
    for (let offset = 0; offset <= damaged.length; offset += 37) {
      pac.entityAt(document, offset);
      pac.completionsAt(document, offset);
    }
    expect(decide(damaged, '*.a.test').length).toBeGreaterThan(0);
  }

  test('cut off anywhere', () => {
    for (let length = 0; length < text.length; length += 3) askEverything(text.slice(0, length));
  });

  test('changed anywhere', () => {
    const characters = ['"', '(', ')', '{', '}', '/', '*', '\\', ',', '\n', '\u0000', 'x', '`', '='];
    const random = new Random(7);
    for (let round = 0; round < 300; round++) {
      const offset = random.below(text.length);
      const character = random.pick(characters);
      askEverything(text.slice(0, offset) + character + text.slice(offset + (round % 3)));
    }
  });
});
