import { describe, expect, it } from 'vitest';
import { iptables } from '../../../server/src/dialects/iptables/index.js';
import { fixture, read } from './fixture.js';

/** The offset of `$0` in a text, and the text without it. */
function cursor(text: string): { text: string; offset: number } {
  return { text: text.replace('$0', ''), offset: text.indexOf('$0') };
}

const HEAD = '*filter\n:FORWARD DROP [0:0]\n:LOGDROP - [0:0]\n';

describe('an iptables-save file', () => {
  it.each([
    ['-A FORWARD -j LOG$0DROP\n', 'name', '**LOGDROP**: user-defined chain; 0 rules'],
    ['-A FORWARD -j DR$0OP\n', 'keyword', 'Drops the packet'],
    ['-A FORWARD -m mult$0iport -p tcp --dports 80\n', 'keyword', '15 ports'],
    ['-A FORWARD -p tcp --dp$0ort 443 -j ACCEPT\n', 'keyword', 'destination port'],
    ['-A FORWARD -p tcp --dport 44$03 -j ACCEPT\n', 'port', '443'],
    ['-A FORWARD -s 192.0.2.0/24,198.51.1$000.7 -j DROP\n', 'address', '198.51.100.7'],
    ['-A FOR$0WARD -j DROP\n', 'name', '**FORWARD**: built-in chain, policy DROP; 1 rule'],
  ])('says what is at the cursor in %s', (line, kind, expected) => {
    const { text, offset } = cursor(`${HEAD}${line}COMMIT\n`);
    const entity = iptables.entityAt(read('rules.v4', text), offset);
    expect(entity?.kind).toBe(kind);
    expect(JSON.stringify(entity)).toContain(expected);
  });

  it.each([
    ['-A FORWARD -j $0', ['ACCEPT', 'REJECT', 'LOGDROP']],
    ['-A $0', ['FORWARD', 'LOGDROP']],
    ['-A FORWARD -m $0', ['conntrack', 'multiport']],
    ['-A FORWARD -m conntrack --ctstate $0', ['NEW', 'RELATED,ESTABLISHED']],
    ['-A FORWARD -p tcp -$0', ['-s', '-j', '--dport', '--syn']],
    ['-A FORWARD -p icmp --icmp-type $0', ['echo-request']],
    ['-A FORWARD -j REJECT --reject-with $0', ['tcp-reset', 'icmp-port-unreachable']],
  ])('completes %s', (line, expected) => {
    const { text, offset } = cursor(`${HEAD}${line}\nCOMMIT\n`);
    const labels = iptables.completionsAt(read('rules.v4', text), offset)?.items.map(({ label }) => label);
    expect(labels).toEqual(expect.arrayContaining(expected));
  });

  it('knows where chains and sets are named', () => {
    const text = `${HEAD}-A FORWARD -j LOGDROP\n-A LOGDROP -m set --match-set bad src -j DROP\nCOMMIT\n`;
    const { names } = read('rules.v4', text);
    expect(
      names.map(({ name, kind, role, range }) => `${role} of ${kind} ${name}: ${text.slice(range.start, range.end)}`),
    ).toEqual([
      'definition of filter chain FORWARD: FORWARD',
      'definition of filter chain LOGDROP: LOGDROP',
      'reference of filter chain FORWARD: FORWARD',
      'reference of filter chain LOGDROP: LOGDROP',
      'reference of filter chain LOGDROP: LOGDROP',
      'reference of set bad: bad',
    ]);
  });

  it('shows its tables, chains and rules', () => {
    const document = read('rules.v4', fixture('kernel/dnat.v4'));
    const outline = iptables.outline(document);
    expect(outline.map(({ name, children }) => [name, children.map((chain) => chain.name)])).toEqual([
      ['nat', ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING', 'PUBLISHED']],
      ['filter', ['INPUT', 'FORWARD', 'OUTPUT']],
    ]);
    expect(outline[1]?.children[1]?.children.map(({ name }) => name)[0]).toMatch(/^-A FORWARD -d 10\.9\.9\.9 /);
    expect(iptables.foldingRanges(document)).toHaveLength(2);
  });

  it('reads an edited text as it reads a new one', () => {
    let text = fixture('kernel/jumps.v4');
    let tree = iptables.parse({ uri: 'file:///etc/rules.v4', text });
    for (const [from, to] of [
      ['-A SERVICES', '-A CLIENTS'],
      [':EMPTY - [0:0]\n', ''],
      ['COMMIT', '-A INPUT -j NONE\nCOMMIT'],
      ['--dport 22', '--dport 70000'],
    ] as const) {
      text = text.replace(from, to);
      const source = { uri: 'file:///etc/rules.v4', text };
      tree = iptables.parse(source, tree);
      const sources = { roots: [], list: () => [], read: () => 'missing' as const };
      expect(iptables.lower(source, tree, sources).problems).toEqual(read('rules.v4', text).problems);
    }
  });
});

describe('a script', () => {
  it('says what is at the cursor in its commands', () => {
    const text = '#!/bin/sh\nIPT=iptables\n$IPT -N VOICE\n$IPT -A FORWARD -p udp -j VOICE\n';
    const document = read('firewall.sh', text);
    expect(iptables.entityAt(document, text.lastIndexOf('VOICE') + 1)).toMatchObject({ kind: 'name' });
    expect(document.names.filter(({ name }) => name === 'VOICE').map(({ role }) => role)).toEqual([
      'definition',
      'reference',
    ]);
  });

  it('knows where its functions and variables are defined and used', () => {
    const text =
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the braces are those of a shell script
      '#!/bin/sh\nIPT="/sbin/iptables"\nfunction permit {\n  "${IPT}" -A FORWARD -p tcp --dport "$1" -j ACCEPT\n}\nstart() { $IPT -P FORWARD DROP; }\nfor port in 80 443; do permit $port; done\ncase "$1" in start) start ;; esac\necho "$PATH"\n';
    const { names } = read('firewall.sh', text);
    const own = names.filter(({ kind }) => kind === 'function' || kind === 'variable');
    for (const { name, range } of own) expect(text.slice(range.start, range.end)).toBe(name);
    const line = (offset: number) => text.slice(0, offset).split('\n').length;
    expect(own.map(({ kind, name, role, range }) => `${line(range.start)}: ${role} of ${kind} ${name}`).sort()).toEqual(
      [
        '2: definition of variable IPT',
        '3: definition of function permit',
        '4: reference of variable IPT',
        '6: definition of function start',
        '6: reference of variable IPT',
        '7: definition of variable port',
        '7: reference of function permit',
        '7: reference of variable port',
        '8: reference of function start',
      ],
    );
  });
});

describe('recognition', () => {
  it.each([
    ['rules.v4', '*filter\n:INPUT DROP [0:0]\n', true],
    ['dump.txt', '# Generated by iptables-save v1.8.9\n*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n', true],
    ['firewall.sh', '#!/bin/sh\n/sbin/iptables -A INPUT -j DROP\n', true],
    ['rc.firewall', '$IPT -P INPUT DROP\n', true],
    ['ipset.conf', 'create blocked hash:net family inet\nadd blocked 192.0.2.0/24\n', true],
    ['backup.sh', '#!/bin/sh\ntar -czf /tmp/x.tgz /etc\n', false],
    ['notes.md', 'Use `iptables` with care.\n', false],
    ['main.nft', 'table inet filter {\n  chain input { type filter hook input priority 0; }\n}\n', false],
    ['squid.conf', 'acl localnet src 10.0.0.0/8\nhttp_access allow localnet\n', false],
  ])('of %s', (name, text, expected) => {
    expect(iptables.detect(name, text) > 0).toBe(expected);
  });
});
