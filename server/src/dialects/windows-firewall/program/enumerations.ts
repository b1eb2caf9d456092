// Parameters that take one of some words: which there are, and the word that a shortened or numbered one stands for.

import { textValue } from '../../shared/script/value.js';
import type { Invocation } from './invocation.js';
import { isNetsh } from './rule.js';
import { type Argument, textsOf } from './value.js';

interface Enumeration {
  readonly words: readonly string[];
  /** The numbers that PowerShell converts to them as well (*MSFT_NetFirewallRule*), where they are documented. */
  readonly numbers?: Readonly<Record<string, string>>;
}

function oneOf(words: string, numbers?: Enumeration['numbers']): Enumeration {
  return { words: words.split(' '), ...(numbers ? { numbers } : {}) };
}

const ACTION = oneOf('NotConfigured Allow Block', { 0: 'NotConfigured', 2: 'Allow', 4: 'Block' });
const SECURITY = oneOf('None Request Require');

/** By the names of the parameters, lower case (*New-NetFirewallRule*, *New-NetIPsecRule*, *Set-NetFirewallProfile*). */
const OF_CMDLETS: ReadonlyMap<string, Enumeration> = new Map([
  ['action', ACTION],
  ['defaultinboundaction', ACTION],
  ['defaultoutboundaction', ACTION],
  ['direction', oneOf('Inbound Outbound', { 1: 'Inbound', 2: 'Outbound' })],
  ['edgetraversalpolicy', oneOf('Block Allow DeferToUser DeferToApp')],
  ['authentication', oneOf('NotRequired Required NoEncap')],
  ['encryption', oneOf('NotRequired Required Dynamic')],
  ['interfacetype', oneOf('Any Wired Wireless RemoteAccess')],
  ['inboundsecurity', SECURITY],
  ['outboundsecurity', SECURITY],
]);

const ENABLED_NUMBERS = { 1: 'True', 2: 'False' };
const ENABLED = oneOf('True False', ENABLED_NUMBERS);
const PROFILE_ENABLED = oneOf('True False NotConfigured', ENABLED_NUMBERS);

/** By command and argument (*Netsh advfirewall firewall*, *… consec*: their usage names the words). */
const OF_NETSH: ReadonlyMap<string, Enumeration> = new Map([
  ['firewall dir', oneOf('in out')],
  ['firewall action', oneOf('allow block bypass')],
  ['firewall enable', oneOf('yes no')],
  ['firewall edge', oneOf('yes deferapp deferuser no')],
  ['consec enable', oneOf('yes no')],
]);

/** A word that a parameter does not take. */
export interface WrongWord {
  readonly argument: Argument;
  readonly name: string;
  readonly text: string;
  readonly words: readonly string[];
}

/**
 * An invocation with each such word written out, or the first that there is not. "PowerShell happily accepts incomplete enumeration
 * names" as long as they are not ambiguous, and numbers; `netsh` compares tags by their beginnings in the same way.
 */
export function withWholeWords(invocation: Invocation): Invocation | WrongWord {
  const parameters = wholeWords(invocation, invocation.parameters);
  if ('words' in parameters) return parameters;
  const newValues = wholeWords(invocation, invocation.newValues);
  if ('words' in newValues) return newValues;
  const isSame = parameters === invocation.parameters && newValues === invocation.newValues;
  return isSame ? invocation : { ...invocation, parameters, newValues };
}

type Arguments = Invocation['parameters'];

function wholeWords(invocation: Invocation, given: Arguments): Arguments | WrongWord {
  let changed: Map<string, Argument> | undefined;
  for (const [name, argument] of given) {
    const enumeration = enumerationOf(invocation, name);
    const texts = enumeration && !argument.isBoolean ? textsOf(argument.value) : undefined;
    const [text, ...others] = texts ?? [];
    if (!enumeration || text === undefined || others.length > 0) continue;
    const found = wordOf(enumeration, text.trim());
    if (found === undefined) return { argument, name, text, words: enumeration.words };
    if (found.toLowerCase() === text.toLowerCase()) continue;
    changed ??= new Map(given);
    changed.set(name, { ...argument, value: textValue(found) });
  }
  return changed ?? given;
}

/** The words that a parameter of a command takes, both in lower case; `undefined` where it takes any text. */
export function wordsOf(command: string, name: string): readonly string[] | undefined {
  return enumerationOf({ command }, name)?.words;
}

function enumerationOf(invocation: Pick<Invocation, 'command'>, name: string): Enumeration | undefined {
  const { command } = invocation;
  if (isNetsh(invocation)) return OF_NETSH.get(`${/^netsh advfirewall (\w+)/.exec(command)?.[1] ?? ''} ${name}`);
  // The settings of a profile may be left to another policy as well.
  if (name === 'enabled') return command.includes('profile') ? PROFILE_ENABLED : ENABLED;
  return OF_CMDLETS.get(name);
}

function wordOf({ words, numbers }: Enumeration, text: string): string | undefined {
  const wanted = text.toLowerCase();
  if (/^\d+$/.test(wanted)) return numbers ? numbers[wanted] : text;
  const found = words.filter((word) => word.toLowerCase().startsWith(wanted));
  return found.find((word) => word.toLowerCase() === wanted) ?? (found.length === 1 ? found[0] : undefined);
}
