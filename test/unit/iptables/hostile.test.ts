import { describe, expect, it } from 'vitest';
import { iptables } from '../../../server/src/dialects/iptables/index.js';
import { randomFrom } from '../../random.js';
import { fixture, modelOf, read } from './fixture.js';

const SAVE = fixture('findings/save.v4');
const SCRIPT = fixture('kernel/start-stop.sh');

describe('a broken file', () => {
  it.each([
    ['rules.v4', SAVE],
    ['start-stop.sh', SCRIPT],
    ['router.sh', fixture('kernel/router.sh')],
  ])('%s is read to its end wherever it is cut', (name, text) => {
    for (let end = 0; end < text.length; end += 7) {
      const document = read(name, text.slice(0, end));
      for (const { range } of document.problems) expect(range.start).toBeLessThanOrEqual(range.end);
    }
  });

  it.each([
    ['rules.v4', SAVE],
    ['start-stop.sh', SCRIPT],
  ])('%s is read with any characters in it', (name, text) => {
    const random = randomFrom(7);
    const noise = [
      '"',
      "'",
      '$(',
      '${',
      '`',
      '!',
      '\\',
      '\n',
      '{',
      '}',
      ';;',
      'EOF',
      '-',
      '\0',
      '\r\n',
      '<<<',
      'done',
      '[1:',
    ];
    for (let round = 0; round < 400; round++) {
      let broken = text;
      for (let i = 0; i < 4; i++) {
        const at = random(broken.length);
        broken = broken.slice(0, at) + (noise[random(noise.length)] ?? '') + broken.slice(at + random(12));
      }
      const document = read(name, broken);
      for (const { range } of document.problems) expect(range.end).toBeLessThanOrEqual(broken.length);
      expect(document.names.every(({ range }) => range.end <= broken.length)).toBe(true);
    }
  });

  it('reports where a script cannot be followed', () => {
    const text =
      '#!/bin/sh\n<<<<<<< HEAD\niptables -P FORWARD DROP\n=======\nfi\n>>>>>>> other\niptables -A FORWARD -j ACCEPT\n';
    const document = read('firewall.sh', text);
    expect(document.problems.map(({ code }) => code)).toContain('unmodelled-statement');
    expect(modelOf(document).points[0]?.chains[0]?.policy).toBe('deny');
  });

  it('says that a table without COMMIT is not applied', () => {
    const { problems } = read('rules.v4', '*filter\n:INPUT DROP [0:0]\n-A INPUT -j ACCEPT\n');
    expect(problems.map(({ message }) => message)).toEqual([
      'the file ends without COMMIT, so its last table is not applied',
    ]);
  });

  it('follows chains that lead to each other no further than the kernel does', () => {
    const text =
      '*filter\n:FORWARD DROP [0:0]\n:A - [0:0]\n:B - [0:0]\n-A FORWARD -j A\n-A A -j B\n-A B -j A\nCOMMIT\n';
    expect(read('rules.v4', text).problems.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      "syntax-error: the kernel rejects loops of chains: this jump leads from 'B' back to 'A'",
    ]);
  });

  it('reads a set of a million addresses', () => {
    let ipset = 'create blocked hash:net family inet maxelem 1048576\n';
    for (let i = 0; i < 1_000_000; i++) ipset += `add blocked 10.${i >> 16}.${(i >> 8) & 255}.${i & 255}\n`;
    const text = '*filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD -m set --match-set blocked dst -j DROP\nCOMMIT\n';
    const document = read('rules.v4', text, { 'ipset.conf': ipset });
    const rule = modelOf(document).points.find(({ name }) => name === 'FORWARD')?.chains[0]?.rules[0];
    expect(rule?.opaque).toEqual([]);
    expect(rule?.match[0]?.destination.v4.intervals).toEqual([[10 * 2 ** 24, 10 * 2 ** 24 + 999_999]]);
  });

  it.each([
    ['firewall.sh', '${'],
    ['firewall.sh', '$IPTIPT'],
    ['firewall.sh', '$('],
    ['firewall.sh', 'if true; then ('],
    ['firewall.sh', 'a=${a:-'],
    ['rules.v4', '*a\n'],
    ['rules.v4', '-s 1,'],
    ['rules.v4', ':A - [0:0]\n-A A -j A'],
  ])('%s of nothing but %s is read in time', (name, unit) => {
    const text = `#!/bin/sh\niptables -A FORWARD -j DROP\n${unit.repeat(20_000)}`;
    const document = read(name, name.endsWith('.sh') ? text : `*filter\n${unit.repeat(20_000)}\n`);
    expect(iptables.foldingRanges(document)).toEqual([]);
    expect(document.problems.length).toBeLessThan(100_000);
  });

  it('does not run a script that calls itself or never ends', () => {
    const text =
      '#!/bin/sh\nloop() { iptables -A FORWARD -j ACCEPT; loop; loop; }\nwhile true; do iptables -F; done\nloop\n';
    expect(read('firewall.sh', text).problems.map(({ code }) => code)).toContain('unmodelled-statement');
  });

  it.each([
    ['a text', 'a=xx', 'a="$a$a"', 'iptables -A FORWARD -s "$a" -j ACCEPT'],
    ['a text that is appended to', 'a=xx', 'a+="$a"', 'iptables -A FORWARD -s "$a" -j ACCEPT'],
    ['a list', 'a=(1 2)', `a+=("\${a[@]}")`, `for p in "\${a[@]}"; do iptables -A FORWARD -s "$p" -j ACCEPT; done`],
    ['the arguments', 'set -- 1 2', 'set -- "$@" "$@"', 'iptables -A FORWARD -s "$1" -j ACCEPT'],
    ['a here-document', 'a=xx', 'a="$a$a"', `cat <<END\n${'$a'.repeat(9_000)}\nEND`],
  ])('does not let %s grow without end', (_, first, doubled, last) => {
    const text = `#!/bin/sh\niptables -F\n${first}\n${`${doubled}\n`.repeat(60)}${last}\n`;
    expect(read('firewall.sh', text).problems.map(({ code }) => code)).toContain('unmodelled-statement');
  });
});
