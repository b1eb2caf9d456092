// The built-in objects: on constant values compared with the engine that the tests run in, on traced ones by their decisions.
import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { type LoadedProgram, loadProgram } from '../../../server/src/dialects/pac/meaning/machine/follow.js';
import { programOf } from '../../../server/src/dialects/pac/program/program.js';
import { parsePac } from '../../../server/src/dialects/pac/syntax/parse.js';
import { Budget } from '../../../server/src/model/budget.js';
import { randomFrom } from '../../random.js';
import { decide, describeCases } from './helpers.js';

/** Writes a value, its holes, its further properties and its kind, so that nothing of it is lost. */
const WRITE = `
function write(value) {
  if (typeof value === 'function') return 'function';
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return value === 0 && 1 / value < 0 ? '-0' : String(value);
  if (Array.isArray(value)) {
    var items = [];
    for (var i = 0; i < value.length; i++) items.push(i in value ? write(value[i]) : 'hole');
    return '[' + items.join() + ']' + properties(value, function (key) { return !/^\\d+$|^length$/.test(key); });
  }
  if (typeof value.next === 'function') return write([...value]);
  var kind = Object.prototype.toString.call(value).slice(8, -1);
  if (kind === 'String' || kind === 'Number' || kind === 'Boolean') return kind + write(value.valueOf());
  if (kind === 'Map' || kind === 'Set') return kind + write([...value]);
  if (kind === 'Date' || kind === 'RegExp') return kind + value;
  return (kind === 'Error' ? value.name : '') + properties(value, function () { return kind !== 'Error'; });
}
function properties(value, isWanted) {
  var all = [];
  Object.getOwnPropertyNames(value).filter(isWanted).forEach(function (key) {
    var property = Object.getOwnPropertyDescriptor(value, key);
    all.push(key + ':' + (property.get || property.set ? 'accessor' : write(property.value)));
  });
  return '{' + all.join() + '}';
}
var result;
function FindProxyForURL() {}
`;

/** Runs the top level of a program. */
function load(text: string, work = 100_000_000): LoadedProgram {
  const tree = parsePac({ uri: 'file:///proxy.pac', text });
  if (tree.kind !== 'parsed') throw new Error(`not JavaScript: ${text}`);
  return loadProgram(programOf(tree), new Budget(work));
}

const evaluation = (expression: string): string =>
  `${WRITE}try { result = write((${expression})); } catch (error) { result = 'throws ' + error.name; }`;

function ours(expression: string): unknown {
  const { realm, failure } = load(evaluation(expression));
  return failure?.reason ?? realm?.global.getOwn('result')?.value;
}

function theirs(expression: string): unknown {
  const context = createContext({});
  runInContext(evaluation(expression), context);
  return context.result;
}

const EXPRESSIONS = readFileSync(new URL('builtin-expressions.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n');

describe('built-in objects on constant values', () => {
  it(`give what an engine gives, for ${EXPRESSIONS.length} expressions`, () => {
    const wrong = EXPRESSIONS.map((expression) => [expression, ours(expression), theirs(expression)]);
    expect(wrong.filter(([, own, their]) => own !== their)).toEqual([]);
  }, 60_000);

  it('give what an engine gives for generated calls', () => {
    const wrong: unknown[] = [];
    for (const expression of generatedCalls(500)) {
      const own = ours(expression);
      // The source of a function is not kept.
      if (own === 'reads the source of a function') continue;
      if (own !== theirs(expression)) wrong.push([expression, own, theirs(expression)]);
    }
    expect(wrong).toEqual([]);
  }, 60_000);
});

const ARGUMENTS = [
  ...[
    'undefined',
    'null',
    'NaN',
    '-1',
    '0',
    '1',
    '2',
    '3',
    '-0',
    '1.7',
    '-2.5',
    'Infinity',
    '-Infinity',
    'true',
    '1e21',
  ],
  ...['"1"', '""', '"a"', '"b"', '"ab"', '"."', '"$1$&"', '"\\ud83d\\ude00"', '[]', '[1]', '["a"]', '{}', '{a: 1}'],
  ...['/b/', '/(a)|(b)/g', 'x => x', '(a, b) => a > b ? 1 : -1', 'x => x > 1', 'new Date(5)', 'new String("ab")'],
  '{ valueOf: () => 1, toString: () => "b" }',
];
const TEXTS = ['"abcabc"', '"a.b.c"', '""', '"\\ud83d\\ude00b"', '" ab "', 'new String("abc")', '5', 'true', '"1,2"'];
const LISTS = [
  '[1, 2, 3]',
  '[]',
  '[, 1,, "a"]',
  '["b", "a", "c"]',
  '[[1], [2, [3]]]',
  '[NaN, undefined, null]',
  '[3, 1, 2, 10]',
];
const NUMBERS = ['5', '-1.5', '0', 'NaN', '1e21', '123.456', '255', '-0', '0.000001', 'Infinity'];

const TEXT_METHODS = [
  ...['at', 'charAt', 'charCodeAt', 'codePointAt', 'concat', 'endsWith', 'includes', 'indexOf', 'lastIndexOf', 'match'],
  ...['matchAll', 'padEnd', 'padStart', 'repeat', 'replace', 'replaceAll', 'search', 'slice', 'split', 'startsWith'],
  ...['substr', 'substring', 'toLowerCase', 'toUpperCase', 'trim', 'trimEnd', 'trimStart', 'valueOf', 'toString'],
];
const LIST_METHODS = [
  ...[
    'at',
    'concat',
    'copyWithin',
    'entries',
    'every',
    'fill',
    'filter',
    'find',
    'findIndex',
    'findLast',
    'flat',
    'flatMap',
  ],
  ...['forEach', 'includes', 'indexOf', 'join', 'keys', 'lastIndexOf', 'map', 'pop', 'push', 'reduce', 'reduceRight'],
  ...[
    'reverse',
    'shift',
    'slice',
    'some',
    'sort',
    'splice',
    'toReversed',
    'toSorted',
    'toSpliced',
    'unshift',
    'values',
    'with',
  ],
];
const NUMBER_METHODS = ['toString', 'toFixed', 'toPrecision', 'toExponential', 'valueOf'];
const FUNCTIONS = [
  ...['parseInt', 'parseFloat', 'isNaN', 'isFinite', 'escape', 'unescape', 'encodeURIComponent', 'decodeURIComponent'],
  ...[
    'Number',
    'String',
    'Boolean',
    'Math.max',
    'Math.min',
    'Math.round',
    'Math.pow',
    'Number.isInteger',
    'Array',
    'Array.from',
  ],
  ...['Object', 'Object.keys', 'Object.entries', 'Object.assign', 'Object.freeze', 'Object.is', 'Object.fromEntries'],
  ...[
    'JSON.stringify',
    'JSON.parse',
    'Date.UTC',
    'new Map',
    'new Set',
    'new RegExp',
    'new Error',
    'String.fromCharCode',
  ],
];

/** Calls of methods and functions with odd arguments, always the same ones. */
function generatedCalls(count: number): string[] {
  const below = randomFrom(8);
  const pick = (list: readonly string[]): string => list[below(list.length)] ?? '';
  return Array.from({ length: count }, () => {
    const args = Array.from({ length: below(4) }, () => pick(ARGUMENTS)).join(', ');
    switch (below(5)) {
      case 0:
        return `(${pick(TEXTS)}).${pick(TEXT_METHODS)}(${args})`;
      case 1:
        return `String.prototype.${pick(TEXT_METHODS)}.call(${pick(TEXTS)}${args && `, ${args}`})`;
      case 2:
        return `(list => [list.${pick(LIST_METHODS)}(${args}), list])(${pick(LISTS)})`;
      case 3:
        return `(${pick(NUMBERS)}).${pick(NUMBER_METHODS)}(${args})`;
      default:
        return `${pick(FUNCTIONS)}(${args})`;
    }
  });
}

/** A text of two million characters. */
const LONG = 'var s = "ab"; while (s.length < 2e6) s += s;';

const HOSTILE: readonly string[] = [
  'for (;;) "a".repeat(1e6);',
  'for (;;) "a".padStart(1e6, "xyz");',
  `${LONG} var t = s.slice(0, 1e6) + "c"; for (;;) s.indexOf(t);`,
  `${LONG} var t = "x" + s.slice(1); for (;;) [s].indexOf(t);`,
  `${LONG} var t = "b" + s.slice(1); for (;;) [s].includes(t);`,
  `${LONG} var m = new Map(); for (var i = 0; ; i++) m.set(s + i, 1);`,
  `${LONG} for (;;) s.split("");`,
  `${LONG} for (;;) s.split(/a/);`,
  'var a = ["abcdefgh"]; for (var i = 0; i < 40; i++) a = [a, a]; a.join();',
  'var a = [1]; for (;;) a = a.concat(a);',
  'for (;;) { var a = new Array(1e5).fill(1); while (a.length) a.pop(); }',
  'var a = new Array(1e5).fill(0).map(function (x, i) { return "abcdefghij" + i; }); for (;;) a.slice().sort();',
  'var a = new Array(4e9);',
  'Array.from({ length: 1e9 });',
  'Array.prototype.slice.call({ length: 1e9 });',
  'var a = [1]; for (var i = 0; i < 60; i++) a = [a, a]; a.flat(Infinity);',
  '/^(a+)+$/.test("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab");',
  `${LONG} for (;;) /(?:ab)*c/.test(s);`,
  `${LONG} s.replace(/a/g, "$\`");`,
  'for (var i = 0; ; i++) new RegExp("a" + i + "[a-z]{1,5}");',
  'var a = [1]; for (var i = 0; i < 60; i++) a = [a, a]; JSON.stringify(a);',
  'var f = Math.max; for (;;) f = f.bind(null, 1);',
  'var o = {}; for (var i = 0; i < 1e5; i++) o["k" + i] = i; for (;;) Object.keys(o);',
  `${LONG} for (;;) encodeURIComponent(s);`,
  'var m = new Map([[1, 1]]); m.forEach(function (v, k) { m.set(k + 1, 1); });',
  'var m = new Set([1]); for (var x of m) m.add(x + 1);',
];

describe('built-in functions of hostile programs', () => {
  it.each(HOSTILE)('stop: %s', (text) => {
    expect(load(text, 1_000_000).failure?.reason).toMatch(/work/);
  });

  it.each([
    ['["a", "b"].includes(host.split(".").at(-2)) && host.split(".").length === 2', ''],
    ['host.split(".").slice(1).join(".") === "example" && ["a", "b"].indexOf(host.split(".")[0]) >= 0', ''],
    ['["a.example", "b.example"].includes(host.split(".").slice(-3).join("."))', ''],
    ['(host.split(".").includes("a") || host.split(".").includes("b")) && host.length === 9', ''],
    ['["a/example", "b/example"].includes(host.split(".").join("/"))', ''],
    ['JSON.parse("[".repeat(1e4) + "]".repeat(1e4))', /nested too deeply/],
    ['new RegExp("(".repeat(500) + ")".repeat(500))', /nested too deeply/],
    ['Function("return 1")()', /uses Function/],
    ['eval("1")', /uses eval/],
    ['new Proxy({}, {})', /uses Proxy/],
    ['[][Symbol.iterator]', /uses Symbol/],
    ['Promise.resolve()', /uses Promise/],
  ])('are not followed: %s', (text, reason) => {
    expect(load(text).failure?.reason).toMatch(reason);
  });
});

/** The decisions of a program with this condition. */
function decisions(condition: string, before = ''): string[] {
  const text = `${before}function FindProxyForURL(url, host) {\n  if (${condition}) return "DIRECT";\n  return "PROXY p:1";\n}`;
  return describeCases(decide(text, '*.example')).map((line) => line.replace(/ @ .*$/, ''));
}

describe('built-in objects on what is asked', () => {
  it.each([
    ['["a.example", "b.example"].includes(host)', ''],
    ['["a.example", "b.example"].indexOf(host) >= 0', ''],
    ['["a.example", "b.example"].indexOf(host) !== -1', ''],
    ['new Set(["a.example", "b.example"]).has(host)', ''],
    ['names.has(host)', 'var names = new Set(["a.example", "b.example"]);'],
    ['names.get(host)', 'var names = new Map([["a.example", 1], ["b.example", true], ["c.example", 0]]);'],
    ['["a.example", "b.example"].some(function (name) { return name === host; })', ''],
    ['["a.example", "b.example"].find(function (name) { return name === host; })', ''],
    [
      '["a", "b"].map(function (name) { return name + ".example"; }).filter(function (name) { return name == host; }).length',
      '',
    ],
    ['!["a.example", "b.example"].every(function (name) { return name !== host; })', ''],
    ['["a", "b"].reduce(function (found, name) { return found || host === name + ".example"; }, false)', ''],
    ['[[host, "x"].join("/")].includes("a.example/x") || host.concat("!") === "b.example!"', ''],
    ['({ "a.example": 1, "b.example": 1 }).hasOwnProperty(host)', ''],
    ['Object.keys({ "a.example": 1, "b.example": 1 }).indexOf(host) > -1', ''],
    ['Object.prototype.hasOwnProperty.call({ "a.example": 1, "b.example": 1 }, host)', ''],
    ['/^[ab]\\.example$/.test(host)', ''],
    ['new RegExp("^(a|b)\\\\.example$").test(host)', ''],
    ['String(host) === "a.example" || new String(host) == "b.example"', ''],
    ['Boolean(host === "a.example") || Boolean(host === "b.example")', ''],
    ['[host].indexOf("a.example") === 0 || [1, host].includes("b.example")', ''],
    ['JSON.parse("[\\"a.example\\",\\"b.example\\"]").includes(host)', ''],
  ])('%s', (condition, before) => {
    expect(decisions(condition, before)).toEqual([
      expect.stringMatching(/^(?:a\.example, b\.example|some of \*\.example \(such as a\.example\)): DIRECT$/),
      expect.stringMatching(/: PROXY p:1$/),
    ]);
  });
});
