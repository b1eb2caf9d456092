// The Markdown that hover and completion show for words of iptables.
import type { ExtensionWord, OptionWord } from './notation.js';
import { TABLE_SUMMARIES } from './summaries.js';
import { isTableName } from './words.js';

const MANUAL = '[iptables(8)](https://man7.org/linux/man-pages/man8/iptables.8.html)';
const EXTENSIONS = '[iptables-extensions(8)](https://man7.org/linux/man-pages/man8/iptables-extensions.8.html)';

/** `undefined` for options whose name is self-explanatory. */
export function describeOption({ name, place, summary }: OptionWord): string | undefined {
  const manual = place.startsWith('option of -') ? EXTENSIONS : MANUAL;
  return summary && `**--${name}**\n\n${summary}\n\n${manual}`;
}

export function describeExtension({ name, place, summary }: ExtensionWord): string {
  const [dash, fallback] = place === 'match' ? ['-m', 'A match extension.'] : ['-j', 'A target extension.'];
  return `**${dash} ${name}**\n\n${summary ?? fallback}\n\n${EXTENSIONS}`;
}

/** `undefined` where there is no such table. */
export function describeTable(name: string): string | undefined {
  return isTableName(name) ? `**${name}**\n\n${TABLE_SUMMARIES[name]}\n\n${MANUAL}` : undefined;
}
