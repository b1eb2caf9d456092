import { type AclType, aclType } from '../vocabulary/acl-types.js';
import { DIRECTIVES, type Directive } from '../vocabulary/directives.js';
import { checkAclLine } from './acl-values.js';
import { checkArguments } from './arguments.js';
import { type Line, type Token, words } from './parse.js';
import { type AclReference, type LineProblem, problemAt, readReferences } from './references.js';

export interface AclStatement {
  readonly kind: 'acl';
  readonly name: Token;
  readonly type: AclType;
  readonly typeToken: Token;
  /** Options such as `-n`, in the order written. */
  readonly options: readonly Token[];
  readonly values: readonly Token[];
  /** The file that the values come from, after those on the line; its token has the quotes. */
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

/** `include`, `if`, `else` and `endif`: what decides which lines squid reads. */
export interface FlowStatement {
  readonly kind: 'include' | 'if' | 'else' | 'endif';
  readonly name: Token;
  readonly arguments: readonly Token[];
  readonly problems: readonly LineProblem[];
}

export type Statement = AclStatement | RuleStatement | PlainStatement | FlowStatement;

const quotedStatements = new WeakMap<Line, Statement>();

/**
 * What a line says, whatever stands around it. `quoted` is the state of configuration_includes_quoted_values. Only for
 * lines of kind `statement`.
 */
export function statementOf(line: Line, quoted = false): Statement {
  if (!quoted) {
    line.statement ??= read(line, false);
    return line.statement;
  }
  let statement = quotedStatements.get(line);
  if (!statement) {
    statement = read(line, true);
    quotedStatements.set(line, statement);
  }
  return statement;
}

const FLOW_NAMES = new Set(['include', 'if', 'else', 'endif']);

function read(line: Line, quoted: boolean): Statement {
  const written = quoted ? quotedWords(line) : words(line);
  const tokens = quoted ? written.map(unquoted) : written;
  const name = tokens[0] ?? { start: 0, end: 0, text: '' };
  const rest = tokens.slice(1);
  if (FLOW_NAMES.has(name.text)) {
    return { kind: name.text as FlowStatement['kind'], name, arguments: rest, problems: [] };
  }
  const directive = DIRECTIVES.get(name.text);
  if (!directive) {
    const message = `squid does not know the directive '${name.text}' and refuses the file`;
    return plain(name, undefined, rest, [], [problemAt(name, message)]);
  }
  if (directive.status !== 'current') return plain(name, directive, rest, [], [statusProblem(name, directive)]);
  const misquoted = quoted && quotingProblem(directive, written.slice(1));
  if (misquoted) return plain(name, directive, rest, [], [misquoted]);
  switch (directive.shape) {
    case 'acl':
      return readAcl(line, name, directive, tokens, quoted);
    case 'access':
    case 'peer-access':
    case 'ssl-bump':
      return readRule(name, directive, rest);
    default: {
      const checked = checkArguments(directive, name, rest);
      return plain(name, directive, rest, checked.references, checked.problems);
    }
  }
}

function plain(
  name: Token,
  directive: Directive | undefined,
  rest: readonly Token[],
  references: readonly AclReference[],
  problems: readonly LineProblem[],
): PlainStatement {
  return { kind: 'plain', name, directive, arguments: rest, references, problems };
}

function statusProblem(name: Token, directive: Directive): LineProblem {
  return directive.status === 'ignored'
    ? { ...problemAt(name, `squid 5 and later ignore '${name.text}'${directive.note}`), code: 'redundant-rule' }
    : problemAt(name, `squid refuses '${name.text}'${directive.note}`);
}

function readAcl(
  line: Line,
  directiveName: Token,
  directive: Directive,
  tokens: readonly Token[],
  quoted: boolean,
): Statement {
  const [, name, typeToken] = tokens;
  const refuse = (token: Token, message: string) =>
    plain(directiveName, directive, tokens.slice(1), [], [problemAt(token, message)]);
  if (!name) return refuse(directiveName, 'an acl needs a name, a type and values');
  if (name.text.length > 63) return refuse(name, 'the name of an acl has at most 63 characters');
  if (!typeToken) return refuse(name, `the acl '${name.text}' has no type`);
  if (name.text === 'manager' && typeToken.text === 'proto') {
    const message = "squid defines the acl 'manager' itself and ignores this line";
    return plain(
      directiveName,
      directive,
      tokens.slice(1),
      [],
      [{ ...problemAt(name, message), code: 'redundant-rule' }],
    );
  }
  const type = aclType(typeToken.text);
  if (!type) return refuse(typeToken, `squid knows no acl type '${typeToken.text}'`);
  // Regular expressions are read with other rules: a backslash keeps the white space behind it.
  const own = type.values === 'patterns' || type.values === 'header' ? words(line, 0, true) : tokens;
  const { options, values } = splitOptions(type, own.slice(3));
  const fileIndex = values.findIndex(({ text }) => (quoted ? LIST_CALL : LIST_QUOTE).test(text));
  const fileToken = values[fileIndex];
  const path = fileToken?.text.replace(quoted ? LIST_CALL : LIST_QUOTE, '').replace(/["'].*$/, '');
  const inline = fileToken ? values.slice(0, fileIndex) : values;
  const references = type.values === 'acls' ? readReferences(inline) : [];
  return {
    kind: 'acl',
    name,
    type,
    typeToken,
    options,
    values: inline,
    file: fileToken && { path: path ?? '', token: fileToken },
    references,
    problems:
      quoted && type.values === 'patterns'
        ? [problemAt(typeToken, 'squid cannot read expressions where configuration_includes_quoted_values is on')]
        : checkAclLine(type, name, options, inline, fileToken !== undefined),
  };
}

/** Options end at the first word that does not begin with `-` or `+`, or behind a `--` (src/acl/Options.cc). */
function splitOptions(type: AclType, tokens: readonly Token[]) {
  let count = 0;
  for (let token = tokens[count]; token; token = tokens[count]) {
    if (!/^[-+]/.test(token.text)) break;
    // A header acl has the name of the header in front of its patterns.
    if (type.values === 'header') break;
    count++;
    if (token.text === '--') break;
  }
  return { options: tokens.slice(0, count), values: tokens.slice(count) };
}

export const BUMP_ACTIONS: ReadonlySet<string> = new Set([
  'splice',
  'bump',
  'peek',
  'stare',
  'terminate',
  'none',
  'client-first',
  'server-first',
  'allow',
  'deny',
]);

function readRule(name: Token, directive: Directive, rest: readonly Token[]): Statement {
  const bump = directive.shape === 'ssl-bump';
  const peer = directive.shape === 'peer-access' ? rest[0] : undefined;
  const [action, ...acls] = directive.shape === 'peer-access' ? rest.slice(1) : rest;
  const references = readReferences(acls);
  const dropped = (token: Token, message: string) =>
    plain(name, directive, rest, references, [problemAt(token, message)]);
  if (directive.shape === 'peer-access' && !peer) return dropped(name, `'${name.text}' needs the name of a cache_peer`);
  if (!action) {
    const message = bump ? "'ssl_bump' needs an action" : `squid ignores '${name.text}' without 'allow' or 'deny'`;
    return dropped(name, message);
  }
  if (bump ? !BUMP_ACTIONS.has(action.text) : action.text !== 'allow' && action.text !== 'deny') {
    const message = bump
      ? `'${action.text}' is no ssl_bump action`
      : `squid ignores the line: '${action.text}' is neither 'allow' nor 'deny'`;
    return dropped(action, message);
  }
  if (acls.length === 0 && !bump) return dropped(name, 'squid ignores the line, because it names no acl');
  return { kind: 'rule', list: directive.name, directive, peer, action, references, problems: [] };
}

/** How a list file is named: in quotes, and where quotes group words, as a call. */
const LIST_QUOTE = /^["']/;
const LIST_CALL = /^parameters\(["']/;

/** Words where a quoted value is one word, quotes included; only with configuration_includes_quoted_values. */
function quotedWords(line: Line): Token[] {
  const tokens: Token[] = [];
  for (const token of words(line)) {
    const previous = tokens[tokens.length - 1];
    const quote = previous && /^["']/.test(previous.text) ? previous.text[0] : undefined;
    const open = previous && quote && (previous.text.length === 1 || !previous.text.endsWith(quote));
    if (open)
      tokens[tokens.length - 1] = { start: previous.start, end: token.end, text: `${previous.text} ${token.text}` };
    else tokens.push(token);
  }
  return tokens;
}

function unquoted(token: Token): Token {
  return { ...token, text: token.text.replace(/^(["'])(.*)\1$/s, '$2') };
}

/** What an unquoted word may hold where quotes group words, as squid 5.7 accepts it. */
const PLAIN_WORD = /^[\w+,\-./:=)]*$/;

/** Why squid refuses the words of a line where quotes group words. */
function quotingProblem({ shape }: Directive, tokens: readonly Token[]): LineProblem | undefined {
  for (const token of tokens) {
    const quote = /^["']/.exec(token.text)?.[0];
    if (quote && (token.text.length === 1 || !token.text.endsWith(quote))) {
      return problemAt(token, `this quoted value does not end with ${quote}, so squid refuses the file`);
    }
    const checked = shape === 'acl' || shape === 'access' || shape === 'peer-access';
    if (checked && !quote && !PLAIN_WORD.test(token.text) && !LIST_CALL.test(token.text)) {
      return problemAt(token, `squid refuses '${token.text}' without quotes where these group words`);
    }
  }
  return undefined;
}
