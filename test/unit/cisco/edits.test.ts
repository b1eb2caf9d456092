import { describe, expect, it } from 'vitest';
import { randomFrom } from '../../random.js';
import { contentOf, isOdd } from '../filter-content.js';
import { generateList, type Style } from './generator.js';
import { read } from './support.js';

/** The lines of many small lists under one name, with remarks between them, bound to interfaces. */
function router(style: Style, head: string, entries: number): string {
  const lines: string[] = [];
  for (let seed = 1; lines.length < entries; seed++) {
    const own = generateList(style, seed).text.split('\n');
    const body = own.filter((line) => /^ |^access-list/.test(line) && /permit|deny/.test(line));
    // Each list numbers its entries by itself, and a list of a device has every number once.
    for (const line of body) lines.push(line.replace(/^ (?:sequence )?\d+ /, ' '));
    if (seed % 5 === 0) lines.push(head === '' ? 'access-list 150 remark next' : ' remark next');
  }
  const tail = ['interface GigabitEthernet0/1', ' ip address 192.0.2.1 255.255.255.0', ' ip access-group LIST in'];
  const nat = ['interface GigabitEthernet0/2', ' ip nat outside', ' ip access-group LIST out'];
  return `${[...(head === '' ? [] : [head]), ...lines, ...tail, ...nat].join('\n')}\n`;
}

const ASA = [
  'object-group network NETS',
  ' network-object host 198.51.100.7',
  'object network SUBNET',
  ' subnet 10.1.0.0 255.255.0.0',
  'object-group service PORTS tcp-udp',
  ' port-object eq 443',
];

const FILES: Readonly<Record<string, string>> = {
  'a named list': router('ios-named', 'ip access-list extended LIST', 400),
  'a numbered list': router('ios-numbered', '', 400).replaceAll('LIST', '150'),
  'a list of an ASA': [
    ...ASA,
    router('asa', '', 400).replaceAll('access-list 150 remark', 'access-list LIST remark'),
  ].join('\n'),
  'a list whose entries have numbers': router('ios-named', 'ip access-list extended LIST', 400)
    .split('\n')
    .map((line, i) => line.replace(/^ (permit|deny)/, ` ${i * 10} $1`))
    .join('\n'),
};

const FRAGMENTS = [
  'x',
  ' ',
  '\n',
  '!',
  '\n deny ip any any\n',
  '\n remark here\n',
  '\n 35 permit tcp any any eq 443\n',
  '\n no 40\n',
  '\nip access-list extended OTHER\n permit ip any any\n',
  '\nip access-list resequence LIST 5 5\n',
  '\naccess-list LIST line 3 extended permit ip any any\n',
  '\nobject-group network NETS\n host 198.51.100.9\n',
];

describe('what is known of an edited file is what a new reading gives', () => {
  it.each(Object.entries(FILES))('for %s', (_, text) => {
    const pick = randomFrom(11);
    let current = text;
    let typed = read(current);
    for (let round = 0; round < 20; round++) {
      const at = pick(current.length);
      const removed = pick(4) === 0 ? pick(2_000) : pick(3);
      current = current.slice(0, at) + (FRAGMENTS[pick(FRAGMENTS.length)] ?? '') + current.slice(at + removed);
      typed = read(current, typed.tree);
      expect(contentOf(typed)).toEqual(contentOf(read(current)));
    }
  });
});

it('finds the networks that meet a condition among all of them', () => {
  const document = read(FILES['a named list'] ?? '');
  const odd = document.endpoints.filter(({ endpoint }) => isOdd(endpoint));
  expect(odd.length).toBeGreaterThan(0);
  expect(document.endpointsWhere?.(isOdd)).toEqual(odd);
});
