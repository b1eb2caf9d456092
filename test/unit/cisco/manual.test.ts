// What the manuals let a line hold is in the table of words, and nothing of it falls through: it does what the table says.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CommandTable } from '../../../server/src/dialects/cisco/vocabulary/command-table.js';
import {
  ACCESS_LIST,
  CLASS_MAP,
  ENTRY_ADDRESSES,
  ENTRY_OPTIONS,
  INTERFACE,
  NETWORK_GROUP,
  POLICY_CLASS,
  SERVICE_GROUP,
  TOP_LEVEL,
} from '../../../server/src/dialects/cisco/vocabulary/commands.js';
import { explain, read } from './support.js';

type Platform = 'ios' | 'ios6' | 'xr' | 'nxos' | 'asa';

const HEADER: Readonly<Record<Platform, string>> = {
  ios: 'ip access-list extended A',
  ios6: 'ipv6 access-list A',
  xr: 'ipv4 access-list A',
  nxos: 'ip access-list A',
  asa: '',
};

const ASA = 'ASA Version 9.16(4)\n';
const FLOWS = {
  4: 'tcp 10.1.2.3:50000 > 198.51.100.7:443',
  6: 'tcp [2001:db8:a::1]:50000 > [2001:db8:b::7]:443',
} as const;

/** An entry of the list A. */
function entry(platform: Platform, body: string): string {
  return platform === 'asa' ? `${ASA}access-list A extended ${body}\n` : `${HEADER[platform]}\n ${body}\n`;
}

/** A file that filters everything at its only interface, so that whatever may change that is noticed. */
function filtering(platform: Platform, line: string, atInterface = ''): string {
  if (platform === 'asa') {
    const inside = 'interface Ethernet0\n nameif inside\n security-level 100\n ip address 10.0.0.1 255.0.0.0\n';
    return `${entry('asa', 'permit tcp any any eq 443')}${inside}${atInterface}access-group A in interface inside\n${line}\n`;
  }
  const address = platform === 'xr' ? 'ipv4 address 10.0.0.1 255.0.0.0' : 'ip address 10.0.0.1 255.0.0.0';
  const bound = platform === 'xr' ? 'ipv4 access-group A ingress' : 'ip access-group A in';
  const list = entry(platform, 'permit tcp any any eq 443');
  return `interface Gi0/0\n ${address}\n${atInterface} ${bound}\n${list}${line}\n`;
}

interface Place {
  readonly table: CommandTable<string>;
  /** A file with the line, at the point of which a verdict depends on it. */
  readonly file: (line: string, platform: Platform) => string;
  /** Where the verdict is asked for: a list, or what is forwarded. */
  readonly at: 'A' | 'forward';
}

const zonePolicy = (criterion: string, action: string) =>
  `zone security I\nzone security O\nclass-map type inspect match-any C\n ${criterion}\npolicy-map type inspect P\n class type inspect C\n  ${action}\nzone-pair security Z source I destination O\n service-policy type inspect P\ninterface Gi0/0\n ip address 10.0.0.1 255.0.0.0\n zone-member security I\ninterface Gi0/1\n ip address 198.51.100.1 255.255.255.0\n zone-member security O\n`;

const group = (header: string, line: string, platform: Platform, body: string) =>
  `${platform === 'asa' ? ASA : ''}${header}\n ${line}\n${entry(platform, body)}`;

const PLACES: Readonly<Record<string, Place>> = {
  'option of an entry': {
    table: ENTRY_OPTIONS,
    file: (line, platform) => entry(platform, `permit tcp any any ${line}`),
    at: 'A',
  },
  'address of an entry': {
    table: ENTRY_ADDRESSES,
    file: (line, platform) => entry(platform, `permit tcp ${line} any`),
    at: 'A',
  },
  'access list': {
    table: ACCESS_LIST,
    file: (line, platform) => `${entry(platform, line)}${line.startsWith('dynamic') ? '' : ' permit tcp any any\n'}`,
    at: 'A',
  },
  'network group': {
    table: NETWORK_GROUP,
    file: (line, platform) => group('object-group network G', line, platform, 'permit tcp any object-group G'),
    at: 'A',
  },
  'object network': {
    table: NETWORK_GROUP,
    file: (line, platform) => group('object network G', line, platform, 'permit tcp any object G'),
    at: 'A',
  },
  'service group': {
    table: SERVICE_GROUP,
    file: (line, platform) => group('object-group service G', line, platform, 'permit object-group G any any'),
    at: 'A',
  },
  interface: { table: INTERFACE, file: (line, platform) => filtering(platform, '', ` ${line}\n`), at: 'forward' },
  'top level': { table: TOP_LEVEL, file: (line, platform) => filtering(platform, line), at: 'forward' },
  'class map': { table: CLASS_MAP, file: (line) => zonePolicy(line, 'inspect'), at: 'forward' },
  'class of a policy map': {
    table: POLICY_CLASS,
    file: (line) => zonePolicy('match protocol tcp', line),
    at: 'forward',
  },
};

/** The sections of the manual: a place, a platform and the lines that it may hold. */
const SECTIONS = readFileSync(new URL('manual.txt', import.meta.url), 'utf8')
  .split(/^\[/m)
  .slice(1)
  .map((text) => {
    const [head = '', ...lines] = text.split('\n');
    const [, place = '', platform = '', source = ''] = /^(.*)\] (\w+): (.*)$/.exec(head) ?? [];
    return { place, platform: platform as Platform, source, lines: lines.filter((line) => line !== '') };
  });

function verdictOf(text: string, at: Place['at'], platform: Platform, port = 443): string {
  const flow = (platform === 'ios6' ? FLOWS[6] : FLOWS[4]).replace(/443$/, `${port}`);
  const inInterface = platform === 'asa' ? 'inside' : 'Gi0/0';
  const path = at === 'A' ? { point: 'A' } : { hook: 'forward' as const, inInterface, outInterface: 'Gi0/1' };
  return explain(read(text), flow, path).verdict;
}

/** What is told about the line: that it is not modelled, or wrong. */
function toldOf(text: string): string[] {
  const wanted = new Set(['unmodelled-statement', 'syntax-error']);
  return read(text).problems.flatMap(({ code, message }) => (wanted.has(code) ? [`${code}: ${message}`] : []));
}

function treatmentIn({ table }: Place, line: string): string | undefined {
  const words = line.toLowerCase().replace(/^\d+ /, '').split(' ');
  const bare = words.map((word) => (table === ENTRY_OPTIONS ? word.replace(/^[+-]/, '') : word));
  return table.find((index) => bare[index] ?? '', false)?.command.treatment;
}

/** Inspection lets replies pass that no list permits; it stops no first packet. */
const OPENS_REPLIES = /^ip(?:v6)? inspect /;

/** Places where a line without effect leaves nothing that could match. */
const EMPTY_WITHOUT: ReadonlySet<string> = new Set([
  'network group',
  'object network',
  'service group',
  'class map',
  'class of a policy map',
]);

describe.each(SECTIONS)('$place of $platform: $source', ({ place: name, platform, lines }) => {
  const place = PLACES[name];
  if (!place) throw new Error(`unknown place: ${name}`);

  it.each(lines)('%s', (line) => {
    const treatment = treatmentIn(place, line);
    expect(treatment).toBeDefined();
    const text = place.file(line, platform);
    const verdict = verdictOf(text, place.at, platform);
    if (treatment === 'opaque') expect(verdict).toBe(OPENS_REPLIES.test(line) ? 'permit' : 'undecided');
    else expect(toldOf(text)).toEqual([]);
    if (treatment === 'no-effect' && !EMPTY_WITHOUT.has(name)) expect(verdict).toBe('permit');
    if (treatment === 'no-effect' && place.at === 'forward' && !EMPTY_WITHOUT.has(name)) {
      expect(verdictOf(text, place.at, platform, 80)).toBe('deny');
    }
  });
});

it('tells what is not modelled outside of entries, whose conditions their verdicts name', () => {
  const told = SECTIONS.filter(({ place }) => ['interface', 'top level'].includes(place)).flatMap(
    ({ place: name, platform, lines }) => {
      const place = PLACES[name];
      if (!place) return [];
      const opaque = lines.filter((line) => treatmentIn(place, line) === 'opaque' && !OPENS_REPLIES.test(line));
      return opaque.filter((line) => toldOf(place.file(line, platform)).length === 0);
    },
  );
  expect(told).toEqual([]);
});
