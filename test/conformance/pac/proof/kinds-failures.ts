// Conditions that throw for some hosts or for all: strict mode, and functions that refuse an argument.
import { type Kind, quoted } from './writing.js';

/** What a condition throws may be caught, and then decides as well. */
function perhapsCaught(w: Parameters<Kind>[0], h: string, body: string): string {
  const caught = `try { ${body} } catch (e) { return e instanceof ${w.from(['RangeError', 'TypeError'])}; }`;
  return `${w.define('risky', 'n', w.from([body, caught, caught]))}(${h})`;
}

export const FAILURE_KINDS: Readonly<Record<string, Kind>> = {
  'assignment in strict mode': (w, h) => {
    const assigned = w.from(['n.seen = 1', 'n[0] = "x"', 'n.length = 2', 'n.length.seen = 1', 'notDeclared = n']);
    return perhapsCaught(w, h, `${w.from(['"use strict"; ', ''])}if (n.length > 18) ${assigned}; return true;`);
  },
  'deletion in strict mode': (w, h) => {
    const removed = w.from(['delete n.length', 'delete Object.freeze({ a: n }).a', 'delete n.seen']);
    return perhapsCaught(w, h, `${w.from(['"use strict"; ', ''])}return ${removed};`);
  },
  'argument out of range': (w, h) => {
    const place = `n.indexOf(${quoted(w.label())})`;
    const called = w.from([
      `"ab".repeat(${place}).length`,
      `(5).toFixed(${place}).length`,
      `n.length.toString(${place} + 2).length`,
      `String.fromCodePoint(${place}).length`,
      `n.repeat(${place}).length`,
    ]);
    return perhapsCaught(w, h, `return ${called} >= 0;`);
  },
  'argument that may be refused': (w, h) => {
    const called = w.from([
      'n.normalize(n)',
      'shExpMatch(n, "[" + n)',
      'decodeURIComponent("%" + n)',
      'n.split("").reverse().join("").repeat(-1)',
    ]);
    return perhapsCaught(w, h, `return ${called} || true;`);
  },
  'property of what is missing': (w, h) => {
    const missing = w.from([
      'n[n.length * 2]',
      'n.match(/(q)?e/)[1]',
      'dnsResolve(n.substring(1))',
      '["a", "b"][n.length]',
    ]);
    return perhapsCaught(w, h, `return ${missing}.length >= 0;`);
  },
  'replacement by a function': (w, h) => {
    const pattern = w.from([quoted(w.label()), `/${w.label()}/`, `/^${w.label()}[.]/`, `/[.]${w.label()}$/`, '/[.]/g']);
    const body = w.from([
      'seen = true; return m;',
      'seen = true; throw new TypeError("m");',
      'return m.length + ".";',
      'seen = true;',
    ]);
    const made = `n.replace(${pattern}, function (m) { ${body} })`;
    const answer = w.from(['seen', 'made === n', 'made.length > 15', `made.indexOf("undefined") >= 0`]);
    return perhapsCaught(w, h, `var seen = false; var made = ${made}; return ${answer};`);
  },
  'borrowed method': (w, h) => {
    const called = w.from([
      'Number.prototype.toFixed.call(n)',
      'String.prototype.valueOf.call(n.length)',
      'Boolean.prototype.toString.call(n)',
      `String.prototype.indexOf.call(n, ${quoted(w.label())})`,
      'Boolean.prototype.valueOf.call(n.length > 12)',
    ]);
    return perhapsCaught(w, h, `return ${called} ? true : false;`);
  },
};
