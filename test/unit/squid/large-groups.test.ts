import { describe, expect, test } from 'vitest';
import { HostSet } from '../../../server/src/model/hosts.js';
import { IpSet } from '../../../server/src/model/ip.js';
import { serverModel } from './helpers.js';

/** What becomes of requests for a host, and on which lines it depends. */
function ask(text: string, host: string): string[] {
  const model = serverModel(`http_port 3128\nacl lan src 10.0.0.0/8\n${text}`);
  const cases = model.decide({
    scheme: 'https',
    port: 443,
    addresses: undefined,
    clients: IpSet.parse('10.0.0.0/8'),
    user: 'any',
    hosts: HostSet.exact(host),
  });
  return cases
    .map(({ outcome, assumptions }) => {
      const said = outcome.kind === 'undecided' ? outcome.reason : outcome.access;
      return [said, ...assumptions.map(({ phrase, statement }) => `${phrase} [${statement?.text}]`)].join(' if ');
    })
    .sort();
}

const NAMES = Array.from({ length: 2_500 }, (_, i) => `a${i}`);
const LARGE = `${NAMES.map((name, i) => `acl ${name} dstdomain .h${i}.example\n`).join('')}acl many any-of ${NAMES.join(' ')}\n`;

/** Groups that each name the one before them. */
function nested(depth: number, first: string, names = 1): string {
  const groups = Array.from({ length: depth }, (_, i) => `acl n${i + 1} any-of${` n${i}`.repeat(names)}\n`);
  return `acl n0 ${first}\n${groups.join('')}`;
}

describe('groups that are not followed are open, on their own line', () => {
  test.each([
    ['of too many acls', `${LARGE}http_access deny many\n`, 'many', 'its groups name too many acls'],
    [
      'that name others twice',
      `${nested(40, 'dstdomain .x.example', 2)}http_access deny n40\n`,
      'n40',
      'its groups name too many acls',
    ],
  ])('%s', (_, rules, name, reason) => {
    const found = ask(`${rules}http_access allow lan\n`, 'teams.microsoft.com');
    expect(found).toHaveLength(2);
    expect(found[0]).toContain(`deny if the acl '${name}' matches (${reason}) [acl ${name} any-of`);
    expect(found[1]).toContain('permit if');
  });

  test('nested too deeply', () => {
    const found = ask(`${nested(60, 'src 10.0.0.0/8')}http_access allow n60\n`, 'teams.microsoft.com');
    expect(found).toHaveLength(2);
    expect(found[0]).toContain('deny if the acl');
    expect(found[1]).toContain('(its groups are nested too deeply) [acl n');
  });
});

test('groups within the bounds are followed', () => {
  expect(ask(`${nested(45, 'src 10.0.0.0/8')}http_access allow n45\n`, 'teams.microsoft.com')).toEqual(['permit']);
  const some = NAMES.slice(0, 1_900);
  const acls = some.map((name, i) => `acl ${name} dstdomain .h${i}.example\n`).join('');
  const rules = `${acls}acl many any-of ${some.join(' ')}\nhttp_access deny many\nhttp_access allow lan\n`;
  expect(ask(rules, 'teams.microsoft.com')).toEqual(['permit']);
  expect(ask(rules, 'www.h1800.example')).toEqual(['deny']);
});
