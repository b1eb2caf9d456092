// Which names chains and sets can be given.
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

/** Why a chain or a set cannot have a name, as a clause for people. */
export function nameFault(kind: string, name: string): string | undefined {
  if (kind === 'set') {
    if (name.length > SET_NAME_LENGTH) return `ipset takes names of up to ${SET_NAME_LENGTH} characters`;
  } else if (kind.endsWith(' chain')) {
    if (name.length > CHAIN_NAME_LENGTH) return `iptables takes names of up to ${CHAIN_NAME_LENGTH} characters`;
    if (STANDARD_TARGETS.has(name) || isBuiltInChain(name)) return 'iptables means something else by it';
    if (targetExtension(name, 4) || targetExtension(name, 6)) return 'a target has this name';
  } else return 'it has no name that can be changed';
  return /^[\w.][\w.:+-]*$/.test(name) ? undefined : 'it takes letters, digits, and . _ : + -';
}
