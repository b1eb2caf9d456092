import { describe, expect, test } from 'vitest';
import { STATEMENTS, type StatementWord, words } from '../../../server/src/dialects/nftables/vocabulary/words.js';
import { lowered } from './helpers.js';

/** A rule of a chain with each statement, which accepts where the statement lets the packet go on. */
const SAMPLES: Readonly<Record<StatementWord, string>> = {
  accept: 'accept',
  drop: 'drop',
  reject: 'reject with tcp reset',
  continue: 'continue accept',
  return: 'return',
  jump: 'jump other',
  goto: 'goto other',
  dnat: 'dnat ip to 192.0.2.1',
  redirect: 'tcp dport 80 redirect to :3128',
  snat: 'snat ip to 192.0.2.1',
  masquerade: 'masquerade',
  queue: 'queue num 0',
  tproxy: 'tcp dport 80 tproxy to :3128 accept',
  synproxy: 'synproxy mss 1460 accept',
  fwd: 'fwd to "wan0"',
  limit: 'limit rate 10/second accept',
  quota: 'quota over 10 mbytes accept',
  meter: 'meter m { ip saddr limit rate 10/second } accept',
  counter: 'counter accept',
  last: 'last used 5m accept',
  log: 'log prefix "seen " accept',
  notrack: 'notrack accept',
  set: 'set add ip saddr @seen accept',
  add: 'add @seen { ip saddr } accept',
  update: 'update @seen { ip saddr } accept',
  delete: 'delete @seen { ip saddr } accept',
  dup: 'dup to 192.0.2.1 accept',
  flow: 'flow add @fast accept',
  reset: 'reset tcp option sack-perm accept',
};

/** What the model makes of a rule: its actions, and the conditions that the file does not decide. */
function meaningOf(rule: string, family = 'ip') {
  const text = `table ${family} t {
  set seen { type ipv4_addr; flags dynamic; }
  flowtable fast { hook ingress priority 0; devices = { lan0 }; }
  chain other { accept; }
  chain pass { ${rule}; }
}
`;
  const { model, problems } = lowered(text);
  expect(problems.filter(({ code }) => code === 'syntax-error' || code === 'undefined-name')).toEqual([]);
  const rules = model.kind === 'filter' ? (model.chains.get(`${family} t pass`)?.rules ?? []) : [];
  return rules.map(({ action, opaque }) => ({ action, opaque: opaque.map((one) => one.text) }));
}

describe('the treatment of a statement is what the model does with it', () => {
  test.each(Object.entries(SAMPLES))('%s', (word, rule) => {
    const [treatment] = STATEMENTS[word as StatementWord];
    const meaning = meaningOf(rule, word === 'fwd' ? 'netdev' : 'ip');
    const isUnknown = meaning.some(({ action, opaque }) => action.kind === 'undecided' || opaque.length > 0);
    expect(isUnknown).toBe(treatment === 'opaque');
    if (treatment === 'no-effect') expect(meaning).toEqual(meaningOf('accept'));
  });
});

test('no word stands twice at one place', () => {
  const keys = words.words.map(({ name, place }) => `${place}: ${name}`);
  expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
});
