// Checks new names of lists, groups and addresses.

/** IOS and NX-OS take 64 characters in names of lists and groups (*Cisco Nexus 9000 Series NX-OS Security Command Reference*). */
const NAME_LENGTH = 64;

/** Why a name is invalid for a list, group or address; `undefined` where it is valid. */
export function nameFault(kind: string, name: string): string | undefined {
  if (kind === 'access-list' && /^\d+$/.test(name)) return 'the number of a list determines its type';
  if (name.length > NAME_LENGTH) return `a name has at most ${NAME_LENGTH} characters`;
  return /^[A-Za-z][^\s?!"|]*$/.test(name)
    ? undefined
    : 'a name begins with a letter and contains no space, ?, !, " or |';
}
