import { describe, expect, it } from 'vitest';
import { dialectById } from '../../../server/src/dialects/registry.js';
import type { CheckRequest } from '../../../server/src/service/checks.js';
import { canonicalFolder, folderOf, inFolder, splitPattern } from '../../../server/src/service/files/uris.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { MemoryFiles, toyDialect } from './toy.js';

const REQUEST: CheckRequest = { require: [], severity: {}, cloud: 'worldwide' };

/** A folder as a client spells it, without one where it is `null`, and where its files are. */
const FOLDERS: readonly (readonly [folder: string | null, base: string])[] = [
  ['vscode-vfs://repo/', 'vscode-vfs://repo/'],
  ['vscode-vfs://repo', 'vscode-vfs://repo/'],
  ['vscode-test-web://mount/', 'vscode-test-web://mount/'],
  ['file:///', 'file:///'],
  ['file:///network/', 'file:///network/'],
  ['vscode-vfs://github/o/r', 'vscode-vfs://github/o/r/'],
  [null, 'file:///network/'],
  [null, 'vscode-vfs://repo/'],
];

describe.each(FOLDERS)('a document in the folder %s, at %s', (folder, base) => {
  const serve = (texts: Readonly<Record<string, string>>) => {
    const files = new MemoryFiles(new Map(Object.entries(texts).map(([path, text]) => [`${base}${path}`, text])));
    const service = new LanguageService(files);
    service.setFolders(folder === null ? [] : [folder]);
    const open = (path: string) => service.put(`${base}${path}`, toyDialect, texts[path] ?? '');
    const problems = async (path: string) => {
      const examined = await service.examine(`${base}${path}`, REQUEST);
      return examined?.analysis.report.findings.map(({ message }) => message);
    };
    return { files, service, open, problems };
  };

  it('is read with what it includes, by name and by pattern', async () => {
    const { open, problems } = serve({
      'main.toy': 'include one.toy\ninclude parts/t*.toy\nuse one\nuse two\nuse three',
      'one.toy': 'define one',
      'parts/two.toy': 'define two',
    });
    open('main.toy');
    expect(await problems('main.toy')).toEqual(["'three' is not defined."]);
  });

  it('finds files beside it by pattern', async () => {
    const { open, problems } = serve({ 'main.toy': 'include o*.toy\nuse one', 'one.toy': 'define one' });
    open('main.toy');
    expect(await problems('main.toy')).toEqual([]);
  });

  it('is read in the file beside it that includes it', async () => {
    const { open, problems } = serve({ 'main.toy': 'define one\ninclude part.toy', 'part.toy': 'use one\nuse two' });
    open('part.toy');
    expect(await problems('part.toy')).toEqual(["'two' is not defined."]);
  });

  it('is configured by the lintel.yaml beside it', async () => {
    const { open, service } = serve({ 'main.toy': '', 'lintel.yaml': 'cloud: china\n' });
    open('main.toy');
    const { file, uri } = await service.configurationFor(`${base}main.toy`);
    expect({ cloud: file.cloud, uri }).toEqual({ cloud: 'china', uri: `${base}lintel.yaml` });
  });

  it('is checked again when a file appears in its folder', async () => {
    const { open, files, service, problems } = serve({ 'main.toy': 'include o*.toy\nuse one' });
    open('main.toy');
    expect(await problems('main.toy')).toEqual(["'one' is not defined."]);
    files.texts.set(`${base}one.toy`, 'define one');
    expect(service.filesChanged([`${base}one.toy`])).toEqual([`${base}main.toy`]);
    expect(await problems('main.toy')).toEqual([]);
  });
});

describe('a file of a real dialect in the root of a virtual file system', () => {
  it.each([
    ['squid', 'squid.conf', 'include rules.conf\ninclude conf.d/*.conf\n', 'http_access bogus all\n'],
    ['nftables', 'main.nft', 'include "rules.nft"\ninclude "conf.d/*.nft"\n', 'table inet t { chain c { bogus; } }\n'],
  ])('%s has the findings of what it includes', async (id, name, text, fault) => {
    const root = 'vscode-vfs://repo/';
    const extension = name.slice(name.lastIndexOf('.'));
    const included = [`${root}rules${extension}`, `${root}conf.d/one${extension}`];
    const service = new LanguageService(new MemoryFiles(new Map(included.map((uri) => [uri, fault]))));
    service.setFolders([root]);
    service.put(root + name, dialectById(id), text, true);
    const examined = await service.examine(root + name, REQUEST);
    const files = examined?.analysis.report.findings.map(({ uri }) => uri);
    expect(files).toEqual(expect.arrayContaining(included));
  });
});

describe('a folder', () => {
  it.each([
    ['file:///', 'file:///'],
    ['file:///a/', 'file:///a'],
    ['file:///a//', 'file:///a'],
    ['file:///a/../b/.', 'file:///b'],
    ['vscode-vfs://repo', 'vscode-vfs://repo/'],
    ['vscode-vfs://repo/', 'vscode-vfs://repo/'],
  ])('%s is %s', (uri, canonical) => {
    expect(canonicalFolder(uri)).toBe(canonical);
    // What names a folder and what is found as the folder of a file are one spelling.
    expect(folderOf(inFolder(canonical, 'file'))).toBe(canonical);
  });

  it('is cut from a pattern as it is, root or not', () => {
    expect(splitPattern('vscode-vfs://repo/*.conf')).toEqual(['vscode-vfs://repo/', '*.conf']);
    expect(splitPattern('file:///a/b%20c/o?e.%5b')).toEqual(['file:///a/b%20c', 'o?e.[']);
  });
});
