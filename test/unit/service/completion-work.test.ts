// Behind a space a list is shown only where few words fit: what is not shown is not worked out.
import { expect, test } from 'vitest';
import type { Dialect } from '../../../server/src/dialects/dialect.js';
import { squid } from '../../../server/src/dialects/squid/index.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { MemoryFiles } from './toy.js';

const URI = 'file:///network/squid.conf';
const TEXT = 'acl office src 10.0.0.0/8\nacl x \nhttp_access allow office\n';
const REQUEST = { require: ['teams'], severity: {}, cloud: 'worldwide' } as const;

test('a list that is too long to be shown costs no reading of the file', async () => {
  let readings = 0;
  const counting: Dialect = {
    ...squid,
    lower: (...given) => {
      readings++;
      return (squid as Dialect).lower(...given);
    },
  };
  const service = new LanguageService(new MemoryFiles(new Map()));
  service.setFolders(['file:///network']);
  service.put(URI, counting, TEXT);
  const behindSpace = TEXT.indexOf('acl x ') + 'acl x '.length;
  expect((await service.completions(URI, behindSpace, REQUEST))?.items.length).toBeGreaterThan(30);
  readings = 0;
  expect(await service.completions(URI, behindSpace, REQUEST, 30)).toBeUndefined();
  expect(readings).toBe(0);
});
