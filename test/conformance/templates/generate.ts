// Random templates of each dialect, and sets of values to fill them in with. The same seed makes the same templates.
import type { Random } from '../../random.js';

export interface RandomTemplate {
  readonly name: string;
  readonly text: string;
}

export type Values = Readonly<Record<string, unknown>>;

/** One set of values for all variables that templates use. */
export function valuesOf(random: Random): Values {
  const flag = () => random.below(2) === 1;
  const tcp = () => random.pick([80, 443, 8443]);
  return {
    a: flag(),
    b: flag(),
    c: flag(),
    mode: random.pick(['web', 'media', 'off']),
    port: tcp(),
    media: random.pick(['3478', '3479', '5000']),
    net: random.pick(['10.0.0.0/8', '10.1.0.0/16', '0.0.0.0/0']),
    verdict: flag(),
    ports: [[443], [80, 443], [22], [443, 80, 8080]][random.below(4)],
    names: [['office365', 'example'], ['example'], ['microsoft', 'office365']][random.below(3)],
    rules: [
      [{ port: 443, on: true }],
      [
        { port: 80, on: false },
        { port: 443, on: flag() },
      ],
      [],
    ][random.below(3)],
  };
}

interface Style {
  readonly name: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** Statements; `$port`, `$ports` and `$name` stand for expressions, `$yes` for what permits or denies. */
  readonly lines: readonly [string, ...string[]];
  readonly verdicts: readonly [permits: string, denies: string];
}

const STYLES: readonly Style[] = [
  {
    name: 'rules.v4.j2',
    before: ['*filter', ':INPUT DROP [0:0]', ':FORWARD DROP [0:0]', ':OUTPUT ACCEPT [0:0]', ':SUB - [0:0]'],
    after: ['COMMIT'],
    lines: [
      '-A FORWARD -p tcp --dport $port -j $yes',
      '-A FORWARD -p udp --dport 3478:3481 -j $yes',
      '-A FORWARD -p udp --dport $media -j $yes',
      '-A FORWARD -p tcp -m multiport --dports $ports -j $yes',
      '-A FORWARD -s $net -p tcp --dport $port -j $yes',
      '-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      '-A FORWARD -j SUB',
      '-A SUB -p tcp -j $yes',
      '-P FORWARD $yes',
    ],
    verdicts: ['ACCEPT', 'DROP'],
  },
  {
    name: 'edge.nft.j2',
    before: ['table inet filter {', 'chain forward {', 'type filter hook forward priority 0; policy drop;'],
    after: ['}', '}'],
    lines: [
      'tcp dport $port $yes',
      'udp dport 3478-3481 $yes',
      'udp dport { $media } $yes',
      'tcp dport { $ports } $yes',
      'ip saddr $net tcp dport $port $yes',
      'ct state established,related accept',
      'meta l4proto { tcp, udp } th dport $port $yes',
    ],
    verdicts: ['accept', 'drop'],
  },
  {
    name: 'edge.cfg.j2',
    before: [
      'hostname edge',
      'interface GigabitEthernet0/0',
      ' ip access-group OUT out',
      'ip access-list extended OUT',
    ],
    after: [' deny ip any any'],
    lines: [
      ' $yes tcp any any eq $port',
      ' $yes udp any any range 3478 3481',
      ' $yes udp any any eq $media',
      ' $yes ip any any',
      ' $yes tcp 10.0.0.0 0.255.255.255 any eq $port',
    ],
    verdicts: ['permit', 'deny'],
  },
  {
    name: 'rules.ps1.j2',
    before: ['Set-NetFirewallProfile -All -DefaultOutboundAction Block'],
    after: [],
    lines: [
      'New-NetFirewallRule -DisplayName "w" -Direction Outbound -Protocol TCP -RemotePort $port -Action $yes',
      'New-NetFirewallRule -DisplayName "m" -Direction Outbound -Protocol UDP -RemotePort 3478-3481 -Action $yes',
      'New-NetFirewallRule -DisplayName "l" -Direction Outbound -Protocol TCP -RemotePort @($ports) -Action $yes',
      'Set-NetFirewallProfile -All -DefaultOutboundAction $yes',
    ],
    verdicts: ['Allow', 'Block'],
  },
  {
    name: 'squid.conf.j2',
    before: ['http_port 3128', 'acl SSL_ports port 443', 'acl office dstdomain .office.com'],
    after: ['http_access deny all'],
    lines: [
      'http_access $yes office',
      'http_access $yes SSL_ports',
      'http_access $yes all',
      'acl office dstdomain .$name.com',
      'acl SSL_ports port $port',
      'acl lan src $net\nhttp_access $yes lan',
    ],
    verdicts: ['allow', 'deny'],
  },
  {
    name: 'proxy.pac.j2',
    before: ['function FindProxyForURL(url, host) {'],
    after: ['return "PROXY proxy.example.com:3128";', '}'],
    lines: [
      'if (dnsDomainIs(host, ".$name.com")) return "$yes";',
      'if (shExpMatch(host, "*.office.com") && url.indexOf(":$port") < 0) return "$yes";',
      'if (url.substring(0, 6) == "https:") return "$yes";',
      'if (isPlainHostName(host)) return "DIRECT";',
      'host = host.toLowerCase();',
    ],
    verdicts: ['DIRECT', 'PROXY proxy.example.com:3128'],
  },
];

const CONDITIONS = [
  'a',
  'not b',
  'a and c',
  'a or b',
  "mode == 'web'",
  "mode in ['web', 'media']",
  'port == 443',
  'port|int > 100',
  '443 in ports',
  'ports|length > 1',
  'c is defined',
  'spare is defined',
  'spare|default(false)',
  'spare|default(b)',
  "ports|map('string')|join(d=',') == '443'",
  "rules|selectattr('on')|list|length > 0",
  "rules|map(attribute='port')|list|length > 1",
  "(mode|replace('web', 'off')) == 'off'",
  '1 + 2 * 3 == 7 and a',
] as const;

/** A random template. */
export function templateOf(random: Random, index: number): RandomTemplate {
  const style = STYLES[index % STYLES.length] ?? STYLES[0];
  if (!style) throw new Error('there are no dialects');
  const body = new Writer(random, style).body(3);
  return { name: style.name, text: `${[...style.before, ...body, ...style.after].join('\n')}\n` };
}

class Writer {
  /** The variables of the loops around a place. */
  private readonly loops: ('port' | 'name' | 'rule')[] = [];

  constructor(
    private readonly random: Random,
    private readonly style: Style,
  ) {}

  body(depth: number): string[] {
    const count = 1 + this.random.below(3);
    return Array.from({ length: count }, () => this.part(depth)).flat();
  }

  private part(depth: number): string[] {
    const kind = depth === 0 ? 0 : this.random.below(10);
    if (kind < 3) return [this.line()];
    if (kind === 3) return this.loop(depth);
    if (kind === 8) return this.block(depth);
    if (kind === 9) return this.change();
    if (kind === 4)
      return [
        `{% set local = ${this.random.pick(['443', 'port', 'spare|default(80)', "'443'"])} %}`,
        this.line('local'),
      ];
    return this.branches(depth);
  }

  /** A block that prints what is in it: at once, where it is called, or changed. */
  private block(depth: number): string[] {
    const body = this.body(depth - 1);
    return this.random.pick<string[]>([
      ['{% macro part(local) %}', ...body, '{% endmacro %}', "{{ part('443') }}", '{{ part(local=port) }}'],
      ['{% macro around() %}', '{{ caller() }}', '{% endmacro %}', '{% call around() %}', ...body, '{% endcall %}'],
      ['{% filter trim %}', ...body, '{% endfilter %}', ''],
      ['{% set printed %}', ...body, '{% endset %}', '{{ printed }}'],
      ['{% with port = 80, c = a %}', ...body, '{%- endwith %}', ''],
    ]);
  }

  /** A list or a namespace that is changed before it is used. */
  private change(): string[] {
    const start = this.random.pick(['[]', '[80]', '[port]', 'ports']);
    const add = this.random.pick([
      '{% set _ = found.append(443) %}',
      '{% if a %}{% set _ = found.append(443) %}{% endif %}',
      '{% for one in ports %}{% set _ = found.append(one) %}{% endfor %}',
      '{% for one in [443, 8443] if one in ports %}{% set _ = found.extend([one]) %}{% else %}{% set found = [22] %}{% endfor %}',
    ]);
    const use = this.random.pick([
      '443 in found',
      'found|length > 1',
      'found|last == 443',
      '(found|join(",")) == "443"',
    ]);
    return [
      `{% set found = ${start} | list %}`,
      add,
      `{% if ${use} %}`,
      this.line(),
      '{% else %}',
      this.line(),
      '{% endif %}',
      '{% for one in found|sort(reverse=true) %}',
      this.line('one'),
      '{% endfor %}',
    ];
  }

  private branches(depth: number): string[] {
    const lines = [`{% if ${this.condition()} %}`, ...this.body(depth - 1)];
    while (this.random.below(3) === 0) lines.push(`{%- elif ${this.condition()} %}`, ...this.body(depth - 1));
    if (this.random.below(2) === 0) lines.push('{% else %}', ...this.body(depth - 1));
    return [...lines, '{% endif %}'];
  }

  private loop(depth: number): string[] {
    const kind = this.random.pick(['port', 'name', 'rule'] as const);
    const over = {
      port: this.random.pick(['ports', '[443, 80]', '[port, 443]', 'ports|sort', 'ports|unique']),
      name: this.random.pick(['names', "['office', 'example']", 'names|sort']),
      rule: this.random.pick(['rules', "[{'port': 443, 'on': a}, {'port': 80, 'on': true}]", 'rules']),
    }[kind];
    this.loops.push(kind);
    const lines = [`{% for ${kind}_item in ${over} %}`, ...this.body(depth - 1), '{% endfor %}'];
    this.loops.pop();
    return lines;
  }

  private condition(): string {
    const loop = this.loops.at(-1);
    if (!loop || this.random.below(2) === 0) return this.random.pick(CONDITIONS);
    const own = { port: 'port_item == 443', name: "name_item != 'example'", rule: 'rule_item.on' }[loop];
    const other = ['loop.revindex == 1', 'loop.previtem is defined', 'loop.nextitem is defined'] as const;
    return this.random.pick(['loop.first', 'loop.last', 'loop.index > 1', 'not loop.first', own, ...other]);
  }

  private line(port?: string): string {
    const { lines, verdicts } = this.style;
    return this.random
      .pick(lines)
      .replaceAll('$yes', () => this.verdict(verdicts))
      .replaceAll('$ports', () =>
        this.random.pick(["{{ ports|join(',') }}", '80,443', "{{ ports|map('string')|join(',') }}"]),
      )
      .replaceAll('$port', () => (port ? `{{ ${port} }}` : this.port()))
      .replaceAll('$media', () => this.random.pick(['{{ media }}', '{{ media|int }}', '3478']))
      .replaceAll('$net', () => this.random.pick(['{{ net }}', '10.0.0.0/8', "{{ net|default('10.0.0.0/8') }}"]))
      .replaceAll('$name', () => this.name());
  }

  private port(): string {
    const own = this.loops.includes('port')
      ? '{{ port_item }}'
      : this.loops.includes('rule')
        ? '{{ rule_item.port }}'
        : '443';
    return this.random.pick([
      '443',
      '80',
      '{{ port }}',
      own,
      '{{ spare|default(443) }}',
      '{{ 443 if a else 80 }}',
      '4{{ 43 }}',
      '{{ spare or 443 }}',
      '{{ ports[-1] }}',
    ]);
  }

  private name(): string {
    return this.loops.includes('name')
      ? this.random.pick(['{{ name_item }}', '{{ name_item|lower }}'])
      : this.random.pick(['office', '{{ names[0] }}', '{{ names|first }}']);
  }

  private verdict([permits, denies]: readonly [string, string]): string {
    return this.random.pick([
      permits,
      permits,
      permits,
      denies,
      `{{ '${permits}' if verdict else '${denies}' }}`,
      `{% if c %}${permits}{% else %}${denies}{% endif %}`,
    ]);
  }
}
