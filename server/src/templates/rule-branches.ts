// Finds the branches of a template that hold nothing but rules of a packet filter: these stay in one rendering, under conditions.
import type { FilterModel } from '../model/filter.js';
import type { TextRange } from '../text/range.js';
import type { Template } from './alternatives.js';
import { linesOf } from './lines.js';
import type { Placed, PlaceMap } from './place-map.js';
import { type Rendering, render, type Step } from './rendering.js';
import type { Attempt } from './tried-values.js';

/** How often it is tried without the branches that hold something else. */
const ROUND_LIMIT = 6;

/**
 * Lines whose effect depends on the other branches' lines, which stand beside them in one rendering: they replace rules, or
 * take a place among them by its number, or set what the last one decides.
 */
const AMONG_OTHERS: Readonly<Record<string, RegExp>> = {
  iptables: /(?:^|\s)(?:-R|--replace|(?:-I|--insert)\s+\S+\s+\d)/,
  nftables: /\b(?:insert|replace)\s+rule\b|\b(?:position|index|handle)\s+\d/,
  cisco: /^\s*(?:\d|no\s|sequence\s)|\bline\s+\d/,
  'windows-firewall': /^(?!.*(?:New-NetFirewallRule|\bfirewall\s+add\s+rule\b))/i,
};

/** Whether the branches of a condition, wherever it is asked for, hold nothing but rules. */
export function rulesOnly(
  { text, tree, scope }: Template,
  dialect: string,
  read: (rendering: Rendering) => Attempt | undefined,
): (key: string) => boolean {
  const others = new Set<string>();
  for (let round = 0; round < ROUND_LIMIT; round++) {
    const rendering = render(text, tree, scope, (key) => (others.has(key) ? 0 : 'all'));
    const attempt = read(rendering);
    if (!attempt) break;
    const before = others.size;
    for (const key of otherBranches(attempt, AMONG_OTHERS[dialect])) others.add(key);
    if (others.size === before) return (key) => !others.has(key);
  }
  return () => false;
}

function otherBranches({ map, document: { model } }: Attempt, amongOthers: RegExp | undefined): Set<string> {
  const others = new Set<string>();
  if (model.kind !== 'filter') return others;
  const statements = statementsOf(model, map.uri);
  let at = 0;
  for (const line of linesOf(map.placed)) {
    let lineText = '';
    for (const { text } of line) lineText += text;
    const isEmpty = /^\s*(?:$|#|!|\/\/|rem\b|::)/i.test(lineText);
    for (const piece of line) {
      if (piece.path.length > 0 && !isEmpty && piece.text.trim() !== '') {
        const offset = at + piece.text.search(/\S/);
        const statement = statementAt(statements, offset);
        const isOne = statement && !amongOthers?.test(map.text.slice(statement.start, statement.end));
        const tags = new Set(isOne ? pathAt(map, statement.start) : []);
        for (const step of piece.path) if (!tags.has(keyOfStep(step))) others.add(step.key);
      }
      at += piece.text.length;
    }
  }
  return others;
}

/** The branches at an offset: parts of several branches in one statement are not rules of their own. */
function pathAt(map: PlaceMap, offset: number): string[] {
  const piece: Placed | undefined = map.placed[map.indexAt(offset)];
  return piece?.path.map(keyOfStep) ?? [];
}

function keyOfStep({ tag, option }: Step): string {
  return `${tag.start}/${option}`;
}

/** The statements of rules, in the order of their places. */
function statementsOf({ points, chains }: FilterModel, uri: string): TextRange[] {
  const all = [...points.flatMap((point) => point.chains), ...chains.values()];
  const ranges = all.flatMap(({ rules }) =>
    rules.flatMap(({ statement }) => (statement.uri === uri ? [statement.range] : [])),
  );
  return ranges.sort((a, b) => a.start - b.start);
}

function statementAt(statements: readonly TextRange[], offset: number): TextRange | undefined {
  let low = 0;
  let high = statements.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((statements[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const found = statements[low];
  return found && found.start <= offset && offset < found.end ? found : undefined;
}
