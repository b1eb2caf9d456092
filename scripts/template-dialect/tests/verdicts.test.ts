import { expect, it } from 'vitest';
import { sampleDialect } from '../dialect/index.js';
import { read, tcp, verdicts } from './support.js';

const FILTER = 'deny tcp 10.0.0.0/24 to any\npermit any 10.0.0.0/8 to 192.0.2.0/24 port 80-443\n';

it('the first rule that matches decides, and the default what none matches', () => {
  expect(verdicts(FILTER, tcp('10.0.0.1', '192.0.2.1', 443))).toEqual(['deny: deny tcp 10.0.0.0/24 to any']);
  expect(verdicts(FILTER, tcp('10.9.0.1', '192.0.2.1', 443))).toEqual([
    'accept: permit any 10.0.0.0/8 to 192.0.2.0/24 port 80-443',
  ]);
  expect(verdicts(FILTER, tcp('10.9.0.1', '192.0.2.1', 444))).toEqual(['deny: default']);
});

it('a permit before the rule that denies is proposed, and is enough', () => {
  const document = read(FILTER);
  const missing = tcp('10.0.0.1', '192.0.2.1', 443);
  const [rule] = document.program.rules;
  const start = rule?.lineStart ?? 0;
  const decidedBy = [{ uri: document.source.uri, range: { start, end: start }, text: '' }];
  const [candidate] = sampleDialect.emit(
    document,
    {
      goal: 'permit-packets',
      missing,
      replies: missing,
      allowed: missing,
      needs: [missing],
      fromOthers: missing.subtract(missing),
      decidedBy,
      point: 'forward',
      label: 'web',
    },
    { read: () => 'missing', list: () => [], roots: [] },
  );
  const permit = 'permit tcp 10.0.0.1/32 to 192.0.2.1/32 port 443';
  expect(candidate?.edits.map(({ newText }) => newText)).toEqual([`${permit}\n`]);
  expect(verdicts(`${permit}\n${FILTER}`, missing)).toEqual([`accept: ${permit}`]);
});

it('an edit leaves the other lines as they were, and gives what reading everything again gives', () => {
  const before = read(FILTER);
  const text = `${FILTER}deny udp any to any\n`;
  const after = read(text, before);
  expect(after.program.rules[0]?.rule).toBe(before.program.rules[0]?.rule);
  expect(after.program.rules).toEqual(read(text).program.rules);
});

it('files of others are left to them', () => {
  expect(sampleDialect.detect('office.sample', '')).toBe(1);
  expect(sampleDialect.detect('rules.txt', `# office\n\n${FILTER}`)).toBeGreaterThan(0);
  expect(sampleDialect.detect('router.cfg', 'ip access-list extended A\n permit tcp any any eq 443\n')).toBe(0);
});
