// The tree of a PowerShell script, limited to the needs of scripts that configure the firewall.

import type { TextRange } from '../../../../text/range.js';
import type { NetshCommand } from '../netsh.js';
import type { ScriptTree } from '../script.js';

/** Names of variables, keys and parameters are lower case everywhere. */
export type Expression =
  | { readonly kind: 'text'; readonly text: string }
  /** In double quotes: variables in it are replaced. */
  | { readonly kind: 'expandable'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string }
  /** Pieces without space between them, which are one word: `$Prefix-Web`, `10.0.0.0/"8"`. */
  | { readonly kind: 'joined'; readonly parts: readonly Expression[]; readonly source: string }
  /** `1, 2` and `1..2`. */
  | { readonly kind: 'list'; readonly items: readonly Expression[]; readonly source: string }
  /** `( … )`, `$( … )` and `@( … )`. Lists in it are parts of it; only `@( … )` keeps a single value as a list. */
  | {
      readonly kind: 'group';
      readonly isArray: boolean;
      readonly items: readonly Expression[];
      readonly source: string;
    }
  | { readonly kind: 'table'; readonly entries: readonly TableEntry[] }
  /** `$rule.Name`, `$rule['Name']` and `$ports[0]`. */
  | { readonly kind: 'member'; readonly of: Expression; readonly key: Expression; readonly source: string }
  /** Computed: known only when the script runs. */
  | { readonly kind: 'unknown'; readonly source: string };

export interface TableEntry {
  readonly key: string;
  /** The key as the script writes it. */
  readonly keyText: string;
  readonly value: Expression;
  readonly range: TextRange;
}

/** Statements in braces, or those of the whole script. */
export interface Block {
  readonly statements: readonly PlacedStatement[];
  readonly range: TextRange;
}

/** A statement with the place where it begins. */
export type PlacedStatement = Statement & { readonly range: TextRange };

export type Statement =
  | Assignment
  | {
      readonly kind: 'foreach';
      readonly variable: string;
      readonly items: Expression;
      readonly source: string;
      readonly body: Block;
    }
  | Conditional
  | Switch
  /** `try`, `finally`, `begin`, `process`, `end`: a block that runs unconditionally in order. */
  | { readonly kind: 'block'; readonly body: Block }
  | End
  | Pipeline;

/** `exit` and `throw`, `return` with what it runs before, `break` and `continue`. */
export interface End {
  readonly kind: 'end';
  readonly ends: 'script' | 'function' | 'loop' | 'round';
  readonly command: Pipeline | undefined;
}

export interface Assignment {
  readonly kind: 'assignment';
  /** Several in `$a, $b = …`. */
  readonly names: readonly string[];
  /** `=`, or `+` and the like for `+=`. */
  readonly operator: string;
  readonly value: Expression;
  /** A command on the right runs, and its output is the value. */
  readonly command: Pipeline | undefined;
}

/** A block that runs under a condition that is not evaluated: `if ( … )`, `else`, `catch`, `while ( … )`, `function NAME`. */
export interface Conditional {
  readonly kind: 'conditional';
  readonly condition: string;
  readonly isLoop: boolean;
  /** Variables that the condition sets, or parameters of a function. */
  readonly assigned: readonly string[];
  /** Set where the block runs if this finds nothing: `if (-not (Get-NetFirewallRule …))`, or `if (-not $rule)`. */
  readonly unlessFound?: Query;
  readonly body: Block;
}

/** `switch ($role) { 'client' { … } default { … } }`, without options. */
export interface Switch {
  readonly kind: 'switch';
  readonly value: Expression;
  /** `switch ($role)` */
  readonly source: string;
  readonly clauses: readonly SwitchClause[];
  /** Whether `break` or `continue` stands in a clause. */
  readonly isLeft: boolean;
}

export interface SwitchClause {
  /** What the value is compared with; absent for `default`. */
  readonly pattern?: Expression;
  readonly source: string;
  readonly body: Block;
}

/** A command that finds rules, or the variable that holds what it has found. */
export type Query = CmdletCall | { readonly kind: 'variable'; readonly name: string };

/** What nothing runs behind, of what a keyword leaves. */
export const ENDS = { break: 'loop', continue: 'round', exit: 'script', return: 'function', throw: 'script' } as const;

/** Commands joined by `|`. */
export interface Pipeline {
  readonly kind: 'pipeline';
  readonly stages: readonly Stage[];
}

export type Stage =
  | CmdletCall
  | { readonly kind: 'netsh'; readonly netsh: NetshCommand }
  /** A command that may change the firewall in a way that is not read. */
  | { readonly kind: 'unread'; readonly range: TextRange }
  /** `ForEach-Object { … }`; `source` is the text of its input. */
  | { readonly kind: 'each'; readonly body: Block; readonly source: string }
  /** `Where-Object` with tests of properties that all have to hold. */
  | { readonly kind: 'where'; readonly tests: readonly PropertyTest[]; readonly other: OtherStage }
  | OtherStage;

/** `DisplayName -eq 'Web'`, `DisplayName -like 'Web*'`. */
export interface PropertyTest {
  readonly property: string;
  readonly isPattern: boolean;
  readonly value: Expression;
  readonly range: TextRange;
}

/** A call of one of the cmdlets that are read. */
export interface CmdletCall {
  readonly kind: 'cmdlet';
  readonly command: string;
  readonly arguments: readonly CmdletArgument[];
  /** The command with its arguments. */
  readonly range: TextRange;
  readonly commandRange: TextRange;
}

export type CmdletArgument =
  | { readonly kind: 'parameter'; readonly name: string; readonly value: Expression; readonly range: TextRange }
  | { readonly kind: 'positional'; readonly value: Expression; readonly range: TextRange }
  /** `@name`, a table whose entries become parameters. */
  | { readonly kind: 'splat'; readonly name: string };

/** An expression, or a command that is not modelled, with the blocks among its arguments. */
export interface OtherStage {
  readonly kind: 'other';
  readonly value: Expression;
  readonly source: string;
  readonly range: TextRange;
  /** Variables that assignments within it set. */
  readonly assigned: readonly string[];
  /** The variable whose members it sets, or whose methods it calls. */
  readonly changed?: string;
  readonly blocks: readonly { readonly body: Block; readonly source: string }[];
}

export interface PowerShellScript extends ScriptTree {
  readonly language: 'powershell';
  readonly body: Block;
}

/** The blocks directly in a statement. */
export function blocksOf(statement: Statement): readonly Block[] {
  switch (statement.kind) {
    case 'assignment':
    case 'end':
      return statement.command ? blocksOf(statement.command) : [];
    case 'pipeline':
      return statement.stages.flatMap((stage) => {
        if (stage.kind === 'each') return [stage.body];
        const other = stage.kind === 'where' ? stage.other : stage;
        return other.kind === 'other' ? other.blocks.map(({ body }) => body) : [];
      });
    case 'switch':
      return statement.clauses.map(({ body }) => body);
    default:
      return [statement.body];
  }
}

/** The variables that a round of a loop over a block may set. */
export function assignedNames(block: Block): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = ({ statements }: Block) => {
    for (const statement of statements) {
      for (const name of ownAssignedNames(statement)) names.add(name);
      for (const inner of blocksOf(statement)) visit(inner);
    }
  };
  visit(block);
  return names;
}

function ownAssignedNames(statement: Statement): readonly string[] {
  switch (statement.kind) {
    case 'assignment':
      return statement.names;
    case 'foreach':
      return [statement.variable];
    case 'conditional':
      return statement.assigned;
    case 'pipeline':
      return statement.stages.flatMap((stage) => (stage.kind === 'other' ? stage.assigned : []));
    case 'end':
      return statement.command ? ownAssignedNames(statement.command) : [];
    case 'block':
    case 'switch':
      return [];
  }
}

/** The commands directly in a statement. */
export function commandsOf(statement: Statement): readonly (CmdletCall | NetshCommand)[] {
  if (statement.kind === 'assignment' || statement.kind === 'end')
    return statement.command ? commandsOf(statement.command) : [];
  if (statement.kind !== 'pipeline') return [];
  return statement.stages.flatMap((stage): readonly (CmdletCall | NetshCommand)[] => {
    if (stage.kind === 'netsh') return [stage.netsh];
    return stage.kind === 'cmdlet' ? [stage] : [];
  });
}
