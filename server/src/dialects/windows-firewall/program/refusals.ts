// Commands that Windows rejects, so that nothing comes of them.

import type { TextRange } from '../../../text/range.js';
import type { WrongWord } from './enumerations.js';
import type { Invocation } from './invocation.js';
import { isNetsh } from './rule.js';
import { textsOf } from './value.js';

/** Why Windows rejects a command, and what to write there instead, where that mends it. */
export interface Refusal {
  readonly range: TextRange;
  readonly message: string;
  readonly replacement?: string;
}

/** The reason why a command has no effect; `undefined` where it has one. */
export function refusalOf(invocation: Invocation): Refusal | undefined {
  return isNetsh(invocation) ? missingArgument(invocation) : booleanValue(invocation);
}

/** Why a command is rejected whose parameter has a word that it does not take. */
export function wrongWord(invocation: Invocation, { argument, text, words }: WrongWord): Refusal {
  const [last = '', ...others] = [...words].reverse();
  const taken = `${others.reverse().join(', ')} or ${last}`;
  return {
    range: argument.range,
    message: `${isNetsh(invocation) ? 'netsh' : 'Windows'} rejects the command: '${text}' is not one of ${taken}`,
  };
}

/** What `add rule` needs, which its usage shows without brackets (*Netsh advfirewall firewall*, *… consec*). */
const NEEDED: ReadonlyMap<string, readonly string[]> = new Map([
  ['netsh advfirewall firewall add rule', ['name', 'dir', 'action']],
  ['netsh advfirewall consec add rule', ['name', 'endpoint1', 'endpoint2', 'action']],
]);

function missingArgument({ command, parameters, range }: Invocation): Refusal | undefined {
  // A word without a name may stand for several arguments.
  if ([...parameters.keys()].some((name) => name.startsWith('#'))) return undefined;
  const missing = (NEEDED.get(command) ?? []).filter((name) => !parameters.has(name));
  if (missing.length === 0) return undefined;
  return { range, message: `netsh rejects a rule without ${missing.map((name) => `${name}=`).join(' and ')}` };
}

/** Parameters of the types Enabled and GpoBoolean. */
const TEXT_SWITCHES: ReadonlySet<string> = new Set([
  'enabled',
  'allowinboundrules',
  'allowlocalfirewallrules',
  'allowlocalipsecrules',
  'allowuserapps',
  'allowuserports',
  'allowunicastresponsetomulticast',
  'notifyonlisten',
  'enablestealthmodeforipsec',
  'logallowed',
  'logblocked',
  'logignored',
]);

/**
 * "The type of this parameter is not boolean, therefore `$true` and `$false` variables are not acceptable values here"
 * (*New-NetFirewallRule*, -Enabled).
 */
function booleanValue({ parameters }: Invocation): Refusal | undefined {
  for (const [name, { isBoolean, value, range }] of parameters) {
    const text = textsOf(value)?.[0];
    if (!isBoolean || text === undefined || !TEXT_SWITCHES.has(name)) continue;
    const replacement = text === 'true' ? 'True' : 'False';
    const message = `Windows rejects the command: this parameter takes the text ${replacement}, not $${text}`;
    return { range, message, replacement };
  }
  return undefined;
}

/** The text of a parameter in lower case, `false` where it is absent, and `undefined` where it is unknown. */
export function parameterText({ parameters }: Invocation, name: string): string | undefined {
  const argument = parameters.get(name);
  return argument ? textsOf(argument.value)?.[0]?.toLowerCase() : 'false';
}
