// Tells for which hosts a program may answer otherwise than before a bypass was put into it.
import type { AnyNode, Expression, IfStatement } from 'acorn';
import { HostSet } from '../../../model/hosts.js';
import { alternatives, readHostTest, returnedBy } from '../program/host-tests.js';
import type { PacProgram } from '../program/program.js';
import { likeness } from '../syntax/same-program.js';
import { isFunction, nodesOf, type ParsedPac } from '../syntax/tree.js';
import { ENTRY_FUNCTIONS } from '../vocabulary/words.js';

/** Conditions that a program has and an earlier one had not, and the `if` that they are in. */
interface Added {
  readonly statement: IfStatement;
  readonly tests: readonly Expression[];
}

/**
 * The hosts for which a program may answer otherwise than an earlier one, where all that is new are comparisons of the host with names,
 * such as `host == "a"` and `dnsDomainIs(host, ".b")`, in a statement `if (…) return "DIRECT";` of the entry function: for all other hosts
 * they are false and do nothing else. `undefined` where more has changed, or where the program may see the difference in another way.
 */
export function changedHosts(before: PacProgram, after: PacProgram): HostSet | undefined {
  const added = addedTests(before, after);
  if (!added || !isPlain(added.statement) || !seeHostAlone(added, after)) return undefined;
  const sets = added.tests.map((operand) => {
    const test = readHostTest(operand, after);
    if (!test || test.kind === 'loose') return undefined;
    const name = test.name.toLowerCase();
    return HostSet.pattern(test.kind === 'below' ? `*.${name}` : name);
  });
  return sets.every((set) => set !== undefined) ? HostSet.union(sets) : undefined;
}

/** The first place where two programs differ decides what may have been added: a statement of a block, or operands of a condition. */
function addedTests({ tree: before }: PacProgram, { tree: after }: PacProgram): Added | undefined {
  const [old, now] = [before.nodes, after.nodes];
  if (now.length <= old.length) return undefined;
  const areAlike = likeness(before.source.text, after.source.text);
  const firstDifference = (from: number): number => {
    for (let i = from; i < old.length; i++) {
      const [one, other] = [old[i], now[i]];
      if (!one || !other || !areAlike(one, other)) return i;
    }
    return old.length;
  };
  const at = firstDifference(0);
  /** Whether all nodes from the first difference on are alike, but for those that one of the programs may have alone. */
  const isAllAlikeBut = (oldAlone: ReadonlySet<AnyNode>, newAlone: ReadonlySet<AnyNode>): boolean => {
    let j = at;
    for (let i = at; i < old.length; i++) {
      const one = old[i];
      if (!one || oldAlone.has(one)) continue;
      let other = now[j++];
      while (other && newAlone.has(other)) other = now[j++];
      if (!other || !areAlike(one, other)) return false;
    }
    while (j < now.length) {
      const other = now[j++];
      if (other && !newAlone.has(other)) return false;
    }
    return true;
  };
  const [node, newNode] = [old[at], now[at]];
  if (!node || !newNode) return undefined;
  if (node.type === 'BlockStatement' && newNode.type === 'BlockStatement') {
    const next = now[firstDifference(at + 1)];
    const statement = newNode.body.find((one) => next !== undefined && isWithin(next, one));
    if (statement?.type !== 'IfStatement' || newNode.body.length !== node.body.length + 1) return undefined;
    const newAlone = nodesWithin(statement, now, at);
    const isSame = isAllAlikeBut(new Set([node]), newAlone.add(newNode));
    return isSame ? { statement, tests: alternatives(statement.test) } : undefined;
  }
  const [first, statement] = [around(node, before.parents), around(newNode, after.parents)];
  if (!first || !statement || !isWithin(newNode, statement.test)) return undefined;
  const [operands, newOperands] = [alternatives(first.test), alternatives(statement.test)];
  const same = operands.findIndex((one, i) => {
    const other = newOperands[i];
    return !other || sliceOf(before.source.text, one) !== sliceOf(after.source.text, other);
  });
  const start = same < 0 ? operands.length : same;
  const tests = newOperands.slice(start, start + newOperands.length - operands.length);
  const newAlone = new Set([...jointsOf(statement.test), ...tests.flatMap((test) => [...nodesWithin(test, now, at)])]);
  return isAllAlikeBut(jointsOf(first.test), newAlone) ? { statement, tests } : undefined;
}

/** A node that comes at or behind a place in the list of nodes, with all that is in it, which comes next. */
function nodesWithin(node: AnyNode, nodes: readonly AnyNode[], from: number): Set<AnyNode> {
  const start = nodes.indexOf(node, from);
  if (start < 0) return new Set();
  const length = nodes.slice(start).findIndex((one) => !isWithin(one, node));
  return new Set(nodes.slice(start, length < 0 ? undefined : start + length));
}

/** The nodes that join the operands of a chain of `||`. */
function jointsOf(test: Expression): ReadonlySet<AnyNode> {
  const joints = new Set<AnyNode>();
  const pending: Expression[] = [test];
  for (let one = pending.pop(); one; one = pending.pop()) {
    if (one.type === 'ParenthesizedExpression') pending.push(one.expression);
    if (one.type !== 'LogicalExpression' || one.operator !== '||') continue;
    joints.add(one);
    pending.push(one.left, one.right);
  }
  return joints;
}

function around(node: AnyNode, parents: ParsedPac['parents']): IfStatement | undefined {
  let one: AnyNode | undefined = node;
  while (one && one.type !== 'IfStatement' && !isFunction(one)) one = parents.get(one);
  return one?.type === 'IfStatement' ? one : undefined;
}

function sliceOf(text: string, { start, end }: AnyNode): string {
  return text.slice(start, end);
}

function isWithin({ start, end }: AnyNode, outer: AnyNode): boolean {
  return outer.start <= start && end <= outer.end;
}

/** Whether all that it does is to return a text or the value of a name. */
function isPlain(statement: IfStatement): boolean {
  const { consequent } = statement;
  const type = returnedBy(statement)?.type;
  const isAlone = consequent.type !== 'BlockStatement' || consequent.body.length === 1;
  return isAlone && (type === 'Literal' || type === 'Identifier');
}

/** What lets a program see its own text, or its arguments and functions in another way than by their names. */
const REFLECTING: ReadonlySet<string> = new Set(['arguments', 'eval', 'Function', 'globalThis', 'window', 'self']);

/** Whether the tests are about the host that clients ask for, and nothing in the file reaches around that. */
function seeHostAlone({ statement, tests }: Added, { tree, scopes }: PacProgram): boolean {
  let entry = tree.parents.get(statement);
  while (entry && !isFunction(entry)) entry = tree.parents.get(entry);
  if (entry?.type !== 'FunctionDeclaration' || !ENTRY_FUNCTIONS.some(({ name }) => name === entry.id?.name))
    return false;
  const own = scopes.globals.get(entry.id?.name ?? '');
  // Only clients call it.
  if (!own || own.scope !== tree.program || own.reads.length > 0 || own.writes.length > 0) return false;
  if (own.definitions.length !== 1 || own.definitions[0] !== entry.id) return false;
  const [, host] = entry.params;
  const binding = host?.type === 'Identifier' ? scopes.bindingOf.get(host) : undefined;
  if (!binding || binding.writes.length > 0 || binding.definitions.length !== 1) return false;
  if (nodesOf(tree, 'ThisExpression', 'WithStatement').length > 0) return false;
  if (scopes.free.some(({ name }) => REFLECTING.has(name))) return false;
  return tests.every((test) => {
    const named = nodesOf(tree, 'Identifier').filter((node) => isWithin(node, test) && node.name === binding.name);
    return named.length > 0 && named.every((node) => scopes.bindingOf.get(node) === binding);
  });
}
