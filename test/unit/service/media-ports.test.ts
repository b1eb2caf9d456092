import { describe, expect, it } from 'vitest';
import { detectLanguage } from '../../../server/src/configuration/languages.js';
import type { CheckRequest } from '../../../server/src/service/checks.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { MemoryFiles } from './toy.js';

const ROOT = 'file:///network';
const ROUTER = `${ROOT}/a.ios`;
const REQUEST: CheckRequest = { require: ['teams-media-ports'], severity: {}, cloud: 'worldwide' };

/** What check, plan and catalog say of Teams media that a list permits from some source ports. */
async function ask(configuration: string, permitted: string) {
  const list = `ip access-list extended L\n permit udp 10.20.0.0 0.0.255.255 range ${permitted} any range 3478 3481\n`;
  const text = `roles: { clients: [10.20.0.0/16] }\n${configuration}\n`;
  const service = new LanguageService(
    new MemoryFiles(
      new Map([
        [`${ROOT}/lintel.yaml`, text],
        [ROUTER, list],
      ]),
    ),
  );
  service.setFolders([ROOT]);
  service.put(ROUTER, detectLanguage(ROUTER, list), list);
  const examined = await service.examine(ROUTER, REQUEST);
  const verdict = examined?.analysis.report.coverage.find(({ requirement }) => requirement.endsWith('/media/udp'));
  const { openings, catalog } = await service.plan(ROUTER, REQUEST);
  const ports = (media: string) => catalog.byId(`teams-media-ports/${media}`)?.flow.sourcePorts;
  return {
    status: verdict?.status,
    missing: verdict?.missing?.(),
    planned: openings.map(({ sourcePorts }) => sourcePorts),
    shown: ['media/udp', ...['audio', 'video', 'sharing'].map((one) => `${one}/advice-source-ports`)].map(ports),
  };
}

describe('the source ports of Teams media', () => {
  it('are the documented ones where the workspace declares none', async () => {
    expect(await ask('', '50000 50019')).toEqual({
      status: 'partial',
      missing: 'UDP 3478-3481 from source ports 50020-50059 to 52.112.0.0/14, 52.122.0.0/15',
      planned: ['50000-50059'],
      shown: ['50000-50059', '50000-50019', '50020-50039', '50040-50059'],
    });
  });

  it('are the declared range in verdicts, plans and the catalog alike', async () => {
    expect(await ask('media-ports: 50000-50019', '50000 50019')).toMatchObject({
      status: 'met',
      planned: ['50000-50019'],
      shown: Array(4).fill('50000-50019'),
    });
    expect(await ask('media-ports: 40000-40099', '50000 50059')).toMatchObject({
      status: 'blocked',
      planned: ['40000-40099'],
    });
  });

  it('may be declared for each kind of media', async () => {
    const split = 'media-ports: { audio: 51000-51019, video: 51020-51039, sharing: 51040-51059 }';
    expect(await ask(split, '51000 51039')).toEqual({
      status: 'partial',
      missing: 'UDP 3478-3481 from source ports 51040-51059 to 52.112.0.0/14, 52.122.0.0/15',
      planned: ['51000-51059'],
      shown: ['51000-51059', '51000-51019', '51020-51039', '51040-51059'],
    });
  });

  it.each([
    'media-ports: { audio: 51000-51019 }',
    'media-ports: { audio: 51000-51019, video: 9-1, sharing: 51040 }',
    'media-ports: []',
    'media-ports:',
  ])('stay as documented where the declaration is wrong: %s', async (text) => {
    expect(await ask(text, '50000 50059')).toMatchObject({ status: 'met', planned: ['50000-50059'] });
  });
});
