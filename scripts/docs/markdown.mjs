// What the generated pages share: tables, lists of values and text from elsewhere in them.
// @ts-check

/** A table; cells are Markdown already. @param {readonly string[]} head @param {readonly (readonly string[])[]} rows */
export function table(head, rows) {
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.map(cell).join(' | ')} |`;
  return `${[line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n')}\n`;
}

/** Text as a cell holds it. @param {string} text */
function cell(text) {
  return text.replaceAll('|', '\\|').replace(/\s+/g, ' ').trim();
}

/** @param {string} text */
export function code(text) {
  return `\`${text}\``;
}

/** Values for readers who search for one. @param {readonly string[]} values */
export function codes(values) {
  return values.map(code).join(', ');
}

/** A whole file with its name above. @param {string} file @param {string} text @param {string} [language] */
export function listing(file, text, language = '') {
  return `\`${file}\`:\n\n\`\`\`${language}\n${text}\n\`\`\`\n`;
}
