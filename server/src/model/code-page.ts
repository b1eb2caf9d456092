// What a finding code means, as a page: in Markdown for the documentation, code scanning and editors, and as plain text.

import { FINDING_CODES, type FindingCode } from './codes.js';

interface Listing {
  readonly file: string;
  readonly text: string;
}

/** The files that together have the finding. */
export function exampleOf(code: FindingCode): readonly Listing[] {
  const { file, example, beside } = FINDING_CODES[code];
  return [{ file, text: example }, ...(beside ? [beside] : [])];
}

/** What the finding reports, why it matters and what to do, one paragraph each. */
export function explanationOf(code: FindingCode): readonly string[] {
  const { what, why, fix } = FINDING_CODES[code];
  return [what, why, fix];
}

/** The page of a code, in Markdown. */
export function pageOf(code: FindingCode): string {
  const { severity, title } = FINDING_CODES[code];
  const [what, why, fix] = explanationOf(code);
  const listings = exampleOf(code).map(({ file, text }) => `\`${file}\`:\n\n\`\`\`\n${text}\n\`\`\`\n`);
  return [
    `# ${code}\n\n**${title}.** Severity: ${severity}.\n\n${what}\n`,
    `## Why it matters\n\n${why}\n`,
    `## Example\n\n${listings.join('\n')}`,
    `## What to do\n\n${fix}\n`,
    `## To accept it\n\nIn one place, with a comment above the statement, in the comment signs of the file:\n\n\`\`\`\nlintel: ignore ${code} -- why it is meant\n\`\`\`\n`,
    `In all files of a folder, in its \`lintel.yaml\`:\n\n\`\`\`yaml\nseverity: { ${code}: off }\n\`\`\`\n`,
  ].join('\n');
}

/** The extension whose links lead to pages of codes, by the name that VS Code knows it by. */
const EXTENSION = 'lintel.lintel';

/** The URI that has an editor show the page of a code. @param scheme that the editor has registered with its system */
export function pageUriOf(code: FindingCode, scheme: string): string {
  return `${scheme}://${EXTENSION}/finding/${code}`;
}
