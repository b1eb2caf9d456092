// Finds the commands of a script that may change the firewall wherever they stand, so that none of them is left out silently.

import {
  CHANGING_WITHIN,
  COMMANDS,
  changesElsewhere,
  mayChangeFirewall,
  withoutModule,
} from '../../vocabulary/commands.js';
import { CMDLET_PARAMETERS } from '../../vocabulary/words.js';
import { POWERSHELL, RegistryKeys } from '../registry-keys.js';
import type { TokenList } from './token-list.js';
import type { Stage } from './tree.js';

/** A command within a text that is computed. */
const COMPUTED = new RegExp(`\\$\\([^()]*${CHANGING_WITHIN.source}`, 'i');

/** Parameters that no other cmdlets have. */
const RULE_PARAMETER =
  /^(?:localport|remoteport|localaddress|remoteaddress|inboundsecurity|outboundsecurity|edgetraversalpolicy|defaultinboundaction|defaultoutboundaction|overrideblockrules)$/;

const READS = /^(?:compare|find|get|join|measure|read|resolve|show|test|write)-/;

export class ChangingCommands {
  /** The indices of the commands that have been read. */
  private readonly read = new Set<number>();
  /** The functions that the script defines, in lower case. */
  private readonly functions: ReadonlySet<string>;
  private readonly keys: RegistryKeys;

  constructor(
    private readonly text: string,
    private readonly tokens: TokenList,
  ) {
    const { all } = tokens;
    this.keys = new RegistryKeys(text, POWERSHELL);
    this.functions = new Set(
      all.flatMap(({ text: name }, at) => (/^function$/i.test(all[at - 1]?.text ?? '') ? [name.toLowerCase()] : [])),
    );
  }

  markRead(at: number): void {
    this.read.add(at);
  }

  /** The first one at or behind a token that has not been read. */
  find(at: number, stop: number): number | undefined {
    for (let next = at; next < stop; next++) if (this.isUnreadAt(next)) return next;
    return undefined;
  }

  /** Whether the command at a token changes the firewall, and no more is known of it. */
  isUnknown(at: number, stop: number): boolean {
    const called = this.tokens.isSign(at, '&') ? at + 1 : at;
    const token = this.tokens.at(called);
    // `& $command …`: what it is shows in its parameters.
    if (token?.kind === 'variable' && called > at) return this.hasRuleParameter(called, stop);
    if (token?.kind !== 'word') return false;
    const name = token.text.toLowerCase();
    if (
      mayChangeFirewall(withoutModule(name)) &&
      !CMDLET_PARAMETERS.has(withoutModule(name)) &&
      !this.functions.has(name)
    ) {
      this.markRead(called);
      return true;
    }
    const { start, end } = this.tokens.rangeOf(called, stop);
    const command = this.text.slice(start, end);
    // A function of the script that gets such a key may write there, unless its name says that it only reads.
    if (this.functions.has(name) && !READS.test(name) && this.keys.isIn(command)) return true;
    return changesElsewhere(command, (text) => this.keys.isIn(text));
  }

  private hasRuleParameter(at: number, stop: number): boolean {
    for (let next = at + 1; next < stop; next++) {
      const { kind, text } = this.tokens.at(next) ?? {};
      if (kind === 'parameter' && RULE_PARAMETER.test(text ?? '')) return true;
    }
    return false;
  }

  /** Those that stand where nothing is read, such as in a condition or in a text that is computed. */
  unread(): readonly Stage[] {
    return this.tokens.all.flatMap(({ kind, text, start, end }, at): Stage[] => {
      // Parameters that cmdlets have without being given them (*about_Parameters_Default_Values*).
      const setsDefaults = kind === 'variable' && text.toLowerCase() === 'psdefaultparametervalues';
      const isUnread = kind === 'expandable' ? COMPUTED.test(text) : setsDefaults || this.isUnreadAt(at);
      return isUnread ? [{ kind: 'unread', range: { start, end } }] : [];
    });
  }

  private isUnreadAt(at: number): boolean {
    const token = this.tokens.at(at);
    if (token?.kind !== 'word' || this.read.has(at)) return false;
    const before = this.tokens.at(at - 1);
    const isFirst = !before || before.kind === 'newline' || (before.kind === 'sign' && /[({|;=&!]$/.test(before.text));
    if (!isFirst) return false;
    const name = withoutModule(token.text.toLowerCase());
    if (/(?:^|\\)netsh(?:\.exe)?$/.test(name)) return /^(?:adv)?firewall$/i.test(this.tokens.at(at + 1)?.text ?? '');
    const operation = COMMANDS.get(name)?.operation;
    if (operation !== undefined) return operation !== 'find' && operation !== 'none';
    return mayChangeFirewall(name) && !this.functions.has(name);
  }
}
