// The table of words: the cmdlets, commands of netsh and parameters that are known, and what each does to verdicts.

import type { Treatment, Word, WordTable } from '../../shared/words.js';
import {
  CMDLET_MANUAL,
  CMDLETS,
  type Family,
  IPSEC_MANUAL,
  NETSH_COMMANDS,
  OTHER_CMDLETS,
  RULES_MANUAL,
} from './commands.js';

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
function selecting(names: string, ...families: readonly Family[]): Parameter[] {
  return names.split(' ').map((name) => ({ name, families: ['existing', ...families], treatment: 'opaque' }));
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
  modelled('LocalAddress', RULE, 'Addresses of this host.', { aliases: ['localip'] }),
  modelled(
    'RemoteAddress',
    RULE,
    'Addresses of the other end: addresses, prefixes, ranges, or keywords such as LocalSubnet, which depend on the network.',
    { values: ['Any', 'LocalSubnet'], aliases: ['remoteip'] },
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
    'AllowUserApps AllowUserPorts AllowUnicastResponseToMulticast NotifyOnListen EnableStealthModeForIPsec LogFileName LogMaxSizeKilobytes LogAllowed LogBlocked LogIgnored',
    'profile',
  ),
  modelled(
    'DisabledInterfaceAliases',
    ['profile'],
    'Interfaces on which the firewall is off in these profiles. Which one a connection comes through is no property of flows, so what is not permitted anyway is undecided.',
  ),
  modelled('DisplayGroup', ['existing']),
  modelled('All', ['existing', 'profile'], undefined, { isSwitch: true }),
  modelled('NewDisplayName', ['existing']),
  ...withoutEffect('NewName NewPolicyStore NewGPOSession TracePolicyStore', 'existing').map((one) =>
    one.name === 'TracePolicyStore' ? asSwitch(one) : one,
  ),
  ...selecting('AssociatedNetIPsecRule AssociatedNetIPsecMainModeRule', 'filter'),
  ...selecting(
    'PolicyStoreSource PolicyStoreSourceType PrimaryStatus Status AssociatedNetFirewallAddressFilter AssociatedNetFirewallApplicationFilter AssociatedNetFirewallInterfaceFilter AssociatedNetFirewallInterfaceTypeFilter AssociatedNetFirewallPortFilter AssociatedNetFirewallSecurityFilter AssociatedNetFirewallServiceFilter AssociatedNetFirewallProfile AssociatedNetIPsecPhase1AuthSet AssociatedNetIPsecPhase2AuthSet AssociatedNetIPsecQuickModeCryptoSet',
  ),
  {
    name: 'Exemptions',
    families: ['setting'],
    treatment: 'opaque',
    summary: 'Protocols that are exempt from IPsec. Verdicts of IPsec are undecided, unless it is None.',
  },
  ...withoutEffect(
    'AllowIPsecThroughNAT CertValidationLevel EnablePacketQueuing EnableStatefulFtp EnableStatefulPptp KeyEncoding MaxSAIdleTimeSeconds RemoteMachineTransportAuthorizationList RemoteMachineTunnelAuthorizationList RemoteUserTransportAuthorizationList RemoteUserTunnelAuthorizationList RequireFullAuthSupport',
    'setting',
  ),
  { name: 'AssociatedNetFirewallRule', families: ['filter'], treatment: 'modelled' },
  { name: 'InputObject', families: ['existing', 'profile', 'setting'], treatment: 'opaque' },
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
    ...placed('cmdlet', [...CMDLETS, ...OTHER_CMDLETS]),
    ...placed('parameter of a cmdlet', PARAMETERS),
    ...placed('command of netsh', NETSH_COMMANDS),
    ...placed('argument of netsh', NETSH_ARGUMENTS),
  ],
};

/** The manual for parameters and commands without their own page. */
export const DEFAULT_MANUAL = CMDLET_MANUAL;
