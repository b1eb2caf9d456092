// The verdicts of squid configurations, and what they rest on.

import { describe, expect, test } from 'vitest';
import { HostSet } from '../../../server/src/model/hosts.js';
import { IpSet } from '../../../server/src/model/ip.js';
import type { ProxyRequest } from '../../../server/src/model/proxy.js';
import { serverModel } from './helpers.js';

const CLIENTS = IpSet.parse('10.0.0.0/8');

interface Asked extends Partial<Omit<ProxyRequest, 'hosts'>> {
  readonly hosts: readonly string[];
}

/** The verdicts as lines of text: hosts, clients, access, and what they rest on. */
function ask(text: string, asked: Asked, files: Readonly<Record<string, string>> = {}): string[] {
  const hosts = HostSet.union(asked.hosts.map((pattern) => HostSet.pattern(pattern)));
  const request: ProxyRequest = {
    scheme: 'https',
    port: 443,
    addresses: undefined,
    clients: CLIENTS,
    user: 'any',
    ...asked,
    hosts,
  };
  return serverModel(text, files)
    .decide(request)
    .map(({ hosts: own, clients, outcome, assumptions }) => {
      const verdict =
        outcome.kind === 'undecided' ? `undecided: ${outcome.reason}` : `${outcome.access} ${tlsOf(outcome)}`;
      const conditions = assumptions.map(({ phrase }) => ` if ${phrase}`).join('');
      return `${own.describe()} from ${clients.toPrefixes().join(', ')}: ${verdict}${conditions}`;
    })
    .sort();
}

function tlsOf({ tls }: { readonly tls: string | { readonly reason: string } }): string {
  return typeof tls === 'string' ? tls : `(${tls.reason})`;
}

const PORT = 'http_port 3128\n';

describe('a request is divided where the file treats its parts differently', () => {
  test('hosts', () => {
    const text = `${PORT}acl eu dstdomain .eu.teams.microsoft.com\nhttp_access deny eu\nhttp_access allow all\n`;
    expect(ask(text, { hosts: ['*.teams.microsoft.com'] })).toEqual([
      '*.teams.microsoft.com (except eu.teams.microsoft.com) from 10.0.0.0/8: permit none',
      'eu.teams.microsoft.com, *.eu.teams.microsoft.com from 10.0.0.0/8: deny none',
    ]);
  });

  test('clients', () => {
    const text = `${PORT}acl floor src 10.128.0.0/9\nhttp_access allow floor\n`;
    expect(ask(text, { hosts: ['teams.microsoft.com'] })).toEqual([
      'teams.microsoft.com from 10.0.0.0/9: deny none',
      'teams.microsoft.com from 10.128.0.0/9: permit none',
    ]);
  });

  test('regular expressions against wildcards', () => {
    const text = `${PORT}acl old dstdom_regex ^old-\nhttp_access deny old\nhttp_access allow all\n`;
    const cases = ask(text, { hosts: ['*.teams.microsoft.com'] });
    expect(cases).toHaveLength(2);
    expect(cases.find((line) => line.includes(': deny'))).toMatch(/such as old-[^ ]*\.teams\.microsoft\.com\)/);
  });
});

describe('what the file does not decide is assumed both ways', () => {
  test('time', () => {
    const text = `${PORT}acl hours time 08:00-18:00\nhttp_access allow hours\nhttp_access deny all\n`;
    expect(ask(text, { hosts: ['teams.microsoft.com'] })).toEqual([
      "teams.microsoft.com from 10.0.0.0/8: deny none if the acl 'hours' does not match (the day and time of the request)",
      "teams.microsoft.com from 10.0.0.0/8: permit none if the acl 'hours' matches (the day and time of the request)",
    ]);
  });

  test('but once: the same acl has the same outcome in every rule', () => {
    const text = `${PORT}acl hours time 08:00-18:00\nhttp_access deny hours\nhttp_access allow hours\nhttp_access allow !hours\n`;
    expect(ask(text, { hosts: ['teams.microsoft.com'] }).map((line) => line.split(' if ')[0])).toEqual([
      'teams.microsoft.com from 10.0.0.0/8: deny none',
      'teams.microsoft.com from 10.0.0.0/8: permit none',
    ]);
  });

  test('the path of a URL, only where it matters', () => {
    const text = `${PORT}acl images url_regex \\.png$\nhttp_access deny images\nhttp_access allow all\n`;
    expect(ask(text, { hosts: ['a.example'], scheme: 'http', port: 80 })).toHaveLength(2);
    expect(ask(text, { hosts: ['a.example'] })).toEqual(['a.example from 10.0.0.0/8: permit none']);
    expect(ask(text, { hosts: ['a.example'], scheme: 'http', port: 80, path: '/x.png' })).toEqual([
      'a.example from 10.0.0.0/8: deny none',
    ]);
  });

  test('the addresses of a host, unless they are documented', () => {
    const text = `${PORT}acl inside dst 10.0.0.0/8\nacl cloud dst 198.51.100.0/24\nhttp_access deny inside\nhttp_access allow cloud\nhttp_access deny all\n`;
    const hosts = ['teams.microsoft.com'];
    expect(ask(text, { hosts })).toHaveLength(2);
    expect(ask(text, { hosts, addresses: IpSet.parse('198.51.100.0/25') })).toEqual([
      'teams.microsoft.com from 10.0.0.0/8: permit none',
    ]);
    expect(ask(text, { hosts, addresses: IpSet.parse('203.0.113.0/24') })).toEqual([
      'teams.microsoft.com from 10.0.0.0/8: deny none',
    ]);
  });

  test('too many unknowns are one undecided verdict', () => {
    const acls = Array.from({ length: 20 }, (_, i) => `acl t${i} random 1/2`).join('\n');
    const rules = Array.from({ length: 10 }, (_, i) => `http_access allow t${2 * i} t${2 * i + 1}`).join('\n');
    const cases = ask(`${PORT}${acls}\n${rules}\nhttp_access deny all\n`, { hosts: ['a.example'] });
    expect(cases.length).toBeLessThan(5_000);
    expect(cases.some((line) => line.includes('undecided: the rules fall into too many cases'))).toBe(true);
  });
});

describe('every port that clients use is asked', () => {
  const at = (text: string, request: Partial<ProxyRequest> & { readonly hosts?: readonly string[] } = {}) =>
    serverModel(text)
      .decide({
        scheme: 'https',
        port: 443,
        addresses: undefined,
        clients: IpSet.parse('10.0.0.0/8'),
        user: 'none',
        ...request,
        hosts: HostSet.exact('teams.microsoft.com'),
      })
      .map(({ at: entry, clients, outcome }) => {
        const what = outcome.kind === 'undecided' ? outcome.kind : `${outcome.access} ${outcome.tls}`;
        return `${entry?.name ?? 'the only port'}: ${what} ${clients.toPrefixes().join(' ')}`;
      });

  test('also those that intercept, each with its treatment of TLS', () => {
    const text = [
      'http_port 3128',
      'http_port 3129 intercept',
      'https_port 3130 intercept ssl-bump tls-cert=/etc/squid/ca.pem',
      'acl step1 at_step SslBump1',
      'ssl_bump peek step1',
      'ssl_bump bump all',
      'http_access allow all',
    ].join('\n');
    expect(at(text)).toEqual([
      'http_port 3128: permit none 10.0.0.0/8',
      'https_port 3130 intercept: permit bump 10.0.0.0/8',
    ]);
    expect(at(text, { scheme: 'http', port: 80 })).toEqual([
      'http_port 3128: permit none 10.0.0.0/8',
      'http_port 3129 intercept: permit none 10.0.0.0/8',
    ]);
  });

  test('but none at which clients get nothing', () => {
    const text = `http_port 3128 name=a\nhttp_port 3129 name=b\nacl b myportname b\nacl guests src 10.9.0.0/16\n`;
    expect(at(`${text}http_access deny b\nhttp_access allow all\n`)).toEqual([
      'http_port 3128: permit none 10.0.0.0/8',
    ]);
    const reserved = `${text}http_access deny b !guests\nhttp_access deny guests !b\nhttp_access allow all\n`;
    const [first, second] = at(reserved);
    expect(second).toBe('http_port 3129: permit none 10.9.0.0/16');
    expect(first).toContain('http_port 3128: permit none 10.0.0.0/13');
    expect(at(`${text}http_access deny all\nhttp_access deny b\n`)).toHaveLength(2);
  });

  test('and one for all that are treated alike, up to a limit for those that are not', () => {
    const ports = Array.from({ length: 60 }, (_, i) => `http_port ${4000 + i}\n`).join('');
    const rules = 'http_access allow all\n';
    expect(at(`${ports}http_port 3129 ssl-bump tls-cert=/x.pem\nssl_bump bump all\n${rules}`)).toEqual([
      'http_port 4000 and 59 more: permit none 10.0.0.0/8',
      'http_port 3129: permit bump 10.0.0.0/8',
    ]);
    expect(at(`${ports}acl odd localport 4001\nhttp_access deny odd\n${rules}`)).toEqual([
      'the only port: undecided 10.0.0.0/8',
    ]);
  });

  test('and a trace says what passed the rules', () => {
    const text = 'http_port 3128 ssl-bump tls-cert=/x.pem\nssl_bump bump all\nhttp_access allow all\n';
    const [only] = serverModel(text).decide({
      scheme: 'https',
      port: 443,
      hosts: HostSet.exact('teams.microsoft.com'),
      addresses: undefined,
      clients: IpSet.parse('10.0.0.1'),
      user: 'none',
    });
    expect(only?.trace().map(({ effect }) => effect)).toEqual([
      'CONNECT: matches and permits',
      'request inside TLS: matches and permits',
    ]);
  });

  test('nor those of a reverse proxy or of the host itself', () => {
    const rules = 'http_access allow all\n';
    expect(at(`http_port 80 accel\nhttp_port 3128\nhttp_port 127.0.0.1:3129\n${rules}`)).toEqual([
      'the only port: permit none 10.0.0.0/8',
    ]);
    expect(at(`http_port 80 accel defaultsite=www.example.com\n${rules}`)).toEqual([]);
    expect(at(`http_port localhost:3128\n${rules}`)).toEqual(['the only port: permit none 10.0.0.0/8']);
  });
});

describe('logins', () => {
  const text = `${PORT}auth_param basic program /x\nacl users proxy_auth REQUIRED\nacl staff proxy_auth alice\nhttp_access allow staff\nhttp_access deny all\n`;

  test('are demanded where the client has none', () => {
    expect(ask(text, { hosts: ['a.example'], user: 'none' })).toEqual(['a.example from 10.0.0.0/8: auth none']);
  });

  test('are compared by name', () => {
    expect(ask(text, { hosts: ['a.example'], user: { name: 'alice' } })).toEqual([
      'a.example from 10.0.0.0/8: permit none',
    ]);
    expect(ask(text, { hosts: ['a.example'], user: { name: 'bob' } })).toEqual([
      'a.example from 10.0.0.0/8: deny none',
    ]);
    expect(ask(text, { hosts: ['a.example'], user: 'any' })).toHaveLength(2);
  });

  test('do not exist on intercepted connections', () => {
    const intercepted = `http_port 3129 intercept\nauth_param basic program /x\nacl users proxy_auth REQUIRED\nhttp_access allow users\nhttp_access deny all\n`;
    expect(ask(intercepted, { hosts: ['a.example'], scheme: 'http', port: 80, user: 'any' })).toEqual([
      'a.example from 10.0.0.0/8: deny none',
    ]);
  });
});

describe('included files', () => {
  const main = `${PORT}include conf.d/*.conf\nacl listed dstdomain "lists/domains.txt"\nhttp_access allow listed\nhttp_access deny all\n`;

  test('are read where they are included', () => {
    const files = {
      'conf.d/10-first.conf': 'acl bad dstdomain .bad.example\nhttp_access deny bad\n',
      'lists/domains.txt': '# hosts\n.microsoft.com\n  .bad.example # twice\n',
    };
    expect(ask(main, { hosts: ['a.bad.example', 'teams.microsoft.com'] }, files)).toEqual([
      'a.bad.example from 10.0.0.0/8: deny none',
      'teams.microsoft.com from 10.0.0.0/8: permit none',
    ]);
  });

  test('of the folder of squid stand beside the main file', () => {
    const deployed = main.replaceAll('conf.d/', '/etc/squid/conf.d/').replace('lists/', '/etc/squid/lists/');
    const files = { 'conf.d/a.conf': '', 'lists/domains.txt': 'a.example\n' };
    expect(ask(deployed, { hosts: ['a.example'] }, files)).toEqual(['a.example from 10.0.0.0/8: permit none']);
  });

  test('that are missing leave what follows undecided', () => {
    const [first] = ask(main, { hosts: ['a.example'] }, { 'lists/domains.txt': 'a.example\n' });
    expect(first).toContain("undecided: the content of 'conf.d/*.conf' is unknown");
  });

  test('a list that is missing leaves its acl undecided', () => {
    const cases = ask(main, { hosts: ['a.example'] }, { 'conf.d/a.conf': '' });
    expect(cases.some((line) => line.includes("the list 'lists/domains.txt' is not in the workspace"))).toBe(true);
  });

  test('may not include themselves', () => {
    expect(() =>
      ask('include squid.conf\n', { hosts: ['a.example'] }, { 'squid.conf': 'include squid.conf\n' }),
    ).not.toThrow();
  });
});
