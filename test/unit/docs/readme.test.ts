// The README is read in the repository, on the page of the extension and on that of the package: no link leads nowhere on any.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readManifest } from '../../../scripts/manifest.mjs';
import { standaloneReadme } from '../../../scripts/readme.mjs';

const root = new URL('../../../', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');

/** What a text links to and shows, without addresses of the web. */
function targets(text: string): readonly string[] {
  return [...text.matchAll(/\]\(([^)]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((one) => !one.startsWith('https:'));
}

/** The anchors of a page, as GitHub makes them of its headings. */
function anchors(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

describe('the README', () => {
  it.each(targets(readme))('has %s where it leads to', (target) => {
    const [path = '', anchor] = target.split('#');
    const page = path === '' ? readme : undefined;
    if (path !== '') expect(existsSync(new URL(path, root))).toBe(true);
    if (anchor) expect(anchors(page ?? readFileSync(new URL(path, root), 'utf8'))).toContain(anchor);
  });

  it('shows each picture that is there', () => {
    const shown = targets(readme).filter((one) => /\.(?:png|gif)$/.test(one));
    expect(shown.sort()).toEqual(
      readdirSync(new URL('docs/images/', root))
        .map((name) => `docs/images/${name}`)
        .sort(),
    );
  });

  it('lists each setting', () => {
    const listed = [...readme.matchAll(/^\| `(lintel\.[\w.]+)` \|/gm)].map(([, name]) => name);
    expect(listed).toEqual(Object.keys(readManifest().contributes.configuration.properties));
  });

  it('leads nowhere where no repository is beside it', () => {
    const text = standaloneReadme();
    expect(targets(text).filter((one) => !one.startsWith('#'))).toEqual([]);
    expect(text).not.toContain('![');
    // All else is said as well.
    expect(anchors(text)).toEqual(anchors(readme));
  });
});
