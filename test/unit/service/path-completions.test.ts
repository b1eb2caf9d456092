// Where a path stands, the files of the workspace are offered, and nothing outside of it.
import { expect, test } from 'vitest';
import { languageById } from '../../../server/src/configuration/languages.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { MemoryFiles } from './toy.js';

const REQUEST = { require: ['teams'], severity: {}, cloud: 'worldwide' } as const;
const FILES = [
  'proxy/squid.conf',
  'proxy/acls.conf',
  'proxy/conf.d/10.conf',
  'proxy/conf.d/20.conf',
  'lists/hosts.txt',
];

async function offered(marked: string, language = 'squid'): Promise<readonly string[]> {
  const files = new MemoryFiles(
    new Map([...FILES.map((path) => `file:///network/${path}`), 'file:///secret/key'].map((uri) => [uri, ''])),
  );
  const service = new LanguageService(files);
  service.setFolders(['file:///network']);
  const uri = 'file:///network/proxy/squid.conf';
  const offset = marked.indexOf('¦');
  service.put(uri, languageById(language), marked.replace('¦', ''));
  const found = await service.completions(uri, offset, REQUEST);
  return found?.items.map(({ label }) => label) ?? [];
}

test.each([
  ['include ¦', ['acls.conf', 'conf.d/']],
  ['include conf.d/¦', ['conf.d/10.conf', 'conf.d/20.conf']],
  ['include ../¦', ['../lists/', '../proxy/']],
  ['acl hosts dstdomain "../lists/¦"', ['../lists/hosts.txt']],
  ['include ../../¦', []],
  ['include ../../secret/¦', []],
  ['include /¦', []],
])('%s', async (text, expected) => {
  expect(await offered(text)).toEqual(expected);
});

test.each(['include "conf.d/¦"', 'table inet filter {\n  include "conf.d/¦"\n}'])('nft: %s', async (text) => {
  expect(await offered(text, 'nftables')).toEqual(['conf.d/10.conf', 'conf.d/20.conf']);
});
