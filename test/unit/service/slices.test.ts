// A PAC file is a program: while it is evaluated, other requests are answered.
import { expect, test } from 'vitest';
import { pac } from '../../../server/src/dialects/pac/index.js';
import type { CheckRequest } from '../../../server/src/service/checks.js';
import { NO_TRACE } from '../../../server/src/service/files/trace.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { MemoryFiles } from './toy.js';

const PAC = 'file:///network/proxy.pac';
const TEXT = 'function FindProxyForURL(url, host) {\n  return "PROXY proxy.example.com:8080";\n}\n';
const REQUEST: CheckRequest = { require: ['m365-worldwide/*/bypass-proxy'], severity: {}, cloud: 'worldwide' };

test('between two requirements of a PAC file other requests are answered', async () => {
  const order: string[] = [];
  let asked: Promise<void> | undefined;
  const service: LanguageService = new LanguageService(new MemoryFiles(new Map()), NO_TRACE, async () => {
    order.push('part');
    asked ??= service.outline(PAC).then((outline) => {
      order.push(`outline of ${outline.length}`);
    });
    await new Promise((resolve) => setTimeout(resolve));
  });
  service.setFolders(['file:///network']);
  service.put(PAC, pac, TEXT);
  const [examined, again] = await Promise.all([service.examine(PAC, REQUEST), service.examine(PAC, REQUEST)]);
  await asked;
  expect(order.slice(0, 3)).toEqual(['part', 'outline of 1', 'part']);
  // Both wait for the same evaluation.
  expect(again?.analysis).toBe(examined?.analysis);
  const decided = examined?.analysis.report.coverage.filter(({ status }) => status !== 'not-applicable');
  expect(order.filter((what) => what === 'part')).toHaveLength(decided?.length ?? 0);
});
