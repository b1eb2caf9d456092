// Which names can be changed, and to what.
import { isReserved } from '../vocabulary/reserved-words.js';

/** `NFT_NAME_MAXLEN` of Linux, without its terminator. */
const NAME_LENGTH = 255;

const RENAMABLE: ReadonlySet<string> = new Set(['chain', 'set', 'object', 'variable']);

/** Why a chain, set, object or variable cannot have a name (`string` of nft's scanner.l). */
export function nameFault(kind: string, name: string): string | undefined {
  if (!RENAMABLE.has(kind)) return 'it has no name that can be changed';
  if (isReserved(name)) return 'it is a keyword of nft';
  if (name.length > NAME_LENGTH) return `nft takes names of up to ${NAME_LENGTH} characters`;
  return /^[A-Za-z_][\w/.-]*$/.test(name) ? undefined : 'it takes letters, digits, and _ . / - after a letter or _';
}
