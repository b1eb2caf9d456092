// Conditions on what a PAC file learns from its environment: addresses, DNS, the clock, random numbers.
import { type Kind, quoted, type Writing } from './writing.js';

type Net = readonly [network: string, mask: string];

/** The networks that the conditions name; the addresses that are tried lie inside, outside and at the edges. */
const NETS: readonly [Net, ...Net[]] = [
  ['10.66.0.0', '255.255.0.0'],
  ['10.1.0.0', '255.255.0.0'],
  ['10.0.0.0', '255.0.0.0'],
  ['192.168.64.0', '255.255.192.0'],
  ['172.16.0.0', '255.240.0.0'],
  ['52.112.0.0', '255.252.0.0'],
  ['203.0.113.7', '255.255.255.255'],
  ['10.66.1.0', '255.255.255.0'],
];

/** Names that files resolve beside the host. */
const RESOLVED = ['site.corp.example', 'proxy.corp.example'] as const;

const net = (w: Writing) => {
  const [network, mask] = w.from(NETS);
  return `${quoted(network)}, ${quoted(mask)}`;
};

const QUAD = '/^\\d+\\.\\d+\\.\\d+\\.\\d+$/';

const ADDRESSES: Readonly<Record<string, Kind>> = {
  'isInNet of the client': (w) => `isInNet(myIpAddress(), ${net(w)})`,
  'isInNet of the client in a wrapper': (w) => {
    const inside = w.define('inside', 'n, m', 'return isInNet(myIpAddress(), n, m);');
    return `${inside}(${net(w)})`;
  },
  'isInNet of lists': (w) => {
    const some = [w.from(NETS), w.from(NETS), w.from(NETS)];
    const nets = w.declare('nets', `[${some.map(([network]) => quoted(network)).join(', ')}]`);
    const masks = w.declare('masks', `[${some.map(([, mask]) => quoted(mask)).join(', ')}]`);
    const body = `for (var i = 0; i < ${nets}.length; i++) if (isInNet(a, ${nets}[i], ${masks}[i])) return true; return false;`;
    return `${w.define('inAny', 'a', body)}(${w.from(['myIpAddress()', 'dnsResolve("site.corp.example")'])})`;
  },
  'isInNet of the host': (w, h) => `isInNet(${w.from([h, `dnsResolve(${h})`])}, ${net(w)})`,
  'isInNet of an address as host': (w, h) => `${QUAD}.test(${h}) && isInNet(${h}, ${net(w)})`,
  'isInNet of a name': (w) =>
    `isInNet(${w.from([`dnsResolve(${quoted(w.from(RESOLVED))})`, quoted(w.from(RESOLVED))])}, ${net(w)})`,
  isResolvable: (w, h) => `${w.from(['', '!'])}isResolvable(${w.from([h, h, quoted(w.from(RESOLVED))])})`,
  'whether dnsResolve has an answer': (w, h) =>
    w.from([`!dnsResolve(${h})`, `dnsResolve(${h}) == null`, `dnsResolve(${h}) !== null`]),
  'address in a variable': (w, h) => {
    const body = `var ip = dnsResolve(n); if (!ip) return false; return isInNet(ip, ${net(w)}) || isInNet(ip, ${net(w)});`;
    return `${w.define('resolved', 'n', body)}(${h})`;
  },
  convert_addr: (w) => {
    const [network, mask] = w.from(NETS);
    return `(convert_addr(myIpAddress()) & convert_addr(${quoted(mask)})) == convert_addr(${quoted(network)})`;
  },
  'order of addresses as numbers': (w) => {
    const [network, mask] = w.from(NETS);
    const masked = w.from(['', ` & convert_addr(${quoted(mask)})`]);
    const shift = w.from(['', ' >>> 0', ' >> 0', ' >>> 8', ' >> 8']);
    const number = `(convert_addr(myIpAddress())${masked})${shift}`;
    const bound = `convert_addr(${quoted(network)})${shift}`;
    const operator = w.from(['<', '<=', '>', '>=']);
    return w.from([`(${number}) ${operator} (${bound})`, `(${bound}) ${operator} (${number})`]);
  },
  'an address made a number octet by octet': (w) => {
    const [network, mask] = w.from(NETS);
    const convert = w.define('number', 'ip', w.from(CONVERSIONS));
    const number = (text: string) => `${convert}(${text})`;
    const operator = w.from(['==', '!=', '<', '<=', '>', '>=']);
    const sign = w.from(['', ' >>> 0', ' >> 0', ' | 0']);
    const masked = w.from(['', ` & ${number(quoted(mask))}`]);
    return `((${number('myIpAddress()')}${masked})${sign}) ${operator} ((${number(quoted(network))}${masked})${sign})`;
  },
  'an address moved by a network': (w) => {
    const [network, mask] = w.from(NETS);
    const convert = w.define('moved', 'ip', w.from(CONVERSIONS));
    const part = w.from(['', ' & 0xffff00', ' >>> 8', ' >> 8', ' >>> 8 & 0xffff', ' >>> 4 >>> 4', ' >>> 24 & 255']);
    const number = (text: string) => `((${convert}(${text})${w.from(['', ' >>> 0'])})${part})`;
    const sum = `${number('myIpAddress()')} ${w.from(['-', '+'])} ${w.from([number(quoted(network)), '256', '0', '-1'])}`;
    const shift = w.from(['', ` >> ${w.below(12)}`, ` >>> ${w.below(12)}`]);
    const other = w.from(['0', '1', '255', '65536', '-256', number(quoted(mask))]);
    return `((${sum})${shift}) ${w.from(['===', '==', '!=', '<', '<=', '>', '>='])} ${other}`;
  },
  'a byte of an address as an index': (w) => {
    const convert = w.define('whole', 'ip', w.from(CONVERSIONS));
    const number = `${convert}(${w.from(['myIpAddress()', 'dnsResolve("site.corp.example") || "10.66.3.4"'])})`;
    const byte = w.from(['>>> 24', '>>> 16 & 255', '& 0xff000000', '>>> 28', '>> 8 & 0xf0', '& 255', '>>> 26 & 3']);
    const index = `(((${number}) ${byte})${w.from(['', ' >>> 0'])})${w.from(['', ' % 255', ' % 7', ' >>> 2', ' * 3'])}`;
    const list = w.declare('bytes', '[0, 1, 2, 0, 1, 0, 0, 4, 2, 1, 1]');
    return w.from([
      `${list}[${index}] > 0`,
      `${index} == ${w.from(['10', '1', '0', '66'])}`,
      `${list}[${index}] === 1`,
    ]);
  },
  'a table of networks by their numbers': (w) => {
    const shift = w.from([8, 8, 8, 0]);
    const keys = NETS.map(([network]) => network.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0));
    const sizes = w.from(['1', '4', '16', '"64"', '0', 'true', '{}', 'undefined']);
    const entries = keys.map(
      (key) => `${key / 2 ** shift - w.from([0, 0, 0, 1])}: ${w.from(['1', '4', '256', sizes])}`,
    );
    const table = w.declare('table', `{${entries.join(', ')}, "-1062715392": 64, "010": 1, "1.5": 2}`);
    const number = w.define('number', 'ip', w.from(CONVERSIONS));
    const has = w.from([`m in ${table}`, `${table}.hasOwnProperty(m)`, `${table}[m] !== undefined`, `${table}[m]`]);
    const result = w.from([
      `a - m < ${table}[m]`,
      `a - m >= ${table}[m]`,
      `a - m == 1`,
      `${table}[m]`,
      `a - m`,
      'true',
    ]);
    const mask = w.from(['~(r - 1)', '-r', '~(r - 1) & 0xffffff', '(0xffffffff << r)']);
    const sign = w.from(['', ' >>> 0']);
    const body = `var a = ${number}(ip) ${shift === 0 ? w.from(['>>> 0', '| 0']) : `>>> ${shift}`}; for (var r = 1; r <= 1024; r *= 4) { var m = (a & ${mask})${sign}; if (${has}) return ${result}; } return ${w.from(['false', 'true'])};`;
    const ip = w.from(['myIpAddress()', '(dnsResolve("site.corp.example") || "10.66.3.4")']);
    return `!!${w.define('listed', 'ip', body)}(${ip})`;
  },
  'the last bits of an address in a network': (w) => {
    const number = w.define('bits', 'ip', w.from(CONVERSIONS));
    const [network] = w.from(NETS);
    const mask = w.from(['255.255.255.0', '255.255.255.240', '255.255.252.0', '255.255.0.0']);
    const rest = `${number}(myIpAddress())${w.from(['', ' >>> 0', ' >>> 1', ' >>> 8'])}`;
    const tail = w.from(['1', '3', '7', '127', '510', '4', '5']);
    const operator = w.from(['<', '<=', '>', '>=', '==', '!=']);
    const test = w.from([
      `((${rest}) & ${tail}) ${operator} ${w.from(['0', '1', '2', '3', '4', '60'])}`,
      `myIpAddress().split(".")[${w.from(['2', '3', '3'])}] % ${w.from(['2', '3', '10'])} ${operator} 1`,
      `myIpAddress().split(".")[3] ${operator} ${w.from(['4', '128', '254'])}`,
    ]);
    return `isInNet(myIpAddress(), ${quoted(network)}, ${quoted(mask)}) ${w.from(['&&', '&& !', '!== '])}(${test})`;
  },
  'the remainder of an address': (w) => {
    const convert = w.define('all', 'ip', w.from(CONVERSIONS));
    const list = w.declare('rests', w.from(['[1, 0, 2, 1]', '["a", "b", "", "c"]', '[3, 3, 3, 3]']));
    return `${list}[${convert}(myIpAddress()) % ${w.from(['2', '3', '4', '5'])}] ${w.from(['> 0', '== "b"', '!= null'])}`;
  },
  'a table by the remainder of an address': (w) => {
    const count = w.from([2, 3, 5, 10]);
    const numbers = NETS.map(([network]) => network.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0));
    const rows = Array.from({ length: count }, (_, row) => {
      const own = numbers.filter((number) => number % count === row || w.below(4) === 0);
      return `[${own.map((number) => number + w.from([0, 0, 0, count])).join(', ')}]`;
    });
    const table = w.declare('rows', `[${rows.join(', ')}]`);
    const number = w.define('number', 'ip', w.from(CONVERSIONS));
    const index = w.from(['a', 'a', '(a >>> 4)']);
    const test = w.from(['row[i] == a', '(row[i] & 0xffffff00) >>> 0 == (a & 0xffffff00) >>> 0', 'a == row[i]']);
    const body = `var a = ${number}(ip)${w.from([' >>> 0', ' >>> 0', ''])}, row = ${table}[${index} % ${count}] || []; for (var i = 0; i < row.length; i++) if (${test}) return true; return false;`;
    const ip = w.from(['myIpAddress()', '(dnsResolve("site.corp.example") || "10.66.3.4")']);
    return `${w.define('hashed', 'ip', body)}(${ip})`;
  },
  'search in sorted networks': (w) => {
    const list = w.declare('codes', '[0, 256, 16384, 16896, 17152, 28672, 31744]');
    const sizes = w.declare('sizes', `[0, 8, 8, ${w.below(14)}, 8, 10, 10]`);
    const code = w.from(['(255 & l[1]) << 8 | 255 & l[2]', 'l[1] * 256 + (l[2] | 0)', '(l[1] << 8) + (l[2] & 255)']);
    const body = w.from([
      `var b = 0, e = ${list}.length; while (b + 1 < e) { var m = (b + e) >> 1; if (${list}[m] > d) e = m; else b = m; } return d - ${list}[b] >> ${sizes}[b] === 0;`,
      `var b = 0, e = ${list}.length; do { var m = Math.floor((b + e) / 2); if (d >>> 8 == ${list}[m] >>> 8) return true; if (d > ${list}[m]) b = m + 1; else e = m; } while (b < e); return false;`,
    ]);
    const first = w.from(['true', 'l[0] == 10', '(l[0] & 255) !== 52']);
    const search = w.define('search', 'ip', `var l = ip.split("."), d = ${code}; ${body}`);
    const ip = w.from(['myIpAddress()', '(dnsResolve("site.corp.example") || "10.66.3.4")']);
    return `(function (l) { return ${first} && ${search}(${ip}); })(${ip}.split("."))`;
  },
  'Ex functions': (w, h) =>
    w.from([
      `isInNetEx(myIpAddressEx(), "10.66.0.0/16")`,
      `isResolvableEx(${h})`,
      `isInNetEx(dnsResolveEx(${h}), "52.112.0.0/14")`,
      `isInNetEx(${h}, "10.0.0.0/8")`,
    ]),
  'text of the client': (w) =>
    w.from([
      '/^10\\.66\\./.test(myIpAddress())',
      'myIpAddress().indexOf("10.1.") === 0',
      'myIpAddress().substring(0, 6) == "10.66."',
      'shExpMatch(myIpAddress(), "10.66.*")',
      'myIpAddress() == "10.66.3.4"',
      'myIpAddress().lastIndexOf("192.168", 0) == 0',
    ]),
  'part of the client': (w) =>
    w.from([
      'myIpAddress().split(".")[1] == "66"',
      'myIpAddress().split(".")[3] % 2 == 0',
      'myIpAddress().split(".")[3] === "4"',
      'myIpAddress().split(".")[2] == "64"',
      'parseInt(myIpAddress().split(".")[2], 10) > 64',
      'myIpAddress().split(".").slice(0, 2).join(".") === "10.1"',
      'Number(myIpAddress().substring(myIpAddress().lastIndexOf(".") + 1)) >= 128',
      '({ 1: true, 66: true })[myIpAddress().split(".")[1]]',
    ]),
  'text of a resolved address': (w, h) =>
    w.from([
      `(dnsResolve(${h}) || "").indexOf("52.") == 0`,
      `dnsResolve("site.corp.example") == "10.66.3.4"`,
      `shExpMatch(String(dnsResolve(${h})), "52.11?.*")`,
      `shExpMatch(dnsResolve(${h}), ${quoted(w.from(['52.*', '10.6?.*', 'n*', '*']))})`,
    ]),
};

/** Bodies of functions that make a number of a dotted quad. */
const CONVERSIONS: readonly [string, ...string[]] = [
  'var b = ip.split("."); return ((b[0] & 0xff) << 24) | ((b[1] & 0xff) << 16) | ((b[2] & 0xff) << 8) | (b[3] & 0xff);',
  'var b = ip.split("."); return b[0] * 16777216 + b[1] * 65536 + b[2] * 256 + (b[3] | 0);',
  'var b = ip.split("."); return (b[0] << 16) + (b[1] << 8) + (b[2] << 0);',
  'var b = ip.split("."); return (b[3] << 24) | (b[2] << 16) | (b[1] << 8) | b[0];',
  'var b = ip.split("."); return (b[1] << 16) | (b[2] << 8) | b[3];',
  'return ip.split(".").reduce(function (sum, byte) { return (sum << 8) + parseInt(byte, 10); }, 0) >>> 0;',
  'return ip.split(".").reduce(function (sum, byte) { return sum * 256 + Number(byte); }, 0);',
];

const CLOCK: Readonly<Record<string, Kind>> = {
  weekdayRange: (w) =>
    `weekdayRange(${w.from(['"MON", "FRI"', '"SAT"', '"FRI", "MON"', '"SUN", "SUN"', '"SAT", "SUN", "GMT"', '"mon", "fri"'])})`,
  timeRange: (w) =>
    `timeRange(${w.from(['8, 18', '12', '8, 30, 17, 15', '22, 0, 6, 0', '9, 17, "GMT"', '8, 0, 0, 11, 30, 30', '22, 6'])})`,
  dateRange: (w) =>
    `dateRange(${w.from(['"JAN", "JUN"', '24', '1, 15', '"DEC"', '24, "DEC", 6, "JAN"', '2026', '"MAR", 2026, "OCT", 2027', '"OCT", "MAR"', '1, "GMT"'])})`,
  hours: (w) => {
    const body = `var h = new Date().getHours(); return h >= ${w.below(12)} && h < ${12 + w.below(12)};`;
    return w.from([`${w.define('atHour', '', body)}()`, 'new Date().getHours() > 17', 'new Date().getUTCHours() < 6']);
  },
  weekday: (w) =>
    w.from([
      'new Date().getDay() == 5',
      'new Date().getDay() % 6 == 0',
      '[0, 6].indexOf(new Date().getDay()) >= 0',
      '["SUN", "MON", "TUE"][new Date().getDay()] == "MON"',
      'new Date().getUTCDay() != 3',
    ]),
  'minutes and hours': (w) =>
    w.from([
      'new Date().getMinutes() >= 30',
      'new Date().getHours() * 60 + new Date().getMinutes() < 510',
      'new Date().getMinutes() % 2 == 1',
    ]),
  dates: (w) =>
    w.from([
      'new Date().getMonth() == 11',
      'new Date().getDate() <= 7',
      'new Date().getFullYear() > 2026',
      'new Date() > new Date(2026, 5, 1)',
      'Date.now() < 1800000000000',
      'new Date().getTime() % 2 == 0',
    ]),
};

const RANDOM: Readonly<Record<string, Kind>> = {
  'random share': (w) => `Math.random() ${w.from(['<', '>', '>='])} ${w.from(['0.2', '0.5', '0.75'])}`,
  'random slot': (w) => `Math.floor(Math.random() * ${4 + w.below(7)}) == ${w.below(4)}`,
  'random slot in a variable': (w) => {
    const body = 'var r = Math.floor(Math.random() * 3); if (r === 0) return true; return r == 2;';
    return `${w.define('drawn', '', body)}()`;
  },
  'random number drawn again': (w) => {
    const draw = w.from(['r = Math.floor(Math.random() * 8);', '{ r = Math.ceil(8 * Math.random()) - 1; }']);
    const body = `var r = -1; while (r ${w.from(['< 1', '<= 0', '< 2'])}) ${draw} return r ${w.comparison()} ${w.below(4)};`;
    return `${w.define('drawn', '', body)}()`;
  },
  'random item': (w) => `["a", "b", "c"][Math.floor(Math.random() * 3)] == ${w.from(['"a"', '"c"', '"d"'])}`,
  'random rounded': () => 'Math.round(Math.random()) == 1',
};

export const ENVIRONMENT_KINDS: Readonly<Record<string, Kind>> = { ...ADDRESSES, ...CLOCK, ...RANDOM };
