// The texts of the files to edit, and their indentation and line ends.
import { startOfLine } from '../../../text/lines.js';
import type { Sources } from '../../dialect.js';
import type { NftDocument } from '../program/ruleset.js';

export class FileTexts {
  constructor(
    private readonly document: NftDocument,
    private readonly sources: Sources,
  ) {}

  of(uri: string): string {
    if (uri === this.document.source.uri) return this.document.source.text;
    const source = this.sources.read(uri);
    return typeof source === 'string' ? '' : source.text;
  }
}

/** The white space at the beginning of the line at an offset. */
export function indentAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(startOfLine(text, offset), offset))?.[0] ?? '';
}
