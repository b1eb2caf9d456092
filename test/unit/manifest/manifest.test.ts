import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { agentTools } from '../../../scripts/docs.mjs';
import { readJson, readManifest } from '../../../scripts/manifest.mjs';
import { CLOUDS } from '../../../server/src/catalog/requirement.js';
import { LANGUAGES } from '../../../server/src/configuration/languages.js';
import { storedPath } from '../../../server/src/configuration/stored-endpoints.js';
import { DEFAULT_SETTINGS, readSettings, SETTINGS_SECTION } from '../../../server/src/lsp/settings.js';
import { FINDING_CODES } from '../../../server/src/model/codes.js';

const root = new URL('../../../', import.meta.url);
/** As it is shown in English. */
const manifest = readManifest();
const { contributes } = manifest;
const properties: Readonly<Record<string, { readonly default: unknown }>> = contributes.configuration.properties;

/** The setting that vscode-languageclient reads by itself. */
const READ_BY_THE_CLIENT = `${SETTINGS_SECTION}.trace.server`;

function serverSettings(): readonly (readonly [string, unknown])[] {
  return Object.entries(properties)
    .filter(([key]) => key !== READ_BY_THE_CLIENT)
    .map(([key, { default: value }]) => [key.slice(`${SETTINGS_SECTION}.`.length), value] as const);
}

/** The relative luminance of a colour, as WCAG 2.2 defines it. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The contrast ratio of two colours, as WCAG 2.2 defines it. */
function contrast(one: string, other: string): number {
  const [lighter = 0, darker = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}

describe('settings', () => {
  test('package.json declares what the server reads, with the same defaults', () => {
    expect(Object.fromEntries(serverSettings())).toEqual(DEFAULT_SETTINGS);
  });

  test('the declared defaults are values that the server accepts', () => {
    expect(readSettings(Object.fromEntries(serverSettings()))).toEqual({ ...DEFAULT_SETTINGS, faults: [] });
  });

  test('each finding has a severity that can be set, under its own title', () => {
    const declared = Object.entries(contributes.configuration.properties['lintel.severity'].properties);
    expect(Object.fromEntries(declared.map(([code, { description }]) => [code, description]))).toEqual(
      Object.fromEntries(Object.entries(FINDING_CODES).map(([code, { title }]) => [code, title])),
    );
  });

  test('each severity that can be chosen is one that the server understands', () => {
    for (const [code, { enum: severities }] of Object.entries(
      contributes.configuration.properties['lintel.severity'].properties,
    )) {
      for (const severity of severities) {
        expect(readSettings({ severity: { [code]: severity } }).severity).toEqual({ [code]: severity });
      }
    }
  });
});

describe('languages', () => {
  const languages = contributes.languages.map(({ id }) => id).sort();

  test('are those that the server has a dialect for', () => {
    expect(languages).toEqual(LANGUAGES.map(({ id }) => id).sort());
  });

  test('start the extension, with those that they may be hidden in, and nothing else does but its own links and lintel.yaml', () => {
    const hosts = LANGUAGES.flatMap(({ hostLanguages = [] }) => hostLanguages);
    // What VS Code calls files like *.cfg and *.txt.
    const vague = ['plaintext', 'properties'];
    const started = [...new Set([...languages, ...hosts, ...vague])].sort();
    const others = ['onUri', 'onWebviewPanel:lintel.report', 'workspaceContains:lintel.yaml'];
    expect([...manifest.activationEvents].sort()).toEqual(
      [...started.map((id) => `onLanguage:${id}`), ...others].sort(),
    );
  });

  test('each has a grammar that reads as one', () => {
    expect(contributes.grammars.map(({ language }) => language).sort()).toEqual(languages);
    for (const { scopeName, path } of contributes.grammars) {
      expect(JSON.parse(readFileSync(fileURLToPath(new URL(path, root)), 'utf8'))).toMatchObject({ scopeName });
    }
  });
});

describe('the icon of a language', () => {
  /** Paler than the editor of VS Code's own themes is no icon. */
  const BACKGROUND = { light: '#ffffff', dark: '#1f1f1f' };
  /** What WCAG 2.2 asks of graphics (success criterion 1.4.11). */
  const CONTRAST = 3;
  const languages = contributes.languages.map(({ id, icon }) => ({ id, ...icon }));

  const pictureOf = (path: string) => readFileSync(fileURLToPath(new URL(path, root)), 'utf8');
  const colourOf = (picture: string) => /stroke="(#[0-9a-f]{6})"/.exec(picture)?.[1] ?? '';
  const shapeOf = (picture: string) => picture.replace(colourOf(picture), '');

  test.each(languages)('of $id is one shape, visible on light and dark', ({ light, dark }) => {
    expect(contrast(colourOf(pictureOf(light)), BACKGROUND.light)).toBeGreaterThan(CONTRAST);
    expect(contrast(colourOf(pictureOf(dark)), BACKGROUND.dark)).toBeGreaterThan(CONTRAST);
    expect(shapeOf(pictureOf(dark))).toBe(shapeOf(pictureOf(light)));
    // Explorer and tabs show it at this size.
    expect(pictureOf(light)).toContain('viewBox="0 0 16 16"');
  });

  test('is its own, and packed', () => {
    expect(new Set(languages.map(({ light }) => shapeOf(pictureOf(light)))).size).toBe(languages.length);
    expect(manifest.files).toContain('media/languages');
  });
});

test('each command in a menu exists, and shows itself only in files of the languages', () => {
  const commands = contributes.commands.map(({ command }) => command);
  for (const { command, when } of Object.values(contributes.menus).flat()) {
    expect(commands).toContain(command);
    // A script in a language of others is one of them once the server has checked it.
    const checked = 'editorLangId in lintel.languages || resource in lintel.checkedFiles';
    const known = [checked, 'lintel.isActiveChecked', 'editorLangId == lintel-config'];
    const isOfView = contributes.views.lintel.some(({ id }) => when.split(' && ').includes(`view == ${id}`));
    if (!isOfView) expect(known).toContain(when);
  }
});

describe('the walkthrough', () => {
  const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);

  test('has five steps with pictures that are packed', () => {
    expect(steps).toHaveLength(5);
    expect(manifest.files).toContain('media/walkthrough');
    for (const { media } of steps) {
      expect(media.svg).toMatch(/^media\/walkthrough\//);
      const picture = readFileSync(fileURLToPath(new URL(media.svg, root)), 'utf8');
      // Who hears the page is told what the picture says of itself.
      expect(picture).toContain(`<title>${media.altText}</title>`);
    }
  });

  test('leads to commands that exist', () => {
    const commands = contributes.commands.map(({ command }) => command);
    const named = steps.flatMap(({ description }) => [...description.matchAll(/\(command:(lintel\.\w+)\)/g)]);
    expect(named.length).toBeGreaterThan(0);
    for (const [, command] of named) expect(commands).toContain(command);
  });
});

test('each file that the manifest names exists', () => {
  const icons = contributes.viewsContainers.activitybar.map(({ icon }) => icon);
  const ofLanguages = contributes.languages.flatMap(({ configuration, icon }) => [
    configuration,
    icon.light,
    icon.dark,
  ]);
  const named = [manifest.icon, ...icons, ...ofLanguages];
  for (const path of named) expect(existsSync(new URL(path, root)), path).toBe(true);
});

describe('schemas for editors without the languages of Lintel', () => {
  const { jsonValidation, yamlValidation } = contributes;

  test('are files that are packed', () => {
    expect(manifest.files).toContain('schemas');
    for (const { url } of [...jsonValidation, ...yamlValidation]) {
      expect(url).toMatch(/^\.\/schemas\//);
      expect(existsSync(new URL(url, root)), url).toBe(true);
    }
  });

  test('are there for the endpoint list of each cloud', () => {
    const lists = jsonValidation.find(({ url }) => url.endsWith('/endpoints.schema.json'));
    expect(lists?.fileMatch).toEqual(CLOUDS.map(storedPath));
  });

  test('are there for each workspace file and network policy that the languages name', () => {
    const named = contributes.languages
      .filter(({ id }) => id === 'lintel-config' || id === 'netpolicy')
      .flatMap(({ extensions = [], filenames = [] }: { extensions?: string[]; filenames?: string[] }) => [
        ...filenames,
        ...extensions.map((extension) => `*${extension}`),
      ]);
    expect([...jsonValidation, ...yamlValidation].flatMap(({ fileMatch }) => fileMatch)).toEqual(
      expect.arrayContaining(named),
    );
  });
});

test('the tools for agents are those of lintel mcp (write them anew with: node scripts/docs.mjs)', async () => {
  expect(readJson('package.json').contributes).toMatchObject({ languageModelTools: await agentTools() });
});
