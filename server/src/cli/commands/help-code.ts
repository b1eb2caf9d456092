// `lintel help CODE`: what a finding means, in the terminal.

import { FINDING_CODES, isFindingCode } from '../../model/codes.js';
import { wrap } from '../formats/wrap.js';
import { EXIT, type ExitStatus, type Terminal } from '../terminal.js';

/** Prints the manual page of a finding code; `undefined` where there is none of that name. */
export function helpOfCode(code: string, { width, write }: Terminal): ExitStatus | undefined {
  if (!isFindingCode(code)) return undefined;
  const { title, severity, what, why, fix, file, example, beside } = FINDING_CODES[code];
  const files = [{ file, text: example }, ...(beside ? [beside] : [])];
  const examples = files.flatMap(({ file: name, text }) => [
    '',
    `For example, in ${name}:`,
    '',
    ...text
      .trimEnd()
      .split('\n')
      .map((line) => `    ${line}`),
  ]);
  const lines = [
    `${code} (${severity}): ${title}`,
    '',
    ...wrap(what, width, ''),
    '',
    ...wrap(why, width, ''),
    '',
    ...wrap(fix, width, ''),
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
