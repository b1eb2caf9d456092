// Where the groups of a regular expression match in a traced text, for expressions that can match in one way only.
import { addAll } from '../../../../kept/lists.js';
import { containing } from '../../../../model/text-language.js';
import { ALWAYS, allOf, type Condition, not } from '../question/condition.js';
import { type AnyText, concatenated, cutAt, drop, dropLast, from, take, takeLast, until } from './building.js';
import type { Step } from './regexp-steps.js';
import { matches } from './sources.js';
import { alphabetOf } from './text.js';

/** A match: the text before it, of it and behind it, and of its groups. */
export interface Match {
  readonly when: Condition;
  readonly before: AnyText;
  readonly whole: AnyText;
  readonly after: AnyText;
  readonly groups: ReadonlyMap<number, AnyText>;
}

type Consuming = Extract<Step, { kind: 'one' | 'run' }>;

/** How pieces are taken: from the start of the text on, or from its end. */
interface Direction {
  readonly take: (text: AnyText, count: number) => AnyText;
  readonly drop: (text: AnyText, count: number) => AnyText;
  /** What comes before the next occurrence of a character, and what is behind from it on. */
  readonly until: (text: AnyText, character: string) => AnyText;
  readonly rest: (text: AnyText, character: string) => AnyText;
  readonly which: 'first' | 'last';
}

const FORWARD: Direction = {
  take,
  drop,
  until: (text, character) => until('first', text, character),
  rest: (text, character) => from('first', text, character),
  which: 'first',
};

const BACKWARD: Direction = {
  take: takeLast,
  drop: dropLast,
  until: (text, character) => drop(from('last', text, character), 1),
  rest: (text, character) => concatenated([until('last', text, character), character]),
  which: 'last',
};

/** The matches of one sequence in a text in which it is found; `undefined` where it may match in several ways. */
export function matchesOf(text: AnyText, steps: readonly Step[]): readonly Match[] | undefined {
  const atStart = steps[0]?.kind === 'start';
  const atEnd = steps.at(-1)?.kind === 'end';
  const inner = steps.slice(atStart ? 1 : 0, atEnd ? -1 : undefined);
  if (inner.some(({ kind }) => kind === 'start' || kind === 'end') || !(atStart || atEnd)) return undefined;
  const consuming = inner.filter((step) => step.kind === 'one' || step.kind === 'run');
  const direction = atStart ? FORWARD : BACKWARD;
  const order = atStart ? consuming : [...consuming].reverse();
  const ways = consumed(text, order, direction, atStart && atEnd);
  return ways?.map(({ when, pieces, rest }) => {
    const inOrder = atStart ? pieces : [...pieces].reverse();
    return {
      when,
      whole: concatenated(inOrder),
      before: atStart ? '' : rest,
      after: atStart ? rest : '',
      groups: groupsOf(inner, inOrder),
    };
  });
}

function groupsOf(steps: readonly Step[], pieces: readonly AnyText[]): ReadonlyMap<number, AnyText> {
  const groups = new Map<number, AnyText>();
  const starts = new Map<number, number>();
  let at = 0;
  for (const step of steps) {
    if (step.kind === 'open') starts.set(step.group, at);
    else if (step.kind === 'close')
      groups.set(step.group, concatenated(pieces.slice(starts.get(step.group) ?? at, at)));
    else at++;
  }
  return groups;
}

interface Way {
  readonly when: Condition;
  readonly pieces: readonly AnyText[];
  readonly rest: AnyText;
}

function consumed(
  text: AnyText,
  steps: readonly Consuming[],
  direction: Direction,
  isWhole: boolean,
): readonly Way[] | undefined {
  const pieces: AnyText[] = [];
  let rest = text;
  for (const [index, step] of steps.entries()) {
    const following = steps.slice(index + 1);
    if (step.kind === 'one') {
      const [only, ...others] = step.characters;
      pieces.push(only !== undefined && others.length === 0 ? only : direction.take(rest, 1));
      rest = direction.drop(rest, 1);
      continue;
    }
    if (following.length === 0 && !isWhole)
      return openEnd(rest, step, direction)?.map((way) => ({ ...way, pieces: [...pieces, ...way.pieces] }));
    const piece = runUntil(rest, step, following, direction, isWhole);
    if (!piece) return undefined;
    if (piece === 'no match') return [];
    pieces.push(piece.run);
    rest = piece.rest;
  }
  return [{ when: ALWAYS, pieces, rest }];
}

/** A run of characters up to what follows, if there is one place at most where that can begin. */
function runUntil(
  text: AnyText,
  run: Consuming & { kind: 'run' },
  following: readonly Consuming[],
  direction: Direction,
  isWhole: boolean,
): { readonly run: AnyText; readonly rest: AnyText } | 'no match' | undefined {
  if (following.length === 0) return { run: text, rest: '' };
  // What follows has a fixed length, up to the other end of the text.
  if (isWhole && following.every(({ kind }) => kind === 'one')) {
    const count = following.length;
    return direction.which === 'first'
      ? { run: dropLast(text, count), rest: takeLast(text, count) }
      : { run: drop(text, count), rest: take(text, count) };
  }
  const [next, ...others] = following;
  const [mark, ...marks] = next?.characters ?? [];
  if (next?.kind !== 'one' || mark === undefined || marks.length > 0) return undefined;
  if (isBeyond(mark, text, run, direction)) return 'no match';
  if (!run.characters.has(mark)) return { run: direction.until(text, mark), rest: direction.rest(text, mark) };
  // The mark that is followed by none of its kind is the last one.
  if (isWhole && direction.which === 'first' && others.every(({ characters }) => !characters.has(mark))) {
    return { run: until('last', text, mark), rest: from('last', text, mark) };
  }
  const [behind, ...more] = others;
  const takesAll = behind?.kind === 'run' && behind.min === 0 && more.length === 0 && run.min === 0;
  if (!takesAll || !isWhole || direction.which !== 'first' || typeof text === 'string') return undefined;
  if (
    ![...alphabetOf(text.form)].every((character) => run.characters.has(character) && behind.characters.has(character))
  ) {
    return undefined;
  }
  const which = run.lazy ? 'first' : 'last';
  return { run: until(which, text, mark), rest: from(which, text, mark) };
}

/** Whether a run certainly ends before the text has a character, which may be nowhere in it. */
function isBeyond(mark: string, text: AnyText, run: Consuming, { until, which }: Direction): boolean {
  if (cutAt(which, text, mark) === 'absent') return true;
  return charactersOf(text).some(
    (end) =>
      !run.characters.has(end) &&
      typeof cutAt(which, text, end) === 'object' &&
      cutAt(which, until(text, end), mark) === 'absent' &&
      end !== mark,
  );
}

function charactersOf(text: AnyText): readonly string[] {
  return [...(typeof text === 'string' ? new Set(text) : alphabetOf(text.form))];
}

/** Other characters at which a run may end, at most. */
const MARK_LIMIT = 3;

interface OpenRun {
  readonly when: Condition;
  readonly run: AnyText;
  readonly rest: AnyText;
  /** Characters that the run does not have here. */
  readonly absent: readonly string[];
}

/** A run at the open end of an expression: as long as possible. */
function openEnd(text: AnyText, step: Consuming & { kind: 'run' }, direction: Direction): readonly Way[] | undefined {
  if (step.lazy) return undefined;
  const done: OpenRun[] = [];
  const open: OpenRun[] = [{ when: ALWAYS, run: text, rest: '', absent: [] }];
  for (let one = open.pop(); one; one = open.pop()) {
    const marks = marksOf(one, step, direction);
    if (marks.length === 0) done.push(one);
    else addAll(open, shortened(one, marks, direction));
    if (marks.length > MARK_LIMIT || one.absent.length > MARK_LIMIT) return undefined;
  }
  return done.map(({ when, run, rest }) => ({ when, pieces: [run], rest }));
}

/** The characters at which a run ends, if the text has them; only one of them where the text certainly has it. */
function marksOf({ run, absent }: OpenRun, step: Consuming, { which }: Direction): readonly string[] {
  const marks = charactersOf(run).filter(
    (mark) => !step.characters.has(mark) && !absent.includes(mark) && cutAt(which, run, mark) !== 'absent',
  );
  const certain = marks.find((mark) => cutAt(which, run, mark) !== 'anywhere');
  return certain === undefined ? marks : [certain];
}

/** Ends a run at a character that it cannot have, where the text has it. */
function shortened(open: OpenRun, [mark = '']: readonly string[], direction: Direction): readonly OpenRun[] {
  const behind = direction.rest(open.run, mark);
  const shorter: OpenRun = {
    ...open,
    run: direction.until(open.run, mark),
    rest: concatenated(direction.which === 'first' ? [behind, open.rest] : [open.rest, behind]),
    absent: [...open.absent, mark],
  };
  if (typeof open.run === 'string' || cutAt(direction.which, open.run, mark) !== 'anywhere') return [shorter];
  const has = matches(open.run, containing([mark]));
  return [
    { ...shorter, when: allOf([open.when, has]) },
    { ...open, when: allOf([open.when, not(has)]), absent: [...open.absent, mark] },
  ];
}
