// The order in which the commands of a batch file run: `goto`, `exit` and labels.

import type { BatchStatement } from '../syntax/batch/tree.js';
import { quotation } from '../syntax/script.js';

type Jump = BatchStatement & { kind: 'jump' };

/**
 * The statements of a file without those that never run, and with those that possibly run under a condition. `goto` without a
 * condition leads to its label (*goto*: "Directs cmd.exe to a labeled line"); behind it, and behind `exit`, only what a label leads
 * to can run. Where a condition leads to a label that changes the firewall, or over commands that do, these are conditional; where
 * it only ends the script, as without the permission, that is taken as the exception. Loops are taken as one round.
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
        const target = this.ahead(statement, at);
        this.readUnder(at + 1, target ?? this.statements.length, undefined);
        at = target ?? this.statements.length;
        continue;
      }
      if (statement.kind === 'call') this.readCalled(statement.to);
      else this.result.push(statement);
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

  /** The commands from a label up to the end of its part run where that is called, the first time. */
  private readCalled(name: string): void {
    const from = this.labels.get(name);
    if (from === undefined || this.called.has(name)) return;
    this.called.add(name);
    for (const statement of this.statements.slice(from, this.endBehind(from, this.statements.length))) {
      if (statement.kind === 'call') this.readCalled(statement.to);
      else if (statement.kind !== 'jump') this.result.push(statement);
    }
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

/** The jumps in the blocks of a statement. */
function jumpsWithin(statement: BatchStatement): readonly Jump[] {
  if (statement.kind !== 'conditional' && statement.kind !== 'for') return [];
  return statement.body.flatMap((inner) => (inner.kind === 'jump' ? [inner] : jumpsWithin(inner)));
}

function changes(statement: BatchStatement): boolean {
  if (statement.kind === 'netsh' || statement.kind === 'unread') return true;
  return (statement.kind === 'conditional' || statement.kind === 'for') && statement.body.some(changes);
}
