// The syntax tree of nft files, after the grammar of nft 1.0.6 (parser_bison.y). Offsets count from the start of the statement
// that contains them, so that an unchanged statement has the same node wherever it moves.
import type { LineProblem } from '../../shared/line-problem.js';
import type { Family, ObjectKind, Verb } from '../vocabulary/words.js';
import type { PlainRule } from './plain-rule.js';

export type { Family, ObjectKind, Verb };

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** `tcp dport`, `ct state`, `meta l4proto`: a property of a packet or of its path. */
export interface FieldExpression extends Span {
  readonly kind: 'field';
  /** In the words of the manual: `ip saddr`, `meta iifname`, `ct state`. */
  readonly field: string;
}

export interface NumberExpression extends Span {
  readonly kind: 'number';
  readonly text: string;
}

/** A symbolic constant or bare text: `http`, `established`, `eth0`, `10.0.0.1`. */
export interface WordExpression extends Span {
  readonly kind: 'word';
  readonly text: string;
  readonly form: 'word' | 'quoted' | 'wildcard' | 'address';
}

export interface VariableExpression extends Span {
  readonly kind: 'variable';
  readonly name: string;
  /** Its value is not looked at, because that needs more work than one file may cost. */
  readonly tooLarge?: true;
}

/** `@name`: a named set or map. */
export interface SetReferenceExpression extends Span {
  readonly kind: 'set-reference';
  readonly name: string;
}

/** `{ … }`: an anonymous set, or the content of a named one. */
export interface SetExpression extends Span {
  readonly kind: 'set';
  readonly elements: readonly SetElement[];
}

export interface SetElement extends Span {
  /** `'*'` matches all values that no other element has. */
  readonly key: Expression | '*';
  /** The value of the key in a map. */
  readonly value: Expression | Verdict | undefined;
  /** It has a timeout or a limit. */
  readonly conditional: boolean;
}

/** `a, b`: some of several flags. */
export interface ListExpression extends Span {
  readonly kind: 'list';
  readonly items: readonly Expression[];
}

export interface PrefixExpression extends Span {
  readonly kind: 'prefix';
  readonly base: Expression;
  readonly length: number;
}

export interface RangeExpression extends Span {
  readonly kind: 'range';
  readonly low: Expression;
  readonly high: Expression;
}

export interface ConcatenationExpression extends Span {
  readonly kind: 'concatenation';
  readonly parts: readonly Expression[];
}

export interface BinaryExpression extends Span {
  readonly kind: 'binary';
  readonly operator: '&' | '|' | '^' | '<<' | '>>';
  readonly left: Expression;
  readonly right: Expression;
}

/** `key map { … }`. */
export interface MapExpression extends Span {
  readonly kind: 'map';
  readonly key: Expression;
  readonly map: Expression;
}

export type Expression =
  | FieldExpression
  | NumberExpression
  | WordExpression
  | VariableExpression
  | SetReferenceExpression
  | SetExpression
  | ListExpression
  | PrefixExpression
  | RangeExpression
  | ConcatenationExpression
  | BinaryExpression
  | MapExpression;

export interface Verdict extends Span {
  readonly kind: 'verdict';
  readonly verdict: 'accept' | 'drop' | 'continue' | 'return' | 'jump' | 'goto';
  readonly chain: WordExpression | VariableExpression | undefined;
}

/** `implicit` is `==` where the file omits the operator: any of the flags, one of the set. */
export type RelationalOperator = 'implicit' | '==' | '!=' | '<' | '>' | '<=' | '>=' | '!';

export interface MatchStatement extends Span {
  readonly kind: 'match';
  readonly left: Expression;
  readonly operator: RelationalOperator;
  readonly right: Expression;
  /** `value / mask`, the short form of a comparison of flags. */
  readonly mask: Expression | undefined;
}

export interface VerdictMapStatement extends Span {
  readonly kind: 'verdict-map';
  readonly key: Expression;
  readonly map: SetExpression | SetReferenceExpression | VariableExpression;
}

/** `jump { … }`: a chain without a name. */
export interface AnonymousChainStatement extends Span {
  readonly kind: 'anonymous-chain';
  readonly verdict: 'jump' | 'goto';
  readonly rules: readonly RuleBody[];
}

export interface TranslateStatement extends Span {
  readonly kind: 'translate';
  readonly name: 'dnat' | 'snat' | 'masquerade' | 'redirect';
  /** `ip` and `ip6` where the statement names it. */
  readonly family: 'ip' | 'ip6' | undefined;
  readonly address: Expression | undefined;
  readonly port: Expression | undefined;
  /** A map over address and port, a prefix or an interval: more than a single address and port. */
  readonly complex: boolean;
}

/** A statement that ends the rule with an outcome that the file does not determine. */
export interface TerminalStatement extends Span {
  readonly kind: 'terminal';
  /** `queue`, `tproxy`, `synproxy`, `fwd`. */
  readonly name: string;
  /** For `tproxy`, where the statement names it. */
  readonly family?: 'ip' | 'ip6' | undefined;
}

/** A condition that depends on earlier packets: `limit rate 5/second`, `quota over 1 gbytes`, `ct count over 3`. */
export interface ConditionStatement extends Span {
  readonly kind: 'condition';
  readonly name: 'limit' | 'quota' | 'ct count' | 'meter' | 'update';
  /** The set to which it adds elements, for `update`. */
  readonly set: string | undefined;
  /** For `update` and `meter`, what each packet is looked up by. */
  readonly key?: Expression;
}

/** A statement that does not affect the verdict directly: `counter`, `log`, `meta mark set 1`. */
export interface EffectStatement extends Span {
  readonly kind: 'effect';
  readonly name: 'counter' | 'last' | 'log' | 'notrack' | 'set' | 'update' | 'dup' | 'flow' | 'strip';
  /** For `set`, what is set: `meta mark`. For `update`, which set. */
  readonly target: string | undefined;
  /** For `set`, to what. */
  readonly value?: Expression;
  /** For `update`, what each packet is looked up by. */
  readonly key?: Expression;
}

export interface RejectStatement extends Span {
  readonly kind: 'reject';
  readonly answer: 'default' | 'tcp reset' | 'icmp' | 'icmpv6' | 'icmpx';
}

export type RuleStatement =
  | MatchStatement
  | Verdict
  | VerdictMapStatement
  | AnonymousChainStatement
  | TranslateStatement
  | TerminalStatement
  | ConditionStatement
  | EffectStatement
  | RejectStatement;

/** The statements of one rule, in their order. */
export interface RuleBody extends Span {
  readonly statements: readonly RuleStatement[];
}

export interface Name extends Span {
  readonly text: string;
}

/** The target of a command: `inet filter forward`; without family and table inside a table block. */
export interface Target {
  readonly family: Family | undefined;
  readonly table: Name | undefined;
  /** Absent where the command uses a handle, or is about a whole table. */
  readonly name: Name | undefined;
}

/** `handle 4`, or `index 2`: the rule that a command is about, or at which it puts another. */
export interface RulePlace extends Span {
  readonly by: 'handle' | 'index';
  readonly value: number;
}

/** A priority: a number, a name with an offset, or a variable. */
export interface Priority extends Span {
  readonly name: string | undefined;
  readonly offset: number;
  readonly variable: VariableExpression | undefined;
}

export type Content =
  /** `table inet filter`, `chain forward`, `add set …`, `delete chain …`, `flush table …`. */
  | {
      readonly kind: 'object';
      readonly verb: Verb;
      readonly object: ObjectKind;
      /** For `object`: `counter`, `ct helper`. */
      readonly type: string;
      readonly target: Target;
      /** It uses a `handle`, or renames. */
      readonly byHandle: boolean;
    }
  | { readonly kind: 'element'; readonly verb: Verb; readonly target: Target; readonly elements: Expression }
  | {
      readonly kind: 'rule';
      readonly verb: Verb;
      /** Absent inside a chain block. */
      readonly target: Target | undefined;
      readonly position: RulePlace | undefined;
      readonly body: RuleBody;
    }
  | { readonly kind: 'include'; readonly path: Name }
  | { readonly kind: 'define'; readonly verb: 'define' | 'redefine'; readonly name: Name; readonly value: Expression }
  | { readonly kind: 'undefine'; readonly name: Name }
  | {
      readonly kind: 'hook';
      readonly type: Name;
      readonly hook: Name;
      readonly devices: readonly Expression[];
      readonly priority: Priority;
    }
  | { readonly kind: 'policy'; readonly policy: 'accept' | 'drop' | VariableExpression; readonly place: Span }
  | { readonly kind: 'set-type'; readonly types: readonly Name[]; readonly data: readonly Name[] }
  | { readonly kind: 'set-typeof'; readonly key: Expression; readonly verdicts: boolean }
  | { readonly kind: 'set-flags'; readonly flags: readonly Name[] }
  | { readonly kind: 'elements'; readonly elements: Expression }
  | { readonly kind: 'table-flags'; readonly flags: readonly Name[] }
  /** A property that no verdict depends on: comments, sizes, values of counters. */
  | { readonly kind: 'property' }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'auto-merge' }
  /** A statement with a syntax error, which the problem describes. */
  | { readonly kind: 'unreadable' };

/** The use of a name. The `kind` is the one of its definitions. */
export interface Reference extends Span {
  readonly kind: 'variable' | 'set' | 'chain' | 'object';
  readonly name: string;
}

/** One statement, without regard to where it stands. */
export interface StatementNode {
  readonly text: string;
  /** What it says where it is a plain rule, whose content is made when something asks for that. */
  readonly plain?: PlainRule;
  readonly content: Content;
  readonly references: readonly Reference[];
  readonly problems: readonly LineProblem[];
}

export type BlockKind = 'file' | 'table' | 'chain' | 'set' | 'map' | 'flowtable' | 'object';

/** A run of items at its position. */
export interface PlacedItems {
  readonly start: number;
  readonly run: ItemRun;
}

/**
 * Consecutive items of a block. Their offsets count from the start of the run, so that it is the same object for
 * as long as its text is unchanged, at any position.
 */
export interface ItemRun {
  readonly kind: BlockKind;
  /** The length of its text, including separators. */
  readonly length: number;
  /** How much text has to be unchanged for the items to be unchanged; `undefined` where that is unknown. */
  readonly needs: number | undefined;
  readonly items: readonly ItemText[];
}

/** An item in a run, with its block. All offsets count from the start of the run. */
export interface ItemText {
  readonly start: number;
  readonly node: StatementNode;
  readonly block: BlockText | undefined;
  readonly unterminatedAt: number | undefined;
}

export interface BlockText {
  readonly kind: BlockKind;
  readonly start: number;
  readonly end: number;
  readonly closed: boolean;
  readonly runs: readonly PlacedItems[];
}
