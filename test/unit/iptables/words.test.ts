import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../../server/src/dialects/iptables/syntax/command-reader.js';
import { readRule } from '../../../server/src/dialects/iptables/syntax/rule/read-rule.js';
import { restoreWords } from '../../../server/src/dialects/iptables/syntax/words.js';
import type { ExtensionWord, OptionWord } from '../../../server/src/dialects/iptables/vocabulary/notation.js';
import { MATCHES, TARGETS } from '../../../server/src/dialects/iptables/vocabulary/words.js';

/** The protocols that some extensions need before them. */
const PROTOCOLS: Readonly<Record<string, string>> = {
  dccp: '-p dccp ',
  icmp: '-p icmp ',
  icmp6: '-p icmpv6 ',
  multiport: '-p tcp ',
  sctp: '-p sctp ',
  tcp: '-p tcp ',
  udp: '-p udp ',
};

/** Values that options accept which do not take the number 1. */
const VALUES: Readonly<Record<string, string>> = {
  'src-type': 'LOCAL',
  'dst-type': 'LOCAL',
  'src-range': '192.0.2.1-192.0.2.9',
  'dst-range': '192.0.2.1-192.0.2.9',
  ctstate: 'NEW',
  ctdir: 'REPLY',
  'mac-source': '00:00:5e:00:53:01',
  'match-set': 'blocked src',
  'statistic mode': 'random --probability 0.5',
  probability: '0.5',
  every: '2',
  header: 'frag',
  'pkt-type': 'unicast',
  state: 'NEW',
  'tcp-flags': 'SYN,ACK SYN',
  'to-destination': '192.0.2.1',
  'to-source': '192.0.2.1',
  'reject-with': 'port-unreach',
  ctevents: 'new',
  expevents: 'new',
  'connbytes-dir': 'both',
  'connbytes-mode': 'bytes',
  datestart: '2030-12-31',
  datestop: '2030-12-31',
  'dccp-types': 'DATA',
  dir: 'in',
  'dscp-class': 'EF',
  'hashlimit-mode': 'srcip',
  'hmark-tuple': 'src',
  u32: '0=1',
  mode: 'tunnel',
  pol: 'none',
  'set-class': '1:1',
  'set-dscp-class': 'EF',
  timestart: '08:30',
  timestop: '08:30',
  type: 'accept',
  weekdays: 'Mon',
};

function optionText({ name, values }: OptionWord, extension: ExtensionWord): string {
  const value = VALUES[`${extension.name} ${name}`] ?? VALUES[name] ?? (values === 2 ? '1 1' : values === 1 ? '1' : '');
  return `--${name} ${value}`.trim();
}

function ruleOf(extension: ExtensionWord, options: readonly OptionWord[]) {
  const [family = 4] = extension.families;
  const dash = extension.place === 'match' ? '-m' : '-j';
  const line = `-A FORWARD ${PROTOCOLS[extension.name] ?? ''}${dash} ${extension.name} ${options.map((option) => optionText(option, extension)).join(' ')}`;
  return readRule(parseCommand(restoreWords(line), family), family);
}

const asText = (extension: ExtensionWord) => `${extension.name} of IPv${extension.families.join(' and IPv')}`;

describe('the table of words says what a rule makes of', () => {
  it.each(MATCHES.map((match) => [asText(match), match] as const))('the match %s', (_, match) => {
    for (const option of new Set(match.options.values())) {
      // Of a match that looks at interfaces or types, the interface alone limits nothing.
      const type = option.name.startsWith('limit-iface') ? [...match.options.values()].slice(0, 1) : [];
      const { opaque, problems } = ruleOf(match, [...type, option]);
      const errors = problems.filter(({ message }) => message !== `the match '${match.name}' needs an option`);
      expect(errors, option.name).toEqual([]);
      const isOpaque = opaque.some(({ test }) => !test);
      expect(isOpaque, option.name).toBe(option.treatment === 'opaque');
    }
    const alone = ruleOf(match, []);
    if (!match.needsOption && match.options.size === 0)
      expect(alone.opaque.length > 0).toBe(match.treatment === 'opaque');
    expect(alone.problems.length > 0).toBe(match.needsOption);
  });

  it.each(TARGETS.map((target) => [asText(target), target] as const))('the target %s', (_, target) => {
    const required = [...new Set(target.options.values())].filter((option) => option.required);
    const { action, untracks, problems } = ruleOf(
      target,
      target.needsOption ? [...target.options.values()].slice(0, 1) : required,
    );
    expect(problems).toEqual([]);
    expect(ruleOf(target, []).problems.length > 0).toBe(target.needsOption || required.length > 0);
    if (target.treatment === 'no-effect') expect(action).toEqual({ kind: 'continue' });
    if (target.treatment === 'opaque') expect(action?.kind).toBe('undecided');
    for (const option of new Set(target.options.values())) {
      const changed = ruleOf(target, [...required.filter((one) => one !== option), option]);
      const sameEffect = changed.action?.kind === action?.kind && changed.untracks === untracks;
      if (option.treatment === 'no-effect') expect(sameEffect, option.name).toBe(true);
    }
    for (const option of required)
      expect(ruleOf(target, []).problems.map(({ message }) => message)).toContain(
        `${target.name} needs '--${option.name}'`,
      );
  });
});
