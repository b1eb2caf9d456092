// What must not pass: verdicts compared with asking for single packets, and with what `explain` says of the packet that is told.
import { describe, expect, test } from 'vitest';
import { evaluateFilter } from '../../../server/src/analysis/evaluate/filter/evaluate-filter.js';
import { type NetworkContext, UNKNOWN_NETWORK } from '../../../server/src/analysis/evaluate/network-context.js';
import { explainFlow, parseFlow } from '../../../server/src/analysis/explain/flow.js';
import type { Requirement } from '../../../server/src/catalog/requirement.js';
import type { FilterRule } from '../../../server/src/model/filter.js';
import { IpSet } from '../../../server/src/model/ip.js';
import { exampleFlow } from '../../../server/src/model/packet-example.js';
import { randomFrom } from '../../random.js';
import { filterOf } from './filter-of.js';
import { shareFaults } from './share-properties.js';
import {
  BOXES,
  DESTINATIONS,
  INTERFACES,
  modelOf,
  PORTS,
  passes,
  rule,
  type Sample,
  SOURCES,
} from './small-filters.js';

function forbid(flow: Partial<Requirement['flow']>): Requirement {
  return {
    id: 'test/forbidden/udp',
    title: 'Nothing to these',
    why: 'Test.',
    kind: 'forbid',
    flow: {
      from: {},
      to: { prefixes: ['198.51.100.0/25', '203.0.113.0/24'] },
      protocol: 'udp',
      ports: '3478-3481',
      direction: 'outbound',
      ...flow,
    },
    required: true,
    tags: [],
    source: { document: 'Test', url: 'https://example.com/' },
  };
}

const SAMPLES: readonly Sample[] = SOURCES.flatMap((source) =>
  DESTINATIONS.flatMap((to) => PORTS.map((port) => ({ source, to, port }))),
);

/** Nothing says by which interface a packet comes: it certainly passes where it does by each. */
function expected(rules: readonly FilterRule[], policy: string, samples: readonly Sample[]): string {
  const answers = samples.map((sample) => INTERFACES.map((inside) => passes(rules, policy, sample, inside)));
  if (answers.flat().every(Boolean)) return 'blocked';
  if (answers.some((byInterface) => byInterface.every(Boolean))) return 'partial';
  return answers.flat().some(Boolean) ? 'undecided' : 'met';
}

/** Each list of two rules from {@link BOXES}, with either policy. */
function everyList(): { readonly rules: readonly FilterRule[]; readonly policy: 'accept' | 'deny' }[] {
  return BOXES.flatMap((first) =>
    BOXES.flatMap((second) =>
      (['accept deny', 'deny accept', 'accept accept', 'deny deny'] as const).flatMap((kinds) =>
        (['accept', 'deny'] as const).map((policy) => {
          const [one, other] = kinds.split(' ') as ['accept' | 'deny', 'accept' | 'deny'];
          return { rules: [rule(first, one, 0), rule(second, other, 1)], policy };
        }),
      ),
    ),
  );
}

describe('what must not pass', () => {
  test.each([
    ['all of it', undefined, SAMPLES],
    [
      'but for some senders',
      { from: { prefixes: ['10.0.0.0/8'] } },
      SAMPLES.filter(({ source }) => source !== '10.0.0.1'),
    ],
    [
      'but for some receivers',
      { to: { prefixes: ['203.0.113.0/24'] } },
      SAMPLES.filter(({ to }) => to !== '203.0.113.1'),
    ],
  ] as const)(
    '%s is partial where a packet passes, blocked where all do, and met where none does, for all lists of two rules',
    (_, except, asked) => {
      const requirement = forbid(except === undefined ? {} : { except });
      const wrong = everyList().flatMap(({ rules, policy }) => {
        const evaluation = evaluateFilter(requirement, modelOf(rules, policy), UNKNOWN_NETWORK);
        const right = expected(rules, policy, asked);
        const faults = shareFaults(evaluation);
        const same = evaluation.verdict.status === right ? [] : [`${evaluation.verdict.status}, not ${right}`];
        return [...same, ...faults].map((fault) => `${rules.map(({ action }) => action.kind)} ${policy}: ${fault}`);
      });
      expect(wrong).toEqual([]);
    },
  );

  test('every packet that is told passes, says explain, and what is denied is not told', () => {
    const wrong: string[] = [];
    for (const [i, text] of files().entries()) {
      const model = filterOf('edge.nft', text);
      const { verdict, shares = [] } = evaluateFilter(INTERNET, model, UNKNOWN_NETWORK);
      for (const { missing, undecided } of shares) {
        const example = missing.kind === 'packets' ? exampleFlow(missing.packets) : undefined;
        const flow = parseFlow(example ?? '');
        if (typeof flow === 'string') wrong.push(`${i}: no example, but ${verdict.status}`);
        else if (undecided === undefined && explainFlow(model, flow, {}).verdict !== 'permit')
          wrong.push(`${i}: ${example}`);
      }
      const permitted = ['10.1.2.3', '192.168.7.7'].flatMap((from) =>
        ['198.51.100.7', '203.0.113.9'].flatMap((to) => {
          const flow = parseFlow(`tcp ${from}:50000 > ${to}:445`);
          return typeof flow === 'string' ? [] : [explainFlow(model, flow, {}).verdict];
        }),
      );
      if (verdict.status === 'met' && permitted.includes('permit')) wrong.push(`${i}: met, and something passes`);
      if (permitted.includes('permit') && !['partial', 'blocked'].includes(verdict.status))
        wrong.push(`${i}: ${verdict.status}\n${text}`);
    }
    expect(wrong).toEqual([]);
  });
});

const INTERNET = forbid({
  to: { prefixes: ['0.0.0.0/0'] },
  protocol: 'tcp',
  ports: '445',
  except: { to: { prefixes: ['10.0.0.0/8', '192.168.0.0/16'] } },
});

/** Rule sets of up to four rules, drawn from parts by a fixed sequence of numbers. */
function files(): string[] {
  const parts = [
    'tcp dport 445',
    'ip saddr 10.0.0.0/8',
    'ip daddr 198.51.100.0/24',
    'tcp dport 1-500',
    'ip daddr 10.0.0.0/8',
    'udp dport 445',
  ];
  const next = randomFrom(7);
  return Array.from({ length: 200 }, () => {
    const rules = Array.from(
      { length: 1 + next(4) },
      () => `    ${parts[next(parts.length)]} ${next(2) ? 'accept' : 'drop'}`,
    );
    const policy = next(2) ? 'accept' : 'drop';
    return `table ip edge {\n  chain forward {\n    type filter hook forward priority filter; policy ${policy};\n${rules.join('\n')}\n  }\n}\n`;
  });
}

describe('what is not known of the network', () => {
  const statusOf = (name: string, text: string, requirement: Requirement, network: NetworkContext = UNKNOWN_NETWORK) =>
    evaluateFilter(requirement, filterOf(name, text), network).verdict;
  const lines = (...rules: string[]) =>
    `*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n${rules.join('\n')}\nCOMMIT\n`;

  test('an excepted role that nobody declares may be the one that sends', () => {
    const mail = forbid({ protocol: 'tcp', ports: '25', except: { from: { role: 'mail-servers' } } });
    const text = lines('-A FORWARD -s 10.9.0.5 -p tcp --dport 25 -j ACCEPT');
    expect(statusOf('rules.v4', text, mail)).toMatchObject({
      status: 'undecided',
      reason: expect.stringContaining('mail-servers'),
    });
    const roles = (servers: string) => ({ roles: new Map([['mail-servers', IpSet.parse(servers)]]) });
    expect(statusOf('rules.v4', text, mail, roles('10.9.0.5')).status).toBe('met');
    expect(statusOf('rules.v4', text, mail, roles('10.9.0.6')).status).toBe('partial');
  });

  test('a role that nobody declares is somewhere: what passes for a part of the addresses may not concern it', () => {
    const guests = forbid({ from: { role: 'guests' }, to: { prefixes: ['198.51.100.0/25'] } });
    const some = lines('-A FORWARD -s 10.30.0.0/16 -p udp -j ACCEPT');
    expect(statusOf('rules.v4', some, guests).status).toBe('undecided');
    expect(
      statusOf('rules.v4', some, guests, { roles: new Map([['guests', IpSet.parse('10.30.7.0/24')]]) }).status,
    ).toBe('blocked');
    expect(
      statusOf('rules.v4', some, guests, { roles: new Map([['guests', IpSet.parse('10.40.0.0/16')]]) }).status,
    ).toBe('met');
    expect(statusOf('rules.v4', lines('-A FORWARD -p udp -j ACCEPT'), guests).status).toBe('blocked');
  });

  test('interfaces that workspace and file do not place leave it open, and declared ones decide it', () => {
    const text = lines('-A FORWARD -i lan0 -o dmz0 -j ACCEPT');
    const internet = forbid({ to: { prefixes: ['0.0.0.0/0'] }, protocol: 'tcp', ports: '445' });
    expect(statusOf('rules.v4', text, internet).status).toBe('undecided');
    const interfaces = new Map<string, IpSet | 'internet'>([
      ['lan0', IpSet.parse('10.20.0.0/16')],
      ['dmz0', IpSet.parse('10.40.0.0/24')],
      ['wan0', 'internet'],
    ]);
    const network: NetworkContext = { roles: new Map(), interfaces };
    expect(statusOf('rules.v4', text, internet, network).status).toBe('met');
    const out = lines('-A FORWARD -i lan0 -o wan0 -j ACCEPT');
    expect(statusOf('rules.v4', out, internet, network)).toMatchObject({
      status: 'partial',
      reason: expect.stringContaining('tcp 10.20.'),
    });
  });

  test('what the host sends to itself leaves nothing, and errors about connections begin nothing', () => {
    const { ports: _, ...flow } = forbid({ to: { prefixes: ['10.0.0.0/8'] }, protocol: 'any' }).flow;
    const anything = { ...forbid({}), flow };
    const own =
      '*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT DROP [0:0]\n-A OUTPUT -o lo -j ACCEPT\n-A OUTPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\nCOMMIT\n';
    expect(statusOf('rules.v4', own, anything).status).toBe('met');
    expect(statusOf('rules.v4', own.replace('-o lo', '-o eth0'), anything).status).not.toBe('met');
  });
});
