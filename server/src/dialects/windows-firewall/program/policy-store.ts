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
  /** Whether the script computes which one it is, so that it may be one that is written in another way. */
  readonly isComputed?: true;
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

/** Whether two stores that are written in different ways may be one: two variables may have the same value, or not. */
export function mayBeSameStore(one: PolicyStore, other: PolicyStore): boolean {
  return one.kind === other.kind && !sameStore(one, other) && (isOpen(one, other) || isOpen(other, one));
}

/** A computed store that may be another one; the computer that runs the script is written without any name. */
function isOpen(store: PolicyStore, other: PolicyStore): boolean {
  return store.isComputed === true && !other.isOwn && !sameStore(other, LOCAL_STORE);
}

/** The variables of batch files, whose values are not followed. */
const BATCH_VARIABLE = /%[^%\s]+%|![^!\s]+!|%~?\d/;

/** A group policy by its name: that of a computer, or `domain\policy`. */
export function groupStore(label: string, isComputed = BATCH_VARIABLE.test(label)): PolicyStore {
  if (OWN_NAME.test(label)) return { kind: 'group', name: 'localhost', label, isOwn: true };
  const name = label.replaceAll('/', '\\').toLowerCase();
  return { kind: 'group', name, label, isOwn: !/[\\$%(]/.test(name), ...(isComputed ? { isComputed } : {}) };
}

/** A store that is known, or why it is unknown what is in force from it. */
type FoundStore = PolicyStore | { readonly unknown: string };

/** The store of a cmdlet. */
export function storeOf(invocation: Invocation): FoundStore {
  const { parameters } = invocation.input ?? invocation;
  // A session of a group policy stands for the policy that it opens (*Open-NetGPO*).
  const named = parameters.get('gposession') ?? parameters.get('policystore');
  const store = named ? storeNamed(named) : LOCAL_STORE;
  return store === LOCAL_STORE ? localStore(parameters.get('cimsession')) : store;
}

/** The store that an argument names, on the computer that runs the script. */
export function storeNamed(argument: Argument): FoundStore {
  const label = labelOf(argument);
  if (label === undefined || LOCAL_NAME.test(label)) return LOCAL_STORE;
  if (OTHER_NAME.test(label)) return { unknown: `what the store ${label} does` };
  return groupStore(label, argument.value.kind === 'unknown');
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
  const isComputed = textsOf(session.value) === undefined;
  return { kind: 'local', name: label.toLowerCase(), label, isOwn: false, ...(isComputed ? { isComputed } : {}) };
}
