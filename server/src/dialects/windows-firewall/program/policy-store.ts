// The policy stores that commands of a script write to.

import type { Invocation } from './invocation.js';
import { type Argument, textsOf } from './value.js';

/** Where rules and settings are kept (*New-NetFirewallRule*, -PolicyStore): on a computer, or in a group policy. */
export interface PolicyStore {
  readonly kind: 'local' | 'group';
  /** Of a local store the session of another computer, empty for the computer that runs the script; in lower case. */
  readonly name: string;
  /** As the script writes it. */
  readonly label: string;
  /** Whether it is the group policy of the computer itself, which always applies to it. */
  readonly isOwn: boolean;
}

/** "The default value is PersistentStore"; rules of the ActiveStore are in force on this computer as well. */
export const LOCAL_STORE: PolicyStore = { kind: 'local', name: '', label: 'the local policy', isOwn: false };

const LOCAL_NAME = /^(?:persistentstore|activestore)$/i;

/** Stores that no rule of an administrator is in force from, or that nobody can write to. */
const OTHER_NAME = /^(?:rsop|systemdefaults|staticservicestore|configurableservicestore)$/i;

/** The name of the computer that runs the script, as PowerShell and batch files write it. */
const OWN_NAME = /^(?:localhost|\.|\$env:computername|%computername%|\$?\(\s*hostname(?:\.exe)?\s*\))$/i;

export function sameStore(one: PolicyStore, other: PolicyStore): boolean {
  return one.kind === other.kind && one.name === other.name;
}

/** A group policy by its name: that of a computer, or `domain\policy`. */
export function groupStore(label: string): PolicyStore {
  if (OWN_NAME.test(label)) return { kind: 'group', name: 'localhost', label, isOwn: true };
  const name = label.replaceAll('/', '\\').toLowerCase();
  return { kind: 'group', name, label, isOwn: !/[\\$%(]/.test(name) };
}

/** The store of a cmdlet; a reason where the cmdlet reaches no policy that is known to be in force. */
export function storeOf(invocation: Invocation): PolicyStore | { readonly unknown: string } {
  const { parameters } = invocation.input ?? invocation;
  // A session of a group policy stands for the policy that it opens (*Open-NetGPO*).
  const named = parameters.get('gposession') ?? parameters.get('policystore');
  const label = named && labelOf(named);
  if (label === undefined || LOCAL_NAME.test(label)) return localStore(parameters.get('cimsession'));
  if (OTHER_NAME.test(label)) return { unknown: `what the store ${label} does` };
  return groupStore(label);
}

/** What is unknown is one store where the script writes it in the same way. */
function labelOf({ value }: Argument): string | undefined {
  if (value.kind === 'unknown') return value.source;
  return textsOf(value)?.[0];
}

/** "Runs the cmdlet in a remote session or on a remote computer": each is a computer of its own. */
function localStore(session: Argument | undefined): PolicyStore {
  if (!session) return LOCAL_STORE;
  const label = labelOf(session) ?? 'another computer';
  return { kind: 'local', name: label.toLowerCase(), label, isOwn: false };
}
