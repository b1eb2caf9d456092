// Values that a file leaves open because it is a template: the part that is not known stands in the text between two marks
// from Unicode's private use area, which no configuration holds.

const MARKED = /\ue000([^\ue000\ue001]{0,200})\ue001/;

/** The text that stands for a value that depends on a variable. */
export function openText(name: string): string {
  return `\ue000${name.replace(/[\ue000\ue001\s]/g, ' ')}\ue001`;
}

/** The variable that a text depends on; `undefined` where it is known. */
export function openNameIn(text: string): string | undefined {
  return MARKED.exec(text)?.[1];
}

/** What a verdict depends on, after "it depends on". */
export function filledIn(name: string): string {
  return `\`${name}\`, which the template fills in`;
}

/** The same marks, for expressions that look for other placeholders as well. */
export const OPEN_SOURCE = '\ue000[^\ue000\ue001]{0,200}\ue001';
