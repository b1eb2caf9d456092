// Goes through the choices of branches that a template leaves open.
import { type Asked, type Chooser, type Rendering, render, type Step } from './rendering.js';
import type { TemplateTree } from './tree.js';
import type { Scope } from './values.js';

/** How many renderings of a template are read: five conditions of two branches each. */
export const ALTERNATIVE_LIMIT = 32;

export interface Choice {
  readonly rendering: Rendering;
  /** The branches that were taken, in the order in which they were asked for. */
  readonly steps: readonly Step[];
}

export interface Template {
  readonly text: string;
  readonly tree: TemplateTree;
  readonly scope: Scope;
}

/** How the branches of a condition are followed. */
export interface Following {
  /** Whether all stay in one rendering, because what is in them has conditions of its own. */
  readonly isRulesOnly: (key: string) => boolean;
  /** Whether the first one stands for all. */
  readonly isCovered: (key: string) => boolean;
  /** How many renderings there may be. */
  readonly limit: number;
}

/** Every rendering; fewer where there are too many. */
export function alternativesOf(
  { text, tree, scope }: Template,
  { isRulesOnly, isCovered, limit }: Following,
): { readonly choices: readonly Choice[]; readonly isComplete: boolean } {
  const choices: Choice[] = [];
  let chosen = new Map<string, number>();
  while (choices.length < limit) {
    const current = chosen;
    const choose: Chooser = (key) => (isRulesOnly(key) ? 'all' : (current.get(key) ?? 0));
    const rendering = render(text, tree, scope, choose);
    const asked = new Map([...rendering.asked].filter(([key]) => !isCovered(key)));
    choices.push({ rendering, steps: [...asked.values()].map(({ step }) => step) });
    const next = successor(current, asked);
    if (!next) return { choices, isComplete: choices.every((choice) => choice.rendering.isComplete) };
    chosen = next;
  }
  return { choices, isComplete: false };
}

/** The next combination, counted like digits: the conditions that were asked for last change first. */
function successor(
  chosen: ReadonlyMap<string, number>,
  asked: ReadonlyMap<string, Asked>,
): Map<string, number> | undefined {
  const keys = [...asked.keys()];
  for (let i = keys.length - 1; i >= 0; i--) {
    const key = keys[i] as string;
    const option = (chosen.get(key) ?? 0) + 1;
    if (option >= (asked.get(key)?.count ?? 0)) continue;
    return new Map([...keys.slice(0, i).map((earlier) => [earlier, chosen.get(earlier) ?? 0] as const), [key, option]]);
  }
  return undefined;
}

/** How many conditions are turned over one by one for the problems of a file, and how much text that may make. */
const TURNED_LIMIT = 12;
const TURNED_TEXT_LIMIT = 60_000;

/** Some renderings that differ from each other in every condition: in what is a defect all of them agree. */
export function samplesOf({ text, tree, scope }: Template): Rendering[] {
  const first = render(text, tree, scope, () => 0);
  const last = render(text, tree, scope, (_key, _tag, count) => count - 1);
  const most = Math.floor(TURNED_TEXT_LIMIT / (2 * (text.length + 1)));
  const turned = [...first.asked.keys()].slice(0, Math.min(TURNED_LIMIT, most));
  if (first.asked.size === 0) return [first];
  if (first.asked.size === 1) return [first, last];
  const others = turned.flatMap((key) => [
    render(text, tree, scope, (own, _tag, count) => (own === key ? count - 1 : 0)),
    render(text, tree, scope, (own, _tag, count) => (own === key ? 0 : count - 1)),
  ]);
  return [first, last, ...others];
}
