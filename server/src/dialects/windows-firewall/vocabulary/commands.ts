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
  /** Sets properties of all profiles, of which some concern IPsec. */
  | 'set-global'
  /** Chooses the policy store that netsh writes to. */
  | 'set-store'
  | 'reset'
  /** Adds rules that the script does not contain. */
  | 'import'
  | 'none';

/** Parameters that several cmdlets have: those of rules, of existing rules, of profiles, of sessions, and of all. */
export type Family = RuleKind | 'existing' | 'filter' | 'profile' | 'setting' | 'session' | 'common';

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
    name: 'Set-NetFirewallSetting',
    operation: 'set-global',
    kind: 'ipsec',
    treatment: 'modelled',
    families: ['setting', 'common'],
    summary: 'Sets properties that all network profiles share.',
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

/** A cmdlet of the module whose arguments are not read. */
export interface OtherCmdlet {
  readonly name: string;
  /** `opaque`: after it, anything may pass or not. */
  readonly treatment: Exclude<Treatment, 'modelled'>;
  readonly summary: string;
}

function others(treatment: OtherCmdlet['treatment'], summary: string, verbs: string, nouns: string): OtherCmdlet[] {
  return nouns
    .split(' ')
    .flatMap((noun) => verbs.split(' ').map((verb) => ({ name: `${verb}-${noun}`, treatment, summary })));
}

const ALL_VERBS = 'Copy Get New Remove Rename Set';
const NEGOTIATION = 'Concerns how IPsec negotiates, not which connections it protects.';
const VIRTUAL = 'Concerns the traffic of virtual machines, not that of the host.';
const KEYWORDS = 'Concerns addresses of keywords. Rules that use them leave verdicts undecided.';
const SHOWS = 'Shows rules or settings.';
const DIRECT_ACCESS = 'Changes rules from data that no script contains.';

/** The rest of *NetSecurity module*. */
export const OTHER_CMDLETS: readonly OtherCmdlet[] = [
  ...others(
    'no-effect',
    NEGOTIATION,
    ALL_VERBS,
    'NetIPsecMainModeCryptoSet NetIPsecPhase1AuthSet NetIPsecPhase2AuthSet NetIPsecQuickModeCryptoSet',
  ),
  ...others('no-effect', NEGOTIATION, `${ALL_VERBS} Disable Enable`, 'NetIPsecMainModeRule'),
  ...others('no-effect', NEGOTIATION, 'Get Remove', 'NetIPsecMainModeSA NetIPsecQuickModeSA'),
  ...others('no-effect', NEGOTIATION, 'Get New Remove Set', 'NetIPsecDospSetting'),
  ...others(
    'no-effect',
    NEGOTIATION,
    'New',
    'NetIPsecAuthProposal NetIPsecMainModeCryptoProposal NetIPsecQuickModeCryptoProposal',
  ),
  ...others('no-effect', VIRTUAL, 'Disable Enable Get New Remove Rename Set', 'NetFirewallHyperVRule'),
  ...others('no-effect', VIRTUAL, 'Get New Set', 'NetFirewallHyperVProfile NetFirewallHyperVVMSetting'),
  ...others('no-effect', VIRTUAL, 'Get', 'NetFirewallHyperVPort NetFirewallHyperVVMCreator'),
  ...others('no-effect', KEYWORDS, 'Get New Remove Update', 'NetFirewallDynamicKeywordAddress'),
  ...others('no-effect', SHOWS, 'Show', 'NetFirewallRule NetIPsecRule'),
  ...others('no-effect', SHOWS, 'Find', 'NetIPsecRule'),
  ...others('no-effect', SHOWS, 'Get', 'DAPolicyChange NetFirewallSetting'),
  ...others('opaque', DIRECT_ACCESS, 'Sync Update', 'NetIPsecRule'),
];

const HARMLESS: ReadonlySet<string> = new Set(
  OTHER_CMDLETS.flatMap(({ name, treatment }) => (treatment === 'no-effect' ? [name.toLowerCase()] : [])),
);

const CHANGING_CMDLET =
  /^(?:add|copy|disable|enable|import|new|remove|rename|reset|set|sync|update)-net(?:firewall|ipsec)\w*$/;

/** Such a cmdlet within the text of a command. */
export const CHANGING_WITHIN =
  /\b(?:Add|Copy|Disable|Enable|Import|New|Remove|Rename|Reset|Set|Sync|Update)-Net(?:Firewall|IPsec)\w*/i;

/** The name of a cmdlet without that of its module, in lower case: `NetSecurity\New-NetFirewallRule`. */
export function withoutModule(name: string): string {
  return name.replace(/^netsecurity\\/, '');
}

/** Whether the name of a command, in lower case, says that it changes the firewall, as far as is known. */
export function mayChangeFirewall(name: string): boolean {
  return CHANGING_CMDLET.test(name) && !HARMLESS.has(name);
}

/** Where Windows keeps rules and settings (*Group Policy: Firewall and Advanced Security Data Structure*, MS-GPFAS). */
export const REGISTRY_KEY = /\b(?:windowsfirewall|firewallpolicy)\b/i;

/** What writes to the registry. */
const WRITES_REGISTRY =
  /^["'&]*(?:reg(?:\.exe)?\s+(?:add|delete|import|copy|restore)|(?:set|new|remove|rename|clear|copy|move)-item(?:property)?|sp|ni|ri|rp|si)\s/i;

/** Other commands that change the firewall: what each of them has to hold. */
const OTHER_CHANGES: readonly (readonly RegExp[])[] = [
  // The services of the firewall.
  [/^["'&]*(?:stop-service|net(?:\.exe)?\s+stop|sc(?:\.exe)?\s+(?:stop|delete))\s/i, /\b(?:mpssvc|bfe)\b/i],
  // Another name for a cmdlet, which what follows may use.
  [/^(?:set-alias|new-alias|sal|nal)\s/i, /\b(?:New|Set|Enable|Disable|Remove|Copy|Rename)-Net(?:Firewall|IPsec)\w+/i],
  [/^["'&]*(?:set-service|sc(?:\.exe)?\s+config)\s/i, /\b(?:mpssvc|bfe)\b/i, /\b(?:disabled|stopped)\b/i],
];

/**
 * Whether a command that is neither a cmdlet of the module nor netsh changes the firewall: its registry keys, which `names` finds
 * in a command, or services.
 */
export function changesElsewhere(command: string, names: (command: string) => boolean): boolean {
  if (WRITES_REGISTRY.test(command) && names(command)) return true;
  return OTHER_CHANGES.some((patterns) => patterns.every((pattern) => pattern.test(command)));
}

function netsh(names: string, operation: Operation, kind: RuleKind = 'firewall', summary?: string): Command[] {
  const treatment = operation === 'none' ? 'no-effect' : operation === 'import' ? 'opaque' : 'modelled';
  const common = { operation, kind, treatment, families: [], ...(summary === undefined ? {} : { summary }) } as const;
  return names.split(', ').map((name) => ({ name: `netsh ${name}`, ...common }));
}

export const NETSH_PROFILES = ['all', 'domain', 'private', 'public', 'current'] as const;

const OLD = 'Writes to the firewall of Windows XP, whose rules today’s firewall takes over.';
const OLD_IPSEC = 'Writes IPsec policies of Windows XP, which may permit and block.';
const ELSEWHERE = 'Runs commands that the script does not contain, or for another computer.';

/** *Netsh advfirewall*. `PROFILES` is `allprofiles`, `domainprofile` and so on. */
export const NETSH_COMMANDS: readonly Command[] = [
  ...netsh('advfirewall firewall add rule', 'add'),
  ...netsh('advfirewall firewall set rule', 'change'),
  ...netsh('advfirewall firewall delete rule', 'remove'),
  ...netsh('advfirewall firewall show rule', 'none'),
  ...netsh('advfirewall consec add rule', 'add', 'ipsec'),
  ...netsh('advfirewall consec set rule', 'change', 'ipsec'),
  ...netsh('advfirewall consec delete rule', 'remove', 'ipsec'),
  ...netsh('advfirewall consec show rule', 'none', 'ipsec'),
  ...netsh(
    'advfirewall mainmode add rule, advfirewall mainmode set rule, advfirewall mainmode delete rule, advfirewall mainmode show rule',
    'none',
    'ipsec',
    NEGOTIATION,
  ),
  ...netsh('advfirewall monitor show, advfirewall monitor delete', 'none', 'ipsec'),
  ...netsh('advfirewall set PROFILES state', 'set-profile'),
  ...netsh('advfirewall set PROFILES firewallpolicy', 'set-profile'),
  ...netsh('advfirewall set PROFILES settings', 'set-profile'),
  ...netsh('advfirewall set store', 'set-store'),
  ...netsh('advfirewall set PROFILES logging', 'none'),
  ...netsh('advfirewall set global', 'none', 'ipsec', NEGOTIATION),
  ...netsh(
    'advfirewall set global ipsec defaultexemptions',
    'set-global',
    'ipsec',
    'Exempts protocols from IPsec. Verdicts of IPsec are undecided.',
  ),
  ...netsh('advfirewall reset', 'reset'),
  ...netsh('advfirewall import', 'import'),
  ...netsh('advfirewall export, advfirewall show, advfirewall dump, advfirewall help, advfirewall ?', 'none'),
  ...netsh('advfirewall firewall dump, advfirewall firewall help, advfirewall firewall ?', 'none'),
  ...netsh('advfirewall consec dump, advfirewall consec help, advfirewall consec ?', 'none', 'ipsec'),
  ...netsh('firewall add, firewall delete, firewall set, firewall reset', 'import', 'firewall', OLD),
  ...netsh('firewall show, firewall dump, firewall help, firewall ?', 'none', 'firewall'),
  ...netsh('ipsec static, ipsec dynamic', 'import', 'firewall', OLD_IPSEC),
  ...netsh('ipsec static show, ipsec dynamic show, ipsec dump, ipsec help, ipsec ?', 'none', 'ipsec'),
  ...netsh('exec, -f, -r', 'import', 'firewall', ELSEWHERE),
];

/** By lower-case name. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map(
  [...CMDLETS, ...NETSH_COMMANDS].map((command) => [command.name.toLowerCase(), command]),
);

/** Commands that only scripts that configure the firewall contain. */
export const CONFIGURING_CMDLET = /\b(?:New|Set|Enable|Disable|Remove)-Net(?:Firewall(?:Rule|Profile)|IPsecRule)\b/i;
