// The fixtures of whole devices. Comments show which networks are behind which interface, and on which side; what becomes of
// a requirement for clients, and of one for a published server whose address the first line declares; and what is found.
// `npx vitest run test/unit/cisco/ways.test.ts -u` writes what is found into the files.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { analyze } from '../../../server/src/analysis/analyze.js';
import type { Requirement } from '../../../server/src/catalog/requirement.js';
import { cisco } from '../../../server/src/dialects/cisco/index.js';
import type { CiscoDocument } from '../../../server/src/dialects/cisco/program/program.js';
import { IpSet, shortPrefixes } from '../../../server/src/model/ip.js';
import { annotated, type Shown } from '../../fixture-markers.js';
import { read } from './support.js';

const FOLDER = fileURLToPath(new URL('../../fixtures/cisco/ways/', import.meta.url));

const SOURCE = { document: 'Test', url: 'https://example.com/' };

const MEDIA: Requirement = {
  id: 'media',
  title: 'Media',
  why: 'Test.',
  kind: 'reach',
  flow: {
    from: { role: 'clients' },
    to: { prefixes: ['203.0.113.128/25'] },
    protocol: 'udp',
    ports: '3478-3481',
    direction: 'outbound',
  },
  required: true,
  tags: ['teams'],
  source: SOURCE,
};

const EDGE: Requirement = {
  id: 'sfb-edge/access',
  title: 'Edge',
  why: 'Test.',
  kind: 'reach',
  flow: {
    from: { prefixes: ['0.0.0.0/0'] },
    to: { role: 'access-edge' },
    protocol: 'tcp',
    ports: '443',
    direction: 'inbound',
  },
  required: true,
  tags: ['sfb-edge'],
  source: SOURCE,
};

const LEG: Requirement = {
  ...EDGE,
  id: 'sbc/leg',
  title: 'Leg',
  flow: { from: { role: 'sbc' }, to: { role: 'front-end' }, protocol: 'tcp', ports: '5067', direction: 'outbound' },
  tags: ['sbc'],
};

function rolesIn(text: string): Map<string, IpSet> {
  return new Map(
    [...text.matchAll(/^! (\S+) is (\S+)$/gm)].map(([, role = '', prefix = '']) => [role, IpSet.parse(prefix)]),
  );
}

function interfacesOf({ model }: CiscoDocument): Shown[] {
  const surroundings = model.kind === 'filter' ? model.points[0]?.surroundings : undefined;
  if (surroundings?.kind !== 'interfaces') return [];
  return surroundings.interfaces.map(({ name, side, networks, published, statement }) => {
    const behind = networks ? shortPrefixes(networks).join(', ') : 'networks unknown';
    const standIns = published ? `, published ${shortPrefixes(published).join(', ')}` : '';
    return { code: side, message: `${name}, ${behind}${standIns}`, range: statement?.range ?? { start: 0, end: 1 } };
  });
}

test.each(readdirSync(FOLDER))('%s', async (file) => {
  const text = readFileSync(join(FOLDER, file), 'utf8');
  const roles = rolesIn(text);
  const requirements = roles.has('sbc') ? [LEG] : roles.size > 0 ? [MEDIA, EDGE] : [MEDIA];
  const document = read(text);
  const { report, evaluations } = analyze(document, cisco, {
    requirements,
    retired: [],
    severity: {},
    network: { roles },
  });
  const verdicts = evaluations.map(({ requirement, verdict: { status, reason, missing } }) => {
    return {
      code: status,
      message: [requirement.id, missing?.() ?? reason].filter(Boolean).join(': '),
      range: { start: 0, end: 1 },
    };
  });
  const findings = report.findings.map(({ code, message, range }) => ({ code, message, range }));
  const shown = annotated(text, [...verdicts, ...interfacesOf(document), ...findings], '!');
  await expect(shown).toMatchFileSnapshot(join(FOLDER, file));
});
