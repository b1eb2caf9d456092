import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../../server/src/dialects/iptables/syntax/command-reader.js';
import { readRule } from '../../../server/src/dialects/iptables/syntax/rule/read-rule.js';
import { restoreWords } from '../../../server/src/dialects/iptables/syntax/words.js';
import type { ExtensionWord, OptionWord } from '../../../server/src/dialects/iptables/vocabulary/notation.js';
import { optionRules, protocolsFor } from '../../../server/src/dialects/iptables/vocabulary/option-rules.js';
import { MATCHES, TARGETS } from '../../../server/src/dialects/iptables/vocabulary/words.js';

/** The protocols that some extensions need before them, where the table of protocols does not say so. */
const PROTOCOLS: Readonly<Record<string, string>> = { icmp: 'icmp', icmp6: 'icmpv6', multiport: 'tcp' };

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
  'add-set': 'blocked src',
  'del-set': 'blocked src',
  'map-set': 'blocked src',
  'statistic mode': 'random',
  algo: 'bm',
  bytecode: '"1,6 0 0 0"',
  ctstatus: 'ASSURED',
  gateway: '192.0.2.1',
  'queue-balance': '0:1',
  'rt-type': '0',
  'chunk-types': 'ANY INIT',
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
  timestop: '06:00',
  type: 'accept',
  weekdays: 'Mon',
};

function optionText({ name, values }: OptionWord, extension: ExtensionWord): string {
  const value = VALUES[`${extension.name} ${name}`] ?? VALUES[name] ?? (values === 2 ? '1 1' : values === 1 ? '1' : '');
  return `--${name} ${value}`.trim();
}

/** The options with those that they need, and that the extension needs. */
function complete(extension: ExtensionWord, options: readonly OptionWord[]): OptionWord[] {
  const all = [...new Set(extension.options().values())];
  const given = new Set([...all.filter(({ required }) => required), ...options]);
  const add = (names: readonly string[]) => {
    if ([...given].some(({ name }) => names.includes(name))) return;
    const [first] = all.filter(({ name }) => name === names[0]);
    if (first) given.add(first);
  };
  for (const rule of [...optionRules(placeOf(extension)), ...optionRules(placeOf(extension))]) {
    if (rule.kind === 'one-of') add(rule.names);
    if (rule.kind === 'needs' && [...given].some(({ name }) => name === rule.name)) add(rule.names);
  }
  // It is for a period that goes on past midnight.
  if ([...given].some(({ name }) => name === 'contiguous')) {
    add(['timestart']);
    add(['timestop']);
  }
  return [...given];
}

const titleOf = ({ name, place }: ExtensionWord) => `${place === 'match' ? '-m' : '-j'} ${name}`;
const placeOf = (extension: ExtensionWord) => `option of ${titleOf(extension)}`;

function ruleOf(extension: ExtensionWord, options: readonly OptionWord[]) {
  const [family = 4] = extension.families;
  const protocols = [undefined, ...options.map(({ name }) => name)].flatMap(
    (name) => protocolsFor(titleOf(extension), family, name) ?? [],
  );
  const protocol = PROTOCOLS[extension.name] ?? protocols[0];
  const given = options.map((option) => optionText(option, extension)).join(' ');
  const words = given.replace(
    'random',
    given.includes('--every') ? 'nth' : given.includes('--prob') ? 'random' : 'random --probability 0.5',
  );
  const line = `-A FORWARD ${protocol ? `-p ${protocol} ` : ''}${titleOf(extension)} ${words}`;
  return readRule(parseCommand(restoreWords(line), family), family);
}

const asText = (extension: ExtensionWord) => `${extension.name} of IPv${extension.families.join(' and IPv')}`;

describe('the table of words says what a rule makes of', () => {
  it.each(MATCHES.map((match) => [asText(match), match] as const))('the match %s', (_, match) => {
    for (const option of new Set(match.options().values())) {
      const options = complete(match, [option]);
      const { opaque, problems } = ruleOf(match, options);
      expect(problems, option.name).toEqual([]);
      const isOpaque = opaque.some(({ test }) => !test);
      expect(isOpaque, option.name).toBe(options.some(({ treatment }) => treatment === 'opaque'));
    }
    const alone = ruleOf(match, []);
    if (!match.needsOption && match.options().size === 0)
      expect(alone.opaque.length > 0).toBe(match.treatment === 'opaque');
    expect(alone.problems.length > 0).toBe(match.needsOption);
  });

  it.each(TARGETS.map((target) => [asText(target), target] as const))('the target %s', (_, target) => {
    const required = [...new Set(target.options().values())].filter((option) => option.required);
    const base = complete(target, target.needsOption ? [...target.options().values()].slice(0, 1) : []);
    const { action, untracks, problems } = ruleOf(target, base);
    expect(problems).toEqual([]);
    expect(ruleOf(target, []).problems.length > 0).toBe(target.needsOption || required.length > 0);
    if (target.treatment === 'no-effect') expect(action).toEqual({ kind: 'continue' });
    if (target.treatment === 'opaque') expect(action?.kind).toBe('undecided');
    for (const option of new Set(target.options().values())) {
      const changed = ruleOf(target, [...required.filter((one) => one !== option), option]);
      const sameEffect = changed.action?.kind === action?.kind && changed.untracks === untracks;
      if (option.treatment === 'no-effect') expect(sameEffect, option.name).toBe(true);
    }
    for (const option of required)
      expect(ruleOf(target, []).problems.map(({ message }) => message)).toContain(
        `the target '${target.name}' needs '--${option.name}'`,
      );
  });
});
