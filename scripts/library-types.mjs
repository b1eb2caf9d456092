// The types of the library as its users see them: the declarations that TypeScript makes of server/src/library.
// @ts-check
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from './generate.mjs';
import { run } from './run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const SOURCE = 'server/src/library';

/**
 * The declaration files by name; `index.d.ts` is the first. Throws where one of them needs a file of the inside of Lintel.
 * @returns {Promise<ReadonlyMap<string, string>>}
 */
export async function libraryTypes() {
  await generate();
  mkdirSync(join(root, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(root, '.cache', 'types-'));
  try {
    const config = {
      extends: '../../tsconfig.json',
      compilerOptions: {
        noEmit: false,
        declaration: true,
        emitDeclarationOnly: true,
        allowJs: false,
        rootDir: '../..',
        outDir: '.',
      },
      files: [`../../${SOURCE}/index.ts`],
      include: [],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    await run(process.execPath, [compiler, '-p', folder], { cwd: root, quiet: true });
    const files = new Map();
    const wanted = ['index'];
    for (const name of wanted) {
      const text = readFileSync(join(folder, SOURCE, `${name}.d.ts`), 'utf8');
      files.set(`${name}.d.ts`, text);
      for (const [, path = ''] of text.matchAll(/(?:from |import\()['"]([^'"]+)['"]/g)) {
        const [, other] = /^\.\/([\w-]+)\.js$/.exec(path) ?? [];
        if (other === undefined) throw new Error(`${SOURCE}/${name}.ts shows ${path} to the users of the library`);
        if (!wanted.includes(other)) wanted.push(other);
      }
    }
    return files;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The report of the library's interface, as it should stand in docs/reference/library.md: what changes in it is a change for its users. */
export async function libraryReport() {
  const sections = [...(await libraryTypes())].map(
    ([name, text]) => `## ${name}\n\n\`\`\`ts\n${text.trim()}\n\`\`\`\n`,
  );
  return `# The library

\`npm install lintel\`, then \`import { check, coverage, explain, fix, loadCatalog } from 'lintel'\`: functions of the texts of files, which read, write and print nothing.
\`examples/library\` of the repository has a program that uses them. What follows is all that there is, made from the source; how it may change from version to version is in
\`CONTRIBUTING.md\`, under *Versions*.

${sections.join('\n')}`;
}
