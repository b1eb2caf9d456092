// The licences of the packages that are bundled into dist/.
// @ts-check
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * The folders of the packages that files of a bundle come from.
 * @param {Iterable<string>} inputs the paths of the files, as Esbuild tells them
 * @returns {ReadonlySet<string>} relative to the root of the project
 */
export function packagesOf(inputs) {
  const folders = new Set();
  for (const path of inputs) {
    const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path) ?? [];
    if (folder !== undefined) folders.add(folder);
  }
  return folders;
}

/**
 * The text of THIRD-PARTY-NOTICES.txt. Throws where a package has no licence that could be given.
 * @param {Iterable<string>} folders of packages, relative to the root of the project
 */
export function noticesOf(folders) {
  const sections = [...folders].map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const file = readdirSync(join(root, folder)).find((one) => /^licen[cs]e/i.test(one));
    if (file === undefined && license === undefined) throw new Error(`${folder} has no licence`);
    const text = file === undefined ? `Licence: ${license}` : readFileSync(join(root, folder, file), 'utf8').trim();
    const third = readdirSync(join(root, folder)).find((one) => /^third-?party-?notices/i.test(one));
    const more = third === undefined ? '' : `\n\n${readFileSync(join(root, folder, third), 'utf8').trim()}`;
    return `${name} ${version}\n\n${text.replaceAll('\r\n', '\n')}${more.replaceAll('\r\n', '\n')}\n`;
  });
  const intro = `Lintel contains the following packages, each under its own licence. tldts contains the public suffix list
(https://publicsuffix.org), which is under the Mozilla Public License 2.0 (https://www.mozilla.org/MPL/2.0/).`;
  // Two bundles may hold the same package from different folders.
  const all = [...new Set(sections)].sort();
  return `${[`${intro}\n`, ...all].join(`\n${'-'.repeat(80)}\n\n`)}`;
}
