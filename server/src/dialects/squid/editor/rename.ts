// Which names of a squid.conf can be changed, and to what.

/** squid 5.7 defines names of 63 characters, but refuses the line that uses one. */
const NAME_LENGTH = 62;

/** Why an acl or an external acl type cannot have a name. */
export function nameFault(kind: string, name: string): string | undefined {
  if (kind !== 'acl' && kind !== 'external_acl_type') return 'it has no name that can be changed';
  if (name.length > NAME_LENGTH) return `squid takes names of up to ${NAME_LENGTH} characters`;
  return /^[A-Za-z0-9_][\w.:+/-]*$/.test(name) ? undefined : 'it takes letters, digits, and _ . : + / -';
}
