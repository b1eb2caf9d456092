import { describe, expect, it } from 'vitest';
import { cisco } from '../../../server/src/dialects/cisco/index.js';
import { ENTRY_OPTIONS, TOP_LEVEL } from '../../../server/src/dialects/cisco/vocabulary/commands.js';
import { words } from '../../../server/src/dialects/cisco/vocabulary/words.js';
import { problems, read, verdict } from './support.js';

const FLOW = 'tcp 10.1.2.3:50000 > 198.51.100.7:443';

const withOption = (option: string) => `ip access-list extended A\n permit tcp any any ${option}\n`;

const options = [...ENTRY_OPTIONS.names()].map(({ name, command }) => {
  return { option: [name, ...Array(command.names).fill('1')].join(' '), treatment: command.treatment };
});

describe('an option of an entry', () => {
  it.each(options)('does what the table says: $option is $treatment', ({ option, treatment }) => {
    expect(problems(withOption(option))).toEqual([]);
    const given = verdict(withOption(option), 'A', FLOW);
    if (treatment === 'no-effect') expect(given).toBe('permit');
    else if (treatment === 'opaque') expect(given).toBe('undecided');
    else expect(given).not.toBe('undecided');
  });

  it('is reported where it is unknown', () => {
    expect(problems(withOption('somehow'))).toEqual(['unmodelled-statement: somehow']);
    expect(verdict(withOption('somehow'), 'A', FLOW)).toBe('undecided');
  });

  it('may follow log, which takes other words for its cookie or level', () => {
    const list = 'ipv6 access-list SIX\n permit tcp any any log sequence 20\n permit udp any any log cookie\n';
    expect(problems(list)).toEqual([]);
    expect(problems(withOption('log reflect SESSIONS'))).toEqual([]);
  });
});

describe('a command of the top level', () => {
  const commands = [...TOP_LEVEL.names()].map(({ name, command: { treatment, platforms } }) => {
    return { name, treatment, before: platforms === 'ASA' ? 'ASA Version 9.16(4)\n' : '' };
  });

  it.each(commands.filter(({ treatment }) => treatment === 'opaque'))('is reported: $name', ({ name, before }) => {
    const told = problems(`${before}${name} X\n`).filter((problem) => !problem.startsWith('undefined-name'));
    expect(told).toEqual([`unmodelled-statement: ${name.split(' ')[0]}`]);
  });

  it.each(commands.filter(({ treatment }) => treatment === 'no-effect'))('has no effect: $name', ({ name }) => {
    const document = read(`ip access-list extended A\n permit ip any any\n${name} X\n`);
    expect(document.problems).toEqual([]);
    expect(document.program.lists.get('A')?.size).toBe(1);
  });
});

it('stands in the table of words once for each place', () => {
  const keys = words.words.map(({ name, place }) => `${name} at ${place}`);
  expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
});

describe('completion', () => {
  const labels = (text: string) => cisco.completionsAt(read(text), text.length)?.items.map(({ label }) => label) ?? [];

  it('offers the commands of the top level, and the names that they take', () => {
    expect(labels('')).toEqual(expect.arrayContaining(['access-list', 'ip access-list extended', 'interface']));
    // What applies a list to an interface of the ASA is no command of the top level elsewhere.
    expect(labels('')).not.toContain('access-group');
    expect(labels('ASA Version 9.1\n')).toContain('access-group');
    expect(labels('ASA Version 9.1\n')).not.toContain('ip access-list extended');
    const applied = labels('ip access-list extended A\n permit ip any any\ninterface Gi0/0\n ip access-group ');
    expect(applied).toEqual(['A', 'common']);
  });

  it('offers what an entry may hold', () => {
    const list = 'ip access-list extended A\n ';
    expect(labels(list)).toEqual(['permit', 'deny', 'dynamic', 'remark', 'evaluate', 'permit … eq']);
    expect(labels(`${list}permit `)).toEqual(expect.arrayContaining(['tcp', 'icmp']));
    expect(labels(`${list}permit tcp any `)).toEqual(
      expect.arrayContaining(['host', 'eq', 'established', 'time-range']),
    );
    expect(labels(`${list}permit tcp any any eq `)).toContain('https');
  });
});
