import { describe, expect, it } from 'vitest';
import type { Leaf } from '../../../server/src/dialects/pac/meaning/machine/follow.js';
import { Budget } from '../../../server/src/model/budget.js';
import { HostSet } from '../../../server/src/model/hosts.js';
import { ANY_HOST, follow, load, result } from './machine-helpers.js';

/** What is told where the work is spent. */
const SPENT = spentMessage();

function spentMessage(): string {
  try {
    new Budget(0).spend(1);
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  return '';
}

/** The outcome for each part of the hosts, with an example of it and the text that decided. */
function parts(text: string, hosts = HostSet.all): string[] {
  return follow(text, { hosts, host: ANY_HOST }).map((leaf) => {
    const { decision } = leaf;
    const decided = decision ? ` by ${text.slice(decision.start, decision.end)}` : '';
    return `${outcomeOf(leaf)}${decided}`;
  });
}

function outcomeOf({ outcome }: Leaf): string {
  return outcome.kind === 'returned' ? String(outcome.value) : `failed: ${outcome.reason}`;
}

const entry = (body: string): string => `function FindProxyForURL(url, host) { ${body} }`;

describe('the paths of a program', () => {
  it('are those of getters under a name that depends on the host', () => {
    const table = 'var t = { get relay() { return this.api + "R"; }, api: "A", set eu(v) {} };';
    const outcomes = parts(`${table} ${entry('var p = host.split("."); return t[p[p.length - 1]] || "D";')}`);
    expect(outcomes.map((one) => one.replace(/ by .*/, ''))).toEqual(expect.arrayContaining(['A', 'AR', 'D']));
    expect(outcomes.join()).not.toContain('failed');
  });

  it('go on where one of several that follow a look-up cannot be told', () => {
    const table = 'var t = { a: 1, b: { c: 2 } };';
    const outcomes = parts(
      `${table} ${entry('var p = host.split("."), e = t[p[p.length - 1]]; return e && e[p[0]] ? "E" : "D";')}`,
    );
    expect(outcomes.filter((one) => !/^[DE] by/.test(one)).sort()).toEqual([
      'failed: reads the property arguments of a function',
      'failed: reads the property caller of a function',
    ]);
  });

  it('are those of both outcomes of a condition', () => {
    expect(parts(entry('if (host == "a.com") return "A"; return "B";'))).toEqual([
      'A by return "A";',
      'B by return "B";',
    ]);
  });

  it('are as many as there are conditions', () => {
    const conditions = Array.from({ length: 200 }, (_, index) => `if (host == "h${index}.com") return "P";`);
    expect(parts(entry(`${conditions.join('')} return "D";`))).toHaveLength(201);
  });

  it('cover what was asked and do not overlap', () => {
    const text = entry(`
      var labels = host.split(".");
      if (labels[0] == "www" || host.length > 12) return "A";
      for (var i = 0; i < labels.length; i++) if (labels[i] == "com") return "C" + i;
      return dnsDomainIs(host, ".example.org") ? "O" : "D";`);
    const hosts = HostSet.union(
      ['a.com', 'www.b.org', 'x.example.org', 'com', 'a.com.example.org'].map((name) => HostSet.exact(name)),
    );
    const leaves = follow(text, { hosts, host: ANY_HOST });
    expect(HostSet.union(leaves.map(({ region }) => region.hosts)).subtract(hosts).isEmpty).toBe(true);
    expect(hosts.subtract(HostSet.union(leaves.map(({ region }) => region.hosts))).isEmpty).toBe(true);
    for (const leaf of leaves) {
      const host = leaf.region.hosts.example ?? '';
      expect(result(text, { host, hosts: HostSet.exact(host) })).toBe(outcomeOf(leaf));
    }
  });

  it('begin where the one before divided, with everything as it was then', () => {
    const text = entry(`
      var seen = [], o = { n: 0 }, m = new Map(), re = /x/g;
      for (var i = 0; i < 2; i++) {
        if (host == "h" + i + ".com") { seen.push(i); o.n += 10; o["k" + i] = 1; m.set(i, i); re.test("xx"); delete o.k0; }
      }
      return JSON.stringify([seen, o, m.size, re.lastIndex]);`);
    expect(parts(text).map((part) => part.split(' by ')[0])).toEqual([
      '[[0],{"n":10},1,1]',
      '[[1],{"n":10,"k1":1},1,1]',
      '[[],{"n":0},0,0]',
    ]);
  });

  it('go through functions, exceptions and finally', () => {
    const text = entry(`
      try { if (check(host)) throw "x"; return "D"; } catch (e) { return "C" + e; } finally { host = "changed"; }`);
    expect(parts(`function check(h) { return h == "a.com" ? true : false; } ${text}`)).toEqual([
      'Cx by return "C" + e;',
      'D by return "D";',
    ]);
  });

  it('are decided by the statement that gave the value', () => {
    expect(
      parts(`function pick(h) { if (h == "a.com") return "A"; return "B"; } ${entry('return pick(host);')}`),
    ).toEqual(['A by return "A";', 'B by return "B";']);
    expect(parts(entry('var r = "D"; if (host == "a.com") r = "A"; return r;'))).toEqual([
      'A by r = "A";',
      'D by var r = "D";',
    ]);
    expect(parts(entry('return host == "a.com" ? "A" : "D";'))).toEqual(['A by "A"', 'D by "D"']);
  });
});

describe('joined conditions', () => {
  const operands = (count: number): string =>
    Array.from({ length: count }, (_, index) => `host == "h${index}.com"`).join('||');

  it('are one division', () => {
    expect(parts(entry(`if (${operands(2000)}) return "P"; return "D";`))).toHaveLength(2);
  });

  it('contain others, and functions of the program', () => {
    const is = 'function is(h, d) { var dotted = "." + d; return h == d || dnsDomainIs(h, dotted); }';
    const text = `${is} ${entry('if ((is(host, "a.com") && host != "x.a.com") || is(host, "b.com")) return "P"; return "D";')}`;
    expect(parts(text)).toHaveLength(2);
  });

  it('are divided where one of them changes something', () => {
    const text = entry(
      'var n = 0; function count() { n++; return host == "b.com"; } if (host == "a.com" || count()) return "P" + n; return "D" + n;',
    );
    expect(parts(text).map((part) => part.split(' by ')[0])).toEqual(['P0', 'P1', 'D1']);
  });

  it('have the value of an operand outside of conditions', () => {
    expect(parts(entry('return host == "a.com" && "A" || "D";')).map((part) => part.split(' by ')[0])).toEqual([
      'A',
      'D',
    ]);
  });
});

describe('keys that depend on the request', () => {
  const outcomes = (text: string, hosts?: HostSet): string[] =>
    parts(text, hosts).map((part) => part.split(' by ')[0] ?? '');
  const below = HostSet.union(['a.com', 'b.com', 'c.com', 'd.com'].map((name) => HostSet.exact(name)));

  it('are looked up in objects', () => {
    const text = `var t = { "a.com": "A", "b.com": "A", "c.com": "C" }; ${entry('return t[host] || "D";')}`;
    expect(outcomes(text, below).sort()).toEqual(['A', 'C', 'D']);
  });

  it('find what the prototypes have', () => {
    const text = `var t = {}; ${entry('return t[host] ? "found" : "D";')}`;
    expect(outcomes(text, HostSet.exact('constructor'))).toEqual(['found']);
  });

  it('are written to', () => {
    expect(outcomes(entry('var o = { "a.com": 1 }; o[host] = 2; return "P" + o["a.com"];'), below).sort()).toEqual([
      'P1',
      'P2',
    ]);
    expect(outcomes(entry('var o = {}; o[host] = 1; o["a.com"] = 2; return "P" + o[host];'), below).sort()).toEqual([
      'P1',
      'P2',
    ]);
  });

  it('are found by in and hasOwnProperty', () => {
    const text = `var t = { "a.com": 1 }; ${entry('return (host in t) + "" + t.hasOwnProperty(host);')}`;
    expect(outcomes(text, below).sort()).toEqual(['falsefalse', 'truetrue']);
  });
});

describe('what outlives a request', () => {
  const reads = (text: string): string[] =>
    follow(text, { hosts: HostSet.all, host: ANY_HOST }).map(({ earlierRequests: node }) =>
      node ? text.slice(node.start, node.end) : 'nothing',
    );

  it('is told where a path reads what another request may have changed', () => {
    expect(reads(`var n = 0; ${entry('n++; return n > 3 ? "P" : "D";')}`)).toEqual(['n']);
    expect(reads(`var last; ${entry('if (last == "a.com") return "P"; last = host; return "D";')}`)).toEqual(['last']);
    expect(reads(`var list = []; ${entry('list.push(host); return list.length > 3 ? "P" : "D";')}`)).toEqual([
      'list.push(host)',
    ]);
  });

  it('is told of a program that asks its environment while it is loaded', () => {
    const text = `var ip = myIpAddress(), n = 0; ${entry('return n++ ? ip : "D";')}`;
    expect(reads(text).every((read) => read !== 'nothing')).toBe(true);
  });

  it('is not told where the path writes before it reads, or nothing is changed', () => {
    expect(reads(`var last; ${entry('last = host; return last == "a.com" ? "P" : "D";')}`)).toEqual([
      'nothing',
      'nothing',
    ]);
    expect(reads(`var n = 5; ${entry('return n > 3 ? "P" : "D";')}`)).toEqual(['nothing']);
  });

  it('is not told of tables that remember the answer for a host', () => {
    const table = 'var known = {}; function decide(h) { return h == "a.com" ? "P" : "D"; }';
    expect(
      new Set(reads(`${table} ${entry('if (!known[host]) known[host] = decide(host); return known[host];')}`)),
    ).toEqual(new Set(['nothing']));
    const map = 'var known = new Map();';
    const text = `${map} ${entry('if (!known.has(host)) known.set(host, host == "a.com" ? "P" : "D"); return known.get(host);')}`;
    expect(reads(text)).toEqual(['nothing', 'nothing']);
  });

  it('is the same for every question', () => {
    const text = `var n = 0, o = { list: [] }; ${entry('n++; o.list.push(n); o.x = 1; return "P" + n + o.list.length + Object.keys(o);')}`;
    expect([result(text), result(text)]).toEqual(['P11list,x', 'P11list,x']);
  });
});

describe('limits', () => {
  const outcome = (body: string): string => result(entry(body), { work: 1_000_000 });

  it.each([
    'for (;;);',
    'try { for (;;); } catch (e) { return "caught"; } finally { return "finally"; }',
    'var s = "x".repeat(1e6), t = "x".repeat(1e6); for (;;) if (s == t) host = s;',
    'var s = "x".repeat(1e6), a = [s]; for (;;) a.indexOf("x".repeat(1e6));',
    'var s = "x".repeat(1e6); for (;;) switch (s) { case "x".repeat(1e6): host = 1; }',
    'var a = []; for (;;) a.push(a.concat(a));',
    'var o = {}, i = 0; for (;;) o["k" + i++] = i;',
    'var f = function () {}; for (;;) { for (var i = 0; i < 1000; i++) f = f.bind(null, 1); f(); }',
    'var o = {}; for (;;) { for (var i = 0; i < 1000; i++) o = Object.create(o); o.x; "x" in o; }',
    'return /^(a*)*b$/.test("a".repeat(60));',
    'var a = []; for (var i = 0; i < 1e5; i++) a.push(i); for (;;) a.sort(function () { return -1; });',
  ])('%s', (body) => {
    expect(outcome(body)).toBe(`failed: ${SPENT}`);
  });

  it.each(['var s = "x"; for (;;) s += s;', 'var s = ["x"]; for (;;) s = [s.join("") + s.join("")];'])('%s', (body) => {
    expect(outcome(body)).toContain('failed: ');
  });

  it('recursion ends as in engines', () => {
    expect(outcome('function f() { return f(); } try { f(); } catch (e) { return e.name; }')).toBe('RangeError');
    expect(
      outcome('var o = { toString: function () { return "" + o; } }; try { "" + o; } catch (e) { return e.name; }'),
    ).toBe('RangeError');
  });

  it('leave what was not followed undecided, and nothing out', () => {
    const leaves = follow(entry('if (host == "a.com") return "A"; for (;;);'), {
      hosts: HostSet.all,
      host: ANY_HOST,
      work: 500_000,
    });
    expect(leaves.map(outcomeOf)).toEqual(['A', `failed: ${SPENT}`]);
    expect(HostSet.all.subtract(HostSet.union(leaves.map(({ region }) => region.hosts))).isEmpty).toBe(true);
  });

  it.each([
    ['async function f() {} f();', 'uses an async function'],
    ['function* g() { yield 1; } for (var x of g());', 'uses a generator'],
    ['with ({}) {}', 'uses with'],
    ['eval("1");', 'uses eval'],
    ['new Function("return 1");', 'uses Function'],
    ['import("x");', 'imports a module'],
  ])('%s is not followed', (body, reason) => {
    expect(outcome(body)).toBe(`failed: ${reason}, which Lintel does not follow`);
  });

  it('do not stop a program that never does it', () => {
    expect(result(`async function f() {} ${entry('return "D";')}`)).toBe('D');
  });
});

describe('entry functions', () => {
  it.each([
    ['function FindProxyForURL() { return "D"; }', ['FindProxyForURL']],
    ['this.FindProxyForURL = function () { return "D"; };', ['FindProxyForURL']],
    ['globalThis.FindProxyForURL = () => "D";', ['FindProxyForURL']],
    ['FindProxyForURL = (function () { return function () { return "D"; }; })();', ['FindProxyForURL']],
    ['let FindProxyForURL = function () { return "D"; };', []],
    ['const FindProxyForURL = () => "D";', []],
    ['var FindProxyForURL = "D";', []],
    ['function FindProxyForURL() {} function FindProxyForURLEx() {}', ['FindProxyForURL', 'FindProxyForURLEx']],
  ])('%s', (text, entries) => {
    expect(load(text).entries).toEqual(entries);
  });

  it('are found in a program that asks its environment while it is loaded', () => {
    const text = `var inside = isInNet(myIpAddress(), "10.0.0.0", "255.0.0.0"); ${entry('return inside ? "P" : "D";')}`;
    // The last one is for clients with IPv6.
    expect(parts(text)).toEqual(['P by "P"', 'D by "D"', 'D by "D"']);
  });
});

describe('a trace', () => {
  it('has the conditions of one run with their outcomes', () => {
    const text = entry('if (host == "a.com") return "A"; return host.length > 3 ? "L" : "D";');
    const [leaf] = follow(text, { trace: true });
    expect(leaf?.steps?.map(({ node, holds }) => [text.slice(node.start, node.end), holds])).toEqual([
      ['host == "a.com"', false],
      ['host.length > 3', true],
    ]);
  });
});
