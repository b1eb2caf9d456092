// Checks new names of chains and sets.
import { CHAIN_NAME_LENGTH } from '../syntax/words.js';
import { targetExtension } from '../vocabulary/extensions.js';
import { BUILT_IN_CHAINS } from '../vocabulary/words.js';

/** "longer than 31 characters" of ipset. */
const SET_NAME_LENGTH = 31;

/** The targets that every table has without an extension. */
const STANDARD_TARGETS: ReadonlySet<string> = new Set(['ACCEPT', 'DROP', 'QUEUE', 'RETURN']);

function isBuiltInChain(name: string): boolean {
  return Object.values(BUILT_IN_CHAINS).some((chains) => chains.some((chain) => chain === name));
}

/** Why a name is invalid for a chain or set, as a clause to show to users; `undefined` where it is valid. */
export function nameFault(kind: string, name: string): string | undefined {
  if (kind === 'set') {
    if (name.length > SET_NAME_LENGTH) return `a name of a set has at most ${SET_NAME_LENGTH} characters`;
  } else if (kind.endsWith(' chain')) {
    if (name.length > CHAIN_NAME_LENGTH) return `a name of a chain has at most ${CHAIN_NAME_LENGTH} characters`;
    if (STANDARD_TARGETS.has(name) || isBuiltInChain(name)) return 'the name is reserved by iptables';
    if (targetExtension(name, 4) || targetExtension(name, 6)) return 'a target has this name';
  } else return 'it cannot be renamed';
  return /^[\w.][\w.:+-]*$/.test(name) ? undefined : 'a name contains only letters, digits, and . _ : + -';
}
