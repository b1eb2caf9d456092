// Reads and compares the values of acls on host names as squid 5.7 does.

/** A value of `dstdomain`, `srcdomain` or `ssl::server_name`. */
export interface DomainValue {
  readonly name: string;
  /** Whether subdomains of `name` match too: the value begins with a dot. */
  readonly withSubdomains: boolean;
}

/** Reads a value as `matchDomainName` of squid 5.7 (src/anyp/Uri.cc) compares it: `.x` is `x` and every name below. */
export function readDomain(text: string): DomainValue {
  const lower = text.toLowerCase();
  return lower.startsWith('.')
    ? { name: lower.slice(1), withSubdomains: true }
    : { name: lower, withSubdomains: false };
}

export function formatDomain({ name, withSubdomains }: DomainValue): string {
  return withSubdomains ? `.${name}` : name;
}

/** Whether no host name can be equal to the value, because it has a character that host names do not have, or a port. */
export function isNoHostName({ name }: DomainValue): boolean {
  return !/^[a-z0-9_.:[\]-]+$/.test(name) || name.includes('..') || /^\.|\.$/.test(name) || hasPort(name);
}

/** `example.com:443`; an IPv6 address has more colons. */
function hasPort(name: string): boolean {
  const colon = name.indexOf(':');
  return colon >= 0 && name.slice(0, colon).includes('.') && /^\d*$/.test(name.slice(colon + 1));
}

/**
 * What squid does when it inserts `added` into a list that holds `existing` (`aclDomainCompare`, src/acl/DomainData.cc):
 * rejects the file, ignores the value, or neither.
 */
export function domainConflict(existing: DomainValue, added: DomainValue): 'refused' | 'ignored' | undefined {
  if (existing.name === added.name) return existing.withSubdomains === added.withSubdomains ? 'ignored' : 'refused';
  if (added.withSubdomains && existing.name.endsWith(`.${added.name}`)) return 'refused';
  if (existing.withSubdomains && added.name.endsWith(`.${existing.name}`)) return 'ignored';
  return undefined;
}
