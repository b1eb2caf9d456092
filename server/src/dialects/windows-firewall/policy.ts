import type { TextRange } from '../../text/range.js';
import { type Argument, type Invocation, type Script, type ScriptProblem, textsOf } from './invocation.js';

/** A rule as it stands after the whole script. */
export interface StoredRule {
  readonly kind: 'firewall' | 'ipsec';
  /** By the names of the cmdlets' parameters, lower case; those of netsh are translated. */
  readonly parameters: ReadonlyMap<string, Argument>;
  readonly conditions: readonly string[];
  readonly unknown: readonly string[];
  /** The command that made it. */
  readonly range: TextRange;
  readonly invocation: Invocation;
}

/** A command that sets something for all connections of some profiles. */
export interface ProfileSetting {
  readonly profiles: readonly string[] | undefined;
  readonly enabled: string | undefined;
  readonly inbound: string | undefined;
  readonly outbound: string | undefined;
  readonly allowInboundRules: string | undefined;
  readonly invocation: Invocation;
}

/** Where rules come in that the script does not define, or that were not followed. */
export interface ForeignRules {
  readonly range: TextRange;
  readonly what: string;
  /** Whether some of them may block; the groups that Windows brings along only allow. */
  readonly mayBlock: boolean;
}

export interface Policy {
  readonly rules: readonly StoredRule[];
  readonly settings: readonly ProfileSetting[];
  readonly foreign: readonly ForeignRules[];
  readonly problems: readonly ScriptProblem[];
}

/** What is in force after the commands of a script, in their order. */
export function policyOf(script: Script): Policy {
  const store = new Store();
  for (const invocation of script.invocations) store.apply(invocation);
  if (!script.complete) store.leaveRestOpen();
  return { ...store.policy(), problems: [...script.problems, ...store.problems] };
}

/** netsh's names for what the cmdlets call otherwise. */
const NETSH_NAMES: ReadonlyMap<string, string> = new Map([
  ['name', 'displayname'],
  ['dir', 'direction'],
  ['enable', 'enabled'],
  ['localip', 'localaddress'],
  ['remoteip', 'remoteaddress'],
  ['endpoint1', 'localaddress'],
  ['endpoint2', 'remoteaddress'],
  ['port1', 'localport'],
  ['port2', 'remoteport'],
  ['edge', 'edgetraversalpolicy'],
]);

function translated(invocation: Invocation): ReadonlyMap<string, Argument> {
  return new Map([...invocation.parameters].map(([name, argument]) => [NETSH_NAMES.get(name) ?? name, argument]));
}

/** Parameters that choose rules; the others are what is set. */
const SELECTORS: ReadonlySet<string> = new Set([
  'name',
  'displayname',
  'displaygroup',
  'group',
  'inputobject',
  'policystore',
]);

class Store {
  private rules: StoredRule[] = [];
  private readonly settings: ProfileSetting[] = [];
  private readonly foreign: ForeignRules[] = [];
  readonly problems: ScriptProblem[] = [];

  policy(): Omit<Policy, 'problems'> {
    return { rules: this.rules, settings: this.settings, foreign: this.foreign };
  }

  apply(invocation: Invocation): void {
    const { command, parameters } = invocation;
    switch (command) {
      case 'new-netfirewallrule':
        this.add('firewall', invocation, parameters);
        break;
      case 'new-netipsecrule':
        this.add('ipsec', invocation, parameters);
        break;
      case 'netsh advfirewall firewall add rule':
        this.add('firewall', invocation, translated(invocation));
        break;
      case 'netsh advfirewall consec add rule':
        this.add('ipsec', invocation, translated(invocation));
        break;
      case 'set-netfirewallrule':
      case 'netsh advfirewall firewall set rule':
        this.change('firewall', invocation, settable(translatedIfNetsh(invocation)));
        break;
      case 'set-netipsecrule':
      case 'netsh advfirewall consec set rule':
        this.change('ipsec', invocation, settable(translatedIfNetsh(invocation)));
        break;
      case 'enable-netfirewallrule':
      case 'disable-netfirewallrule':
      case 'enable-netipsecrule':
      case 'disable-netipsecrule': {
        const text = command.startsWith('enable') ? 'true' : 'false';
        const enabled = new Map([
          ['enabled', { value: { kind: 'text', text }, range: invocation.commandRange } as const],
        ]);
        this.change(command.endsWith('ipsecrule') ? 'ipsec' : 'firewall', invocation, enabled);
        break;
      }
      case 'remove-netfirewallrule':
      case 'netsh advfirewall firewall delete rule':
        this.remove('firewall', invocation);
        break;
      case 'remove-netipsecrule':
      case 'netsh advfirewall consec delete rule':
        this.remove('ipsec', invocation);
        break;
      case 'set-netfirewallprofile':
        this.settings.push(profileSetting(invocation));
        break;
      case 'netsh advfirewall reset':
        this.rules = [];
        break;
      case 'netsh advfirewall import':
      case 'copy-netfirewallrule':
      case 'rename-netfirewallrule':
        this.leaveOpen(invocation, 'what it brings in');
        break;
      default: {
        const profile =
          /^netsh advfirewall set (all|domain|private|public|current)profiles? (state|firewallpolicy)/.exec(command);
        if (profile) this.settings.push(netshSetting(invocation, profile[1] ?? 'all', command));
      }
    }
  }

  private add(kind: StoredRule['kind'], invocation: Invocation, parameters: ReadonlyMap<string, Argument>): void {
    const { conditions, unknown, range } = invocation;
    if (unknown.length > 0) this.unmodelled(invocation, `the script computes ${unknown.join(', ')}`);
    this.rules.push({ kind, parameters, conditions, unknown, range, invocation });
  }

  private change(kind: StoredRule['kind'], invocation: Invocation, values: ReadonlyMap<string, Argument>): void {
    const chosen = this.chosen(kind, invocation);
    if (!chosen || chosen.size === 0) {
      const enabled = textsOf(values.get('enabled')?.value ?? { kind: 'list', items: [] })?.[0];
      // Switching off what this script did not make takes nothing from what it makes.
      if (enabled === undefined || !/^(?:false|no)$/i.test(enabled))
        this.leaveOpen(invocation, 'rules that it does not define');
      return;
    }
    const { conditions, unknown } = invocation;
    this.rules = this.rules.map((rule) =>
      chosen.has(rule)
        ? {
            ...rule,
            parameters: new Map([...rule.parameters, ...values]),
            conditions: [...rule.conditions, ...conditions],
            unknown: [...rule.unknown, ...unknown],
          }
        : rule,
    );
  }

  private remove(kind: StoredRule['kind'], invocation: Invocation): void {
    const chosen = this.chosen(kind, invocation);
    if (!chosen) {
      this.leaveOpen(invocation, 'which rules it removes');
      return;
    }
    // Under a condition the rules may stay.
    const conditions = invocation.conditions;
    this.rules = this.rules.flatMap((rule) => {
      if (!chosen.has(rule)) return [rule];
      return conditions.length === 0 ? [] : [{ ...rule, conditions: [...rule.conditions, ...conditions] }];
    });
  }

  /** The rules of the script that a command is about; `undefined` where only running it would tell. */
  private chosen(kind: StoredRule['kind'], invocation: Invocation): Set<StoredRule> | undefined {
    const parameters = translatedIfNetsh(invocation.input ?? invocation);
    const chosen = new Set<StoredRule>();
    for (const [name, argument] of parameters) {
      if (name !== 'name' && name !== 'displayname' && name !== 'displaygroup' && name !== 'group') continue;
      const wanted = textsOf(argument.value);
      if (!wanted) return undefined;
      for (const rule of this.rules) {
        if (rule.kind !== kind) continue;
        const keys = name === 'displaygroup' || name === 'group' ? ['displaygroup', 'group'] : [name];
        const own = keys.flatMap((key) => {
          const value = rule.parameters.get(key)?.value;
          return (value && textsOf(value)) ?? [];
        });
        const netshAll = name === 'displayname' && wanted.some((text) => /^all$/i.test(text)) && isNetsh(invocation);
        if (netshAll || own.some((text) => wanted.some((pattern) => namesMatch(pattern, text)))) chosen.add(rule);
      }
    }
    return chosen;
  }

  /** For a script that was not followed to its end. */
  leaveRestOpen(): void {
    this.foreign.push({
      range: { start: 0, end: 0 },
      what: 'commands behind the bound of what is followed',
      mayBlock: true,
    });
  }

  private leaveOpen(invocation: Invocation, what: string): void {
    this.unmodelled(invocation, `it changes ${what}`);
    const { command, parameters, range } = invocation;
    const group = parameters.has('displaygroup') || parameters.has('group');
    const mayBlock = !(
      group &&
      (command === 'enable-netfirewallrule' || command === 'netsh advfirewall firewall set rule')
    );
    this.foreign.push({ range, what: 'rules that this script does not define', mayBlock });
  }

  private unmodelled({ commandRange }: Invocation, what: string): void {
    const message = `Lintel does not model this: ${what}`;
    this.problems.push({ code: 'unmodelled-statement', range: commandRange, message });
  }
}

function isNetsh({ command }: Invocation): boolean {
  return command.startsWith('netsh');
}

function translatedIfNetsh(invocation: Invocation): ReadonlyMap<string, Argument> {
  return isNetsh(invocation) ? translated(invocation) : invocation.parameters;
}

function settable(parameters: ReadonlyMap<string, Argument>): ReadonlyMap<string, Argument> {
  const values = [...parameters].filter(([name]) => !SELECTORS.has(name) && !name.startsWith('#'));
  return new Map(values.map(([name, argument]) => [name === 'newdisplayname' ? 'displayname' : name, argument]));
}

/** Names are compared without case; `*` stands for any text. */
function namesMatch(pattern: string, name: string): boolean {
  const parts = pattern.toLowerCase().split('*');
  const text = name.toLowerCase();
  if (parts.length === 1) return text === parts[0];
  const [first = ''] = parts;
  const last = parts[parts.length - 1] ?? '';
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > text.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}

function profileSetting(invocation: Invocation): ProfileSetting {
  const text = (name: string) => {
    const argument = invocation.parameters.get(name);
    return argument ? (textsOf(argument.value)?.[0]?.toLowerCase() ?? 'unknown') : undefined;
  };
  const named = invocation.parameters.get('profile') ?? invocation.parameters.get('name');
  const profiles =
    named && textsOf(named.value)?.flatMap((one) => one.split(',').map((part) => part.trim().toLowerCase()));
  return {
    // Without a choice, and with -All, it is about every profile.
    profiles: profiles?.includes('any') ? undefined : profiles,
    enabled: text('enabled'),
    inbound: text('defaultinboundaction'),
    outbound: text('defaultoutboundaction'),
    allowInboundRules: text('allowinboundrules'),
    invocation,
  };
}

function netshSetting(invocation: Invocation, which: string, command: string): ProfileSetting {
  const words = command.split(' ').slice(4);
  const [what = '', ...values] = words;
  const policy = values.join('').split(',');
  const enabled = what === 'state' ? (values[0] === 'off' ? 'false' : 'true') : undefined;
  return {
    profiles: which === 'all' || which === 'current' ? undefined : [which],
    enabled,
    inbound: what === 'firewallpolicy' ? (policy[0] === 'allowinbound' ? 'allow' : 'block') : undefined,
    outbound: what === 'firewallpolicy' ? (policy[1] === 'blockoutbound' ? 'block' : 'allow') : undefined,
    allowInboundRules: policy[0] === 'blockinboundalways' ? 'false' : undefined,
    invocation,
  };
}
