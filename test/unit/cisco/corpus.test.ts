import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { detectCisco } from '../../../server/src/dialects/cisco/detect.js';
import { read } from './support.js';

const CORPUS = resolve(import.meta.dirname, '../../../../shared/corpus/cisco');
const files = existsSync(CORPUS) ? readdirSync(CORPUS) : [];

/** Files with lines that no device takes, and why. */
const REFUSED: Readonly<Record<string, string>> = {
  'ios-inspect': 'a group is named without object-group before it',
  'access-group-acl~configs~iosAccessGroupAcl': 'wildcards in a list of the form that takes netmasks',
};

// The corpus is not part of the project; without it there is nothing to read.
describe.skipIf(files.length === 0)('real Cisco configurations', () => {
  it.each(files)('%s', (file) => {
    const text = readFileSync(resolve(CORPUS, file), 'utf8');
    const document = read(text);
    const reported = document.problems.map(
      ({ code, range, message }) => `${code}: ${text.slice(range.start, range.end)}: ${message}`,
    );
    const refused = Object.keys(REFUSED).some((name) => file.endsWith(name));
    expect(reported.some((problem) => problem.startsWith('syntax-error'))).toBe(refused);
    expect(detectCisco(file, text)).toBeGreaterThan(0.5);
    expect(document.model.kind).toBe('filter');
  });
});
