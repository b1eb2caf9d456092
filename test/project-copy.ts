// A copy of the project in a folder of its own, which a test may change and build in.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));

/**
 * Copies the files of the project as git knows them, and what is generated; the packages are linked.
 * @param leftOut the paths that the test has no use for
 * @param packages the folders of packages
 * @returns the folder of the copy, which the caller removes
 */
export function copyProject(name: string, leftOut: RegExp, packages = ['node_modules']): string {
  const copy = mkdtempSync(join(tmpdir(), `${name}-`));
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  const needed = files
    .split('\0')
    .filter((file) => file !== '' && !/(?:^|\/)node_modules$/.test(file) && !leftOut.test(file))
    .filter((file) => existsSync(join(root, file)));
  for (const file of [...needed, 'server/generated']) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file), { recursive: true });
  }
  for (const folder of packages) symlinkSync(join(root, folder), join(copy, folder), 'junction');
  return copy;
}
