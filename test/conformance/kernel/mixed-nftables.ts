// Random rulesets of nft in which marks, packets that are not tracked, sets, maps and verdict maps decide together.
import type { Random } from '../../random.js';

const NUMBERS = ['0', '0x1', '2', '0x3', '0x10', '0xf0', '0x100', '0xffffffff'];
const PROTOCOLS = ['tcp', 'udp', 'sctp'];
/** A test of one protocol, beside which nft takes no test of another. */
const PROTOCOL = /^(?:tcp|udp|meta l4proto) /;
/** Chains of several depths; each is only called by those before it. */
const OWN = ['a', 'b', 'c'];

/** What may stand for an element, by the expression that is looked up. */
type Field = 'ip saddr' | 'ip daddr' | 'th dport' | 'th sport' | 'meta l4proto' | 'iifname' | 'meta mark' | 'ct mark';

const TYPES: Readonly<Record<Field, string>> = {
  'ip saddr': 'ipv4_addr',
  'ip daddr': 'ipv4_addr',
  'th dport': 'inet_service',
  'th sport': 'inet_service',
  'meta l4proto': 'inet_proto',
  iifname: 'ifname',
  'meta mark': 'mark',
  'ct mark': 'mark',
};

/** Intervals of which no two overlap. */
const RANGES: Readonly<Partial<Record<Field, readonly string[]>>> = {
  'ip saddr': ['10.0.0.0/29', '10.0.1.0-10.0.1.3', '10.0.1.4/30', '10.0.2.5', '10.1.0.0/16'],
  'ip daddr': ['10.0.0.0-10.0.1.255', '10.0.2.0/30', '10.0.2.6', '10.1.1.0/24', '10.1.2.0-10.1.2.6'],
  'th dport': ['18-20', '21', '22-24', '26-30'],
  'th sport': ['19', '20-22', '24-65535'],
  'meta mark': ['0-3', '0x10-0xf0', '0x100', '0xfffffff0-0xffffffff'],
  'ct mark': ['0-1', '2', '3-0x10', '0xf0-0xff'],
};

const KEYS: readonly (readonly Field[])[] = [
  ['ip saddr'],
  ['ip daddr'],
  ['th dport'],
  ['meta mark'],
  ['ct mark'],
  ['ip saddr', 'th dport'],
  ['ip saddr', 'ip daddr'],
  ['meta l4proto', 'th dport'],
  ['ip daddr', 'meta l4proto', 'th dport'],
  ['ip saddr', 'meta mark'],
  ['th sport', 'th dport', 'ip daddr'],
];

interface NamedSet {
  readonly name: string;
  readonly key: readonly Field[];
  readonly data: '' | 'verdict' | 'mark';
  readonly text: string;
}

/** A ruleset of one table. */
export function mixedNftables(random: Random): string {
  return new Ruleset(random).text;
}

class Ruleset {
  private readonly sets: readonly NamedSet[];

  constructor(private readonly random: Random) {
    this.sets = Array.from({ length: 6 }, (_, i) => this.namedSet(`s${i}`));
  }

  get text(): string {
    const { random } = this;
    const policy = () => random.pick(['accept', 'drop']);
    const chain = (name: string, head: string, count: number, rule: () => string) => [
      `  chain ${name} {`,
      ...(head === '' ? [] : [`    ${head}`]),
      ...Array.from({ length: count }, () => `    ${rule()}`),
      '  }',
    ];
    return [
      'table inet mixed {',
      ...this.sets.map(({ text }) => text),
      // From here no chain leads back; they are declared before they are called.
      ...[...OWN].reverse().flatMap((name) => chain(name, '', 3, this.deciding(this.after(name)))),
      ...chain('early', 'type filter hook prerouting priority raw', 3, () => this.untracking()),
      ...chain('sent', 'type filter hook output priority raw', 2, () => this.untracking()),
      ...chain('before', 'type filter hook prerouting priority mangle', 4, () => this.marking()),
      ...['input', 'forward', 'output'].flatMap((hook) =>
        chain(hook, `type filter hook ${hook} priority filter; policy ${policy()}`, 5, this.deciding(OWN)),
      ),
      '}',
      '',
    ].join('\n');
  }

  private after(name: string): readonly string[] {
    return OWN.slice(OWN.indexOf(name) + 1);
  }

  private single(field: Field): string {
    const { random } = this;
    switch (field) {
      case 'ip saddr':
      case 'ip daddr':
        return `10.${random.below(2)}.${random.below(3)}.${random.below(8)}`;
      case 'th dport':
      case 'th sport':
        return String(19 + random.below(8));
      case 'meta l4proto':
        return random.pick(PROTOCOLS);
      case 'iifname':
        return `"lan${random.below(2)}"`;
      default:
        return random.pick(NUMBERS);
    }
  }

  /** Different elements, each with its data; intervals do not overlap, which nft refuses in most sets. */
  private elements(key: readonly Field[], count: number, withIntervals: boolean, data: () => string): string {
    const { random } = this;
    const firsts = new Map<string, string>();
    for (let i = 0; i < count; i++) {
      const parts = key.map((field, place) => {
        const ranges = RANGES[field];
        const isRange = withIntervals && ranges !== undefined && (place === 0 || random.below(2) === 0);
        return isRange ? random.pick(ranges) : this.single(field);
      });
      const text = parts.join(' . ');
      firsts.set(withIntervals ? (parts[0] ?? '') : text, text);
    }
    return [...firsts.values()].map((value) => `${value}${data()}`).join(', ');
  }

  private namedSet(name: string): NamedSet {
    const { random } = this;
    const key = random.pick(KEYS);
    const data = random.pick(['', '', 'verdict', 'mark'] as const);
    const hasIntervals = key[0] !== 'meta l4proto' && random.below(2) === 0;
    const dataOf = {
      '': () => '',
      verdict: () => ` : ${random.pick(['accept', 'drop', 'continue', 'return'])}`,
      mark: () => ` : ${random.pick(NUMBERS)}`,
    };
    const type = key.map((field) => TYPES[field]).join(' . ');
    const flags = hasIntervals ? ' flags interval;' : '';
    const elements = this.elements(key, 3 + random.below(6), hasIntervals, dataOf[data]);
    const text = `  ${data === '' ? 'set' : 'map'} ${name} { type ${type}${data === '' ? '' : ` : ${data}`};${flags} elements = { ${elements} } }`;
    return { name, key, data, text };
  }

  /** Conditions on the header that a key needs. */
  private lookUp(key: readonly Field[]): string {
    return key.join(' . ');
  }

  private test(): string {
    const { random } = this;
    const plain = () =>
      random.pick([
        'tcp dport 22',
        'udp dport 20-24',
        'meta l4proto { tcp, udp }',
        'ip saddr 10.0.0.0/16',
        'ip daddr != 10.0.1.0/24',
        'th dport & 1 == 1',
        'tcp sport 20-23',
      ]);
    const mark = () => {
      const own = random.pick(['meta mark', 'ct mark']);
      return random.pick([
        `${own} ${random.pick(['', '!= '])}${random.pick(NUMBERS)}`,
        `${own} & ${random.pick(['0xf', '0xff', '0x110'])} ${random.pick(['==', '!='])} ${random.pick(NUMBERS)}`,
        `${own} ${random.pick(['<', '>='])} 0x10`,
      ]);
    };
    const set = () => {
      const plainSets = this.sets.filter(({ data }) => data === '');
      const negation = random.below(4) === 0 ? '!= ' : '';
      if (plainSets.length === 0 || random.below(4) === 0) {
        const key = random.pick(KEYS);
        return `${this.lookUp(key)} ${negation}{ ${this.elements(key, 3, false, () => '')} }`;
      }
      const { key, name } = random.pick(plainSets);
      return `${this.lookUp(key)} ${negation}@${name}`;
    };
    const state = () =>
      `ct state ${random.pick(['new', 'untracked', 'new,untracked', 'invalid,untracked', '!= new', '{ established, untracked }'])}`;
    return random.pick([plain, plain, mark, set, set, state])();
  }

  /** Some tests, of which one at the most is about a protocol: nft refuses rules about two. */
  private tests(count = this.random.below(3)): string {
    let hasProtocol = false;
    return Array.from({ length: count }, () => {
      let test = this.test();
      while (hasProtocol && PROTOCOL.test(test)) test = this.test();
      hasProtocol ||= PROTOCOL.test(test);
      return `${test} `;
    }).join('');
  }

  private untracking(): string {
    const { random } = this;
    const { random: own } = this;
    const plain = random.pick([
      '',
      'udp dport 20-24 ',
      'ip saddr 10.0.0.0/16 ',
      'ip saddr . th dport { 10.0.0.1 . 22, 10.1.0.0/16 . 20-22 } ',
      `${this.test()} `,
    ]);
    return `${plain}${own.pick(['notrack', 'notrack', 'notrack accept', 'accept', 'meta mark set 0x3'])}`;
  }

  private mark(): string {
    const { random } = this;
    const own = () => random.pick(['meta mark', 'ct mark']);
    const maps = this.sets.filter(({ data }) => data === 'mark');
    const mapped = maps.length === 0 ? undefined : random.pick(maps);
    return random.pick([
      `${own()} set ${random.pick(NUMBERS)}`,
      `${own()} set ${own()}`,
      `${own()} set ${own()} ${random.pick(['and', 'or', 'xor'])} ${random.pick(NUMBERS)}`,
      `${own()} set ${own()} and 0xf0 xor ${random.pick(NUMBERS)}`,
      `${own()} set th dport map { 20-22 : 1, 23 : ${random.pick(NUMBERS)} }`,
      ...(mapped ? [`${own()} set ${this.lookUp(mapped.key)} map @${mapped.name}`] : []),
    ]);
  }

  private marking(): string {
    return `${this.tests()}${this.mark()}${this.random.pick(['', '', ` ${this.mark()}`, ' accept', ' return'])}`;
  }

  private deciding(called: readonly string[]): () => string {
    const { random } = this;
    const calls = called.flatMap((name) => [`jump ${name}`, `goto ${name}`]);
    return () => {
      const maps = this.sets.filter(({ data }) => data === 'verdict');
      if (random.below(4) === 0) {
        if (maps.length > 0 && random.below(2) === 0) {
          const { key, name } = random.pick(maps);
          return `${this.tests()}${this.lookUp(key)} vmap @${name}`;
        }
        const key = random.pick(KEYS);
        const verdicts = ['accept', 'drop', 'continue', 'return', ...calls];
        return `${this.tests()}${this.lookUp(key)} vmap { ${this.elements(key, 3, false, () => ` : ${random.pick(verdicts)}`)} }`;
      }
      const ends = ['accept', 'accept', 'drop', 'drop', 'return', ...calls, this.mark()];
      return `${this.tests(1 + random.below(3))}${random.pick(ends)}`;
    };
  }
}
