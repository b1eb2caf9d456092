// The texts of the manifest stand in package.nls.json and its translations: each once, in every language, and none in package.json.
import { describe, expect, test } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { generatedTexts } from '../../../scripts/docs.mjs';
import { keyOf, readJson, TEXTS } from '../../../scripts/manifest.mjs';

/** What VS Code shows to people. Ids, words of languages and what only a model reads (`modelDescription`, `inputSchema`) are no texts. */
const SHOWN = new Set([
  'altText',
  'category',
  'contents',
  'description',
  'displayName',
  'enumDescriptions',
  'enumItemLabels',
  'label',
  'markdownDeprecationMessage',
  'deprecationMessage',
  'markdownDescription',
  'markdownEnumDescriptions',
  'shortTitle',
  'title',
  'userDescription',
]);

/** Read by a model, which is asked in one wording everywhere. */
const FOR_MODELS = 'inputSchema';

/** Names are the same in every language. */
const NAMES = new Set(['Lintel']);

interface Text {
  readonly path: string;
  readonly value: string;
}

/** Each text that is shown, by its place. A view has a name in the place of a title. */
function shownTexts(value: unknown, path: readonly string[] = []): readonly Text[] {
  const name = path.at(-1) ?? '';
  // What a severity or a setting is called is a key as well: `properties` holds no texts itself.
  const isText = (SHOWN.has(name) && path.at(-2) !== 'properties') || (name === 'name' && path.includes('views'));
  if (typeof value === 'string') return isText ? [{ path: path.join('.'), value }] : [];
  if (Array.isArray(value)) {
    return value.flatMap((one, index) =>
      typeof one === 'string' && isText
        ? [{ path: `${path.join('.')}.${index}`, value: one }]
        : shownTexts(one, [...path, `${index}`]),
    );
  }
  if (typeof value !== 'object' || value === null || name === FOR_MODELS) return [];
  return Object.entries(value).flatMap(([key, one]) => shownTexts(one, [...path, key]));
}

/** Each key that is used anywhere in the manifest. */
function usedKeys(value: unknown): readonly string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(usedKeys);
  const key = keyOf(value);
  return key === undefined ? [] : [key];
}

/** What a translation must not change: code, commands behind links. */
function fixedParts(text: string): readonly string[] {
  return [...text.matchAll(/`[^`]*`|\(command:[^)]*\)|\{\d+\}/g)].map(([part]) => part).sort();
}

const english = readJson(TEXTS.en);

test('no text that is shown stands in package.json itself', () => {
  const { displayName, description, contributes } = manifest;
  const plain = shownTexts({ displayName, description, contributes }).filter(
    ({ value }) => keyOf(value) === undefined && !NAMES.has(value),
  );
  expect(plain).toEqual([]);
});

test('each key that is used has an English text, and each text is used', () => {
  expect([...new Set(usedKeys(manifest))].sort()).toEqual(Object.keys(english).sort());
});

test('what the code says of itself is said in the same words (write them anew with: node scripts/docs.mjs)', async () => {
  expect(english).toMatchObject(await generatedTexts());
});

describe.each(Object.entries(TEXTS))('the texts in %s', (_, file) => {
  const texts = readJson(file);

  test('are those of English, in the same order', () => {
    expect(Object.keys(texts)).toEqual(Object.keys(english));
  });

  test.each(Object.entries(english))('%s is a text with the same code and commands', (key, original) => {
    const text = texts[key] ?? '';
    expect(text.trim()).toBe(text);
    expect(text).not.toBe('');
    expect(fixedParts(text)).toEqual(fixedParts(original));
    // A command that asks further ends in dots, and a sentence in its full stop.
    expect(/(…|[.)])?$/.exec(text)?.[0]).toBe(/(…|[.)])?$/.exec(original)?.[0]);
    // What is opened is closed.
    expect(text.split('„').length).toBe(text.split('“').length);
    expect(text).not.toContain('"');
  });
});

test('are packed', () => {
  expect(manifest.files).toEqual(expect.arrayContaining(Object.values(TEXTS)));
});
