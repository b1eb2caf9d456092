import type { TextRange } from '../../../text/range.js';
import { type Argument, type Invocation, type Script, type ScriptProblem, textsOf, type Value } from './invocation.js';
import { NEW_VALUE } from './netsh.js';

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
  /** What has to hold for it to be set. */
  readonly conditions: readonly string[];
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

/** What `set rule … new …` sets. */
function newValues({ parameters }: Invocation): ReadonlyMap<string, Argument> {
  const values = [...parameters].filter(([name]) => name.startsWith(NEW_VALUE));
  return new Map(
    values.map(([written, argument]) => {
      const name = written.slice(NEW_VALUE.length);
      return [NETSH_NAMES.get(name) ?? name, argument];
    }),
  );
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

/** How many rules a store may hold where commands under conditions leave several versions of each. */
const VERSION_LIMIT = 1_000;

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
        this.change('firewall', invocation, settable(parameters));
        break;
      case 'netsh advfirewall firewall set rule':
        this.change('firewall', invocation, newValues(invocation));
        break;
      case 'set-netipsecrule':
        this.change('ipsec', invocation, settable(parameters));
        break;
      case 'netsh advfirewall consec set rule':
        this.change('ipsec', invocation, newValues(invocation));
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
        // Under a condition everything may also stay as it is.
        if (invocation.conditions.length > 0) this.leaveOpen(invocation, 'every rule and setting');
        else {
          this.rules = [];
          this.settings.length = 0;
          this.foreign.length = 0;
        }
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
    const { rules, doubt, others } = this.chosen(kind, invocation);
    if (others) {
      const enabled = textsOf(values.get('enabled')?.value ?? { kind: 'list', items: [] })?.[0];
      // Switching off what this script did not make takes nothing from what it makes.
      if (enabled === undefined || !/^(?:false|no)$/i.test(enabled))
        this.leaveOpen(invocation, 'rules that it does not define');
    }
    if (doubt.length > 0 && this.rules.length + rules.size > VERSION_LIMIT) {
      this.leaveOpen(invocation, 'too many rules under a condition');
      return;
    }
    this.rules = this.rules.flatMap((rule) => {
      if (!rules.has(rule)) return [rule];
      const changed = { ...rule, parameters: new Map([...rule.parameters, ...values]) };
      return doubt.length === 0 ? [changed] : [under(changed, doubt), under(rule, doubt)];
    });
  }

  private remove(kind: StoredRule['kind'], invocation: Invocation): void {
    const { rules, doubt } = this.chosen(kind, invocation);
    this.rules = this.rules.flatMap((rule) => {
      if (!rules.has(rule)) return [rule];
      return doubt.length === 0 ? [] : [under(rule, doubt)];
    });
  }

  /** The rules of the script that a command is about; with a doubt, those that it may be about. */
  private chosen(kind: StoredRule['kind'], invocation: Invocation): Choice {
    const by = invocation.input ?? invocation;
    const doubt = [...invocation.conditions, ...invocation.unknown];
    if (by !== invocation) doubt.push(...by.conditions, ...by.unknown);
    const netsh = isNetsh(by);
    const chooses = netsh ? isChoice : CHOOSING.has(by.command.split('-')[0] ?? '') ? isQuery : isName;
    const tests = [...translatedIfNetsh(by)].filter(([name]) => chooses(name));
    const named = tests.length > 0 || by !== invocation || parametersChooseAll(by);
    const rules = new Set<StoredRule>();
    for (const rule of named ? this.rules : []) {
      if (rule.kind !== kind) continue;
      const results = tests.map(([name, { value }]) => isChosen(rule, name, value, netsh));
      if (results.includes('no')) continue;
      rules.add(rule);
    }
    for (const [name, { value }] of tests)
      if (!textsOf(value) || ![...rules].every((rule) => isChosen(rule, name, value, netsh) === 'yes'))
        doubt.push(`which rules ${by.command} finds by ${name}`);
    const certain = doubt.length === invocation.conditions.length && tests.length > 0;
    return { rules, doubt, others: rules.size === 0 || !certain };
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

/** Rules that a command is about, and what makes that uncertain. */
interface Choice {
  readonly rules: ReadonlySet<StoredRule>;
  readonly doubt: readonly string[];
  /** Whether it may be about rules that the script did not make. */
  readonly others: boolean;
}

function under(rule: StoredRule, conditions: readonly string[]): StoredRule {
  return { ...rule, conditions: [...rule.conditions, ...conditions] };
}

const NAMES: ReadonlySet<string> = new Set(['name', 'displayname', 'displaygroup', 'group']);

/** Cmdlets whose parameters only choose; those of `Set-` beside the names are what is set. */
const CHOOSING: ReadonlySet<string> = new Set(['get', 'remove', 'enable', 'disable']);

/** Parameters that choose nothing among the rules of the script. */
const NO_CHOICE: ReadonlySet<string> = new Set(
  'all policystore gposession cimsession throttlelimit asjob confirm whatif erroraction errorvariable warningaction verbose debug outvariable passthru'.split(
    ' ',
  ),
);

function isName(name: string): boolean {
  return NAMES.has(name);
}

function isQuery(name: string): boolean {
  return !NO_CHOICE.has(name);
}

function isChoice(name: string): boolean {
  return !name.startsWith(NEW_VALUE) && !name.startsWith('#');
}

/** Without a choice, `Get-`, `Remove-`, `Enable-` and `Disable-` are about every rule. */
function parametersChooseAll({ command, parameters }: Invocation): boolean {
  return parameters.has('all') || CHOOSING.has(command.split('-')[0] ?? '');
}

/** Whether a rule is among those that a parameter asks for. */
function isChosen(rule: StoredRule, name: string, value: Value, netsh: boolean): 'yes' | 'no' | 'maybe' {
  const wanted = textsOf(value);
  if (!wanted) return 'maybe';
  if (netsh && name === 'displayname' && wanted.some((text) => /^all$/i.test(text))) return 'yes';
  const keys = name === 'displaygroup' || name === 'group' ? ['displaygroup', 'group'] : [name];
  const given = keys.flatMap((key) => rule.parameters.get(key) ?? []);
  const own = given.flatMap((argument) => textsOf(argument.value) ?? []);
  if (own.length < given.length) return 'maybe';
  if (NAMES.has(name)) {
    return own.some((text) => wanted.some((pattern) => namesMatch(pattern, text))) ? 'yes' : 'no';
  }
  const preset = DEFAULTS.get(name);
  if (preset === undefined) {
    const same = wanted.join(',').toLowerCase() === own.join(',').toLowerCase();
    return same && own.length > 0 ? 'yes' : netsh ? 'no' : 'maybe';
  }
  const normal = (text: string) => NORMAL.get(text.toLowerCase()) ?? text.toLowerCase();
  return wanted.some((text) => normal(text) === normal(own[0] ?? preset)) ? 'yes' : 'no';
}

/** What a rule is without the parameter (*New-NetFirewallRule*). */
const DEFAULTS: ReadonlyMap<string, string> = new Map([
  ['direction', 'inbound'],
  ['action', 'allow'],
  ['enabled', 'true'],
]);

const NORMAL: ReadonlyMap<string, string> = new Map([
  ['in', 'inbound'],
  ['out', 'outbound'],
  ['yes', 'true'],
  ['no', 'false'],
]);

function isNetsh({ command }: Invocation): boolean {
  return command.startsWith('netsh');
}

function translatedIfNetsh(invocation: Invocation): ReadonlyMap<string, Argument> {
  return isNetsh(invocation) ? translated(invocation) : invocation.parameters;
}

function settable(parameters: ReadonlyMap<string, Argument>): ReadonlyMap<string, Argument> {
  const values = [...parameters].filter(([name]) => !SELECTORS.has(name));
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
  const { conditions } = invocation;
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
    conditions: named && !profiles ? [...conditions, 'which profiles the script computes'] : conditions,
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
    allowInboundRules: what === 'firewallpolicy' ? (policy[0] === 'blockinboundalways' ? 'false' : 'true') : undefined,
    conditions: which === 'current' ? [...invocation.conditions, 'which profile is current'] : invocation.conditions,
    invocation,
  };
}
