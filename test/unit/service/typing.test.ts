// What is offered where a person types: each file of fixtures/typing has the place as ¦, and beside it what the list begins with.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { DEFAULT_SELECTORS } from '../../../server/src/catalog/catalog.js';
import { languageById } from '../../../server/src/configuration/languages.js';
import { toCompletion } from '../../../server/src/lsp/convert.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { MemoryFiles } from './toy.js';

const FOLDER = fileURLToPath(new URL('../../fixtures/typing/', import.meta.url));

/** How much of a list is compared: what a person sees without scrolling. */
const SEEN = 12;

const START = { line: 0, character: 0 };

test.each(readdirSync(FOLDER).filter((name) => name.endsWith('.txt')))('%s', async (name) => {
  const [language = ''] = name.split('.');
  const marked = readFileSync(FOLDER + name, 'utf8');
  const offset = marked.indexOf('¦');
  const text = marked.replace('¦', '');
  const uri = `file:///network/${name}`;
  const service = new LanguageService(new MemoryFiles(new Map()));
  service.setFolders(['file:///network']);
  service.put(uri, languageById(language), text);
  const found = await service.completions(uri, offset, {
    require: DEFAULT_SELECTORS,
    severity: {},
    cloud: 'worldwide',
  });
  const items = (found?.items ?? [])
    .map((item) => toCompletion(item, { start: START, end: START }))
    .sort((a, b) => ((a.sortText ?? '') < (b.sortText ?? '') ? -1 : 1));
  const typed = found ? text.slice(found.range.start, found.range.end) : '';
  const shown = items.slice(0, SEEN).map(({ label, detail, textEdit }) => {
    const written = textEdit?.newText === label ? '' : ` → ${textEdit?.newText}`;
    return `${label} (${detail})${written}`;
  });
  const more = items.length > SEEN ? [`and ${items.length - SEEN} more`] : [];
  const lines = found ? [`in the place of "${typed}":`, ...shown, ...more] : ['nothing'];
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(FOLDER + name.replace(/\.txt$/, '.offered'));
});
