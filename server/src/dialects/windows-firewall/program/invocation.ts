import type { TextRange } from '../../../text/range.js';

/** What a script's expression stands for, as far as it can be told without running it. */
export type Value =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly Value[] }
  | { readonly kind: 'table'; readonly entries: ReadonlyMap<string, Argument> }
  /** Computed: only running the script would tell. */
  | { readonly kind: 'unknown'; readonly text: string };

/** A value with its place in the script. */
export interface Argument {
  readonly value: Value;
  readonly range: TextRange;
}

/** One command that changes the firewall, with the values that its arguments have there. */
export interface Invocation {
  /** `new-netfirewallrule`, `netsh advfirewall firewall add rule`, …: lower case. */
  readonly command: string;
  /** By full name, lower case. */
  readonly parameters: ReadonlyMap<string, Argument>;
  /** The command with its arguments. */
  readonly range: TextRange;
  /** The name of the command. */
  readonly commandRange: TextRange;
  /** What has to hold for the script to come here, as the script writes it. */
  readonly conditions: readonly string[];
  /** Arguments that cannot be told apart, such as a splat of an unknown table. */
  readonly unknown: readonly string[];
  /** The invocation whose output it takes, in `Get-NetFirewallRule … | Remove-NetFirewallRule`. */
  readonly input: Invocation | undefined;
}

export interface ScriptProblem {
  readonly code: 'syntax-error' | 'unmodelled-statement';
  readonly range: TextRange;
  readonly message: string;
}

/** A variable where it gets a value or is used. */
export interface VariableUse {
  readonly name: string;
  readonly range: TextRange;
  readonly role: 'definition' | 'reference';
}

/** A script as the commands that it would run, in order. */
export interface Script {
  readonly language: 'powershell' | 'batch';
  readonly invocations: readonly Invocation[];
  readonly problems: readonly ScriptProblem[];
  readonly variables: readonly VariableUse[];
  /** Whether every command was followed; not where loops multiply them beyond a bound. */
  readonly complete: boolean;
}

/** How many commands one script may come to; loops multiply them. */
export const INVOCATION_LIMIT = 20_000;

/** The texts that a value lists, `undefined` where a part is computed. */
export function textsOf(value: Value): readonly string[] | undefined {
  switch (value.kind) {
    case 'text':
      return [value.text];
    case 'list': {
      const texts: string[] = [];
      for (const item of value.items) {
        const own = textsOf(item);
        if (!own) return undefined;
        texts.push(...own);
      }
      return texts;
    }
    default:
      return undefined;
  }
}
