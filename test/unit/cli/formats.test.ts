// Every report for machines is valid by a schema, whatever it reports: findings with and without fixes, strange names and
// texts, and files that cannot be read. No package that is small and kept up carries the official schemas (that of SARIF comes only
// with a .NET program; those of GitLab, of Jenkins' xUnit plugin and of Checkstyle with none), so the schemas are our own: narrower,
// as they permit only what Lintel writes.
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { beforeAll, describe, expect, it } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { FINDING_CODES, type FindingCode } from '../../../server/src/model/codes.js';
import { buildProgram, temporaryFolders } from './program.js';

const schemaOf = (name: string) => readFileSync(new URL(`../../fixtures/formats/${name}`, import.meta.url), 'utf8');
const reportSchema = readFileSync(new URL('../../../schemas/check-report.schema.json', import.meta.url), 'utf8');

const folder = temporaryFolders();
let lintel: Awaited<ReturnType<typeof buildProgram>>;

beforeAll(async () => {
  lintel = await buildProgram('formats');
});

const PAC = `function FindProxyForURL(url, host) {
  if (shExpMatch(host, "*teams.microsoft.com")) return "DIRECT"; // <&> "quoted" \u{1f6a7}
  return "PROXY proxy.example.com:8080";
}
`;

const NETWORKS = {
  'everything at once': {
    'my proxies/ä & <b>.pac': PAC,
    'rules.v4': '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n',
    'squid/squid.conf': 'acl teams dstdomain teams.microsoft.com\nhttp_access allow offic\nhttp_access deny all\n',
    'damaged/rules.v6': new Uint8Array([42, 0, 1, 2, 10]),
    'lintel.yaml': 'roles: { clients: [10.20.0.0/16] }\n',
  },
  'nothing to report': { 'rules.v4': '*filter\n:FORWARD ACCEPT [0:0]\nCOMMIT\n' },
} as const;

async function reports(format: string) {
  return Promise.all(
    Object.entries(NETWORKS).map(async ([name, files]) => {
      const { output } = await lintel(folder(files), ['check', '--format', format, '--require', 'teams']);
      expect(output, name).not.toBe('');
      return output;
    }),
  );
}

describe.each([
  ['json', reportSchema],
  ['sarif', schemaOf('sarif.schema.json')],
  ['gitlab', schemaOf('gitlab.schema.json')],
])('%s', (format, schema) => {
  it('is valid by its schema', async () => {
    const ajv = new Ajv({ allowUnionTypes: true, allErrors: true });
    const isValid = ajv.compile(JSON.parse(schema));
    for (const report of await reports(format))
      expect(isValid(JSON.parse(report)), ajv.errorsText(isValid.errors)).toBe(true);
  });
});

describe.each(['junit', 'checkstyle'])('%s', (format) => {
  it('is valid by its schema', async () => {
    for (const contents of await reports(format)) {
      const { errors } = await validateXML({
        xml: { fileName: `${format}.xml`, contents },
        schema: { fileName: `${format}.xsd`, contents: schemaOf(`${format}.xsd`) },
      });
      expect(errors).toEqual([]);
    }
  });
});

describe('sarif', () => {
  it('has the proved fixes, which are those of the editor, and fingerprints that differ', async () => {
    const [report = ''] = await reports('sarif');
    const [{ results, tool }] = JSON.parse(report).runs;
    const fixed = results.filter(({ fixes }: { fixes?: unknown }) => fixes);
    expect(fixed.length).toBeGreaterThan(0);
    const prints = results.map(({ partialFingerprints }: { partialFingerprints: object }) =>
      JSON.stringify(partialFingerprints),
    );
    expect(new Set(prints).size).toBe(prints.length);
    const firewall = fixed.find(({ ruleId }: { ruleId: string }) => ruleId === 'requirement-blocked');
    const [{ description, artifactChanges }] = firewall.fixes;
    expect(description.text).not.toBe('');
    expect(artifactChanges[0].artifactLocation.uri).toBe('rules.v4');
    expect(artifactChanges[0].replacements[0].insertedContent.text).toContain('-j ACCEPT');
    for (const { id, help, helpUri } of tool.driver.rules) {
      const { why, fix } = FINDING_CODES[id as FindingCode];
      for (const part of [why, fix]) expect([help.text, help.markdown].every((text) => text.includes(part))).toBe(true);
      expect(helpUri).toBe(`vscode://lintel.lintel/finding/${id}`);
    }
  });

  it('and the others tell what could not be read', async () => {
    const first = async (format: string) => (await reports(format))[0] ?? '';
    const [sarif, gitlab] = [await first('sarif'), await first('gitlab')];
    const [junit, checkstyle] = [await first('junit'), await first('checkstyle')];
    expect(JSON.parse(sarif).runs[0].invocations[0].executionSuccessful).toBe(false);
    expect(gitlab).toContain('"severity":"blocker"');
    expect(junit).toContain('<error type="not-checked"');
    expect(checkstyle).toContain('source="lintel.not-checked"');
  });
});
