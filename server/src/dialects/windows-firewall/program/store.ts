// Executes the commands of a script on the stores of rules and settings.

import { addAll } from '../../../kept/lists.js';
import { Budget, BudgetSpent, paidBy, spend } from '../../../model/budget.js';
import type { TextRange } from '../../../text/range.js';
import type { ScriptProblem } from '../syntax/script.js';
import { COMMANDS, type Command, NETSH_PROFILES, type RuleKind } from '../vocabulary/commands.js';
import { changed, switchesOff, under, valuesSetBy, without } from './changed-rules.js';
import { withWholeWords } from './enumerations.js';
import { type Evaluation, type Invocation, UNREAD } from './invocation.js';
import { inCmdletNames } from './netsh.js';
import { groupStore, LOCAL_STORE, type PolicyStore, sameStore, storeNamed, storeOf } from './policy-store.js';
import { predefinedRules } from './predefined.js';
import { cmdletSetting, netshSetting, type ProfileSetting } from './profile-setting.js';
import { parameterText, refusalOf, wrongWord } from './refusals.js';
import { isNetsh, parameterOf, type StoredRule } from './rule.js';
import { selectRules } from './select-rules.js';
import { type Argument, textsOf } from './value.js';

/** A command after which rules exist that the script does not define, or that were not evaluated. */
export interface OutsideRules {
  readonly range: TextRange;
  readonly what: string;
  /** The store that they are in; absent where it may be any. */
  readonly store?: PolicyStore;
  /** The rules that they are of; absent where they may be of both. */
  readonly kind?: RuleKind;
  /** Whether some of them may block; the predefined groups of Windows only allow. */
  readonly mayBlock: boolean;
}

/** What the stores hold that a script writes to. */
export interface Policies {
  readonly rules: readonly StoredRule[];
  /** What the script leaves of the rules that Windows is installed with, of every computer that it writes to. */
  readonly predefined: readonly StoredRule[];
  readonly settings: readonly ProfileSetting[];
  readonly outside: readonly OutsideRules[];
  readonly problems: readonly ScriptProblem[];
}

/** The stores after the commands of a script. */
export function policiesAfter({ invocations, unreadFrom }: Evaluation): Policies {
  const store = new Stores();
  const written = invocations.reduce((end, { range }) => Math.max(end, range.end), 0) * CHARACTER;
  const stoppedAt = paidBy(new Budget(ALL_COMMANDS + written), () => store.applyAll(invocations));
  if (stoppedAt) store.stopAt(stoppedAt);
  else if (unreadFrom) store.markRestUnknown(unreadFrom);
  return store.policies();
}

/** What commands may cost that look through all rules of their store, beside what the length of a script pays for. */
const ALL_COMMANDS = 2_000_000;

/** What a character of a script pays for: what is written out is followed, however long it is; only what is repeated is bounded. */
const CHARACTER = 200;

/** What it costs to look at a rule of the store, and to make one. */
const LOOKED_AT = 1;
const MADE = 10;

/** What is done to rules, with arguments that have names. */
const CHANGES_RULES: ReadonlySet<Command['operation']> = new Set(['add', 'change', 'enable', 'disable', 'remove']);

/** How many rules a store may hold where commands under conditions leave several versions of each. */
const VERSION_LIMIT = 1_000;

/** How many rules a store may hold after some of them were copied, which may double them each time. */
const COPY_LIMIT = 5_000;

class Stores {
  private rules: StoredRule[] = [];
  private predefined: StoredRule[] = predefinedRules(LOCAL_STORE);
  /** The computers whose own rules are known. */
  private readonly computers: PolicyStore[] = [LOCAL_STORE];
  private settings: ProfileSetting[] = [];
  private outside: OutsideRules[] = [];
  /** Where netsh writes to, and under which conditions. */
  private netshStore: { readonly store: PolicyStore; readonly conditions: readonly string[] } = {
    store: LOCAL_STORE,
    conditions: [],
  };
  private readonly problems: ScriptProblem[] = [];

  policies(): Policies {
    const { rules, settings, outside, problems } = this;
    const predefined = this.predefined.map((rule) => ({ ...rule, range: this.placeOf(rule) }));
    return { rules, predefined, settings, outside, problems };
  }

  /** Where a rule is told that no command adds: at the default action that it is an exception from. */
  private placeOf(rule: StoredRule): TextRange {
    const { store, range } = rule;
    const isOutbound = parameterOf(rule, 'direction') === 'outbound';
    const settings = this.settings.filter((setting) => sameStore(setting.store, store));
    const last = settings.reverse().find(({ inbound, outbound }) => (isOutbound ? outbound : inbound) !== undefined);
    return (last ?? this.rules.find(({ kind }) => kind === 'firewall'))?.invocation.commandRange ?? range;
  }

  /** Applies commands; returns the place of the one, if any, up to which that cost too much. */
  applyAll(invocations: readonly Invocation[]): TextRange | undefined {
    for (const invocation of invocations) {
      try {
        this.apply(invocation);
      } catch (thrown) {
        if (thrown instanceof BudgetSpent) return invocation.range;
        throw thrown;
      }
    }
    return undefined;
  }

  private apply(given: Invocation): void {
    if (given.command === UNREAD) {
      this.markUnknown(undefined, given, 'it may change the firewall');
      return;
    }
    const invocation = withWholeWords(given);
    if ('words' in invocation) {
      this.problems.push({ code: 'syntax-error', ...wrongWord(given, invocation) });
      return;
    }
    const whatIf = parameterText(invocation, 'whatif');
    if (whatIf === 'true' || this.isRefused(invocation)) return;
    const command = commandOf(invocation);
    if (whatIf === undefined) this.applyTo(LOCAL_STORE, underAll(invocation, ['whether -WhatIf is given']));
    else if (command?.operation === 'set-store') this.chooseStore(invocation);
    else if (isNetsh(invocation)) this.applyTo(this.netshStore.store, underAll(invocation, this.netshStore.conditions));
    else {
      const store = storeOf(invocation);
      if ('unknown' in store) this.applyTo(LOCAL_STORE, underAll(invocation, [store.unknown]));
      else this.applyTo(store, invocation);
    }
  }

  /** Whether Windows rejects a command, which is reported. */
  private isRefused(invocation: Invocation): boolean {
    const refusal = refusalOf(invocation);
    if (refusal) this.problems.push({ code: 'syntax-error', ...refusal });
    return refusal !== undefined;
  }

  /**
   * `set store` decides where the following commands of netsh write to (*Windows Firewall administration with Windows
   * PowerShell*, which has it and the rule as two commands of a script).
   */
  private chooseStore({ command, parameters, conditions }: Invocation): void {
    const value = parameters.get('gpo')?.value;
    const label = value && (value.kind === 'unknown' ? value.source : textsOf(value)?.[0]);
    if (label !== undefined) this.netshStore = { store: groupStore(label), conditions };
    else if (/ local$/.test(command)) this.netshStore = { store: LOCAL_STORE, conditions };
    else this.netshStore = { ...this.netshStore, conditions: [...conditions, 'which policy store netsh is set to'] };
  }

  private applyTo(store: PolicyStore, invocation: Invocation): void {
    if (store.kind === 'local' && !this.computers.some((known) => sameStore(known, store))) {
      this.computers.push(store);
      addAll(this.predefined, predefinedRules(store));
    }
    const command = commandOf(invocation);
    if (command && !COMMANDS.has(invocation.command) && CHANGES_RULES.has(command.operation)) {
      // netsh knows the arguments of rules by their names; what it does with a word that has none is in no manual.
      this.markUnknown(store, invocation, 'an argument without a name');
      return;
    }
    switch (command?.operation) {
      case 'add':
        this.add(store, command.kind, invocation);
        break;
      case 'change':
      case 'enable':
      case 'disable':
        this.change(store, kindOf(command, invocation), invocation, valuesSetBy(command, invocation));
        break;
      case 'remove':
        this.remove(store, command.kind, invocation);
        break;
      case 'copy':
        this.copy(store, command.kind, invocation);
        break;
      case 'rename':
        this.rename(store, command.kind, invocation);
        break;
      case 'set-profile':
        this.setProfiles(store, invocation);
        break;
      case 'set-global':
        this.setGlobal(store, invocation);
        break;
      case 'reset':
        this.reset(store, invocation);
        break;
      case 'import':
        this.markUnknown(store, invocation, 'it adds rules that the script does not contain');
        break;
      case undefined:
        this.markUnknown(store, invocation, 'a command of netsh that is in no manual');
        break;
      case 'set-store':
      case 'find':
      case 'none':
    }
  }

  private add(store: PolicyStore, kind: RuleKind, invocation: Invocation): void {
    const { conditions, unknown, range } = invocation;
    if (unknown.length > 0) this.reportUnmodelled(invocation, `the script computes ${unknown.join(', ')}`);
    const parameters = isNetsh(invocation) ? inCmdletNames(invocation.parameters) : invocation.parameters;
    this.rules.push({ kind, store, parameters, conditions, unknown, range, invocation });
  }

  private setProfiles(store: PolicyStore, invocation: Invocation): void {
    const setting = isNetsh(invocation) ? netshSetting(invocation, store) : cmdletSetting(invocation, store);
    if (!setting) {
      // "Enable remote management of Windows Firewall" (*Netsh advfirewall*, set allprofiles settings): its predefined rules.
      if (/ settings remotemanagement (?!disable|notconfigured)/.test(invocation.command))
        this.markUnknown(store, invocation, 'it enables rules that the script does not contain');
      return;
    }
    this.settings.push(setting);
    if (store.kind === 'local') this.reportGroupSetting(setting);
  }

  /** Exemptions of protocols from IPsec, the only one of the properties that decides whether traffic is protected. */
  private setGlobal(store: PolicyStore, invocation: Invocation): void {
    const argument = invocation.parameters.get('exemptions');
    if (!isNetsh(invocation) && !argument) return;
    const texts = argument && textsOf(argument.value);
    const isNone = texts ? texts.every((text) => /^none$/i.test(text)) : / none$/.test(invocation.command);
    if (isNone) return;
    this.reportUnmodelled(invocation, 'protocols that are exempt from IPsec');
    this.outside.push({
      range: invocation.range,
      what: 'the exemptions of IPsec',
      store,
      kind: 'ipsec',
      mayBlock: false,
    });
  }

  /**
   * "The merge law for this option is to always use the value of the GroupPolicyRSoPStore" (*Firewall CSP*,
   * AllowLocalPolicyMerge): netsh refuses to set it anywhere else, and the cmdlet sets it without effect.
   */
  private reportGroupSetting({ localRules, localIPsecRules, invocation }: ProfileSetting): void {
    if (localRules !== 'false' && localIPsecRules !== 'false') return;
    const refused = isNetsh(invocation);
    const reason = 'whether local rules apply is a setting of group policies';
    this.problems.push({
      code: refused ? 'syntax-error' : 'shadowed-rule',
      range: invocation.range,
      message: refused ? `${reason}, so netsh refuses this in the local policy` : `this has no effect: ${reason}`,
    });
  }

  private change(
    store: PolicyStore,
    kind: RuleKind,
    invocation: Invocation,
    values: ReadonlyMap<string, Argument>,
  ): void {
    const selected = selectRules(this.rulesOf(store), kind, invocation);
    const { rules, unknown, mayMeanOthers } = selected;
    this.predefined = changed(this.predefined, selectRules(this.predefinedOf(store), kind, invocation), values);
    // Disabling rules that this script did not add does not affect its own.
    if (mayMeanOthers && !switchesOff(values))
      this.markUnknown(store, invocation, 'it changes rules that the script does not define');
    if (unknown.length > 0 && this.rules.length + rules.size > VERSION_LIMIT) {
      this.markUnknown(store, invocation, 'it changes too many rules under a condition');
      return;
    }
    this.rules = changed(this.rules, selected, values);
  }

  private remove(store: PolicyStore, kind: RuleKind, invocation: Invocation): void {
    this.rules = without(this.rules, selectRules(this.rulesOf(store), kind, invocation));
    this.predefined = without(this.predefined, selectRules(this.predefinedOf(store), kind, invocation));
  }

  /** *Copy-NetFirewallRule*: into the store that -NewPolicyStore or -NewGPOSession names, otherwise into the same one. */
  private copy(store: PolicyStore, kind: RuleKind, invocation: Invocation): void {
    const named = invocation.parameters.get('newgposession') ?? invocation.parameters.get('newpolicystore');
    const target = named ? storeNamed(named) : store;
    if ('unknown' in target) {
      this.markUnknown(LOCAL_STORE, invocation, target.unknown);
      return;
    }
    const { rules, unknown, mayMeanOthers } = selectRules(this.rulesOf(store), kind, invocation);
    if (mayMeanOthers || this.rules.length + rules.size > COPY_LIMIT) {
      this.markUnknown(target, invocation, 'it copies rules that the script does not define');
      return;
    }
    const { range } = invocation;
    spend(MADE * rules.size);
    for (const rule of rules) this.rules.push({ ...under(rule, unknown), store: target, range, invocation });
  }

  private rename(store: PolicyStore, kind: RuleKind, invocation: Invocation): void {
    const name = invocation.parameters.get('newname');
    const { rules, unknown } = selectRules(this.rulesOf(store), kind, invocation);
    if (!name || rules.size === 0) return;
    if (unknown.length > 0) this.markUnknown(store, invocation, 'it may give rules another name');
    else
      this.rules = this.rules.map((rule) =>
        rules.has(rule) ? { ...rule, parameters: new Map([...rule.parameters, ['name', name]]) } : rule,
      );
  }

  private rulesOf(store: PolicyStore): readonly StoredRule[] {
    spend(LOOKED_AT * this.rules.length);
    return this.rules.filter((rule) => sameStore(rule.store, store));
  }

  private predefinedOf(store: PolicyStore): readonly StoredRule[] {
    spend(LOOKED_AT * this.predefined.length);
    return this.predefined.filter((rule) => sameStore(rule.store, store));
  }

  private reset(store: PolicyStore, invocation: Invocation): void {
    // Under a condition, everything possibly remains unchanged.
    if (invocation.conditions.length > 0) {
      this.markUnknown(store, invocation, 'it changes every rule and setting under a condition');
      return;
    }
    this.rules = this.rules.filter((rule) => !sameStore(rule.store, store));
    this.predefined = this.predefined.filter((rule) => !sameStore(rule.store, store));
    if (store.kind === 'local') addAll(this.predefined, predefinedRules(store));
    this.settings = this.settings.filter((setting) => !sameStore(setting.store, store));
    this.outside = this.outside.filter((rules) => rules.store && !sameStore(rules.store, store));
  }

  /** For commands that look through too many rules. */
  stopAt(range: TextRange): void {
    const message = 'the commands up to here look for too many rules: those after them were not read';
    this.problems.push({ code: 'unmodelled-statement', range, message });
    this.markRestUnknown(range);
  }

  /** For a script that was not evaluated to its end. */
  markRestUnknown(range: TextRange): void {
    this.outside.push({ range, what: 'commands after the limit of evaluation', mayBlock: true });
  }

  /** Reports a command after which any rule may exist or be different. */
  private markUnknown(store: PolicyStore | undefined, invocation: Invocation, what: string): void {
    this.reportUnmodelled(invocation, what);
    const { command, parameters, range } = invocation;
    const isGroup = parameters.has('displaygroup') || parameters.has('group');
    const onlyEnables = command === 'enable-netfirewallrule' || command === 'netsh advfirewall firewall set rule';
    const mayBlock = !((isGroup && onlyEnables) || / settings remotemanagement /.test(command));
    const kind = CHANGES_RULES.has(commandOf(invocation)?.operation ?? 'none')
      ? commandOf(invocation)?.kind
      : undefined;
    const where = { ...(store ? { store } : {}), ...(kind ? { kind } : {}) };
    this.outside.push({ range, what: 'rules that this script does not define', ...where, mayBlock });
  }

  private reportUnmodelled({ commandRange }: Invocation, what: string): void {
    const message = `Lintel does not model this: ${what}`;
    this.problems.push({ code: 'unmodelled-statement', range: commandRange, message });
  }
}

const PROFILES_OF_NETSH = new RegExp(`^netsh advfirewall set (?:${NETSH_PROFILES.join('|')})profiles?\\b`);

/** The command in the table of words; commands of netsh may have further words, such as the name of a file. */
function commandOf({ command }: Invocation): Command | undefined {
  let name = command.replace(PROFILES_OF_NETSH, 'netsh advfirewall set profiles');
  while (name !== '' && !COMMANDS.has(name)) name = name.slice(0, Math.max(0, name.lastIndexOf(' ')));
  return COMMANDS.get(name);
}

/** A filter may be one of a firewall rule or of an IPsec rule. */
function kindOf(command: Command, { input }: Invocation): RuleKind {
  return (input && commandOf(input)?.kind) ?? command.kind;
}

function underAll(invocation: Invocation, conditions: readonly string[]): Invocation {
  if (conditions.length === 0) return invocation;
  return { ...invocation, conditions: [...new Set([...invocation.conditions, ...conditions])] };
}
