// Reads one logical line as a statement, independent of preceding lines.

import type { LineProblem } from '../../shared/line-problem.js';
import { BUMP_ACTIONS } from '../vocabulary/actions.js';
import { DIRECTIVES, type Directive } from '../vocabulary/directives.js';
import { readAcl } from './acl-line.js';
import { checkArguments } from './arguments.js';
import { tokenize } from './lines.js';
import { quotingProblem, tokenizeQuoted, unquoted } from './quoting.js';
import { problemAt, readReferences, redundancyAt } from './references.js';
import type {
  AclReference,
  FlowStatement,
  LogicalLine,
  PlainStatement,
  RuleStatement,
  Statement,
  Token,
} from './tree.js';

const NO_TOKEN: Token = { start: 0, end: 0, text: '' };

/** Reads a line of kind `statement`. `quoted`: whether configuration_includes_quoted_values is on there. */
export function readStatement(line: LogicalLine, quoted = false): Statement {
  const written = quoted ? tokenizeQuoted(line) : tokenize(line);
  const tokens = quoted ? written.map(unquoted) : written;
  const [name = NO_TOKEN, ...args] = tokens;
  if (isFlowName(name.text)) {
    const read = name.text === 'include' ? includedPaths(line) : args;
    return { kind: name.text, name, arguments: read, problems: [] };
  }
  const directive = DIRECTIVES.get(name.text);
  const head: Head = { name, directive, arguments: args };
  if (!directive) {
    return dropped(head, problemAt(name, `unknown directive '${name.text}': squid rejects the file`));
  }
  if (directive.status !== 'current') return dropped(head, statusProblem(name, directive));
  const misquoted = quoted && quotingProblem(directive, written.slice(1));
  if (misquoted) return dropped(head, misquoted);
  switch (directive.shape) {
    case 'acl': {
      const acl = readAcl(line, tokens, quoted);
      return 'kind' in acl ? acl : dropped(head, acl);
    }
    case 'access':
    case 'peer-access':
    case 'ssl-bump':
      return readRule(head, directive);
    default:
      return { kind: 'plain', ...head, ...checkArguments(directive, name, args) };
  }
}

/** Quotes group the words of a path whatever the setting for other values is (`strwordtok`). */
function includedPaths(line: LogicalLine): Token[] {
  return tokenizeQuoted(line)
    .slice(1)
    .map((token) => (token.text.startsWith('"') ? unquoted(token) : token));
}

type Head = Pick<PlainStatement, 'name' | 'directive' | 'arguments'>;

/** A line that squid rejects or ignores. */
function dropped(head: Head, problem: LineProblem, references: readonly AclReference[] = []): PlainStatement {
  return { kind: 'plain', ...head, references, problems: [problem] };
}

function isFlowName(name: string): name is FlowStatement['kind'] {
  return name === 'include' || name === 'if' || name === 'else' || name === 'endif';
}

function statusProblem(name: Token, directive: Directive): LineProblem {
  return directive.status === 'ignored'
    ? redundancyAt(name, `squid 5 and later ignore '${name.text}'${directive.note}`)
    : problemAt(name, `squid rejects '${name.text}'${directive.note}`);
}

function readRule(head: Head, directive: Directive): RuleStatement | PlainStatement {
  const { name } = head;
  const bump = directive.shape === 'ssl-bump';
  const ofPeer = directive.shape === 'peer-access';
  const peer = ofPeer ? head.arguments[0] : undefined;
  const [action, ...acls] = ofPeer ? head.arguments.slice(1) : head.arguments;
  const references = readReferences(acls);
  const refuse = (token: Token, message: string) => dropped(head, problemAt(token, message), references);
  if (ofPeer && !peer) return refuse(name, `'${name.text}' needs the name of a cache_peer`);
  if (!action) {
    return refuse(name, bump ? "'ssl_bump' needs an action" : `squid ignores '${name.text}' without 'allow' or 'deny'`);
  }
  if (bump ? !BUMP_ACTIONS.has(action.text) : action.text !== 'allow' && action.text !== 'deny') {
    const message = bump
      ? `unknown ssl_bump action '${action.text}'`
      : `squid ignores the line: '${action.text}' is neither 'allow' nor 'deny'`;
    return refuse(action, message);
  }
  if (acls.length === 0 && !bump) return refuse(name, 'squid ignores the line: it names no acl');
  return { kind: 'rule', list: directive.name, directive, peer, action, references, problems: [] };
}
