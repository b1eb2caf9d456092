// Edits of a squid.conf: verdicts that an edit does not concern are those of the version before, at the places where their statements are now.
import { expect, test } from 'vitest';
import { languageById } from '../../../server/src/configuration/languages.js';
import type { CheckRequest } from '../../../server/src/service/checks.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { unchangedEnds } from '../../../server/src/text/edit.js';
import { PiecedText } from '../../../server/src/text/pieced-text.js';
import { Random } from '../../random.js';
import { MemoryFiles } from './toy.js';

const SEED = Number(process.env.LINTEL_FUZZ_SEED ?? 1);
const HISTORIES = Number(process.env.LINTEL_FUZZ_HISTORIES ?? 4);
const VERSIONS = 10;

const DOMAINS = [
  '.teams.microsoft.com',
  'teams.microsoft.com',
  '.skype.com',
  '.lync.com',
  '.microsoft.com',
  '.com',
  'statics.teams.cdn.office.net',
  '.example.org',
  'www.example.net',
  '52.112.0.1',
];

/** What decides which lines are read, and where requests go. */
const RARE = [
  'acl users proxy_auth REQUIRED',
  'if true',
  'if false',
  'endif',
  'cache_peer p.example parent 3128 0',
  'never_direct allow all',
];

/** A line as administrators write them; acls that no line defines, and names of two types, are among them. */
function lineOf(random: Random): string {
  const sites = () => `sites_${random.below(4)}`;
  const some = () => `${random.below(4) === 0 ? '!' : ''}${sites()}`;
  const desks = () => (random.below(3) === 0 ? ' desks' : '');
  const verb = () => random.pick(['allow', 'deny']);
  return random.pick([
    () => `acl ${sites()} dstdomain ${random.pick(DOMAINS)} ${random.pick(DOMAINS)}`,
    () => `acl ${sites()} dstdomain ${random.pick(DOMAINS)}`,
    () => `acl ${sites()} dstdomain ${random.pick(DOMAINS)} # asked for`,
    () =>
      `acl ${random.below(5) === 0 ? sites() : 'words'} dstdom_regex -i ${random.pick(['teams', 'skype', '^x', 'example'])}`,
    () => `acl desks src 10.${random.below(3)}.0.0/16`,
    () => `http_access ${verb()}${desks()} ${some()}`,
    () => `http_access ${verb()}${desks()} ${some()} ${some()}`,
    () => `http_access ${verb()} words`,
    () => (random.below(4) === 0 ? `http_access ${verb()} users${desks()}` : ''),
    () => `ssl_bump ${random.pick(['splice', 'bump', 'terminate'])} ${some()}`,
    () => '# a comment',
    () => '',
    () => (random.below(4) === 0 ? random.pick(RARE) : ''),
  ])();
}

const HEAD = `http_port 3128 ssl-bump cert=/etc/squid/ca.pem
acl step1 at_step SslBump1
`;
const TAIL = 'ssl_bump peek step1\nssl_bump bump all\nhttp_access allow desks\nhttp_access deny all\n';

function edited(lines: readonly string[], random: Random): string[] {
  if (lines.length === 0) return [lineOf(random)];
  const at = random.below(lines.length);
  const old = lines[at] ?? '';
  const domain = () => `acl sites_${random.below(4)} dstdomain ${random.pick(DOMAINS)}`;
  const now = random.pick([
    () => [],
    () => [old, lineOf(random)],
    () => [lineOf(random)],
    () => [`${old} `],
    () => [old, '# a comment'],
    () => [old, domain()],
    () => [old, domain()],
    () => [domain(), old],
    () => [old.replace(/^acl (\S+) dstdomain .*/, `acl $1 dstdomain ${random.pick(DOMAINS)} # changed`)],
  ])();
  return [...lines.slice(0, at), ...now, ...lines.slice(at + 1)];
}

/** Lines that say nothing of what is required, more than a block holds: what stands in other blocks than an edit has moved at most. */
const BETWEEN = Array.from({ length: 260 }, (_, i) => `acl others dstdomain .host${i}.example`).join('\n');

function historyOf(random: Random): string[] {
  const parts = Array.from({ length: 3 }, () => Array.from({ length: 8 }, () => lineOf(random)));
  const versions = [];
  while (versions.length < VERSIONS) {
    const texts = parts.map((lines) => lines.join('\n'));
    versions.push([HEAD, texts[0], BETWEEN, texts[1], BETWEEN, texts[2], BETWEEN, TAIL].join('\n'));
    const at = random.below(parts.length);
    parts[at] = edited(parts[at] ?? [], random);
  }
  return versions;
}

const URI = 'file:///network/squid.conf';
const REQUEST: CheckRequest = { require: ['teams', 'skype', 'sharepoint'], severity: {}, cloud: 'worldwide' };

/** A text as an editor has it that was told what has changed. */
function typedOver(earlier: PiecedText, text: string): PiecedText {
  const { front, back } = unchangedEnds(String(earlier), text);
  return earlier.replaced({ start: front, end: earlier.length - back }, text.slice(front, text.length - back));
}

/** What is told of a file, with the places of its statements; what nobody selected is told as far as there is work left for it. */
async function toldOf(service: LanguageService, text: string | PiecedText): Promise<string> {
  const language = languageById('squid');
  if (!language) throw new Error('squid');
  service.put(URI, language, text);
  const examined = await service.examine(URI, REQUEST);
  const { findings = [], coverage } = examined?.analysis.report ?? {};
  return JSON.stringify({ findings: findings.filter(({ severity }) => severity !== 'info'), coverage }, null, 1);
}

test('every version is told as a fresh copy is', { timeout: 3_600_000 }, async () => {
  const random = new Random(SEED);
  for (let round = 0; round < HISTORIES; round++) {
    const typed = new LanguageService(new MemoryFiles(new Map()));
    let pieced: PiecedText | undefined;
    const versions = historyOf(random);
    for (const text of versions) {
      pieced = pieced ? typedOver(pieced, text) : PiecedText.of(text, 256);
      const fresh = await toldOf(new LanguageService(new MemoryFiles(new Map())), text);
      expect(await toldOf(typed, pieced), `round ${round}\n${JSON.stringify(versions, null, 1)}`).toBe(fresh);
    }
  }
});

test('a list in a file of its own counts as it is read', async () => {
  const text = 'http_port 3128\nacl bl dstdomain "list.txt"\nhttp_access deny bl\nhttp_access allow all\n';
  const list = 'file:///network/list.txt';
  const files = new Map([[list, '.example.org\n']]);
  const service = new LanguageService(new MemoryFiles(files));
  service.setFolders(['file:///network/']);
  const before = await toldOf(service, text);
  files.set(list, '.skype.com\n');
  service.filesChanged([list]);
  const fresh = new LanguageService(new MemoryFiles(files));
  fresh.setFolders(['file:///network/']);
  expect(await toldOf(fresh, text)).not.toBe(before);
  expect(await toldOf(service, `${text}# typed\n`)).toBe(await toldOf(fresh, text));
});
