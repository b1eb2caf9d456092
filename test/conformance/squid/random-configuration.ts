// Random configurations: ports of every kind, acls of every kind, peers, and rules that combine them.

/** A port of a configuration. */
export interface RandomPort {
  readonly line: string;
  readonly port: number;
  readonly intercepts: boolean;
  /** The schemes that clients use there. */
  readonly schemes: readonly ('http' | 'https')[];
}

export interface RandomConfiguration {
  readonly text: string;
  readonly ports: readonly RandomPort[];
  readonly hasLogin: boolean;
}

const BUMP = ' ssl-bump tls-cert=/etc/squid/ca.pem';

/** At an intercepting port these depend on the name that an address resolves to. */
const BY_HOST: ReadonlySet<string> = new Set(['CONNECT', 'work', 'teams', 'bad', 'page', 'some', 'both', 'others']);

/** Makes configurations from a generator of numbers between 0 and 1. */
export class ConfigurationMaker {
  constructor(private readonly next: () => number) {}

  make(): RandomConfiguration {
    const hasLogin = this.chance(0.4);
    const ports = this.ports();
    const acls = this.acls(hasLogin);
    const lines = [
      ...ports.map(({ line }) => line),
      ...(hasLogin ? ['auth_param basic program /usr/lib/squid/basic_fake_auth'] : []),
      ...acls.lines,
      ...this.peers(),
      ...this.rules(acls.names, 'http_access', 4),
      `http_access ${this.chance(0.8) ? 'allow' : 'deny'} all`,
      ...this.bumpRules(acls.fast),
      ...(this.chance(0.2) ? this.rules(acls.fast, 'miss_access', 2) : []),
      ...(this.chance(0.15) ? this.rules(acls.fast, 'never_direct', 2) : []),
      ...(this.chance(0.2) ? this.rules(acls.fast, 'always_direct', 2) : []),
    ];
    return { text: `${lines.join('\n')}\n`, ports, hasLogin };
  }

  private chance(share: number): boolean {
    return this.next() < share;
  }

  private pick<One>(choices: readonly One[]): One {
    const one = choices[Math.floor(this.next() * choices.length)];
    if (one === undefined) throw new RangeError('nothing to choose from');
    return one;
  }

  private ports(): RandomPort[] {
    const bump = () => (this.chance(0.5) ? BUMP : '');
    const both = ['http', 'https'] as const;
    const first: RandomPort = {
      line: `http_port 3128 name=first${bump()}`,
      port: 3128,
      intercepts: false,
      schemes: both,
    };
    const others: readonly RandomPort[] = [
      { line: `http_port 3131 name=second${bump()}`, port: 3131, intercepts: false, schemes: both },
      { line: 'http_port 3129 intercept name=plain', port: 3129, intercepts: true, schemes: ['http'] },
      { line: `https_port 3130 intercept name=secure${BUMP}`, port: 3130, intercepts: true, schemes: ['https'] },
      { line: `https_port 3132 intercept name=guests${BUMP}`, port: 3132, intercepts: true, schemes: ['https'] },
    ];
    return [first, ...others.filter(() => this.chance(0.6))];
  }

  private acls(hasLogin: boolean): { lines: string[]; names: string[]; fast: string[] } {
    const fast = [
      'acl near src 127.0.0.5',
      'acl work dstdomain -n .microsoft.com .office365.com',
      'acl teams dstdomain teams.microsoft.com',
      'acl bad dstdom_regex -i bad\\.example$',
      'acl secure port 443 8443',
      'acl web port 80 443',
      'acl get method GET',
      'acl second myportname second plain',
      'acl guests myportname guests secure',
      'acl to443 localport 443 80',
      'acl to3128 localport 3128 3130',
      'acl page url_regex -i ^https?://teams',
    ];
    const slow = hasLogin ? ['acl staff proxy_auth REQUIRED', 'acl alice proxy_auth alice'] : [];
    const nested = ['acl some any-of teams guests', 'acl both all-of near work', 'acl others any-of !work second'];
    const names = (lines: readonly string[]) => lines.map((line) => line.split(' ')[1] ?? '');
    const addresses = ['acl origin dst 127.83.7.0/24', 'acl elsewhere dst 198.51.100.0/24'];
    return {
      lines: [
        ...fast,
        ...addresses,
        ...slow,
        ...nested,
        ...[1, 2, 3].map((step) => `acl step${step} at_step SslBump${step}`),
        'acl named ssl::server_name .microsoft.com',
        'acl namedBad ssl::server_name_regex -i bad\\.example$',
      ],
      names: ['CONNECT', ...names([...fast, ...addresses, ...slow, ...slow, ...nested])],
      fast: ['CONNECT', ...names([...fast, ...nested])],
    };
  }

  private references(names: readonly string[]): string {
    const count = this.pick([1, 1, 2, 2, 3]);
    return Array.from({ length: count }, () => `${this.chance(0.25) ? '!' : ''}${this.pick(names)}`).join(' ');
  }

  private rules(names: readonly string[], list: string, most: number): string[] {
    const count = 1 + Math.floor(this.next() * most);
    return Array.from({ length: count }, () => `${list} ${this.pick(['allow', 'deny'])} ${this.references(names)}`);
  }

  private bumpRules(fast: readonly string[]): string[] {
    if (this.chance(0.15)) return [];
    const steps = ['step1', 'step1', 'step2', 'step3'];
    const names = ['named', 'namedBad', 'named', 'namedBad', 'near', ...fast.filter((name) => !BY_HOST.has(name))];
    const rules = Array.from({ length: 1 + Math.floor(this.next() * 3) }, () => {
      const acls = [
        ...(this.chance(0.5) ? [this.pick(steps)] : []),
        ...(this.chance(0.6) ? [this.references(names)] : []),
      ];
      return `ssl_bump ${this.pick(['peek', 'peek', 'stare', 'splice', 'bump', 'terminate'])} ${acls.join(' ') || 'all'}`;
    });
    const first = this.chance(0.6) ? ['ssl_bump peek step1'] : [];
    return [...first, ...rules, ...(this.chance(0.6) ? [`ssl_bump ${this.pick(['splice', 'bump'])} all`] : [])];
  }

  private peers(): string[] {
    if (this.chance(0.4)) return [];
    const names = this.chance(0.5) ? ['one'] : ['one', 'two'];
    const access = names.flatMap((name) =>
      this.chance(0.6)
        ? [
            `cache_peer_access ${name} ${this.pick(['allow', 'deny'])} ${this.pick(['work', 'CONNECT', 'near', '!work', 'all', 'guests'])}`,
          ]
        : [],
    );
    return [
      ...names.map(
        (name) => `cache_peer parent.example parent 3128 0 no-query no-digest no-netdb-exchange name=${name}`,
      ),
      ...access,
      ...(this.chance(0.3) ? ['nonhierarchical_direct off'] : []),
      ...(this.chance(0.2) ? ['prefer_direct on'] : []),
    ];
  }
}
