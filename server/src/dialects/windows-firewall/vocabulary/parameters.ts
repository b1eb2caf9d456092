/**
 * The parameters of the cmdlets that are read (*NetSecurity module*). PowerShell takes any beginning of a name that no other
 * one shares (*about_Parameters*).
 */
const COMMON =
  'ThrottleLimit AsJob CimSession Confirm WhatIf ErrorAction ErrorVariable WarningAction Verbose Debug OutVariable PassThru GPOSession PolicyStore EA'.split(
    ' ',
  );
const FILTERS =
  'LocalAddress RemoteAddress Protocol LocalPort RemotePort InterfaceAlias InterfaceType Profile Platform Enabled Description Group'.split(
    ' ',
  );
const RULE = [
  ...COMMON,
  ...FILTERS,
  ...'Name DisplayName Direction Action EdgeTraversalPolicy LooseSourceMapping LocalOnlyMapping Owner IcmpType DynamicTarget DynamicTransport Program Package Service Authentication Encryption OverrideBlockRules LocalUser RemoteUser RemoteMachine RemoteDynamicKeywordAddresses PolicyAppId'.split(
    ' ',
  ),
];
const IPSEC = [
  ...COMMON,
  ...FILTERS,
  ...'Name IPsecRuleName DisplayName Mode InboundSecurity OutboundSecurity QuickModeCryptoSet Phase1AuthSet Phase2AuthSet KeyModule AllowWatchKey AllowSetKey LocalTunnelEndpoint RemoteTunnelEndpoint RemoteTunnelHostname ForwardPathLifetime EncryptedTunnelBypass RequireAuthorization User Machine TunnelType'.split(
    ' ',
  ),
];
const PROFILE = [
  ...COMMON,
  ...'Name Profile All Enabled DefaultInboundAction DefaultOutboundAction AllowInboundRules AllowLocalFirewallRules AllowLocalIPsecRules AllowUserApps AllowUserPorts AllowUnicastResponseToMulticast NotifyOnListen EnableStealthModeForIPsec LogFileName LogMaxSizeKilobytes LogAllowed LogBlocked LogIgnored DisabledInterfaceAliases InputObject'.split(
    ' ',
  ),
];

/** What chooses rules that exist already. */
const CHOICE = ['DisplayGroup', 'InputObject', 'All', 'NewDisplayName', 'NewName'];
const EXISTING_RULE = [...RULE, ...CHOICE];
const EXISTING_IPSEC = [...IPSEC, ...CHOICE];

export const CMDLETS: ReadonlyMap<string, readonly string[]> = new Map([
  ['new-netfirewallrule', RULE],
  ['set-netfirewallrule', EXISTING_RULE],
  ['get-netfirewallrule', EXISTING_RULE],
  ['remove-netfirewallrule', EXISTING_RULE],
  ['enable-netfirewallrule', EXISTING_RULE],
  ['disable-netfirewallrule', EXISTING_RULE],
  ['copy-netfirewallrule', EXISTING_RULE],
  ['rename-netfirewallrule', EXISTING_RULE],
  ['new-netipsecrule', IPSEC],
  ['set-netipsecrule', EXISTING_IPSEC],
  ['get-netipsecrule', EXISTING_IPSEC],
  ['remove-netipsecrule', EXISTING_IPSEC],
  ['enable-netipsecrule', EXISTING_IPSEC],
  ['disable-netipsecrule', EXISTING_IPSEC],
  ['set-netfirewallprofile', PROFILE],
]);

/** Parameters without a value. */
const SWITCHES: ReadonlySet<string> = new Set(['asjob', 'confirm', 'whatif', 'verbose', 'debug', 'passthru', 'all']);

export function isSwitch(name: string): boolean {
  return SWITCHES.has(name);
}

/** Common aliases that are no beginning of their parameter. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['ea', 'erroraction'],
  ['id', 'name'],
]);

/** The full lower-case name of a written parameter; `undefined` where none or several begin with it. */
export function fullParameterName(command: string, written: string): string | undefined {
  const names = CMDLETS.get(command) ?? [];
  const exact = names.find((name) => name.toLowerCase() === written);
  if (exact) return ALIASES.get(written) ?? exact.toLowerCase();
  const beginning = names.filter((name) => name.toLowerCase().startsWith(written));
  const [only, ...others] = beginning;
  if (only && others.length === 0) return only.toLowerCase();
  return ALIASES.get(written);
}
