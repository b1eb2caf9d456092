// Conditions on the host and the URL, as texts.
import { type Kind, LABELS, NAMES, quoted } from './writing.js';

const sign = (right: boolean) => (right ? '' : '!');

/** The helper functions. */
const HELPERS: Readonly<Record<string, Kind>> = {
  dnsDomainIs: (w, h) => `dnsDomainIs(${h}, ${quoted(w.from(['.', '', 'x.']) + w.name())})`,
  localHostOrDomainIs: (w, h) => `localHostOrDomainIs(${h}, ${quoted(`${w.label()}.${w.name()}`)})`,
  isPlainHostName: (w, h) => `${sign(w.below(2) === 0)}isPlainHostName(${h})`,
  dnsDomainLevels: (w, h) => `dnsDomainLevels(${h}) ${w.comparison()} ${w.below(5)}`,
  'shExpMatch of the host': (w, h) =>
    `shExpMatch(${h}, ${quoted(w.from(['*.', '*', '', '?', `${w.label()}*.`, '*a*.']) + w.name())})`,
  'shExpMatch of a word': (w, h) =>
    `shExpMatch(${h}, ${quoted(w.from([`*${w.label()}*`, `${w.label()}*`, '?.*', '*-*']))})`,
  'shExpMatch with regular expression signs': (w, h) =>
    `shExpMatch(${h}, ${quoted(
      w.from([
        `[a-c]*.${w.name()}`,
        `(${w.label()}*|*.${w.name()})`,
        `*${w.name()}|*.${w.name()}`,
        `${w.label()}+.${w.name()}`,
        `*\\\\.${w.name()}`,
        `^${w.label()}*`,
        `*${w.name()}$`,
        `*(${w.label()}){1,2}*`,
      ]),
    )})`,
  'shExpMatch of the URL': (w, _, u) =>
    `shExpMatch(${u}, ${quoted(w.from(['*', 'http://*', '*://*.', 'https://', 'http:*']) + w.name() + w.from(['/*', '*', '/', ':*']))})`,
  'shExpMatch with a made pattern': (w, h) => `shExpMatch(${h}, ${w.declare('site', quoted(w.label()))} + "*")`,
};

/** The methods of String.prototype. */
const METHODS: Readonly<Record<string, Kind>> = {
  equality: (w, h) => `${h} ${w.from(['==', '===', '!=', '!=='])} ${quoted(w.name())}`,
  'equality of a joined text': (w, h) => `"." + ${h} ${w.from(['==', '!='])} ".${w.label()}" + ".${w.name()}"`,
  indexOf: (w, h) => `${h}.indexOf(${w.text()}) ${w.from(['>= 0', '> -1', '!= -1', '== -1', '== 0', '> 5', '<= 3'])}`,
  'indexOf as a condition': (w, h) => w.from([`${h}.indexOf(${w.text()})`, `~${h}.indexOf(${w.text()})`]),
  'indexOf from a place': (w, h) => `${h}.indexOf(${w.text()}, ${1 + w.below(8)}) ${w.from(['>= 0', '< 0', '== 6'])}`,
  lastIndexOf: (w, h) => `${h}.lastIndexOf(${w.text()}${w.from(['', ', 0'])}) ${w.from(['>= 0', '== 0', '> 4'])}`,
  'place from the end': (w, h) => {
    const tail = `.${w.name()}`;
    return `${h}.indexOf(${quoted(tail)}) ${w.from(['==', '==='])} ${h}.length - ${tail.length}`;
  },
  'matches joined by or': (w, h) => {
    const site = () => w.name().replaceAll('.', '\\.');
    return `!!(${h}.match(/(\\.|^)${site()}$/) || ${h}.match(/.*${w.label()}/) || /^${w.label()}\\./.exec(${h}))`;
  },
  'functions of two ways joined': (w, h) => {
    const body = 'if (h.length > d.length) return h.slice(h.length - d.length - 1) == "." + d; return h == d;';
    const isAt = w.define('isAt', 'h, d', body);
    return `(${isAt}(${h}, ${quoted(w.name())}) ${w.from(['||', '&&'])} ${sign(w.below(2) === 0)}${isAt}(${h}, ${quoted(w.name())}))`;
  },
  'loops joined': (w, h) => {
    const names = w.declare('names', `[${quoted(w.name())}, ${quoted(w.name())}, ${quoted(w.label())}]`);
    const body = `for (var i = 0; i < ${names}.length; i++) { try { if (h.indexOf(${names}[i]) > i) return true; } catch (e) { return false; } } return false;`;
    return `(${w.define('isListed', 'h', body)}(${h}) || ${h}.charAt(0) == ${quoted(w.label().charAt(0))})`;
  },
  startsWith: (w, h) => `${h}.startsWith(${w.text()})`,
  endsWith: (w, h) => `${h}.endsWith(${w.text()})`,
  includes: (w, h) => `${h}.includes(${w.text()})`,
  length: (w, h) => `${h}.length ${w.comparison()} ${w.from([12, 16, 17, 20, 24, 40])}`,
  charAt: (w, h) => `${h}.charAt(${w.below(4)}) ${w.from(['==', '!='])} ${quoted(w.label().charAt(0))}`,
  'character by index': (w, h) => `${h}[${w.below(3)}] === ${quoted(w.label().charAt(0))}`,
  'last character': (w, h) => w.from([`${h}[${h}.length - 1] == "m"`, `${h}.charAt(${h}.length - 1) == "g"`]),
  charCodeAt: (w, h) => `${h}.charCodeAt(${w.below(3)}) ${w.from(['< 58', '>= 101', '== 46', '!= 114'])}`,
  substring: (w, h) => {
    const label = w.label();
    return `${h}.substring(0, ${label.length}) ${w.from(['==', '!=='])} ${quoted(label)}`;
  },
  substr: (w, h) =>
    `${h}.substr(${w.from([0, 1, -3, -4])}, 3) == ${quoted(w.from(['com', 'org', 'exa', 'rel', 'api']))}`,
  slice: (w, h) =>
    w.from([
      `${h}.slice(-4) == ".com"`,
      `${h}.slice(0, -4) == ${quoted(w.from([w.label(), 'teams.example', 'relay.teams.example']))}`,
      `${h}.slice(2, 5) == "lay"`,
    ]),
  'slice of a tail': (w, h) => {
    const tail = w.from([`.${w.name()}`, w.name()]);
    return `${h}.slice(-${tail.length}) === ${quoted(tail)}`;
  },
  'substring to a place': (w, h) => `${h}.substring(0, ${h}.indexOf(".")) ${w.from(['==', '!='])} ${quoted(w.label())}`,
  'substring from a place': (w, h) =>
    w.from([
      `${h}.substring(${h}.indexOf(".") + 1) == ${quoted(w.name())}`,
      `${h}.substring(${h}.indexOf(".")) == ".${w.name()}"`,
      `${h}.slice(${h}.indexOf("example")) == "example.com"`,
    ]),
  'slice from the last place': (w, h) =>
    w.from([`${h}.slice(${h}.lastIndexOf(".") + 1) == "org"`, `${h}.substr(${h}.lastIndexOf(".")) == ".example"`]),
  'slice between places': (w, h) =>
    `${h}.slice(${h}.indexOf(".") + 1, ${h}.lastIndexOf(".")) == ${quoted(w.from(['example', 'teams.example', 'cloud.example']))}`,
  split: (w, h) => `${h}.split(".")[${w.below(3)}] ${w.from(['==', '!='])} ${quoted(w.label())}`,
  'split, how many': (w, h) =>
    `${h}.split(${quoted(w.from(['.', '-', 'a', 'example']))}).length ${w.comparison()} ${1 + w.below(4)}`,
  'split, last parts': (w, h) => `${h}.split(".").slice(-${1 + w.below(4)}).join(".") == ${quoted(w.name())}`,
  'split, rest': (w, h) => `${h}.split(".").slice(1).join(".") == ${quoted(w.name())}`,
  'split, middle parts': (w, h) =>
    `${h}.split(".").slice(-${3 + w.below(2)}, -1).join(".") == ${quoted(w.from(['teams.example', 'relay.teams.example', 'cloud.example']))}`,
  'split, last': (w, h) =>
    w.from([
      `${h}.split(".").pop() == ${quoted(w.from(['com', 'org', 'example']))}`,
      `${h}.split(".")[${h}.split(".").length - 2] == "example"`,
      `${h}.split(".").shift() == ${quoted(w.label())}`,
      `${h}.split(".").reverse()[1] == "example"`,
    ]),
  'upper and lower case': (w, h) =>
    w.from([
      `${h}.toLowerCase() == ${quoted(w.name())}`,
      `${h}.toUpperCase() == ${quoted(w.name().toUpperCase())}`,
      `${h}.toUpperCase().indexOf(${quoted(w.label().toUpperCase())}) >= 0`,
      `${h} == ${quoted(w.name().toUpperCase())}`,
    ]),
  'replace of a text': (w, h) =>
    `${h}.replace(${quoted(w.from(['www.', 'a', 'relay.', '.']))}, "") == ${quoted(w.name())}`,
  'replace in upper case': (w, h) =>
    `${h}.replace(${quoted(w.from(['teams', 'relay', 'cloud']))}, "X-Y").toLowerCase() == ${quoted(w.from(['x-y.example.com', 'x-y.teams.example.com', 'x-y.example.org']))}`,
  'replace of all': (w, h) =>
    `${h}.replaceAll(${quoted(w.from(['.', '-', 'a']))}, "") == ${quoted(w.name().replaceAll('.', ''))}`,
  'replace of a dot at the end': (w, h) => `dnsDomainIs(${h}.toLowerCase().replace(/\\.$/, ""), ".${w.name()}")`,
  'replace of the rest': (w, h) =>
    `${h}.replace(${w.from(['/\\..*/', '/[.][^]*/g', '/\\..*?$/', '/-.*/', '/:.*/'])}, "") == ${quoted(w.from([w.label(), w.name()]))}`,
  'replace by groups': (w, h) => {
    const expression = w.from([
      '/^(?:[\\w-]+\\.)*((?:[\\w-]+\\.)[a-zA-Z0-9-]{2,24})\\.?/i',
      '/^(?:.*\\.)?([^.]+\\.[^.]+)$/',
      '/^(?:www|relay|api|[a-m]+)\\.((?:[^.]+\\.)?[^.]+)/',
      '/([^.]+\\.[^.]+)$/',
      '/^([a-z]+?)(?:[0-9-].*)?\\./',
    ]);
    const by = w.from(['$1', '$1', 'x.$1', '<$1>', '']);
    const text = w.from([h, h, `${h}.toLowerCase()`, `"www." + ${h}`]);
    const test = w.from([
      `== ${quoted(w.from([w.name(), 'example.com', 'example.org', 'x.example.com', '<example.com>']))}`,
      `.indexOf(${quoted(w.label())}) ${w.from(['>= 0', '== 0'])}`,
      `.length ${w.comparison()} 11`,
    ]);
    return `${text}.replace(${expression}, ${quoted(by)})${test.startsWith('=') ? ' ' : ''}${test}`;
  },
  'replace of a regular expression': (w, h) =>
    `${h}.replace(/^(www|relay|api)\\./, ${quoted(w.from(['', 'x.']))}) == ${quoted(w.name())}`,
  'concat and trim': (w, h) => w.from([`".".concat(${h}) == ".${w.name()}"`, `${h}.trim() == ${quoted(w.name())}`]),
  template: (w, h) => `\`.\${${h}}\`.endsWith(".${w.name()}")`,
  order: (w, h) => `${h} ${w.from(['<', '>', '<=', '>='])} ${w.text()}`,
  'number of a label': (w, h) => w.from([`isNaN(${h}.charAt(0))`, `parseInt(${h}, 10) >= 0`, `+${h}.charAt(0) === 1`]),
};

/** Regular expressions. */
const PATTERNS: Readonly<Record<string, Kind>> = {
  test: (w, h) => `/${pattern(w)}/.test(${h})`,
  'test without case': (w, h) => `/${pattern(w).toUpperCase().replaceAll('\\D', '\\d')}/i.test(${h})`,
  'words of the host in a loop': (w, h) => {
    const table = w.declare('words', `{ ${w.label()}: 1, example: 2, ${w.label()}s: "" }`);
    const list = w.from([
      'n.match(/[a-z]{3,}/g) || []',
      'n.match(/[a-z0-9]+/g)',
      '(n.match(/[a-z]+/gi) || []).concat("")',
    ]);
    const test = w.from([`l[i] in ${table}`, `${table}[l[i]]`, `l[i] == ${quoted(w.label())}`]);
    const inner = w.from(['return true', `for (var j = 0; j < l[i].length; j++) if (l[i][j] == "x") return j > 0`]);
    const body = `var l = ${list}; for (var i = 0; i < l.length; i++) { if (${test}) ${inner}; } return ${w.from(['false', 'n.length > 12'])};`;
    return `${w.define('hasWord', 'n', body)}(${h})`;
  },
  'match as a condition': (w, h) => w.from([`${h}.match(/${pattern(w)}/)`, `${h}.match(/${pattern(w)}/) !== null`]),
  search: (w, h) => `${h}.search(/${pattern(w)}/) ${w.from(['>= 0', '== 0', '== -1'])}`,
  'search from the start alone': (w, h) => `${h}.search(/${w.label()}/y) ${w.from(['>= 0', '== -1'])}`,
  'place of a match': (w, h) => {
    const match = w.from([`n.match(/${w.label()}/)`, `/${w.label()}/.exec(n)`, `n.match(/^${w.label()}/)`]);
    const body = `var m = ${match}; return m && ${w.from(['m.index > 0', 'm.index === 6', `m.input.slice(m.index) == ${quoted(w.name())}`, 'm.groups === undefined'])};`;
    return `${w.define('placeOf', 'n', body)}(${h})`;
  },
  'RegExp of a text': (w, h) => `new RegExp(${quoted(pattern(w))}).test(${h})`,
  class: (w, h) =>
    `/${w.from(['^\\d', '\\D\\d\\.', '^[^.]{5,}\\.', '\\w-\\w', '^[a-e]', '\\s', '[0-9]+\\.', '^[^a-z]'])}/.test(${h})`,
  'word boundary': (w, h) => `/\\b${w.label().replace('-', '\\-')}\\b/.test(${h})`,
  'looks ahead and behind': (w, h) =>
    `/${w.from([`^(?!${w.label()}\\.)`, `^(?=.*${w.label()}).*com$`, `(?<!x)\\.${w.label()}`, 'e(?=d)', '(?<=t)eams'])}/.test(${h})`,
  'back-reference': (w, h) => `/${w.from(['^(.)\\1\\1', '([a-z])\\1', '^(\\w+)\\.\\1\\.'])}/.test(${h})`,
  'group of a match': (w, h) => {
    const match = w.define('groupOf', 'n', `var m = n.match(/^([^.]+)\\./); return m && m[1] == ${quoted(w.label())};`);
    return `${match}(${h})`;
  },
  'group of an exec': (w, h) => {
    const exec = w.define('rest', 'n', `var m = /^[^.]+\\.(.+)$/.exec(n); return m ? m[1] : "";`);
    return `${exec}(${h}) === ${quoted(w.name())}`;
  },
  'patterns in a list': (w, h) => {
    const list = w.declare('patterns', `[/${pattern(w)}/, /^${w.label()}\\d/]`);
    const any = w.define(
      'anyOf',
      'n',
      `for (var i = 0; i < ${list}.length; i++) if (${list}[i].test(n)) return true; return false;`,
    );
    return `${any}(${h})`;
  },
};

function pattern(w: Parameters<Kind>[0]): string {
  const name = w.name().replaceAll('.', w.from(['\\.', '\\.', '.']));
  return w.from([
    `^${name}$`,
    `\\.${name}$`,
    `(^|\\.)${name}$`,
    `^${w.label()}[0-9]*\\.`,
    `(${w.label()}|${w.label()})\\.`,
    `^.{3,6}\\.${name}`,
  ]);
}

/** What is read from the URL. */
const URLS: Readonly<Record<string, Kind>> = {
  scheme: (w, _, u) =>
    w.from([
      `${u}.substring(0, 5) == ${quoted(w.from(['http:', 'https']))}`,
      `${u}.indexOf("https://") === 0`,
      `${u}.slice(0, ${u}.indexOf(":")) == "http"`,
      `/^https?:/.test(${u})`,
      `${u}.split(":")[0] == "https"`,
    ]),
  'host of the URL': (w, _, u) =>
    w.from([
      `${u}.split("/")[2] == ${quoted(w.name())}`,
      `${u}.split("/")[2].indexOf(${w.text()}) == 0`,
      `/^[a-z]+:\\/\\/([^\\/:]+)/.exec(${u})[1] == ${quoted(w.name())}`,
      `${u}.substring(${u}.indexOf("//") + 2).indexOf(${quoted(w.label())}) == 0`,
    ]),
  path: (w, _, u) =>
    w.from([
      `${u}.indexOf("/update/") > 0`,
      `shExpMatch(${u}, "*/download/*")`,
      `/\\.exe$/.test(${u})`,
      `${u}.endsWith("/")`,
      `${u}.indexOf("?") >= 0`,
    ]),
  'URL length': (w, _, u) => `${u}.length ${w.from(['>', '<='])} ${w.from([24, 30, 40])}`,
  'part of the URL': (w, _, u) =>
    w.from([`${u}.indexOf(${w.text()}) >= 0`, `${u}.includes(${quoted(`//${w.label()}`)})`]),
};

export const TEXT_KINDS: Readonly<Record<string, Kind>> = { ...HELPERS, ...METHODS, ...PATTERNS, ...URLS };

/** Ways of asking whether a text is one of many. */
export const TABLE_KINDS: Readonly<Record<string, Kind>> = {
  'loop over suffixes': (w, h) => {
    const list = w.declare('suffixes', `[${w.some(NAMES)}]`);
    const body = w.from([
      `for (var i = 0; i < ${list}.length; i++) if (dnsDomainIs(n, ${list}[i])) return true;`,
      `for (var i in ${list}) if (dnsDomainIs(n, "." + ${list}[i])) return true;`,
      `for (var one of ${list}) if (n.endsWith("." + one)) return true;`,
      `var i = ${list}.length; while (i--) { if (n.indexOf(${list}[i]) != -1) return true; }`,
    ]);
    return `${w.define('listed', 'n', `${body} return false;`)}(${h})`;
  },
  callbacks: (w, h) => {
    const list = w.declare('labels', `[${w.some(LABELS)}]`);
    return w.from([
      `${list}.some(function (p) { return ${h}.indexOf(p) == 0; })`,
      `!${list}.every((p) => !${h}.startsWith(p))`,
      `${list}.filter(function (p) { return shExpMatch(${h}, p + "*"); }).length > 0`,
      `${list}.map((p) => p + ".").findIndex((p) => ${h}.startsWith(p)) >= 0`,
      `${list}.reduce((found, p) => found || ${h}.split(".")[0] === p, false)`,
    ]);
  },
  'forEach with a flag': (w, h) => {
    const list = w.declare('names', `[${w.some(NAMES)}]`);
    const body = `var hit = false; ${list}.forEach(function (p) { if (dnsDomainIs(n, p)) hit = true; }); return hit;`;
    return `${w.define('flagged', 'n', body)}(${h})`;
  },
  'place in a list': (w, h) => {
    const [list, key] = keys(w, h);
    return w.from([`[${list}].indexOf(${key}) ${w.from(['>= 0', '== 0', '< 0'])}`, `[${list}].includes(${key})`]);
  },
  table: (w, h) => {
    const [list, key] = keys(w, h);
    const table = w.declare('table', `{ ${list.split(', ').map((one, i) => `${one}: ${i + 1}`)} }`);
    return w.from([
      `${table}[${key}]`,
      `${key} in ${table}`,
      `${table}.hasOwnProperty(${key})`,
      `${table}[${key}] == 1`,
      `${table}[${key}] === undefined`,
      `Object.keys(${table}).indexOf(${key}) > 0`,
    ]);
  },
  'Set and Map': (w, h) => {
    const [list, key] = keys(w, h);
    const set = w.declare('set', `new Set([${list}])`);
    const map = w.declare('map', `new Map([${list.split(', ').map((one, i) => `[${one}, ${i}]`)}])`);
    return w.from([`${set}.has(${key})`, `${map}.has(${key})`, `${map}.get(${key}) > 0`, `!${map}.get(${key})`]);
  },
  switch: (w, h) => {
    const [list, key] = keys(w, h);
    const cases = list.split(', ').map((one) => `case ${one}: ${w.from(['', 'return true;', 'return false;'])}`);
    return `${w.define('chosen', 'n', `switch (${key.replaceAll(h, 'n')}) { ${cases.join(' ')} return true; default: return false; }`)}(${h})`;
  },
  'walk up the domains': (w, h) => {
    const table = tableOfNames(w);
    const body = w.from([
      `for (var d = n; d.indexOf(".") > 0; d = d.substring(d.indexOf(".") + 1)) if (${table}[d]) return true; return false;`,
      `var dot = 0; while (dot >= 0) { if (${table}.hasOwnProperty(n)) return true; dot = n.indexOf("."); n = n.slice(dot + 1); } return false;`,
      `var p = n.split("."); while (p.length > 1) { if (${table}[p.join(".")] === 1) return true; p.shift(); } return false;`,
      `var p = n.split("."), d = ""; for (var i = p.length - 1; i >= 0; i--) { d = d ? p[i] + "." + d : p[i]; if (d in ${table}) return true; } return false;`,
    ]);
    return `${w.define('under', 'n', body)}(${h})`;
  },
  'walk by the places of dots': (w, h) => {
    const table = tableOfNames(w);
    const found = w.from([`${table}.hasOwnProperty(d)`, `${table}[d] === 1`, `d in ${table}`]);
    const body = w.from([
      `var d = n, p = 0; do { if (${found}) return true; p = n.indexOf(".", p) + 1; d = n.substring(p); } while (p > 0);`,
      `var d = n, p = 0; while (true) { if (${found}) break; p = n.indexOf(".", p); if (p < 0) return n.length > 12; d = n.slice(++p); }`,
    ]);
    return `${w.define('below', 'n', `${body} return ${w.from(['false', 'd.length < 9', 'n.charAt(0) == "t"', `${table}[n] === 1`])};`)}(${h})`;
  },
  'paths that meet': (w, h) => {
    const rest = w.from(['n.substring(n.indexOf(".") + 1)', 'n.substring(3)', 'n.split(".")[0]', 'n.slice(0, -4)']);
    const divided = `if (n.indexOf(${quoted(w.label())}) ${w.from(['>= 0', '== 0'])}) d = ${rest}; else d = n;`;
    // What is outside of the function is changed, so that it is not followed on trial, where no paths meet.
    const first = `${w.declare('asked', '0')} = 1;`;
    // Behind a call and behind a loop, with something that is the same on both paths.
    const body = w.from([
      `var d, k = 0; function cut() { ${divided} k = 1; } cut();`,
      `var d, k = 0; for (var i = 0; i < 1; i++) { ${divided} k++; }`,
      `var d, k = 0; (function () { k = 1; for (var i in [0]) { ${divided} } })();`,
    ]);
    const test = w.from([
      `d == ${quoted(w.name())}`,
      `d.length ${w.comparison()} 11`,
      'd.charAt(0) == "e"',
      'd.indexOf("e") == 1',
    ]);
    return `${w.define('meeting', 'n', `${first} ${body} return k == 1 && ${test};`)}(${h})`;
  },
  'loop that counts a character': (w, h) => {
    const is = w.from(['n.charAt(i) == "."', 'n[i] === "e"', '46 == n.charCodeAt(i)', '"-" === n[i]']);
    const count = w.from(['c++;', '{ c += 2; }', 'c--;']);
    const body = `var c = ${w.below(3)}; for (var i = 0; i < n.length; i++) if (${is}) ${count} return c ${w.comparison()} ${w.below(5)} && i == n.length;`;
    return `${w.define('counted', 'n', body)}(${h})`;
  },
  'place in a split list': (w, h) =>
    `${h}.split(${w.from(['"."', '"."', '"-"'])}).indexOf(${quoted(w.from([...LABELS, 'example', 'com', '']))}) ${w.comparison()} ${w.from([-1, 0, 1, 2, 3])}`,
  'number of a character': (w, h) =>
    w.from([`isNaN(${h}.charAt(${w.below(3)}))`, `!isNaN(${h}.split(".")[0])`, `+${h}.charAt(0) ${w.comparison()} 3`]),
  'walk from the last label': (w, h) => {
    const table = tableOfNames(w);
    const end = w.from(['p <= 0', 'p == -1', 'p < 0', '!(p > 0)']);
    const body = `var p = n.lastIndexOf("."); while (1) { if (${table}.hasOwnProperty(n.substring(p + 1))) return true; if (${end}) return false; p = n.lastIndexOf(".", p - 1); }`;
    return `${w.define('under', 'n', body)}(${h})`;
  },
  'walk without the last label': (w, h) => {
    const tables = w.declare(
      'domains',
      `{ com: { ${w.from(['"teams.example"', 'example'])}: 1, "relay.teams.example": 1 }, example: { lync: 1 }, org: { "cloud.example": 1 } }`,
    );
    const end = w.from(['p <= 0', 'p == -1']);
    const body =
      `var p = n.lastIndexOf("."), t = ${tables}[n.substring(p + 1)]; if (t === undefined) return false; n = n.substring(0, p); p = n.lastIndexOf("."); ` +
      `while (1) { if (${end}) return ${w.from(['t.hasOwnProperty(n)', 'n in t', 'false'])}; if (t.hasOwnProperty(n.substring(p + 1))) return true; p = n.lastIndexOf(".", p - 1); }`;
    return `${w.define('under', 'n', body)}(${h})`;
  },
  'tree of labels': (w, h) => {
    const tree = w.declare('tree', '{ com: { example: { teams: 1, api: { eu: 1 } } }, example: { lync: 1 }, org: 1 }');
    const body = `var p = n.split("."), node = ${tree}; for (var i = p.length - 1; i >= 0; i--) { node = node[p[i]]; if (node === 1) return true; if (!node) break; } return false;`;
    return `${w.define('inTree', 'n', body)}(${h})`;
  },
  'names in one text': (w, h) => {
    const names = w.declare('joined', quoted(` ${w.name()} ${w.name()} ${w.label()} `));
    return w.from([
      `${names}.indexOf(" " + ${h} + " ") >= 0`,
      `${names}.split(" ").indexOf(${h}.split(".")[0]) > 0`,
      `${names}.trim().split(" ").some(function (p) { return dnsDomainIs(${h}, "." + p); })`,
    ]);
  },
  'binary search': (w, h) => {
    const list = w.declare('sorted', `[${w.some(NAMES)}].sort()`);
    const body = `var lo = 0, hi = ${list}.length - 1; while (lo <= hi) { var mid = (lo + hi) >> 1; if (${list}[mid] === n) return true; if (${list}[mid] < n) lo = mid + 1; else hi = mid - 1; } return false;`;
    return `${w.define('found', 'n', body)}(${h})`;
  },
  memo: (w, h) => {
    const seen = w.declare('seen', '{}');
    const body = `if (!(n in ${seen})) ${seen}[n] = n.substring(0, 5) == "relay" || dnsDomainIs(n, ".${w.name()}"); return ${seen}[n];`;
    return `${w.define('memo', 'n', body)}(${h})`;
  },
  closure: (w, h) => {
    const make = w.define('starts', 'p', 'return function (n) { return n.lastIndexOf(p, 0) === 0; };');
    return `${w.declare('is', `${make}(${quoted(w.label())})`)}(${h})`;
  },
  'count of hits': (w, h) => {
    const body = `var score = 0; if (dnsDomainIs(n, ".com")) score += 1; if (n.indexOf(${w.text()}) >= 0) score += 2; if (n.length > 18) score += 4; return score;`;
    return `${w.define('score', 'n', body)}(${h}) ${w.comparison()} ${1 + w.below(6)}`;
  },
  JSON: (w, h) => `JSON.parse(${quoted(`{"${w.name()}": {"${w.label()}": true}}`)})[${h}]`,
  'class with a method': (w, h) => {
    const name = w.fresh('Rule');
    w.declarations.push(
      `class ${name} { constructor(p) { this.p = p; } matches(n) { return shExpMatch(n, this.p); } }`,
    );
    return `new ${name}(${quoted(`*.${w.name()}`)}).matches(${h})`;
  },
  'thrown and caught': (w, h) => {
    const body = `try { if (n.match(/^${w.label()}/)[0]) return true; } catch (e) { return n.length > 20; } return false;`;
    return `${w.define('tried', 'n', body)}(${h})`;
  },
  hash: (w, h) => {
    const body = 'var v = 0; for (var i = 0; i < n.length; i++) v = (v * 31 + n.charCodeAt(i)) & 0xffff; return v;';
    return `${w.define('hash', 'n', body)}(${h}) % ${2 + w.below(4)} == 1`;
  },
  'hash of a function of a character': (w, h) => {
    const table = w.declare('values', `{ a: 3, e: ${w.below(9)}, ".": 1 }`);
    const letters = quoted('.0123456789-abcdefghijklmnopqrstuvwxyz');
    const branches = `if (c == "e") return ${w.below(40)}; if (c < "m") return c.charCodeAt(0); return 7;`;
    const code = w.define('code', 'c', w.from([branches, `return ${table}[c] || 5;`, `return ${letters}.indexOf(c);`]));
    const read = w.from(['n.substring(i, i + 1)', 'n.charAt(i)', 'n[i]', 'n.substr(i, 1)', 'n.slice(i, 1 + i)']);
    const round = w.from([
      `v = v + ${code}(${read});`,
      `{ var c = ${read}; v = v * 3 + ${code}(c) & 0xfff; }`,
      `v += (${table}[${read}] || 2) * 2;`,
      `v = (v * 31 + ${letters}.indexOf(${read}) + 1) % 257;`,
    ]);
    const body = `var v = 0; for (var i = 0; i < n.length; i++) ${round} return v;`;
    return `${w.define('hash', 'n', body)}(${h}) % ${2 + w.below(3)} ${w.comparison()} 1`;
  },
  reversal: (w, h) =>
    `${h}.split("").reverse().join("").indexOf(${quoted([...w.from(['.com', '.org', 'lync.example'])].reverse().join(''))}) == 0`,
};

/** A table with some names as its keys, for walks that look their way up in it. */
function tableOfNames(w: Parameters<Kind>[0]): string {
  const entries = w.some(NAMES).split(', ');
  return w.declare('domains', `{ ${entries.map((one) => `${one}: 1`)} }`);
}

/** Keys of a table, and the part of the host that is looked up in it. */
function keys(w: Parameters<Kind>[0], h: string): [list: string, key: string] {
  if (w.below(2) === 0) return [w.some(NAMES), h];
  return [w.some(LABELS), w.from([`${h}.split(".")[0]`, `${h}.substring(0, ${h}.indexOf("."))`])];
}
