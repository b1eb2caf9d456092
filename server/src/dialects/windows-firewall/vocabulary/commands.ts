// The cmdlets and the commands of netsh that are known, and what each does.

import type { Treatment } from '../../shared/words.js';

export const CMDLET_MANUAL = 'https://learn.microsoft.com/powershell/module/netsecurity/new-netfirewallrule';
export const RULES_MANUAL =
  'https://learn.microsoft.com/windows/security/operating-system-security/network-security/windows-firewall/rules';
export const IPSEC_MANUAL = 'https://learn.microsoft.com/powershell/module/netsecurity/new-netipsecrule';

export type RuleKind = 'firewall' | 'ipsec';

/** What a command does to the rules and settings of the host. */
export type Operation =
  | 'add'
  | 'change'
  | 'enable'
  | 'disable'
  | 'remove'
  /** Adds the rules that it selects to another policy store. */
  | 'copy'
  | 'rename'
  /** Outputs the rules that it finds to the next command of a pipeline. */
  | 'find'
  | 'set-profile'
  /** Chooses the policy store that netsh writes to. */
  | 'set-store'
  | 'reset'
  /** Adds rules that the script does not contain. */
  | 'import'
  | 'none';

/** Parameters that several cmdlets have: those of rules, of existing rules, of profiles, of sessions, and of all. */
export type Family = RuleKind | 'existing' | 'filter' | 'profile' | 'session' | 'common';

/** A cmdlet, or a command of netsh. */
export interface Command {
  /** As usually written. */
  readonly name: string;
  readonly operation: Operation;
  readonly kind: RuleKind;
  readonly treatment: Treatment;
  readonly families: readonly Family[];
  readonly summary?: string;
  readonly manual?: string;
}

const RULE_SUMMARY =
  'Adds a rule to the host firewall. Rules have no order: a block rule takes precedence over all allow rules. By default, inbound connections are blocked and outbound ones allowed.';

/** The verbs of the cmdlets for one kind of rule. */
const RULE_VERBS: Readonly<Record<string, Operation>> = {
  New: 'add',
  Set: 'change',
  Get: 'find',
  Remove: 'remove',
  Enable: 'enable',
  Disable: 'disable',
  Copy: 'copy',
  Rename: 'rename',
};

function rules(kind: RuleKind, noun: string, operations: Readonly<Record<string, Operation>>): Command[] {
  return Object.entries(operations).map(([verb, operation]) => ({
    name: `${verb}-${noun}`,
    operation,
    kind,
    treatment: operation === 'import' ? 'opaque' : 'modelled',
    families: operation === 'add' ? [kind, 'common'] : [kind, 'existing', 'common'],
    ...(operation !== 'add'
      ? {}
      : kind === 'firewall'
        ? { summary: RULE_SUMMARY, manual: RULES_MANUAL }
        : {
            summary: 'Defines which connections IPsec authenticates. With None in both directions it exempts them.',
            manual: IPSEC_MANUAL,
          }),
  }));
}

/** The conditions of a rule, as objects of their own: "The filter objects and rules are always one-to-one". */
const FILTERS = 'Address Application Interface InterfaceType Port Security Service'.split(' ');

function filters(): Command[] {
  return FILTERS.flatMap((filter) =>
    (['Get', 'Set'] as const).map((verb) => ({
      name: `${verb}-NetFirewall${filter}Filter`,
      operation: verb === 'Get' ? ('find' as const) : ('change' as const),
      kind: 'firewall' as const,
      treatment: 'modelled' as const,
      families: ['firewall', 'existing', 'filter', 'common'] as const,
    })),
  );
}

/** *NetSecurity module*. */
export const CMDLETS: readonly Command[] = [
  ...rules('firewall', 'NetFirewallRule', RULE_VERBS),
  ...rules('ipsec', 'NetIPsecRule', RULE_VERBS),
  ...filters(),
  {
    name: 'Get-NetFirewallProfile',
    operation: 'find',
    kind: 'firewall',
    treatment: 'modelled',
    families: ['profile', 'filter', 'common'],
  },
  {
    name: 'Set-NetFirewallProfile',
    operation: 'set-profile',
    kind: 'firewall',
    treatment: 'modelled',
    families: ['profile', 'common'],
    summary: 'Sets properties of network profiles: whether the firewall is on, and the default actions.',
    manual: RULES_MANUAL,
  },
  {
    name: 'Open-NetGPO',
    operation: 'none',
    kind: 'firewall',
    treatment: 'modelled',
    families: ['session', 'common'],
    summary: 'Opens a group policy for changes that are saved together.',
  },
  { name: 'Save-NetGPO', operation: 'none', kind: 'firewall', treatment: 'no-effect', families: ['session', 'common'] },
];

function netsh(name: string, operation: Operation, kind: RuleKind = 'firewall'): Command {
  const treatment = operation === 'none' ? 'no-effect' : operation === 'import' ? 'opaque' : 'modelled';
  return { name: `netsh advfirewall ${name}`, operation, kind, treatment, families: [] };
}

export const NETSH_PROFILES = ['all', 'domain', 'private', 'public', 'current'] as const;

/** *Netsh advfirewall*. `PROFILES` is `allprofiles`, `domainprofile` and so on. */
export const NETSH_COMMANDS: readonly Command[] = [
  netsh('firewall add rule', 'add'),
  netsh('firewall set rule', 'change'),
  netsh('firewall delete rule', 'remove'),
  netsh('firewall show rule', 'none'),
  netsh('consec add rule', 'add', 'ipsec'),
  netsh('consec set rule', 'change', 'ipsec'),
  netsh('consec delete rule', 'remove', 'ipsec'),
  netsh('consec show rule', 'none', 'ipsec'),
  netsh('set PROFILES state', 'set-profile'),
  netsh('set PROFILES firewallpolicy', 'set-profile'),
  netsh('set PROFILES settings', 'set-profile'),
  netsh('set store', 'set-store'),
  netsh('set PROFILES logging', 'none'),
  netsh('set global', 'none'),
  netsh('reset', 'reset'),
  netsh('import', 'import'),
  netsh('export', 'none'),
  netsh('show', 'none'),
];

/** By lower-case name. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map(
  [...CMDLETS, ...NETSH_COMMANDS].map((command) => [command.name.toLowerCase(), command]),
);

/** Commands that only scripts that configure the firewall contain. */
export const CONFIGURING_CMDLET = /\b(?:New|Set|Enable|Disable|Remove)-Net(?:Firewall(?:Rule|Profile)|IPsecRule)\b/i;
