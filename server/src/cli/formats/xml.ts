// Text in XML.

/** A text as the value of an attribute, with its quotes. */
export function quote(text: string): string {
  return `"${escapeXml(text)}"`;
}

/** Escapes markup, and drops the characters that XML 1.0 (section 2.2) cannot write. */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
