import { describe, expect, it } from 'vitest';
import { iptables } from '../../../server/src/dialects/iptables/index.js';

function messagesOf(line: string, lineEnd = '\n'): string[] {
  const text = ['*filter', ':FORWARD DROP [0:0]', line, 'COMMIT', ''].join(lineEnd);
  const source = { uri: 'file:///rules.v4', text };
  const { problems } = iptables.lower(source, iptables.parse(source), {
    roots: [],
    list: () => [],
    read: () => 'missing',
  });
  return problems.map(({ message }) => message);
}

const commented = (length: number) => `-A FORWARD -m comment --comment "${'x'.repeat(length)}" -j ACCEPT`;
const withWords = (count: number) => `-A FORWARD -p tcp${' -m tcp'.repeat((count - 6) / 2)} -j ACCEPT`;

describe('what iptables-restore refuses by its length', () => {
  it('is a word of more than 1023 bytes, however often it is read', () => {
    expect(messagesOf(commented(1023))).toEqual([]);
    for (let time = 0; time < 2; time++) {
      expect(messagesOf(commented(1024))).toEqual(['iptables-restore reads words of at most 1023 bytes']);
    }
    expect(messagesOf(commented(0).replace('""', `"${'é'.repeat(512)}"`))).toHaveLength(1);
  });

  it('is a line of more than 251 words, and of three fewer with counters', () => {
    expect(messagesOf(withWords(250))).toEqual([]);
    expect(messagesOf(withWords(252))).toEqual(['iptables-restore reads lines of at most 251 words']);
    expect(messagesOf(`[0:0] ${withWords(248)}`)).toEqual([]);
    expect(messagesOf(`[0:0] ${withWords(250)}`)).toEqual(['iptables-restore reads lines of at most 248 words']);
  });

  it('is a line that does not fit its buffer', () => {
    expect(messagesOf(`${commented(10)}${' '.repeat(10_300)}`)).toEqual([
      'iptables-restore reads lines of at most 10239 bytes',
    ]);
  });
});

describe('CRLF line ends', () => {
  it('are told once', () => {
    expect(messagesOf('-A FORWARD -p udp -m udp --dport 53 -j ACCEPT', '\r\n')).toEqual([
      'iptables-restore does not read CRLF line ends: save the file with LF alone',
    ]);
  });
});
