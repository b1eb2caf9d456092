// Templates among the files that give values to their variables, as the service reads them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { detectLanguage } from '../../../server/src/configuration/languages.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { applyEdits } from '../../../server/src/text/edit.js';
import { MemoryFiles } from '../service/toy.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures/roles/', import.meta.url));
const ROOT = 'file:///site/';
const VOICE = 'm365-worldwide/11/udp';
const WEB = 'm365-worldwide/12/tcp';
const REQUEST = { require: [VOICE, WEB], severity: {}, cloud: 'worldwide' } as const;
const EDGE = 'roles/edge/templates/edge.nft.j2';
const PLAIN = 'roles/plain/';
const PLAIN_RULES = `${PLAIN}templates/rules.v4.j2`;
const RULES = 'puppet/templates/rules.v4.erb';

function filesBelow(folder: string): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    entries.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [ROOT + path.slice(folder.length).replaceAll('\\', '/'), readFileSync(path, 'utf8')];
    }),
  );
}

/** Serves the fixtures with some other files; opens one of them. */
function serve(path: string, others: Readonly<Record<string, string>> = {}) {
  const texts = filesBelow(FIXTURES);
  for (const [name, text] of Object.entries(others)) texts.set(ROOT + name, text);
  const service = new LanguageService(new MemoryFiles(texts));
  service.setFolders([ROOT.slice(0, -1)]);
  const uri = ROOT + path;
  const text = texts.get(uri) ?? '';
  service.put(uri, detectLanguage(uri, text), text);
  return { service, uri, text };
}

async function verdicts(path: string, others?: Readonly<Record<string, string>>) {
  const { service, uri } = serve(path, others);
  const examined = await service.examine(uri, REQUEST);
  return Object.fromEntries(
    (examined?.analysis.report.coverage ?? []).map(({ requirement, status, reason }) => [
      requirement,
      { status, reason },
    ]),
  );
}

describe('values', () => {
  test('of the vars of a role take precedence over its defaults', async () => {
    expect(await verdicts(EDGE)).toMatchObject({ [VOICE]: { status: 'met' }, [WEB]: { status: 'met' } });
  });

  test('of lintel.yaml take precedence over both', async () => {
    const lintel = 'variables:\n  voice: false\n';
    expect(await verdicts(EDGE, { 'lintel.yaml': lintel })).toMatchObject({
      [VOICE]: { status: 'blocked' },
      [WEB]: { status: 'met' },
    });
  });

  test('of the inventory take precedence over defaults, where all hosts have the same', async () => {
    const voice = (value: string) => ({ [`${PLAIN}defaults/main.yml`]: 'voice: false', ...rules(value) });
    const rules = (value: string) => ({ 'group_vars/all.yml': `voice: ${value}` });
    expect((await verdicts(PLAIN_RULES, voice('true')))[VOICE]).toMatchObject({ status: 'met' });
    expect((await verdicts(PLAIN_RULES, voice('false')))[VOICE]).toMatchObject({ status: 'blocked' });
    for (const path of ['group_vars/branches.yml', 'host_vars/edge1.yml', 'inventory/host_vars/edge1']) {
      const found = await verdicts(PLAIN_RULES, { ...voice('true'), [path]: 'voice: false' });
      expect(found[VOICE], path).toMatchObject({ status: 'undecided', reason: expect.stringContaining('`voice`') });
      const same = await verdicts(PLAIN_RULES, { ...voice('true'), [path]: 'voice: true' });
      expect(same[VOICE], path).toMatchObject({ status: 'met' });
    }
  });

  test('of the data of a Puppet module are those of its parameters, where no other data says otherwise', async () => {
    const common = { 'puppet/data/common.yaml': "puppet::voice: true\npuppet::mail: ''" };
    expect((await verdicts(RULES, common))[VOICE]).toMatchObject({ status: 'met' });
    const other = await verdicts(RULES, { ...common, 'puppet/data/branch.yaml': 'puppet::voice: false' });
    expect(other[VOICE]).toMatchObject({ status: 'undecided', reason: expect.stringContaining('`voice`') });
    const level = (path: string) => ({ 'puppet/hiera.yaml': `hierarchy: [{ name: a, path: '${path}' }]` });
    const linux = { 'puppet/data/os/linux.yaml': 'puppet::voice: false' };
    for (const path of ['os/%{facts.os}.yaml', '%{site}/common.yaml']) {
      const found = await verdicts(RULES, { ...common, ...level(path), ...linux });
      expect(found[VOICE], path).toMatchObject({ status: 'undecided' });
    }
    const lookup = await verdicts(RULES, { 'puppet/data/common.yaml': 'puppet::voice: "%{lookup(\'voice\')}"' });
    expect(lookup[VOICE]).toMatchObject({ status: 'undecided' });
  });

  test('of a Helm chart are those of its values.yaml', async () => {
    expect((await verdicts('chart/templates/squid.conf.tpl'))[WEB]).toMatchObject({ status: 'met' });
  });

  test('that nobody names leave undecided what depends on them, by their names', async () => {
    const found = await verdicts(RULES);
    expect(found[WEB]).toMatchObject({ status: 'met' });
    expect(found[VOICE]).toMatchObject({ status: 'undecided', reason: expect.stringContaining('`voice`') });
  });

  test('of a variable in lintel.yaml reach templates of Puppet', async () => {
    expect((await verdicts(RULES, { 'lintel.yaml': 'variables: { voice: true }' }))[VOICE]).toMatchObject({
      status: 'met',
    });
  });

  test('that are lists of unknown networks leave a proxy undecided', async () => {
    const found = await verdicts('puppet/templates/squid.conf.epp');
    expect(found[WEB]).toMatchObject({ status: 'undecided', reason: expect.stringContaining('`networks`') });
  });

  test('that change make the template be read again', async () => {
    const { service, uri } = serve(EDGE);
    await service.examine(uri, REQUEST);
    const lintel = `${ROOT}lintel.yaml`;
    service.put(lintel, detectLanguage(lintel, ''), 'variables: { voice: false }');
    const again = await service.examine(uri, REQUEST);
    expect(again?.analysis.report.coverage).toContainEqual(
      expect.objectContaining({ requirement: VOICE, status: 'blocked' }),
    );
  });
});

describe('fixes', () => {
  test('stay outside of tags, and the edited template meets what was missing', async () => {
    const { service, uri, text } = serve(EDGE, { 'lintel.yaml': 'variables: { voice: false }' });
    const [offered] = await service.fixes(uri, REQUEST, () => true);
    const edits = offered?.fixes[0]?.edits ?? [];
    expect(edits.length).toBeGreaterThan(0);
    const edited = applyEdits(text, edits);
    const tags = (of: string) => of.match(/\{[{%].*?[%}]\}/g);
    expect(tags(edited)).toEqual(tags(text));
    service.put(uri, detectLanguage(uri, edited), edited);
    const after = await service.examine(uri, REQUEST);
    expect(after?.analysis.report.coverage.map(({ status }) => status)).toEqual(['met', 'met']);
  });
});

describe('the editor', () => {
  test('has no help of the dialect inside of a tag', async () => {
    const { service, uri, text } = serve(EDGE);
    const inside = text.indexOf('net }}');
    expect(await service.completions(uri, inside, REQUEST)).toBeUndefined();
  });

  test('knows the words around tags', async () => {
    const { service, uri, text } = serve(EDGE);
    const hover = await service.hover(uri, text.indexOf('iifname') + 1, REQUEST);
    expect(hover && text.slice(hover.range.start, hover.range.end)).toBe('iifname');
  });

  test('tells what a tag prints', async () => {
    const { service, uri, text } = serve(EDGE);
    const known = await service.hover(uri, text.indexOf('service.ports'), REQUEST);
    expect(known?.markdown).toContain('`{ 80, 443 }`');
    const open = serve(RULES);
    const unknown = await open.service.hover(open.uri, open.text.indexOf('= @mail'), REQUEST);
    expect(unknown?.markdown).toContain('`mail` is filled in');
  });

  test('shows the outline at its places in the template', async () => {
    const { service, uri, text } = serve(EDGE);
    const [table] = await service.outline(uri);
    expect(table && text.slice(table.range.start, table.range.end)).toContain('{% endfor %}');
  });
});
