// Who owns a host name, by the public suffix list.
import { parse } from 'tldts';

const OPTIONS = { allowPrivateDomains: true, extractHostname: false, validateHostname: false };

/** Top-level domains on the list below which not everyone gets a name: those of governments, schools and one company. */
const RESTRICTED: ReadonlySet<string> = new Set(['arpa', 'edu', 'gov', 'int', 'mil', 'microsoft']);

/** Whether anyone can register this name: it stands directly below a public suffix of the Internet. */
export function isRegistrable(name: string): boolean {
  const { domain, isIcann } = parse(name, OPTIONS);
  return domain === name && isIcann === true && !RESTRICTED.has(name.slice(name.lastIndexOf('.') + 1));
}

/** The domain that a name belongs to, as it was registered; `undefined` for names outside of the Internet's domains. */
export function registeredDomain(name: string): string | undefined {
  const { domain, isIcann, isPrivate } = parse(name, OPTIONS);
  return domain !== null && (isIcann === true || isPrivate === true) ? domain : undefined;
}
