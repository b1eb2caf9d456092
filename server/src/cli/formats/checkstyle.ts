// Findings as a report of Checkstyle, which many platforms read.

import type { CheckedFile, Session } from '../session.js';
import { quote } from './xml.js';

/** A Checkstyle report: its severities are the names of ours. Hints are left out; what could not be checked is an error. */
export function checkstyleReport(files: readonly CheckedFile[], session: Session): string {
  const written = files.map(({ path, findings }) => {
    const errors = findings
      .filter(({ severity }) => severity !== 'hint')
      .map(({ code, severity, message, uri, range }) => {
        const { line, character } = session.positionOf(uri, range.start);
        const place = `line="${line + 1}" column="${character + 1}"`;
        return `    <error ${place} severity=${quote(severity)} message=${quote(message)} source=${quote(`lintel.${code}`)}/>\n`;
      });
    return fileOf(path, errors);
  });
  const unread = session.errors.map((message) => {
    const error = `    <error line="1" severity="error" message=${quote(message)} source="lintel.not-checked"/>\n`;
    return fileOf(message.split(':')[0] ?? message, [error]);
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<checkstyle version="4.3">\n${[...unread, ...written].join('')}</checkstyle>\n`;
}

function fileOf(path: string, errors: readonly string[]): string {
  return errors.length === 0
    ? `  <file name=${quote(path)}/>\n`
    : `  <file name=${quote(path)}>\n${errors.join('')}  </file>\n`;
}
