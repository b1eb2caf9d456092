/** The tree of a squid.conf: its logical lines in blocks, and the statement of each line. */

import type { Lineage, LineBlock, LineBlocks } from '../../../kept/line-blocks.js';
import type { LineProblem } from '../../shared/line-problem.js';
import type { AclType } from '../vocabulary/acl-types.js';
import type { Directive } from '../vocabulary/directives.js';

export interface SquidTree extends LineBlocks<Line> {
  readonly lineage: Lineage;
}

/** A run of whole logical lines. */
export type Block = LineBlock<Line>;

/** A logical line: one or, where lines end with a backslash, several lines of the file. */
export interface LogicalLine {
  /** The characters that it occupies in the file, line ends included. */
  readonly raw: string;
  readonly form: 'blank' | 'comment' | 'statement';
  /** The joined text that squid sees; empty for blank lines and comments. */
  readonly text: string;
  /** The offset of the joined text in the raw one. */
  readonly start: number;
  /** Where the joined text continues after a line end; empty for most lines. */
  readonly joints: readonly Joint[];
}

/** From offset `at` of the joined text on, the text comes from offset `raw` of the raw one. */
export interface Joint {
  readonly at: number;
  readonly raw: number;
}

export interface Line extends LogicalLine {
  /** `undefined` for blank lines and comments. */
  readonly statement: Statement | undefined;
}

/** A word of a logical line. Offsets count from the start of the line's raw text. */
export interface Token {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The use of an acl in a list, perhaps negated. `token` covers the name without the `!`. */
export interface AclReference {
  readonly name: string;
  /** The name for comparison. */
  readonly key: string;
  readonly negated: boolean;
  readonly token: Token;
}

export type Statement = AclStatement | RuleStatement | PlainStatement | FlowStatement;

/** An acl line without its values. */
export interface AclHead {
  /** The name of the acl for comparison. */
  readonly key: string;
  readonly type: AclType;
  /** Whether some of its values are in a list file. */
  readonly fromFile: boolean;
}

export interface AclStatement {
  readonly kind: 'acl';
  /** The same object for many lines of an acl that follow each other. */
  readonly head: AclHead;
  readonly name: Token;
  readonly type: AclType;
  readonly typeToken: Token;
  /** Options such as `-n`, in the order written. */
  readonly options: readonly Token[];
  readonly values: readonly Token[];
  /** The texts of the values. */
  readonly words: readonly string[];
  /** The value of a line that has a single one, if that is a host name in small letters; absent where somebody has to look. */
  readonly onlyName?: string | undefined;
  /** The file with further values; its token includes the quotes. */
  readonly file: FileReference | undefined;
  /** For `any-of` and `all-of`. */
  readonly references: readonly AclReference[];
  readonly problems: readonly LineProblem[];
}

export interface FileReference {
  readonly path: string;
  readonly token: Token;
}

/** A rule of an access list: `http_access allow localnet`, `ssl_bump peek step1`, `cache_peer_access parent deny all`. */
export interface RuleStatement {
  readonly kind: 'rule';
  readonly list: string;
  readonly directive: Directive;
  /** The cache_peer of a `cache_peer_access`. */
  readonly peer: Token | undefined;
  readonly action: Token;
  readonly references: readonly AclReference[];
  readonly problems: readonly LineProblem[];
}

/** Any other statement. */
export interface PlainStatement {
  readonly kind: 'plain';
  readonly name: Token;
  readonly directive: Directive | undefined;
  readonly arguments: readonly Token[];
  /** The acls that it names: at the end of `tcp_outgoing_address`, in `deny_info`, and so on. */
  readonly references: readonly AclReference[];
  readonly problems: readonly LineProblem[];
}

/** `include`, `if`, `else` and `endif`, which decide which lines squid reads. */
export interface FlowStatement {
  readonly kind: 'include' | 'if' | 'else' | 'endif';
  readonly name: Token;
  readonly arguments: readonly Token[];
  readonly problems: readonly LineProblem[];
}

const NO_REFERENCES: readonly AclReference[] = [];

export function referencesOf(statement: Statement): readonly AclReference[] {
  return 'references' in statement ? statement.references : NO_REFERENCES;
}

export function isFlow(statement: Statement): statement is FlowStatement {
  return (
    statement.kind === 'include' || statement.kind === 'if' || statement.kind === 'else' || statement.kind === 'endif'
  );
}

/** The name of an acl for comparison, which ignores case (`ACL::FindByName`). */
export function aclKey(name: string): string {
  return name.toLowerCase();
}
