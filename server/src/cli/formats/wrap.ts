// Wraps prose to a width.

/**
 * Wraps prose to lines of at most `width` characters, indented by `indent` on the first line and `hanging` on the others; a
 * longer word gets a line of its own.
 */
export function wrap(text: string, width: number, indent: string, hanging = indent): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const margin = lines.length === 0 ? indent : hanging;
    if (line !== '' && margin.length + line.length + 1 + word.length > width) {
      lines.push(margin + line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  if (line !== '') lines.push((lines.length === 0 ? indent : hanging) + line);
  return lines;
}
