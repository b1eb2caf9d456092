// Findings in one line each, for editors and other programs that read compilers.

import type { CheckedFile, Session } from '../session.js';

/** `path:line:column: severity: message [code]`, as compilers write it; hints are left out. */
export function onelineReport(files: readonly CheckedFile[], session: Session): string {
  return files
    .flatMap(({ path, findings }) =>
      findings
        .filter(({ severity }) => severity !== 'hint')
        .map(({ code, severity, message, uri, range }) => {
          const start = session.positionOf(uri, range.start);
          return `${path}:${start.line + 1}:${start.character + 1}: ${severity}: ${message.replace(/\s+/g, ' ')} [${code}]\n`;
        }),
    )
    .join('');
}
