// What a list, group or address may be called when its name is changed.

/** IOS and NX-OS take 64 characters in names of lists and groups (*Cisco Nexus 9000 Series NX-OS Security Command Reference*). */
const NAME_LENGTH = 64;

/** Why a list, group or address cannot have a name; `undefined` where it can. */
export function nameFault(kind: string, name: string): string | undefined {
  if (kind === 'access-list' && /^\d+$/.test(name)) return 'the number of a list says what kind of list it is';
  if (name.length > NAME_LENGTH) return `names have up to ${NAME_LENGTH} characters`;
  return /^[A-Za-z][^\s?!"|]*$/.test(name) ? undefined : 'it has to begin with a letter, and takes no spaces, ? ! " |';
}
