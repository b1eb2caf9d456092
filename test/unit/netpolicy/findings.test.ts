import { describe, expect, test } from 'vitest';
import { problems, read } from './support.js';

describe('messages name what is allowed', () => {
  test.each([
    ['firewall: { default: maybe }', '"maybe" is not one of permit, deny'],
    ['firewall: { rules: [{ action: permit, port: 1 }] }', 'allowed: name, comment, action, hook'],
    ['firewall: { rules: [{ action: permit, from: 10.1.2.3/8 }] }', 'the prefix is 10.0.0.0/8'],
    ['firewall: { rules: [{ action: permit, ports: 9-1 }] }', 'the range is 1-9'],
    ['groups: { ports: { web: [80] } }\nfirewall: { rules: [{ action: permit, ports: wep }] }', 'known are web'],
  ])('%s', (text, message) => {
    expect(
      read(text)
        .problems.map((one) => one.message)
        .join('\n'),
    ).toContain(message);
  });
});

test('JSON has the same findings', () => {
  const rules = [{ action: 'permit', from: '10.1.2.3/8', ports: [70000, 'nobody'] }];
  expect(problems(JSON.stringify({ firewall: { default: 'no', rules } }, null, 2)).sort()).toEqual([
    'syntax-error: "10.1.2.3/8"',
    'syntax-error: "no"',
    'syntax-error: 70000',
    'undefined-name: "nobody"',
  ]);
});
