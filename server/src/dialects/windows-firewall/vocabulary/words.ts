// The table of words: the cmdlets, commands of netsh and parameters that are known, and what each does to verdicts.

import type { Treatment, Word, WordTable } from '../../shared/words.js';

const CMDLET_MANUAL = 'https://learn.microsoft.com/powershell/module/netsecurity/new-netfirewallrule';
const RULES_MANUAL =
  'https://learn.microsoft.com/windows/security/operating-system-security/network-security/windows-firewall/rules';
const IPSEC_MANUAL = 'https://learn.microsoft.com/powershell/module/netsecurity/new-netipsecrule';

export type RuleKind = 'firewall' | 'ipsec';

/** What a command does to the rules and settings of the host. */
export type Operation =
  | 'add'
  | 'change'
  | 'enable'
  | 'disable'
  | 'remove'
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
type Family = RuleKind | 'existing' | 'filter' | 'profile' | 'session' | 'common';

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
const CMDLETS: readonly Command[] = [
  ...rules('firewall', 'NetFirewallRule', {
    New: 'add',
    Set: 'change',
    Get: 'find',
    Remove: 'remove',
    Enable: 'enable',
    Disable: 'disable',
    Copy: 'import',
    Rename: 'import',
  }),
  ...rules('ipsec', 'NetIPsecRule', {
    New: 'add',
    Set: 'change',
    Get: 'find',
    Remove: 'remove',
    Enable: 'enable',
    Disable: 'disable',
  }),
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
const NETSH_COMMANDS: readonly Command[] = [
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

/** A parameter of cmdlets. */
export interface Parameter {
  readonly name: string;
  readonly families: readonly Family[];
  readonly treatment: Treatment;
  readonly summary?: string;
  readonly manual?: string;
  /** The values that it may have, or the usual ones. */
  readonly values?: readonly string[];
  /** For a condition that is not a property of flows: the values, in lower case, with which it restricts nothing. */
  readonly unrestricted?: readonly string[];
  readonly isSwitch?: true;
  /** Other names, in lower case. */
  readonly aliases?: readonly string[];
}

type Details = Omit<Parameter, 'name' | 'families' | 'treatment'>;

function modelled(name: string, families: readonly Family[], summary?: string, details: Details = {}): Parameter {
  return { name, families, treatment: 'modelled', ...(summary === undefined ? {} : { summary }), ...details };
}

function opaque(name: string, unrestricted: readonly string[] = ['any'], families: readonly Family[] = ['firewall']) {
  const summary = `Restricts the rule by ${name}, which is not a property of flows. Verdicts that depend on it are undecided.`;
  return { name, families, treatment: 'opaque', summary, unrestricted } as const;
}

function withoutEffect(names: string, ...families: readonly Family[]): Parameter[] {
  return names.split(' ').map((name) => ({ name, families, treatment: 'no-effect' }));
}

function asSwitch(parameter: Parameter): Parameter {
  return { ...parameter, isSwitch: true };
}

function aliased(name: string, aliases: readonly string[], isSwitch = false): Parameter {
  const parameter: Parameter = { name, families: ['common'], treatment: 'no-effect', aliases };
  return isSwitch ? asSwitch(parameter) : parameter;
}

const RULE: readonly Family[] = ['firewall', 'ipsec'];
const SECURITY = ['None', 'Request', 'Require'];

/** Parameters by which existing rules are selected, and which no rule of a script shows. */
function selecting(names: string): Parameter[] {
  return names.split(' ').map((name) => ({ name, families: ['existing'], treatment: 'opaque' }));
}

const PARAMETERS: readonly Parameter[] = [
  modelled('Name', ['firewall', 'ipsec', 'profile'], undefined, { aliases: ['id', 'ipsecrulename'] }),
  modelled('DisplayName', RULE),
  modelled('Group', RULE),
  modelled(
    'Direction',
    ['firewall'],
    'Inbound (the default) for connections that others open, Outbound for those of this host.',
    {
      values: ['Inbound', 'Outbound'],
    },
  ),
  modelled(
    'Action',
    ['firewall'],
    'Allow (the default) or Block. Block takes precedence over Allow, regardless of the order.',
    {
      values: ['Allow', 'Block'],
      manual: RULES_MANUAL,
    },
  ),
  modelled('Protocol', RULE, 'TCP, UDP, ICMPv4, ICMPv6, a number, or Any. Ports need TCP or UDP.', {
    values: ['TCP', 'UDP', 'ICMPv4', 'ICMPv6', 'Any'],
  }),
  modelled('LocalPort', RULE, 'Ports of this host: numbers, ranges and keywords such as RPC.'),
  modelled('RemotePort', RULE, 'Ports of the other end: numbers and ranges.'),
  modelled('LocalAddress', RULE, 'Addresses of this host.'),
  modelled(
    'RemoteAddress',
    RULE,
    'Addresses of the other end: addresses, prefixes, ranges, or keywords such as LocalSubnet, which depend on the network.',
    { values: ['Any', 'LocalSubnet'] },
  ),
  modelled('IcmpType', ['firewall']),
  modelled(
    'Profile',
    [...RULE, 'profile'],
    'The network profiles in which the rule applies: Domain, Private, Public or Any.',
    {
      values: ['Domain', 'Private', 'Public', 'Any'],
    },
  ),
  modelled('Enabled', [...RULE, 'profile'], 'Whether the rule applies.', { values: ['True', 'False'] }),
  modelled('OverrideBlockRules', ['firewall'], 'Allows authenticated connections despite block rules.', {
    manual: RULES_MANUAL,
  }),
  modelled('InboundSecurity', ['ipsec'], 'The authentication of inbound connections: None, Request or Require.', {
    aliases: ['secin'],
    values: SECURITY,
    manual: IPSEC_MANUAL,
  }),
  modelled('OutboundSecurity', ['ipsec'], 'The authentication of outbound connections: None, Request or Require.', {
    aliases: ['secout'],
    values: SECURITY,
    manual: IPSEC_MANUAL,
  }),
  opaque('Program'),
  opaque('Service'),
  opaque('Package', ['', '*']),
  opaque('LocalUser'),
  opaque('RemoteUser'),
  opaque('RemoteMachine'),
  opaque('InterfaceAlias', ['any'], RULE),
  opaque('InterfaceType', ['any'], RULE),
  opaque('Authentication', ['notrequired']),
  opaque('Encryption', ['notrequired']),
  opaque('Platform', [''], RULE),
  { ...opaque('DynamicTarget'), aliases: ['dynamictransport'] },
  opaque('PolicyAppId', ['']),
  opaque('RemoteDynamicKeywordAddresses', ['']),
  ...withoutEffect('Description', ...RULE),
  ...withoutEffect('EdgeTraversalPolicy LocalOnlyMapping Owner', 'firewall'),
  { name: 'LooseSourceMapping', families: ['firewall'], treatment: 'no-effect', aliases: ['lsm'] },
  ...withoutEffect(
    'Mode QuickModeCryptoSet Phase1AuthSet Phase2AuthSet KeyModule AllowWatchKey AllowSetKey LocalTunnelEndpoint RemoteTunnelEndpoint RemoteTunnelHostname ForwardPathLifetime EncryptedTunnelBypass RequireAuthorization User Machine TunnelType',
    'ipsec',
  ),
  modelled('DefaultInboundAction', ['profile'], undefined, { values: ['Allow', 'Block'] }),
  modelled('DefaultOutboundAction', ['profile'], undefined, { values: ['Allow', 'Block'] }),
  modelled('AllowInboundRules', ['profile']),
  modelled('AllowLocalFirewallRules', ['profile'], 'Whether local rules apply beside those of a group policy.'),
  modelled('AllowLocalIPsecRules', ['profile'], 'Whether local IPsec rules apply beside those of a group policy.'),
  ...withoutEffect(
    'AllowUserApps AllowUserPorts AllowUnicastResponseToMulticast NotifyOnListen EnableStealthModeForIPsec LogFileName LogMaxSizeKilobytes LogAllowed LogBlocked LogIgnored DisabledInterfaceAliases',
    'profile',
  ),
  modelled('DisplayGroup', ['existing']),
  modelled('All', ['existing', 'profile'], undefined, { isSwitch: true }),
  modelled('NewDisplayName', ['existing']),
  ...withoutEffect('NewName NewPolicyStore NewGPOSession TracePolicyStore', 'existing').map((one) =>
    one.name === 'TracePolicyStore' ? asSwitch(one) : one,
  ),
  ...selecting(
    'PolicyStoreSource PolicyStoreSourceType PrimaryStatus Status AssociatedNetFirewallAddressFilter AssociatedNetFirewallApplicationFilter AssociatedNetFirewallInterfaceFilter AssociatedNetFirewallInterfaceTypeFilter AssociatedNetFirewallPortFilter AssociatedNetFirewallSecurityFilter AssociatedNetFirewallServiceFilter AssociatedNetFirewallProfile AssociatedNetIPsecRule AssociatedNetIPsecMainModeRule',
  ),
  { name: 'AssociatedNetFirewallRule', families: ['filter'], treatment: 'modelled' },
  { name: 'InputObject', families: ['existing', 'profile'], treatment: 'opaque' },
  ...withoutEffect('DomainController', 'session'),
  modelled(
    'PolicyStore',
    ['common'],
    'The policy that the rule or setting is kept in: that of the computer, or a group policy.',
  ),
  modelled('GPOSession', ['common'], 'The group policy that Open-NetGPO has opened.'),
  modelled('CimSession', ['common'], 'The computer that the command is for.', { aliases: ['session'] }),
  modelled('WhatIf', ['common'], 'Shows what the command would do, and does nothing.', {
    isSwitch: true,
    aliases: ['wi'],
  }),
  ...withoutEffect('ThrottleLimit', 'common'),
  ...withoutEffect('AsJob PassThru', 'common').map(asSwitch),
  aliased('Confirm', ['cf'], true),
  // The parameters that every cmdlet has (*about_CommonParameters*).
  aliased('Verbose', ['vb'], true),
  aliased('Debug', ['db'], true),
  aliased('ErrorAction', ['ea']),
  aliased('ErrorVariable', ['ev']),
  aliased('WarningAction', ['wa']),
  aliased('WarningVariable', ['wv']),
  aliased('InformationAction', ['infa']),
  aliased('InformationVariable', ['iv']),
  aliased('ProgressAction', ['proga']),
  aliased('OutVariable', ['ov']),
  aliased('OutBuffer', ['ob']),
  aliased('PipelineVariable', ['pv']),
];

/** The parameters of each cmdlet, by its lower-case name. */
export const CMDLET_PARAMETERS: ReadonlyMap<string, readonly Parameter[]> = new Map(
  CMDLETS.map(({ name, families }) => [
    name.toLowerCase(),
    PARAMETERS.filter((parameter) => parameter.families.some((family) => families.includes(family))),
  ]),
);

/** By lower-case name. */
export const PARAMETERS_BY_NAME: ReadonlyMap<string, Parameter> = new Map(
  PARAMETERS.map((parameter) => [parameter.name.toLowerCase(), parameter]),
);

/** An argument of `netsh`, with the equivalent parameter of the cmdlets. */
interface NetshArgumentWord {
  readonly name: string;
  readonly treatment: Treatment;
  readonly parameter?: string;
  readonly unrestricted?: readonly string[];
}

function same(names: Readonly<Record<string, string>>, treatment: Treatment = 'modelled'): NetshArgumentWord[] {
  return Object.entries(names).map(([name, parameter]) => ({ name, treatment, parameter }));
}

const NETSH_ARGUMENTS: readonly NetshArgumentWord[] = [
  ...same({
    name: 'displayname',
    group: 'group',
    dir: 'direction',
    action: 'action',
    enable: 'enabled',
    profile: 'profile',
    protocol: 'protocol',
    localip: 'localaddress',
    remoteip: 'remoteaddress',
    localport: 'localport',
    remoteport: 'remoteport',
    endpoint1: 'localaddress',
    endpoint2: 'remoteaddress',
    port1: 'localport',
    port2: 'remoteport',
  }),
  ...same({ program: 'program', service: 'service', interfacetype: 'interfacetype' }, 'opaque'),
  { name: 'security', treatment: 'opaque', unrestricted: ['notrequired'] },
  { name: 'rmtcomputergrp', treatment: 'opaque', unrestricted: ['any'] },
  { name: 'rmtusrgrp', treatment: 'opaque', unrestricted: ['any'] },
  ...same({ edge: 'edgetraversalpolicy', description: 'description' }, 'no-effect'),
];

/** The parameters of the cmdlets for arguments of netsh with another name. */
export const NETSH_NAMES: ReadonlyMap<string, string> = new Map(
  NETSH_ARGUMENTS.flatMap(({ name, parameter }) =>
    parameter === undefined || parameter === name ? [] : [[name, parameter]],
  ),
);

/** Conditions that are not properties of flows, by lower-case name, with the values that restrict nothing. */
export const UNDECIDED_CONDITIONS: ReadonlyMap<string, readonly string[]> = new Map(
  [...PARAMETERS, ...NETSH_ARGUMENTS].flatMap(({ name, unrestricted }) =>
    unrestricted ? [[name.toLowerCase(), unrestricted]] : [],
  ),
);

/** Commands that only scripts that configure the firewall contain. */
export const CONFIGURING_CMDLET = /\b(?:New|Set|Enable|Disable|Remove)-Net(?:Firewall(?:Rule|Profile)|IPsecRule)\b/i;

function placed(
  place: string,
  list: readonly (Pick<Word, 'name' | 'treatment'> & { readonly summary?: string })[],
): Word[] {
  return list.map(({ name, treatment, summary }) => ({
    name,
    place,
    treatment,
    ...(summary === undefined ? {} : { summary }),
  }));
}

export const words: WordTable = {
  manual: { title: 'NetSecurity module', url: CMDLET_MANUAL },
  words: [
    ...placed('cmdlet', CMDLETS),
    ...placed('parameter of a cmdlet', PARAMETERS),
    ...placed('command of netsh', NETSH_COMMANDS),
    ...placed('argument of netsh', NETSH_ARGUMENTS),
  ],
};

/** The manual for parameters and commands without their own page. */
export const DEFAULT_MANUAL = CMDLET_MANUAL;
