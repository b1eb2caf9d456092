// Random rule sets of iptables in which marks, packets that are not tracked, ipsets of every type and jumps decide together.
import type { Random } from '../../random.js';
import { directions, elementOf, elementOptions, INTERFACES, type NamedSet, type SET_TYPES } from './ipset-scripts.js';

const NUMBERS = ['0', '0x1', '2', '0x3', '0x10', '0xf0', '0x100', '0xffffffff'];
const MASKS = ['', '', '/0xf', '/0xff', '/0x3', '/0x110'];
const TCP_TESTS = ['-p tcp', '-p tcp --dport 22', '-p tcp --sport 20:23', '-p tcp --syn'];
const TESTS = ['', '', '-s 10.0.0.0/16', '-d 10.0.1.0/24', '! -s 10.0.2.0/24', '-p udp', '-p udp --dport 20:24'];
const STATES = ['NEW', 'UNTRACKED', 'INVALID,UNTRACKED', 'NEW,ESTABLISHED', 'RELATED'];
/** Chains of several depths; each is only called by those before it. */
const OWN = ['A', 'B', 'C'];

/** The texts of a rule set: what `ipset restore` and `iptables-restore` read. */
export interface MixedRules {
  readonly sets: string;
  readonly rules: string;
}

/** `supported` are the types of sets that the kernel has. */
export function mixedIptables(random: Random, supported: typeof SET_TYPES): MixedRules {
  const sets = namedSets(random, supported);
  return { sets: setFile(random, sets), rules: new RulesFile(random, sets).text };
}

/** Sets whose content neither time nor hardware addresses decide. */
function namedSets(random: Random, supported: typeof SET_TYPES): (NamedSet & { readonly options: string })[] {
  const decided = supported.filter(
    ([type, options]) => !/ma[cr]/.test(type) && !/timeout|maxelem|bitmask/.test(options),
  );
  const lists = decided.filter(([type]) => type === 'list:set');
  const contents = decided.filter(([type]) => type !== 'list:set');
  const chosen = [random.pick(contents), random.pick(contents), random.pick(contents), ...lists];
  return chosen.map(([type, options], i) => ({ name: `s${i}`, type, family: 4, options }));
}

function setFile(random: Random, sets: readonly (NamedSet & { readonly options: string })[]): string {
  const below = (limit: number) => random.below(limit);
  const lines: string[] = [];
  const before: string[] = [];
  for (const set of sets) {
    lines.push(`create ${set.name} ${set.type} ${set.options}${random.below(3) === 0 ? ' skbinfo' : ''}`);
    const mapped = lines.at(-1)?.endsWith('skbinfo');
    for (let i = 0; i < (set.type === 'list:set' ? 3 : 12 + random.below(30)); i++) {
      const mark =
        mapped && random.below(2) === 0
          ? ` skbmark ${random.pick(['0x0', '0x1', '0x3', '0x10', '0xf2'])}${random.pick(['', '/0xff'])}`
          : '';
      lines.push(`add ${set.name} ${elementOf(below, set, before)}${elementOptions(below, set)}${mark} -exist`);
    }
    before.push(set.name);
  }
  return `${lines.join('\n')}\n`;
}

class RulesFile {
  constructor(
    private readonly random: Random,
    private readonly sets: readonly NamedSet[],
  ) {}

  get text(): string {
    const { random } = this;
    const policy = () => random.pick(['ACCEPT', 'DROP']);
    const base = ['PREROUTING', 'OUTPUT'];
    const hooks = ['INPUT', 'FORWARD', 'OUTPUT'];
    const tables = [
      [
        '*raw',
        ...[...base, 'A'].map((chain) => this.chain(chain)),
        ...base.flatMap((chain) => this.some(chain, 2, this.untracking(['A']))),
      ],
      this.some('A', 2, this.untracking([])),
      ['COMMIT', '*mangle', ...[...base, 'FORWARD', 'INPUT', ...OWN].map((chain) => this.chain(chain))],
      ...[...base, 'FORWARD'].map((chain) => this.some(chain, 3, this.marking(OWN))),
      ...OWN.map((chain, i) => this.some(chain, 3, this.marking(OWN.slice(i + 1)))),
      [
        'COMMIT',
        '*filter',
        ...hooks.map((chain) => `:${chain} ${policy()} [0:0]`),
        ...OWN.map((chain) => this.chain(chain)),
      ],
      ...hooks.map((chain) => this.some(chain, 5, this.deciding(OWN))),
      ...OWN.map((chain, i) => this.some(chain, 4, this.deciding(OWN.slice(i + 1)))),
      ['COMMIT', ''],
    ];
    return tables.flat().join('\n');
  }

  private chain(name: string): string {
    return `:${name} ${OWN.includes(name) ? '-' : 'ACCEPT'} [0:0]`;
  }

  private some(chain: string, count: number, target: () => string): string[] {
    return Array.from({ length: count }, () => `-A ${chain} ${this.conditions(chain)}${target()}`);
  }

  private conditions(chain: string): string {
    const { random } = this;
    const parts = [random.pick([...TESTS, ...TCP_TESTS])];
    if (random.below(3) === 0) parts.push(this.markTest());
    if (random.below(2) === 0) parts.push(this.setTest(chain));
    if (random.below(5) === 0) parts.push(`-m conntrack ${this.not()}--ctstate ${random.pick(STATES)}`);
    return parts.flatMap((part) => (part === '' ? [] : [`${part} `])).join('');
  }

  private not(): string {
    return this.random.below(4) === 0 ? '! ' : '';
  }

  private markTest(): string {
    const { random } = this;
    return `-m ${random.pick(['mark', 'connmark'])} ${this.not()}--mark ${random.pick(NUMBERS)}${random.pick(MASKS)}`;
  }

  private ways(set: NamedSet): string {
    return directions((limit) => this.random.below(limit), set.type === 'list:set' ? 2 : set.type.split(',').length);
  }

  /** A set of interfaces that leave is for chains in which the way is known. */
  private setTest(chain: string): string {
    const { random } = this;
    const usable = /PREROUTING|INPUT|OUTPUT/.test(chain)
      ? this.sets.filter(({ type }) => !type.includes('iface'))
      : this.sets;
    const set = random.pick(usable);
    return `-m set ${this.not()}--match-set ${set.name} ${this.ways(set)}${random.pick(['', '', '', ' --return-nomatch'])}`;
  }

  private untracking(below: readonly string[]): () => string {
    return () =>
      this.random.pick(['-j CT --notrack', '-j CT --notrack', '-j RETURN', ...this.calls(below), this.mark(false)]);
  }

  private calls(below: readonly string[]): string[] {
    if (below.length === 0) return [];
    return ['j', 'j', 'g'].map((letter) => `-${letter} ${this.random.pick(below)}`);
  }

  private mark(isMangle = true): string {
    const { random } = this;
    const number = random.pick(NUMBERS);
    const masked = `${number}${random.pick(MASKS)}`;
    const masks = random.pick(['', ' --mask 0xf', ' --nfmask 0xff --ctmask 0xf0', ' --nfmask 0xf']);
    const set = random.pick(this.sets);
    const target = random.pick([
      `MARK --set-mark ${masked}`,
      `MARK --set-xmark ${masked}`,
      `MARK --${random.pick(['and', 'or', 'xor'])}-mark ${number}`,
      `CONNMARK --set-mark ${masked}`,
      `CONNMARK --${random.pick(['and', 'or', 'xor'])}-mark ${number}`,
      `CONNMARK --save-mark${masks}`,
      `CONNMARK --restore-mark${masks}`,
      ...(isMangle ? [`SET --map-set ${set.name} ${this.ways(set)} --map-mark`] : []),
    ]);
    return `-j ${target}`;
  }

  private marking(below: readonly string[]): () => string {
    return () =>
      this.random.below(3) === 0 ? this.random.pick(['-j RETURN', '-j ACCEPT', ...this.calls(below)]) : this.mark();
  }

  private deciding(below: readonly string[]): () => string {
    return () => this.random.pick(['-j ACCEPT', '-j ACCEPT', '-j DROP', '-j DROP', '-j RETURN', ...this.calls(below)]);
  }
}

export { INTERFACES };
