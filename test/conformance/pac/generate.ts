import type { Random } from '../../random.js';

const NAMES = [
  'example.com',
  'www.example.com',
  'a.example.com',
  'b.a.example.com',
  'example.org',
  'mail.example.org',
] as const;
const HOSTS = [
  ...NAMES,
  'host',
  'badexample.com',
  'x.b.a.example.com',
  'example.com.test',
  '10.1.2.3',
  '192.0.2.7',
] as const;

/** URLs of every scheme, port and path that the generated files distinguish. Names that DNS would be asked for are harmless: no file asks. */
export function urlsFor(choices: Random, count: number): string[] {
  const urls: string[] = [];
  for (let i = 0; i < count; i++) {
    const scheme = choices.pick(['http', 'https']);
    const port = choices.pick(['', '', '', ':8080', ':443']);
    const path = choices.pick(['/', '/', '/path/file.html', '/update/x?q=www.example.com']);
    urls.push(`${scheme}://${choices.pick(HOSTS)}${scheme === 'https' && port === ':443' ? '' : port}${path}`);
  }
  return urls;
}

/** A PAC file of random conditions. Every result names its place, so that equal results mean equal decisions. */
export function pacFile(choices: Random): string {
  let results = 0;
  const result = () => {
    results++;
    return choices.pick([
      '"DIRECT"',
      `"PROXY p${results}.example.com:${8000 + results}"`,
      `'HTTPS p${results}.test:443; DIRECT'`,
    ]);
  };
  const name = () => choices.pick(NAMES);
  const condition = (depth: number): string => {
    if (depth > 0 && choices.below(3) === 0) {
      const operator = choices.pick(['||', '&&', '||']);
      const [left, right] = [condition(depth - 1), condition(depth - 1)];
      return choices.below(4) === 0 ? `!(${left} ${operator} ${right})` : `(${left} ${operator} ${right})`;
    }
    switch (choices.below(14)) {
      case 0:
        return `dnsDomainIs(host, ".${name()}")`;
      case 1:
        return `dnsDomainIs(host, "${name()}")`;
      case 2:
        return `shExpMatch(host, "${choices.pick(['*.', '*', '', '?', '*a.'])}${name()}")`;
      case 3:
        return `shExpMatch(url, "${choices.pick(['*', 'http://*', '*://*.', 'https://'])}${name()}${choices.pick(['/*', '*', '/', ':*'])}")`;
      case 4:
        return `host ${choices.pick(['==', '!=', '==='])} "${name()}"`;
      case 5:
        return 'isPlainHostName(host)';
      case 6:
        return `localHostOrDomainIs(host, "${choices.pick(['host.example.com', 'www.example.com', 'a.example.com'])}")`;
      case 7:
        return `dnsDomainLevels(host) ${choices.pick(['>', '==', '<='])} ${choices.below(4)}`;
      case 8:
        return `isInNet(myIpAddress(), "10.${choices.below(3)}.0.0", "255.255.0.0")`;
      case 9:
        return `/^\\d+\\.\\d+\\.\\d+\\.\\d+$/.test(host) && isInNet(host, "10.1.0.0", "255.255.${choices.pick(['0', '240'])}.0")`;
      case 10:
        return `/${choices.pick(['^', '\\.', '(^|\\.)', ''])}${name().replaceAll('.', choices.pick(['.', '\\.']))}${choices.pick(['$', ''])}/.test(host)`;
      case 11:
        return `url.substring(0, 5) == "${choices.pick(['http:', 'https'])}"`;
      case 12:
        return `host.indexOf("${choices.pick(['example', 'a.', '.org', 'www'])}") ${choices.pick(['>= 0', '== 0', '< 0'])}`;
      default:
        return `listed(host, ${choices.pick(['first', 'second'])})`;
    }
  };
  const decision = (indent: string, depth: number): string => {
    const test = condition(2);
    switch (depth > 0 ? choices.below(5) : 0) {
      case 1:
        return `${indent}if (${test}) {\n${decision(`${indent}  `, depth - 1)}${indent}} else {\n${decision(`${indent}  `, depth - 1)}${indent}}\n`;
      case 2:
        return `${indent}way = ${test} ? ${result()} : way;\n`;
      case 3:
        return `${indent}if (${test}) return inner(url, host);\n`;
      case 4:
        return `${indent}if (${test}) { way = ${result()}; }\n`;
      default:
        return `${indent}if (${test}) return ${result()};\n`;
    }
  };
  const decisions = Array.from({ length: 3 + choices.below(6) }, () => decision('  ', 2)).join('');
  return `var first = [".${name()}", "${name()}"];
var second = ["${name()}", ".${name()}", "${name()}"];
function listed(h, list) {
  for (var i = 0; i < list.length; i++) if (dnsDomainIs(h, list[i])) return true;
  return false;
}
function inner(u, h) {
  if (${condition(1)
    .replace(/\bhost\b(?!\.example)/g, 'h')
    .replace(/\burl\b/g, 'u')}) return ${result()};
  return ${result()};
}
function FindProxyForURL(url, host) {
  ${choices.pick(['', 'host = host.toLowerCase();'])}
  var way = ${result()};
${decisions}  return way;
}
`;
}
