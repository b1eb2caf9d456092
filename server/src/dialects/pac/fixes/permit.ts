// Proposals that make hosts bypass the proxy, in the style of the file.

import type { AnyNode } from 'acorn';
import { smallest } from '../../../kept/lists.js';
import type { Candidate, Change } from '../../dialect.js';
import { entryFunction } from '../program/entry-function.js';
import { readHostTest } from '../program/host-tests.js';
import type { PacDocument, PacProgram } from '../program/program.js';
import { nodesOf } from '../syntax/tree.js';
import { Bypass } from './bypass.js';
import { extendLists, extendTables } from './extend-lists.js';
import { FileStyle } from './file-style.js';
import { returnDirect } from './return-direct.js';

const CANDIDATE_LIMIT = 6;

/** How many conditions that return DIRECT are extended: the longest lists of hosts. */
const EXTENDED_LIMIT = 2;

/**
 * Best first: another result of a condition that is about the hosts alone; another operand of a condition that already returns DIRECT, more elements of a list of hosts, or a new
 * condition before the one that decides otherwise.
 */
export function proposePermits({ program }: PacDocument, change: Change): Candidate[] {
  if (change.goal !== 'bypass' || !program || change.hosts.length === 0) return [];
  const bypass = new Bypass(program, change);
  const style = new FileStyle(program);
  return [
    ...returnDirect(bypass, style.styleOf([]).quote),
    ...extendConditions(bypass, style),
    ...extendLists(bypass),
    ...extendTables(bypass),
    ...addConditions(bypass, style),
  ].slice(0, CANDIDATE_LIMIT);
}

/** Adds operands to conditions that return DIRECT and come before the deciding statement. */
function* extendConditions(bypass: Bypass, fileStyle: FileStyle): Generator<Candidate> {
  const before = smallest(bypass.decidedAt);
  // The longest list of hosts is where the file's author would look.
  const ranked = nodesOf(bypass.program.tree, 'IfStatement')
    .filter((node) => fileStyle.returnsDirect(node) && node.start < before)
    .map((node) => ({ node, tests: fileStyle.hostTests(node.test) }))
    .filter(({ tests }) => tests.length > 0)
    .sort((a, b) => b.tests.length - a.tests.length);
  for (const { node, tests } of ranked.slice(0, EXTENDED_LIMIT)) {
    const last = tests.at(-1);
    if (!last) continue;
    const style = fileStyle.styleOf(tests);
    const added = bypass.hosts.flatMap((host) => fileStyle.conditionsFor(host, style, tests));
    if (added.length === 0) continue;
    const separator = fileStyle.separatorOf(node.test, tests, added);
    const newText = added.map((condition) => separator + condition).join('');
    yield bypass.proposal('with the hosts of line', node.start, last.node.end, newText);
  }
}

/** Adds a new condition: before the statement that decides otherwise, then at the beginning. */
function* addConditions(bypass: Bypass, fileStyle: FileStyle): Generator<Candidate> {
  const { program } = bypass;
  const entry = entryFunction(program.tree, program.scopes);
  if (entry?.body.type !== 'BlockStatement') return;
  const { body } = entry.body;
  const tests = nodesOf(program.tree, 'CallExpression', 'BinaryExpression').flatMap(
    (node) => readHostTest(node, program) ?? [],
  );
  tests.sort((a, b) => a.node.start - b.node.start);
  const inEntry = tests.filter(({ node }) => entry.start < node.start && node.end < entry.end);
  const hostParameter = entry.params[1];
  const host = hostParameter?.type === 'Identifier' ? hostParameter.name : 'host';
  const style = { ...fileStyle.styleOf(inEntry), host };
  const conditions = bypass.hosts.flatMap((pattern) => fileStyle.conditionsFor(pattern, style, []));
  const deciding = body.find(({ start, end }) => bypass.decidedAt.some((offset) => start <= offset && offset <= end));
  const first = body.find((statement) => !isPreparation(statement, program));
  for (const statement of new Set([deciding, first])) {
    if (!statement) continue;
    const newText = fileStyle.ifStatement(conditions, statement, tests);
    yield bypass.proposal('before line', statement.start, statement.start, newText);
  }
}

/** Whether a statement has to remain before a new condition: a declaration, or the conversion of the host to lower case. */
function isPreparation(statement: AnyNode, { subjects }: PacProgram): boolean {
  if (statement.type === 'VariableDeclaration' || statement.type === 'FunctionDeclaration') return true;
  if (statement.type !== 'ExpressionStatement') return false;
  if ('directive' in statement && statement.directive !== undefined) return true;
  return statement.expression.type === 'AssignmentExpression' && subjects.of(statement.expression.left) !== undefined;
}
