// Checks new names of lists, groups, addresses, and of zones and what belongs to them.
import { CLASS_DEFAULT, DEFAULT_ZONE, SELF } from '../program/zones.js';

/** IOS and NX-OS take 64 characters in names of lists and groups (*Cisco Nexus 9000 Series NX-OS Security Command Reference*). */
const NAME_LENGTH = 64;

const BUILT_IN_ZONES: readonly string[] = [SELF, DEFAULT_ZONE];

/** Why a name is invalid for a list, group or address; `undefined` where it is valid. */
export function nameFault(kind: string, name: string): string | undefined {
  if (kind === 'access-list' && /^\d+$/.test(name)) return 'the number of a list determines its type';
  if (kind === 'zone' && BUILT_IN_ZONES.includes(name)) return `${name} is a zone of the device`;
  if (kind === 'class-map' && name === CLASS_DEFAULT) return `${CLASS_DEFAULT} is the class of all other packets`;
  if (name.length > NAME_LENGTH) return `a name has at most ${NAME_LENGTH} characters`;
  return /^[A-Za-z][^\s?!"|]*$/.test(name)
    ? undefined
    : 'a name begins with a letter and contains no space, ?, !, " or |';
}
