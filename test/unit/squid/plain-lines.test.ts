// Lines that are read by their characters mean what they do when they are read word by word.

import { describe, expect, test } from 'vitest';
import { domainConflict, readDomain } from '../../../server/src/dialects/squid/syntax/domains.js';
import { readLogicalLine } from '../../../server/src/dialects/squid/syntax/lines.js';
import { parseText } from '../../../server/src/dialects/squid/syntax/parse.js';
import { readStatement } from '../../../server/src/dialects/squid/syntax/statement.js';
import type { Line, LogicalLine, Statement } from '../../../server/src/dialects/squid/syntax/tree.js';
import { linesIn } from '../../../server/src/kept/line-blocks.js';
import { lowered } from './helpers.js';

const ACLS = ['acl sites dstdomain', 'acl Names.0-9_ srcdomain', 'acl s ssl::server_name', 'acl net src', 'acl d dst'];
const PORTS = ['acl p port', 'acl q localport', 'acl p myportname', 'acl manager port', 'acl p proto'];
const NAMES = [
  ...[
    'a.example',
    '.a.example',
    'a_b.example',
    'a-.example',
    '-a.example',
    'A.example',
    '..a',
    'a.',
    '.',
    'a..b',
    '-n',
  ],
  ...[
    'a:1',
    'a.b:443',
    '*.a',
    'é.example',
    '"list"',
    '#a',
    'a#b',
    '\ue000x\ue001',
    'a\\',
    'a b',
    '.a .b c',
    'a  b',
    ' a',
    'a ',
  ],
];
const ADDRESSES = [
  ...[
    '10.0.0.0/8',
    '10.1.2.3',
    '10.1.2.3/8',
    '0.0.0.0',
    '0.0.0.0/0',
    '10.0.0.0/0',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '256.1.1.1',
  ],
  ...[
    '010.0.0.1',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.4-1.2.3.9',
    '1.2.3.4/255.0.0.0',
    '::1',
    'all',
    'ipv4',
    '1.2.3.4 5.6.7.8/32',
  ],
  ...['1.2.3.4/', '1.2.3.4/8x', '1.2.3.4 ', '1.2.3.4  1.2.3.5', 'host.example'],
];
const NUMBERS = ['0', '80', '65535', '65536', '00080', '1-1024', '80 443', '80,443', '-1', '999999', ''];
const RULES = [
  ...[
    'http_access allow a',
    'http_access deny !a',
    'http_access allow a !b c',
    'http_access deny',
    'http_access deny ',
  ],
  ...[
    'http_access allow !!a',
    'http_access allow ! a',
    'http_access allow a  b',
    'http_access allow a #b',
    'http_access permit a',
  ],
  ...[
    'always_direct allow a',
    'ssl_bump allow a',
    'cache_peer_access p allow a',
    'access_log deny a',
    'http_access  allow a',
  ],
  ...[
    'http_access2 allow a',
    'icap_access s allow a',
    'http_access allow CONNECT !SSL_ports',
    'http_access allow ssl::x',
  ],
];
const HEADS = [
  'acl',
  'acl ',
  'acl a',
  'acl a src',
  'acl a nothing x',
  `acl ${'n'.repeat(64)} src 10.0.0.1`,
  ' acl a src 10.0.0.1',
];
const LINES = [
  ...ACLS.flatMap((head) => [...NAMES, ...ADDRESSES].map((values) => `${head} ${values}`)),
  ...PORTS.flatMap((head) => NUMBERS.map((values) => `${head} ${values}`)),
  ...RULES,
  ...HEADS,
];

/** All that a line says. */
function told({ raw, form, text, start, joints }: LogicalLine, statement: Statement | undefined): unknown {
  const common = { raw, form, text, start, joints };
  if (!statement) return common;
  const { kind, problems } = statement;
  switch (statement.kind) {
    case 'acl': {
      const { head, name, type, typeToken, options, values, words, file, references } = statement;
      return {
        ...common,
        kind,
        problems,
        key: head.key,
        fromFile: head.fromFile,
        name,
        type,
        typeToken,
        options,
        values,
        words,
        file,
        references,
      };
    }
    case 'rule': {
      const { list, directive, peer, action } = statement;
      const references = statement.references.map(({ name, negated, token }) => ({ name, negated, token }));
      return { ...common, kind, problems, list, directive, peer, action, references };
    }
    default:
      return { ...common, statement };
  }
}

function linesOf(text: string): readonly Line[] {
  return [...linesIn(parseText(text))].map(({ line }) => line);
}

describe('a line', () => {
  test.each(['\n', ''])('says the same however it is read, before %j', (end) => {
    for (const written of LINES) {
      const read = readLogicalLine(written + end);
      const expected = told(read, read.form === 'statement' ? readStatement(read) : undefined);
      // Behind another line of the same acl or list as well.
      const before = written.endsWith('\\') ? '' : `${written}\n`;
      for (const line of linesOf(before + written + end).slice(-1))
        expect(told(line, line.statement)).toEqual(expected);
    }
  });

  test('before a line end of Windows', () => {
    for (const written of LINES) {
      const [line] = linesOf(`${written}\r\n`);
      const read = readLogicalLine(`${written}\r\n`);
      expect(line && told(line, line.statement)).toEqual(told(read, readStatement(read)));
    }
  });
});

describe('conflicts of domains', () => {
  const VALUES = [
    'a.example',
    '.a.example',
    'A.example',
    'b.a.example',
    '.b.a.example',
    'example',
    '.example',
    'a.',
    '\u212a.example',
    'k.example',
  ];
  const conflictsIn = (text: string) =>
    lowered(text).problems.filter(({ message }) => /the acl 'a'.* already has/.test(message)).length;

  test('are found between any two values', () => {
    const found = VALUES.map((one) =>
      VALUES.map((other) => conflictsIn(`acl a dstdomain ${one}\nacl a dstdomain ${other}\nhttp_access allow a\n`) > 0),
    );
    const expected = VALUES.map((one) =>
      VALUES.map((other) => domainConflict(readDomain(one), readDomain(other)) !== undefined),
    );
    expect(found).toEqual(expected);
  });

  test('are found among very many values', () => {
    const many = Array.from({ length: 3_000 }, (_, i) => `acl a dstdomain host${i}.example`);
    expect(conflictsIn(many.join('\n'))).toBe(0);
    expect(conflictsIn([...many, 'acl a dstdomain x.host2999.example .host17.example'].join('\n'))).toBe(1);
  });
});
