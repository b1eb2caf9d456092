// Who owns a host name, by the public suffix list.
import { parse } from 'tldts';

const OPTIONS = { allowPrivateDomains: true, extractHostname: false, validateHostname: false };

/** Suffixes on the list below which not everyone gets a name: those of authorities and schools, and of one company. */
const RESTRICTED: ReadonlySet<string> = new Set(['arpa', 'edu', 'gov', 'int', 'mil', 'microsoft']);

/** The same as the first label of a longer suffix, as in `ac.uk`. */
const RESTRICTED_BELOW: ReadonlySet<string> = new Set([
  ...['ac', 'edu', 'go', 'gob', 'gouv', 'gov', 'gub', 'gv', 'k12', 'mil', 'mod', 'nhs', 'police', 'sch'],
]);

/** Whether anyone can register this name: it stands directly below a public suffix of the Internet. */
export function isRegistrable(name: string): boolean {
  const { domain, isIcann, publicSuffix } = parse(name, OPTIONS);
  if (domain !== name || isIcann !== true || publicSuffix === null) return false;
  const [first = '', ...others] = publicSuffix.split('.');
  return !(others.length > 0 ? RESTRICTED_BELOW : RESTRICTED).has(first);
}

/** The domain that a name belongs to, as it was registered; `undefined` for names outside of the Internet's domains. */
export function registeredDomain(name: string): string | undefined {
  const { domain, isIcann, isPrivate } = parse(name, OPTIONS);
  return domain !== null && (isIcann === true || isPrivate === true) ? domain : undefined;
}
