// The order in which the commands of a batch file run: `goto`, `exit` and labels.

import type { BatchStatement } from '../syntax/batch/tree.js';
import { quotation } from '../syntax/script.js';

type Jump = BatchStatement & { kind: 'jump' };

/**
 * The statements of a file without those that never run, and with those that possibly run under a condition. `goto` without a
 * condition leads to its label (*goto*: "Directs cmd.exe to a labeled line"); behind it, and behind `exit`, only what a label leads
 * to can run. Where a condition leads to a label that changes the firewall, or over commands that do, these are conditional; where
 * it only ends the script, as without the permission, that is taken as the exception. Of a loop, the first round runs, and another one
 * under a condition, with what rounds set being unknown.
 */
export function followJumps(statements: readonly BatchStatement[]): BatchStatement[] {
  if (!statements.some((statement) => /^(?:call|jump)$/.test(statement.kind) || jumpsWithin(statement).length > 0)) {
    return [...statements];
  }
  return new JumpReader(statements).read();
}

class JumpReader {
  private readonly labels: ReadonlyMap<string, number>;
  private readonly result: BatchStatement[] = [];

  /** The labels that are called without a condition. */
  private readonly called = new Set<string>();

  /** Those whose part is being read. */
  private readonly open = new Set<string>();

  constructor(private readonly statements: readonly BatchStatement[]) {
    const found = new Map<string, number>();
    statements.forEach((statement, at) => {
      if (statement.kind === 'label' && !found.has(statement.name)) found.set(statement.name, at);
    });
    this.labels = found;
  }

  read(): BatchStatement[] {
    let at = 0;
    while (at < this.statements.length) {
      const statement = this.statements[at];
      if (!statement) break;
      if (statement.kind === 'jump') {
        this.readAgain(statement, at);
        const target = this.ahead(statement, at);
        this.readUnder(at + 1, target ?? this.statements.length, undefined);
        at = target ?? this.statements.length;
        continue;
      }
      if (statement.kind === 'call') this.readCalled(statement.to);
      else this.result.push(statement);
      this.forgetCalled(statement);
      for (const jump of jumpsWithin(statement)) this.readAgain(jump, at);
      at++;
      const over = this.conditionalFrom(statement, at);
      if (over === undefined) continue;
      this.readUnder(at, over, statement);
      // Where the part ends with a jump, only its label is behind it.
      const last = this.statements[over - 1];
      at = last?.kind === 'jump' ? (this.ahead(last, over - 1) ?? this.statements.length) : over;
      if (at > over) this.readUnder(over, at, undefined);
    }
    return this.result;
  }

  /** The commands from a label up to the end of its part run where that is called. */
  private readCalled(name: string): void {
    const part = this.partOf(name);
    if (part.length === 0) return;
    // What calls itself, and what is called very often, sets anything.
    if (this.open.has(name) || this.result.length > LENGTH_LIMIT) {
      this.forget(part);
      return;
    }
    this.called.add(name);
    this.open.add(name);
    let locals = 0;
    for (const statement of part) {
      if (statement.kind === 'setlocal') locals++;
      if (statement.kind === 'endlocal') locals--;
      if (statement.kind === 'call') this.readCalled(statement.to);
      else if (statement.kind !== 'jump') this.result.push(statement);
      this.forgetCalled(statement);
    }
    // The end of a part that is called ends what it has begun (*setlocal*).
    const range = part[part.length - 1]?.range ?? { start: 0, end: 0 };
    for (; locals > 0; locals--) this.result.push({ kind: 'endlocal', range });
    this.open.delete(name);
  }

  private partOf(name: string): readonly BatchStatement[] {
    const from = this.labels.get(name);
    return from === undefined ? [] : this.statements.slice(from, this.endBehind(from, this.statements.length));
  }

  /** What parts set that are possibly called within a statement is unknown behind it. */
  private forgetCalled(statement: BatchStatement): void {
    for (const name of blockOf(statement).flatMap(callsIn)) this.forget(this.partOf(name));
  }

  private forget(statements: readonly BatchStatement[]): void {
    const range = statements[0]?.range ?? { start: 0, end: 0 };
    for (const name of namesSetIn(statements)) {
      this.result.push({ kind: 'set', name, text: undefined, isNested: false, range });
    }
  }

  /** A jump back: another round of the commands from its label on. */
  private readAgain(jump: Jump, at: number): void {
    const target = this.labels.get(jump.to);
    if (target === undefined || target > at) return;
    const round = this.statements.slice(target + 1, at + 1).filter(({ kind }) => kind !== 'jump' && kind !== 'label');
    this.forget(round);
    if (!round.some(changes)) return;
    this.result.push({ kind: 'conditional', condition: quotation(`goto ${jump.to}`), body: round, range: jump.range });
    this.forget(round);
  }

  /** The index of the label that a jump leads forward to. */
  private ahead({ to }: Jump, at: number): number | undefined {
    const target = this.labels.get(to);
    return target !== undefined && target > at ? target : undefined;
  }

  /** Where the commands end that a conditional jump in a statement in front of them possibly leaves out. */
  private conditionalFrom(statement: BatchStatement, at: number): number | undefined {
    let end: number | undefined;
    for (const jump of jumpsWithin(statement)) {
      const target = this.ahead(jump, at - 1);
      if (target === undefined) continue;
      const stop = this.endBehind(at, target);
      const leaves = this.statements[stop - 1]?.kind === 'jump';
      const rest = this.statements.slice(target, this.endBehind(target, this.statements.length));
      if (leaves && !rest.some(changes)) continue;
      end = Math.max(end ?? 0, stop);
    }
    return end;
  }

  /** Behind the first jump without a condition from an index on. */
  private endBehind(from: number, to: number): number {
    for (let at = from; at < to; at++) if (this.statements[at]?.kind === 'jump') return at + 1;
    return to;
  }

  /** What runs under the condition of a statement, or, behind a jump, only where one of its labels is led to. */
  private readUnder(from: number, to: number, jumping: BatchStatement | undefined): void {
    let condition = jumping?.kind === 'conditional' ? quotation(`after ${jumping.condition}`) : undefined;
    let body: BatchStatement[] = [];
    const close = () => {
      const [first] = body;
      const last = body[body.length - 1];
      if (condition !== undefined && first && last) {
        const range = { start: first.range.start, end: last.range.end };
        this.result.push({ kind: 'conditional', condition, body, range });
      }
      body = [];
    };
    for (const statement of this.statements.slice(from, to)) {
      if (statement.kind === 'label') {
        if (condition !== undefined && jumping) continue;
        close();
        condition = this.called.has(statement.name) ? undefined : `:${statement.name}`;
      } else if (statement.kind === 'jump') {
        close();
        condition = undefined;
      } else if (condition !== undefined) body.push(statement);
    }
    close();
  }
}

/** How many statements parts may come to that are called. */
const LENGTH_LIMIT = 20_000;

/** The variables that statements set, in lower case. */
export function namesSetIn(statements: readonly BatchStatement[]): readonly string[] {
  const names = statements.flatMap((statement) => {
    if (statement.kind === 'set') return [statement.name];
    return namesSetIn(blockOf(statement));
  });
  return [...new Set(names)];
}

/** The labels that a statement calls, itself or in its blocks. */
function callsIn(statement: BatchStatement): readonly string[] {
  return statement.kind === 'call' ? [statement.to] : blockOf(statement).flatMap(callsIn);
}

/** The statements in the block of a statement, which has none unless it is a condition or a loop. */
function blockOf(statement: BatchStatement): readonly BatchStatement[] {
  return statement.kind === 'conditional' || statement.kind === 'for' ? statement.body : [];
}

/** The jumps in the blocks of a statement. */
function jumpsWithin(statement: BatchStatement): readonly Jump[] {
  return blockOf(statement).flatMap((inner) => (inner.kind === 'jump' ? [inner] : jumpsWithin(inner)));
}

function changes(statement: BatchStatement): boolean {
  return statement.kind === 'netsh' || statement.kind === 'unread' || blockOf(statement).some(changes);
}
