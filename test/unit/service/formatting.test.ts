// Formatting changes blanks and nothing else: on every fixture the findings and verdicts are those of before, line by line.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { languageById } from '../../../server/src/configuration/languages.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { applyEdits } from '../../../server/src/text/edit.js';
import { MemoryFiles } from './toy.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const REQUEST = { require: ['teams', 'network-basics'], severity: {}, cloud: 'worldwide' } as const;

const LANGUAGES = [
  ['nftables', ['test/fixtures/nftables', 'examples/firewall'], /\.nft$/],
  ['squid', ['test/fixtures/squid', 'examples/squid'], /\.conf$/],
  ['netpolicy', ['test/fixtures/netpolicy', 'examples/policy'], /\.ya?ml$/],
  ['lintel-config', ['test/fixtures/configuration', 'examples'], /lintel[^/]*\.ya?ml$/],
] as const;

function filesOf(folders: readonly string[], names: RegExp): readonly string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && names.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
}

function serviceOf(language: string, text: string) {
  const uri = 'file:///network/file';
  const service = new LanguageService(new MemoryFiles(new Map()));
  service.setFolders(['file:///network']);
  service.put(uri, languageById(language), text);
  return { service, uri };
}

async function formatted(language: string, text: string, indent = '  '): Promise<string> {
  const { service, uri } = serviceOf(language, text);
  return applyEdits(text, await service.formatting(uri, indent));
}

/** What a text means: each finding with its line, each verdict, each name. */
async function meaningOf(language: string, text: string) {
  const { service, uri } = serviceOf(language, text);
  const examined = await service.examine(uri, REQUEST);
  const lineOf = (offset: number) => text.slice(0, offset).split('\n').length;
  return {
    findings: examined?.analysis.report.findings.map(
      ({ code, message, range }) => `${lineOf(range.start)} ${code} ${message}`,
    ),
    coverage: examined?.analysis.report.coverage.map(({ requirement, status }) => `${requirement} ${status}`),
    names: examined?.document.names.map(
      ({ kind, name, role, range }) => `${lineOf(range.start)} ${kind} ${name.replace(/#\d+$/, '')} ${role}`,
    ),
    endpoints: examined?.document.endpoints.map(
      ({ endpoint, range }) => `${lineOf(range.start)} ${JSON.stringify(endpoint)}`,
    ),
  };
}

const commentsOf = (text: string) => [...text.matchAll(/#.*/g)].map(([comment]) => comment.trimEnd());

/** A text as somebody in a hurry writes it: other indentation, other blanks. */
function untidy(text: string): string {
  return text
    .replace(/^[ \t]+(?=[^\s#])/gm, ' ')
    .replace(/([\w;]) (?=\w)/g, '$1   ')
    .replace(/([;{])\n/g, '$1 \n');
}

describe.each(LANGUAGES)('%s', (language, folders, names) => {
  const files = filesOf(folders, names);

  test('has files to look at', () => {
    expect(files.length).toBeGreaterThan(0);
  });

  test.each(files.map((file) => [file.slice(ROOT.length), file]))('%s keeps its meaning', async (_, file) => {
    const text = readFileSync(file, 'utf8');
    for (const source of language === 'nftables' ? [text, untidy(text)] : [text]) {
      const once = await formatted(language, source);
      expect(await formatted(language, once)).toBe(once);
      if (once === source) continue;
      expect(commentsOf(once)).toEqual(commentsOf(source));
      if (/ya?ml$/.test(file)) {
        const values = (yaml: string) =>
          parseAllDocuments(yaml, { logLevel: 'silent' }).map((one) => one.toJS() as unknown);
        expect(values(once)).toEqual(values(source));
      } else {
        expect(once.replace(/\s/g, '')).toBe(source.replace(/\s/g, ''));
        expect(await meaningOf(language, once)).toEqual(await meaningOf(language, source));
      }
    }
  });
});

test('nft is indented by its blocks', async () => {
  const text =
    'table inet filter {\nset a {\n   type ipv4_addr   # v4\nelements = { 10.0.0.1,\n10.0.0.2 }\n}\n      chain forward {\n# note {\ntcp   dport 22  log prefix "a  b{"   accept\n}\n }\n';
  expect(await formatted('nftables', text, '\t')).toBe(
    'table inet filter {\n\tset a {\n\t\ttype ipv4_addr   # v4\n\t\telements = { 10.0.0.1,\n\t\t\t10.0.0.2 }\n\t}\n\tchain forward {\n\t\t# note {\n\t\ttcp dport 22 log prefix "a  b{" accept\n\t}\n}\n',
  );
});

test('squid keeps the blanks of what it prints', async () => {
  const text =
    '  acl  office   src 10.0.0.0/8  \nlogformat x %a  %b\nif true\nhttp_access   allow office\nendif\n#  TAG  x\n';
  expect(await formatted('squid', text)).toBe(
    'acl office src 10.0.0.0/8\nlogformat x %a  %b\nif true\n  http_access allow office\nendif\n#  TAG  x\n',
  );
});

test('lintel.yaml keeps its comments, quotes and the form of its lists', async () => {
  const text =
    '# network\nroles:\n    clients: [10.0.0.0/8,   192.0.2.0/24] # all\nfiles:\n    -   match:   "*.pac"\n        require: [ teams ]\n';
  const once = await formatted('lintel-config', text);
  expect(once).toBe(
    '# network\nroles:\n  clients: [10.0.0.0/8, 192.0.2.0/24] # all\nfiles:\n  - match: "*.pac"\n    require: [teams]\n',
  );
});

test('what cannot be read is left alone', async () => {
  expect(await formatted('lintel-config', 'roles: [\n')).toBe('roles: [\n');
});
