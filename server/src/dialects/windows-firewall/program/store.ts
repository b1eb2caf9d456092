// Executes the commands of a script on a store of rules and settings.

import type { TextRange } from '../../../text/range.js';
import type { ScriptProblem } from '../syntax/script.js';
import { COMMANDS, type Command, type RuleKind } from '../vocabulary/words.js';
import type { Evaluation, Invocation } from './invocation.js';
import { inCmdletNames } from './netsh.js';
import { cmdletSetting, netshSetting, type ProfileSetting } from './profile-setting.js';
import { isNetsh, type StoredRule } from './rule.js';
import { selectRules } from './select-rules.js';
import { type Argument, textsOf } from './value.js';

/** A command after which rules exist that the script does not define, or that were not evaluated. */
export interface OutsideRules {
  readonly range: TextRange;
  readonly what: string;
  /** Whether some of them may block; the predefined groups of Windows only allow. */
  readonly mayBlock: boolean;
}

export interface Policy {
  readonly rules: readonly StoredRule[];
  readonly settings: readonly ProfileSetting[];
  readonly outside: readonly OutsideRules[];
  readonly problems: readonly ScriptProblem[];
}

/** The policy in force after the commands of a script. */
export function policyAfter({ invocations, complete }: Evaluation): Policy {
  const store = new Store();
  for (const invocation of invocations) store.apply(invocation);
  if (!complete) store.markRestUnknown();
  return store.policy();
}

/** Parameters that select rules; the others are what is set. */
const SELECTORS: ReadonlySet<string> = new Set([
  'name',
  'displayname',
  'displaygroup',
  'group',
  'inputobject',
  'policystore',
]);

/** What is done to rules, with arguments that have names. */
const CHANGES_RULES: ReadonlySet<Command['operation']> = new Set(['add', 'change', 'enable', 'disable', 'remove']);

/** How many rules a store may hold where commands under conditions leave several versions of each. */
const VERSION_LIMIT = 1_000;

class Store {
  private rules: StoredRule[] = [];
  private readonly settings: ProfileSetting[] = [];
  private readonly outside: OutsideRules[] = [];
  private readonly problems: ScriptProblem[] = [];

  policy(): Policy {
    const { rules, settings, outside, problems } = this;
    return { rules, settings, outside, problems };
  }

  apply(invocation: Invocation): void {
    const command = commandOf(invocation);
    if (command && !COMMANDS.has(invocation.command) && CHANGES_RULES.has(command.operation)) {
      // netsh knows the arguments of rules by their names; what it does with a word that has none is in no manual.
      this.markUnknown(invocation, 'an argument without a name');
      return;
    }
    switch (command?.operation) {
      case 'add':
        this.add(command.kind, invocation);
        break;
      case 'change':
      case 'enable':
      case 'disable':
        this.change(command.kind, invocation, valuesSetBy(command, invocation));
        break;
      case 'remove':
        this.remove(command.kind, invocation);
        break;
      case 'set-profile':
      case undefined: {
        const setting = isNetsh(invocation) ? netshSetting(invocation) : cmdletSetting(invocation);
        if (setting) this.settings.push(setting);
        break;
      }
      case 'reset':
        this.reset(invocation);
        break;
      case 'import':
        this.markUnknown(invocation, 'it adds rules that the script does not contain');
        break;
      case 'find':
      case 'none':
    }
  }

  private add(kind: RuleKind, invocation: Invocation): void {
    const { conditions, unknown, range } = invocation;
    if (unknown.length > 0) this.reportUnmodelled(invocation, `the script computes ${unknown.join(', ')}`);
    const parameters = isNetsh(invocation) ? inCmdletNames(invocation.parameters) : invocation.parameters;
    this.rules.push({ kind, parameters, conditions, unknown, range, invocation });
  }

  private change(kind: RuleKind, invocation: Invocation, values: ReadonlyMap<string, Argument>): void {
    const { rules, unknown, mayMeanOthers } = selectRules(this.rules, kind, invocation);
    // Disabling rules that this script did not add does not affect its own.
    if (mayMeanOthers && !switchesOff(values))
      this.markUnknown(invocation, 'it changes rules that the script does not define');
    if (unknown.length > 0 && this.rules.length + rules.size > VERSION_LIMIT) {
      this.markUnknown(invocation, 'it changes too many rules under a condition');
      return;
    }
    if (rules.size === 0) return;
    this.rules = this.rules.flatMap((rule) => {
      if (!rules.has(rule)) return [rule];
      const changed = { ...rule, parameters: new Map([...rule.parameters, ...values]) };
      return unknown.length === 0 ? [changed] : [under(changed, unknown), under(rule, unknown)];
    });
  }

  private remove(kind: RuleKind, invocation: Invocation): void {
    const { rules, unknown } = selectRules(this.rules, kind, invocation);
    if (rules.size === 0) return;
    if (unknown.length === 0) this.rules = this.rules.filter((rule) => !rules.has(rule));
    else this.rules = this.rules.map((rule) => (rules.has(rule) ? under(rule, unknown) : rule));
  }

  private reset(invocation: Invocation): void {
    // Under a condition, everything possibly remains unchanged.
    if (invocation.conditions.length > 0) {
      this.markUnknown(invocation, 'it changes every rule and setting under a condition');
      return;
    }
    this.rules = [];
    this.settings.length = 0;
    this.outside.length = 0;
  }

  /** For a script that was not evaluated to its end. */
  markRestUnknown(): void {
    const what = 'commands after the limit of evaluation';
    this.outside.push({ range: { start: 0, end: 0 }, what, mayBlock: true });
  }

  /** Reports a command after which any rule may exist or be different. */
  private markUnknown(invocation: Invocation, what: string): void {
    this.reportUnmodelled(invocation, what);
    const { command, parameters, range } = invocation;
    const isGroup = parameters.has('displaygroup') || parameters.has('group');
    const onlyEnables = command === 'enable-netfirewallrule' || command === 'netsh advfirewall firewall set rule';
    const mayBlock = !(isGroup && onlyEnables);
    this.outside.push({ range, what: 'rules that this script does not define', mayBlock });
  }

  private reportUnmodelled({ commandRange }: Invocation, what: string): void {
    const message = `Lintel does not model this: ${what}`;
    this.problems.push({ code: 'unmodelled-statement', range: commandRange, message });
  }
}

/** The command in the table of words; commands of netsh may have further words, such as the name of a file. */
function commandOf({ command }: Invocation): Command | undefined {
  let name = command;
  while (name !== '' && !COMMANDS.has(name)) name = name.slice(0, Math.max(0, name.lastIndexOf(' ')));
  return COMMANDS.get(name);
}

/** The values that a command sets in the selected rules, by the names of the cmdlets. */
function valuesSetBy({ operation }: Command, invocation: Invocation): ReadonlyMap<string, Argument> {
  if (operation !== 'change') {
    const text = operation === 'enable' ? 'true' : 'false';
    return new Map([['enabled', { value: { kind: 'text', text }, range: invocation.commandRange }]]);
  }
  if (isNetsh(invocation)) return inCmdletNames(invocation.newValues);
  const values = [...invocation.parameters].filter(([name]) => !SELECTORS.has(name));
  return new Map(values.map(([name, argument]) => [name === 'newdisplayname' ? 'displayname' : name, argument]));
}

function switchesOff(values: ReadonlyMap<string, Argument>): boolean {
  const enabled = values.get('enabled');
  return enabled !== undefined && /^(?:false|no)$/i.test(textsOf(enabled.value)?.[0] ?? '');
}

function under(rule: StoredRule, conditions: readonly string[]): StoredRule {
  return { ...rule, conditions: [...rule.conditions, ...conditions] };
}
