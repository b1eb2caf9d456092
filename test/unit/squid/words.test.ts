// The table of words of squid says what the model does.

import { describe, expect, test } from 'vitest';
import { ACL_TYPES } from '../../../server/src/dialects/squid/vocabulary/acl-types.js';
import { DIRECTIVES } from '../../../server/src/dialects/squid/vocabulary/directives.js';
import { words } from '../../../server/src/dialects/squid/vocabulary/words.js';
import { HostSet } from '../../../server/src/model/hosts.js';
import { IpSet } from '../../../server/src/model/ip.js';
import { lowered, serverModel } from './helpers.js';

/** Values that an acl type accepts, by how its values are read; one of its own where that is not enough. */
const VALUES: Readonly<Record<string, string>> = {
  addresses: '192.0.2.0/24',
  domains: 'a.example',
  patterns: 'a',
  ports: '443',
  methods: 'GET',
  protocols: 'HTTP',
  users: 'alice',
  steps: 'SslBump1',
  acls: 'all',
  time: '08:00-18:00',
  numbers: '5',
  header: 'X-Test a',
  random: '1/2',
  names: '3128',
  statuses: '200',
  words: 'x',
};
const OWN_VALUES: Readonly<Record<string, string>> = {
  has: 'request',
  transaction_initiator: 'client',
  client_connection_mark: '0x1/0x3',
  hier_code: 'HIER_DIRECT',
  ssl_error: 'X509_V_ERR_CERT_UNTRUSTED',
  annotate_client: 'a=b',
  annotate_transaction: 'a=b',
  external: 'helper',
  adaptation_service: 'service',
};

const REQUEST = {
  scheme: 'http',
  hosts: HostSet.pattern('a.example'),
  port: 80,
  path: '/',
  addresses: IpSet.parse('198.51.100.7'),
  clients: IpSet.parse('10.0.0.0/8'),
  user: { name: 'alice' },
} as const;

/** Where a deciding statement stands differs between the texts. */
const UNQUOTED = { tlsDecidedBy: undefined, routeDecidedBy: undefined };

describe('the table of words', () => {
  test('has no word twice at one place', () => {
    const keys = words.words.map(({ place, name }) => `${place}: ${name}`);
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
  });

  test.each([...new Set(ACL_TYPES.values())])('treats acl type $name as it says', ({ name, values, treatment }) => {
    const text = [
      'http_port 3128',
      'auth_param basic program /x',
      'external_acl_type helper %SRC /x',
      'icap_service service reqmod_precache icap://x',
      `acl tested ${name} ${OWN_VALUES[name] ?? VALUES[values]}`,
      'http_access allow all',
      'http_reply_access allow tested',
      'http_reply_access deny all',
      '',
    ].join('\n');
    expect(lowered(text).problems.filter(({ code }) => code === 'syntax-error')).toEqual([]);
    const assumed = serverModel(text)
      .decide(REQUEST)
      .some(({ assumptions }) => assumptions.length > 0);
    expect(assumed).toBe(treatment === 'opaque');
  });

  test('has every opaque directive reported', () => {
    for (const [name, { treatment }] of DIRECTIVES) {
      if (treatment !== 'opaque') continue;
      const text = `http_port 3128\n${name} service allow all\n${name} allow all\n${name} 1 MB\nhttp_access deny all\n`;
      expect(lowered(text).problems.map(({ code }) => code)).toContain('unmodelled-statement');
    }
  });

  test('has no word without effect that changes a verdict', () => {
    const rest = 'http_port 3128\nacl a dstdomain a.example\nhttp_access allow a\nhttp_access deny all\n';
    const verdict = (text: string) =>
      serverModel(text)
        .decide(REQUEST)
        .map(({ outcome, assumptions }) => ({ outcome: { ...outcome, ...UNQUOTED }, assumptions: assumptions.length }));
    for (const [name, { treatment }] of DIRECTIVES) {
      if (treatment === 'no-effect')
        expect(verdict(`${name} deny all\n${name} x deny all\n${rest}`), name).toEqual(verdict(rest));
    }
  });
});
