// Edits of a squid.conf: verdicts that an edit does not concern are those of the version before, at the places where their statements are now.
import { expect, test } from 'vitest';
import { languageById } from '../../../server/src/configuration/languages.js';
import { faultOf } from '../../fuzz/history.js';
import { Random } from '../../random.js';

const SEED = Number(process.env.LINTEL_FUZZ_SEED ?? 1);
const HISTORIES = Number(process.env.LINTEL_FUZZ_HISTORIES ?? 3);
const VERSIONS = 8;

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
    () => `http_access ${verb()} users${desks()}`,
    () => `ssl_bump ${random.pick(['splice', 'bump', 'terminate'])} ${some()}`,
    () => '# a comment',
    () => '',
    () =>
      `${random.pick(['if true', 'if false', 'endif', 'cache_peer p.example parent 3128 0', 'never_direct allow all'])}`,
  ])();
}

const HEAD = `http_port 3128 ssl-bump cert=/etc/squid/ca.pem
acl users proxy_auth REQUIRED
acl step1 at_step SslBump1
`;
const TAIL = 'ssl_bump peek step1\nssl_bump bump all\nhttp_access allow desks\nhttp_access deny all\n';

function edited(lines: readonly string[], random: Random): string[] {
  const at = random.below(lines.length);
  const old = lines[at] ?? '';
  const now = random.pick([
    () => [],
    () => [old, lineOf(random)],
    () => [lineOf(random)],
    () => [`${old} `],
    () => [old.replace(/\S+$/, random.pick(DOMAINS))],
    () => [old.replace(/^acl (\S+) dstdomain .*/, `acl $1 dstdomain ${random.pick(DOMAINS)}`)],
  ])();
  return [...lines.slice(0, at), ...now, ...lines.slice(at + 1)];
}

/** Blocks of lines are read apart, so there are several. */
function historyOf(random: Random): string[] {
  const lines = Array.from({ length: 20 }, () => lineOf(random));
  const filler = Array.from({ length: 300 }, (_, i) => `acl others dstdomain .host${i}.example`);
  let body = [...lines.slice(0, 10), ...(random.below(2) === 0 ? filler : []), ...lines.slice(10)];
  const versions = [];
  while (versions.length < VERSIONS) {
    versions.push(`${HEAD}${body.join('\n')}\n${TAIL}`);
    body = edited(body, random);
  }
  return versions;
}

test('every version is told as a fresh copy is', { timeout: 3_600_000 }, async () => {
  const random = new Random(SEED);
  const language = languageById('squid');
  if (!language) throw new Error('squid');
  for (let round = 0; round < HISTORIES; round++) {
    const versions = historyOf(random);
    const fault = await faultOf({ name: 'squid.conf', language, versions });
    expect(fault, `round ${round}\n${JSON.stringify(versions, null, 1)}`).toBe(undefined);
  }
});
