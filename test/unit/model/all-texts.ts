// The small universes of texts that operations on languages are compared over.

/** All texts of up to some length over an alphabet. */
export function allTexts(alphabet: string, length: number): string[] {
  let texts = [''];
  const all = [''];
  for (let i = 0; i < length; i++) {
    texts = texts.flatMap((text) => [...alphabet].map((unit) => text + unit));
    all.push(...texts);
  }
  return all;
}
