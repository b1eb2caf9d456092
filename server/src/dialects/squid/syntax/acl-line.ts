// Reads a line that defines an acl: name, type, options, values.

import type { LineProblem } from '../../shared/line-problem.js';
import { openNameIn } from '../../shared/open-values.js';
import { ACL_TYPES, type AclType } from '../vocabulary/acl-types.js';
import { checkAclLine } from './acl-values.js';
import { tokenize } from './lines.js';
import { LIST_FILE_CALL } from './quoting.js';
import { problemAt, readReferences, redundancyAt } from './references.js';
import { type AclStatement, aclKey, type LogicalLine, type Token } from './tree.js';

/** The longest name of an acl, in characters. */
export const NAME_LENGTH = 63;

/**
 * Reads a line of the words `tokens`, of which the first is `acl`; a problem where it defines no acl. `quoted`:
 * whether quotes group words.
 */
export function readAcl(line: LogicalLine, tokens: readonly Token[], quoted: boolean): AclStatement | LineProblem {
  const [directive = NO_TOKEN, name, typeToken] = tokens;
  if (!name) return problemAt(directive, 'an acl needs a name, a type and values');
  if (name.text.length > NAME_LENGTH) {
    return problemAt(name, `the name of an acl has at most ${NAME_LENGTH} characters`);
  }
  if (!typeToken) return problemAt(name, `the acl '${name.text}' has no type`);
  if (name.text === 'manager' && typeToken.text === 'proto') {
    return redundancyAt(name, "the acl 'manager' is built in, and squid ignores this line");
  }
  const type = ACL_TYPES.get(typeToken.text);
  if (!type) return problemAt(typeToken, `unknown acl type '${typeToken.text}'`);
  const own = hasEscapes(type) ? tokenize(line, true) : tokens;
  const { options, values } = splitOptions(type, own.slice(3));
  const listForm = quoted ? LIST_FILE_CALL : LIST_FILE_QUOTE;
  const fileIndex = values.findIndex(({ text }) => listForm.test(text));
  // A value that a template fills in is like a list that cannot be read: there may be any values.
  const isOpen = ({ text }: Token) => openNameIn(text) !== undefined;
  const fileToken = values.find(isOpen) ?? values[fileIndex];
  const inline = (fileIndex < 0 ? values : values.slice(0, fileIndex)).filter((token) => !isOpen(token));
  return {
    kind: 'acl',
    head: { key: aclKey(name.text), type, fromFile: fileToken !== undefined },
    name,
    type,
    typeToken,
    options,
    values: inline,
    words: inline.map(({ text }) => text),
    file: fileToken && { path: fileToken.text.replace(listForm, '').replace(/["'].*$/, ''), token: fileToken },
    references: type.values === 'acls' ? readReferences(inline) : [],
    problems:
      quoted && type.values === 'patterns'
        ? [problemAt(typeToken, 'squid cannot read expressions where configuration_includes_quoted_values is on')]
        : checkAclLine({ type, name, options, values: inline, hasFile: fileToken !== undefined }),
  };
}

/** Whether an acl holds regular expressions, in which a backslash keeps the white space after it. */
export function hasEscapes({ values }: AclType): boolean {
  return values === 'patterns' || values === 'header';
}

const NO_TOKEN: Token = { start: 0, end: 0, text: '' };

/** The notation of a list file unless quotes group words. */
const LIST_FILE_QUOTE = /^["']/;

/** Options end at the first word that does not begin with `-` or `+`, or after a `--` (src/acl/Options.cc). */
function splitOptions(type: AclType, tokens: readonly Token[]) {
  let count = 0;
  for (let token = tokens[count]; token; token = tokens[count]) {
    if (!/^[-+]/.test(token.text)) break;
    // A header acl has the name of the header before its patterns.
    if (type.values === 'header') break;
    count++;
    if (token.text === '--') break;
  }
  return { options: tokens.slice(0, count), values: tokens.slice(count) };
}
