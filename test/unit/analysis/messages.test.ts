// One voice for all messages: whole sentences in the reader's words, whatever part of the program writes them.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { DEFAULT_SELECTORS } from '../../../server/src/catalog/catalog.js';
import { allDialects } from '../../../server/src/dialects/registry.js';
import type { CheckRequest } from '../../../server/src/service/checks.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { MemoryFiles } from '../service/toy.js';

const DIALECTS = await allDialects();

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const REQUEST: CheckRequest = { require: DEFAULT_SELECTORS, severity: {}, cloud: 'worldwide' };

/** A sentence begins with a capital letter, a quoted word, a value, or the name of a program or function. */
const BEGINNING =
  /^(?:[A-Z0-9`"'*./[:-]|(?:squid|iptables|ipset|netsh|nft|nftables|search|systemd|ufw)\b|[a-z]+[A-Z_\d./-])/;

const FAULTS: readonly (readonly [RegExp, string])[] = [
  [/[^.!?…]$/, 'does not end as a sentence'],
  [/\{"|":(?![" ])|\[\]|must NOT|must be <|undefined\b(?! name)|\[object/, 'shows what is inside of the program'],
  [/\d–\d/, 'has a range that cannot be pasted'],
  [/\bresolve[46]\b|myIpAddress4/, 'has an internal name'],
  [/\b1 (?:rules|others|hosts|networks|entries|lines)\b/, 'counts one as many'],
  [/ {2}|\.\.$|\s$/, 'is not set as a sentence'],
];

/** What the Problems panel still shows at a glance; more stands in hover and in the coverage. */
const LONGEST = 420;

/** A clause of a condition, without what it quotes, that stands in a message twice. */
const REPEATED = /not met .*?([A-Za-z][^`]{24,}).*\1/;

function faultsOf(message: string): string[] {
  const found = FAULTS.filter(([pattern]) => pattern.test(message)).map(([, fault]) => fault);
  const repeated = REPEATED.exec(message)?.[1];
  if (repeated !== undefined) found.push(`says "${repeated}" twice`);
  if (message.length > LONGEST) found.push(`has ${message.length} characters`);
  return BEGINNING.test(message) ? found : [...found, 'does not begin as a sentence'];
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

describe.each(DIALECTS)('messages of $id', (dialect) => {
  test('are sentences', async () => {
    const wrong: string[] = [];
    let count = 0;
    for (const path of filesBelow(join(FIXTURES, dialect.id))) {
      const text = readFileSync(path, 'utf8');
      const uri = `file:///network/${path.slice(FIXTURES.length)}`;
      const service = new LanguageService(new MemoryFiles(new Map([[uri, text]])));
      service.setFolders(['file:///network']);
      service.put(uri, dialect, text);
      const examined = await service.examine(uri, REQUEST);
      const messages = (examined ? [...service.findings(uri, examined)] : []).flatMap(([, findings]) =>
        findings.flatMap(({ message, related }) => [message, ...related.map((place) => place.message)]),
      );
      count += messages.length;
      for (const message of messages) {
        for (const fault of faultsOf(message)) wrong.push(`${path.slice(FIXTURES.length)}: ${fault}: ${message}`);
      }
    }
    expect(count).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  });
});
