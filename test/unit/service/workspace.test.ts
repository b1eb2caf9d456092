import { describe, expect, it } from 'vitest';
import type { CheckRequest } from '../../../server/src/service/checks.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { MemoryFiles, toyDialect } from './toy.js';

const ROOT = 'file:///network';
const MAIN = `${ROOT}/main.toy`;
const PART = `${ROOT}/parts/one.toy`;
/** Nothing is required: these tests are about files. */
const REQUEST: CheckRequest = { require: [], severity: {}, cloud: 'worldwide' };

function serve(texts: Readonly<Record<string, string>>) {
  const files = new MemoryFiles(new Map(Object.entries(texts)));
  const service = new LanguageService(files);
  service.setFolders([ROOT]);
  const open = (uri: string) => service.put(uri, toyDialect, files.texts.get(uri) ?? '');
  const problems = async (uri: string) => {
    const examined = await service.examine(uri, REQUEST);
    const found = examined ? service.findings(uri, examined) : [];
    return [...found].flatMap(([file, findings]) =>
      findings.map(({ code, message }) => `${file.slice(ROOT.length + 1)}: ${code}: ${message}`),
    );
  };
  return { files, service, open, problems };
}

describe('included files', () => {
  it('are read level by level', async () => {
    const { open, problems } = serve({
      [MAIN]: 'include parts/one.toy\nuse deep',
      [PART]: 'include two.toy',
      [`${ROOT}/parts/two.toy`]: 'define deep',
    });
    open(MAIN);
    expect(await problems(MAIN)).toEqual([]);
  });

  it('carry the findings that stand in them', async () => {
    const { open, problems } = serve({ [MAIN]: 'include parts/one.toy', [PART]: 'use nothing' });
    open(MAIN);
    expect(await problems(MAIN)).toEqual(["parts/one.toy: undefined-name: 'nothing' is not defined."]);
  });

  it('are told even if another open file cannot be read', async () => {
    const { problems, service } = serve({ [PART]: 'use nothing' });
    const fragile: typeof toyDialect = {
      ...toyDialect,
      lower: (source, ...rest) =>
        source.text === 'broken' ? JSON.parse('no JSON') : toyDialect.lower(source, ...rest),
    };
    const other = `${ROOT}/other.toy`;
    service.put(other, fragile, 'broken');
    service.put(MAIN, fragile, 'include parts/one.toy');
    expect(await problems(MAIN)).toEqual(["parts/one.toy: undefined-name: 'nothing' is not defined."]);
    await expect(problems(other)).rejects.toThrow(SyntaxError);
  });

  it('are found by pattern, ? and * included', async () => {
    const { open, problems } = serve({
      [MAIN]: 'include parts/o?e.*\nuse name',
      [PART]: 'define name',
      [`${ROOT}/parts/.one.toy`]: 'use hidden',
      [`${ROOT}/parts/toe.toy`]: 'use other',
    });
    open(MAIN);
    expect(await problems(MAIN)).toEqual([]);
  });

  it('stay inside the workspace, however the path is written', async () => {
    const { open, problems, files } = serve({
      [MAIN]: 'include parts/../../secret.toy',
      'file:///secret.toy': 'define secret',
    });
    open(MAIN);
    expect(await problems(MAIN)).toEqual(['main.toy: syntax-error: parts/../../secret.toy is outside-workspace.']);
    expect(files.reads.has('file:///secret.toy')).toBe(false);
  });

  it('may be too large, and a cycle ends', async () => {
    const { service, open, problems } = serve({
      [MAIN]: 'include parts/one.toy\ninclude main.toy',
      [PART]: `define ${'x'.repeat(100)}`,
    });
    service.setSizeLimit(50);
    open(MAIN);
    const found = await problems(MAIN);
    expect(found).toContain('main.toy: syntax-error: parts/one.toy is too-large.');
  });

  it('are read once, and again after the last document that needs them was closed', async () => {
    const { files, service, open, problems } = serve({ [MAIN]: 'include parts/one.toy', [PART]: 'define name' });
    open(MAIN);
    await problems(MAIN);
    service.put(MAIN, toyDialect, 'include parts/one.toy\nuse name');
    expect(await problems(MAIN)).toEqual([]);
    expect(files.reads.get(PART)).toBe(1);
    service.close(MAIN);
    open(MAIN);
    await problems(MAIN);
    expect(files.reads.get(PART)).toBe(2);
  });
});

describe('a change of an included file', () => {
  it('on disk concerns the documents that include it', async () => {
    const { files, service, open, problems } = serve({ [MAIN]: 'include parts/one.toy\nuse name', [PART]: '' });
    open(MAIN);
    expect(await problems(MAIN)).toEqual(["main.toy: undefined-name: 'name' is not defined."]);
    files.texts.set(PART, 'define name');
    expect(service.filesChanged([PART])).toEqual([MAIN]);
    expect(await problems(MAIN)).toEqual([]);
  });

  it('that was missing concerns them once it is there', async () => {
    const { files, service, open, problems } = serve({ [MAIN]: 'include parts/*.toy\nuse name' });
    open(MAIN);
    expect(await problems(MAIN)).toEqual(["main.toy: undefined-name: 'name' is not defined."]);
    files.texts.set(PART, 'define name');
    expect(service.filesChanged([PART])).toEqual([MAIN]);
    expect(await problems(MAIN)).toEqual([]);
  });

  it('in the editor stands before the file on disk', async () => {
    const { service, open, problems } = serve({ [MAIN]: 'include parts/one.toy\nuse name', [PART]: 'define name' });
    open(MAIN);
    expect(await problems(MAIN)).toEqual([]);
    expect(service.put(PART, toyDialect, 'define other')).toEqual([MAIN]);
    expect(await problems(MAIN)).toEqual(["main.toy: undefined-name: 'name' is not defined."]);
    expect(service.close(PART)).toEqual([MAIN]);
    expect(await problems(MAIN)).toEqual([]);
  });

  it('that nothing includes concerns nobody', async () => {
    const { service, open, problems } = serve({ [MAIN]: 'include parts/one.toy', [PART]: '' });
    open(MAIN);
    await problems(MAIN);
    expect(service.filesChanged([`${ROOT}/elsewhere/three.toy`])).toEqual([]);
  });

  it('is watched for in the folders that matter', async () => {
    const { service, open, problems } = serve({ [MAIN]: 'include parts/*.toy\ninclude more/two.toy', [PART]: '' });
    open(MAIN);
    await problems(MAIN);
    expect([...service.watchedFolders].sort()).toEqual([`${ROOT}/more`, `${ROOT}/parts`]);
  });
});

describe('a part that is opened by itself', () => {
  it('is read in the file on disk that includes it', async () => {
    const { open, problems } = serve({ [MAIN]: 'define name\ninclude parts/one.toy', [PART]: 'use name\nuse other' });
    open(PART);
    expect(await problems(PART)).toEqual(["parts/one.toy: undefined-name: 'other' is not defined."]);
  });

  it('is read there by everyone who asks at the same time', async () => {
    const { open, problems } = serve({ [MAIN]: 'define name\ninclude parts/one.toy', [PART]: 'use name' });
    open(PART);
    expect(await Promise.all([problems(PART), problems(PART), problems(PART)])).toEqual([[], [], []]);
  });

  it('is checked again when that file changes', async () => {
    const { files, service, open, problems } = serve({
      [MAIN]: 'define name\ninclude parts/one.toy',
      [PART]: 'use name',
    });
    open(PART);
    await problems(PART);
    files.texts.set(MAIN, 'include parts/one.toy');
    expect(service.filesChanged([MAIN])).toEqual([PART]);
    expect(await problems(PART)).toEqual(["parts/one.toy: undefined-name: 'name' is not defined."]);
  });

  it('is read alone where nothing includes it', async () => {
    const { open, problems } = serve({ [MAIN]: 'define name', [PART]: 'use name' });
    open(PART);
    expect(await problems(PART)).toEqual(["parts/one.toy: undefined-name: 'name' is not defined."]);
  });

  it('leads from a use to the definition in the other file, and back', async () => {
    const { service, open } = serve({ [MAIN]: 'define name\ninclude parts/one.toy', [PART]: 'use name' });
    open(PART);
    expect(await service.definitions(PART, 5)).toMatchObject([{ uri: MAIN, range: { start: 7, end: 11 } }]);
    expect(await service.references(PART, 5, true)).toMatchObject([{ uri: MAIN }, { uri: PART }]);
    expect(await service.references(PART, 5, false)).toMatchObject([{ uri: PART }]);
  });
});

describe('an edit', () => {
  it('while files are still being read gives the findings of the newer text', async () => {
    const { service, open, problems } = serve({ [MAIN]: 'include parts/one.toy\nuse old', [PART]: '' });
    open(MAIN);
    const early = problems(MAIN);
    service.put(MAIN, toyDialect, 'include parts/one.toy\nuse new');
    await early;
    expect(await problems(MAIN)).toEqual(["main.toy: undefined-name: 'new' is not defined."]);
  });

  it('to a document that is closed has no answer', async () => {
    const { service, problems } = serve({ [MAIN]: 'use name' });
    expect(await problems(MAIN)).toEqual([]);
    expect(await service.hover(MAIN, 0, REQUEST)).toBeUndefined();
    expect(await service.examine(MAIN, REQUEST)).toBeUndefined();
  });
});
