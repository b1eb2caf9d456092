// `lintel help CODE`: what a finding means, in the terminal.

import { exampleOf, explanationOf } from '../../model/code-page.js';
import { FINDING_CODES, isFindingCode } from '../../model/codes.js';
import { wrap } from '../formats/wrap.js';
import { EXIT, type ExitStatus, type Terminal } from '../terminal.js';

/** Prints the manual page of a finding code; `undefined` where there is none of that name. */
export function helpOfCode(code: string, { width, write }: Terminal): ExitStatus | undefined {
  if (!isFindingCode(code)) return undefined;
  const { title, severity } = FINDING_CODES[code];
  const examples = exampleOf(code).flatMap(({ file, text }) => [
    '',
    `For example, in ${file}:`,
    '',
    ...text
      .trimEnd()
      .split('\n')
      .map((line) => `    ${line}`),
  ]);
  const lines = [
    `${code} (${severity}): ${title}`,
    ...explanationOf(code).flatMap((paragraph) => ['', ...wrap(paragraph, width, '')]),
    ...examples,
    '',
    ...wrap(
      `To accept it in one place, write "lintel: ignore ${code} -- REASON" in a comment above; in a folder, write "severity: { ${code}: off }" in lintel.yaml.`,
      width,
      '',
    ),
  ];
  write(`${lines.join('\n')}\n`);
  return EXIT.clean;
}
