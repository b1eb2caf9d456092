// Checks new names of chains, sets, objects and variables.
import { isReserved } from '../vocabulary/reserved-words.js';

/** `NFT_NAME_MAXLEN` of Linux, without its terminator. */
const NAME_LENGTH = 255;

const RENAMABLE: ReadonlySet<string> = new Set(['chain', 'set', 'object', 'variable']);

/** Why a name is invalid for a chain, set, object or variable (`string` of nft's scanner.l). */
export function nameFault(kind: string, name: string): string | undefined {
  if (!RENAMABLE.has(kind)) return 'it cannot be renamed';
  if (isReserved(name)) return 'it is a keyword of nft';
  if (name.length > NAME_LENGTH) return `a name has at most ${NAME_LENGTH} characters`;
  return /^[A-Za-z_][\w/.-]*$/.test(name)
    ? undefined
    : 'a name begins with a letter or _ and contains only letters, digits, and _ . / -';
}
