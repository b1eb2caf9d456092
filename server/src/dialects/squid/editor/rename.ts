// Checks new names of acls and external acl types.

/** squid 5.7 defines names of 63 characters, but rejects the line that uses one. */
const NAME_LENGTH = 62;

/** Why a name is invalid for an acl or external acl type; `undefined` where it is valid. */
export function nameFault(kind: string, name: string): string | undefined {
  if (kind !== 'acl' && kind !== 'external_acl_type') return 'it cannot be renamed';
  if (name.length > NAME_LENGTH) return `a name has at most ${NAME_LENGTH} characters`;
  return /^[A-Za-z0-9_][\w.:+/-]*$/.test(name) ? undefined : 'a name contains only letters, digits, and _ . : + / -';
}
