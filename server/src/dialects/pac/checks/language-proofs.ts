// Proves that an automaton accepts no host or URL that can arrive, or every one.
import { type Automaton, acceptsText } from '../../../model/language.js';
import type { Subject } from '../program/subjects.js';
import { arrivingTexts } from './arriving-texts.js';

/** How many pairs of states are compared; what needs more is not proved. A check belongs to no evaluation, so no budget pays for it. */
const PAIR_LIMIT = 20_000;

/** Whether it is proved that an automaton accepts none of the texts that can arrive. */
export function acceptsNone({ steps, epsilon, start, accept }: Automaton, subject: Subject): boolean {
  const texts = arrivingTexts(subject);
  const seen = new Map<number, Set<number>>();
  const pending: (readonly [state: number, mask: number])[] = [];
  let count = 0;
  const reach = (state: number, mask: number) => {
    const known = seen.get(state);
    if (known?.has(mask)) return;
    if (known) known.add(mask);
    else seen.set(state, new Set([mask]));
    count++;
    pending.push([state, mask]);
  };
  reach(start, texts.start);
  for (let pair = pending.pop(); pair; pair = pending.pop()) {
    const [state, mask] = pair;
    if ((state === accept && texts.accepts(mask)) || count > PAIR_LIMIT) return false;
    for (const to of epsilon[state] ?? []) reach(to, mask);
    for (const { on, to } of steps[state] ?? []) {
      for (const code of on) {
        const next = texts.after(mask, code);
        if (next !== 0) reach(to, next);
      }
    }
  }
  return true;
}

/** How many pairs are compared for a proof that everything is accepted, which makes the automaton deterministic. */
const SUBSET_LIMIT = 500;

/** Texts that can arrive: whatever does not accept these does not accept all, as is true of almost everything. */
const SAMPLES: Readonly<Record<Subject, readonly string[]>> = {
  host: ['q', 'z9.j', '::1'],
  url: ['q://z', 'ws://x.j:9/'],
};

/** Whether it is proved that an automaton accepts every text that can arrive. */
export function acceptsAll(automaton: Automaton, subject: Subject): boolean {
  if (!SAMPLES[subject].every((text) => acceptsText(automaton, text))) return false;
  const texts = arrivingTexts(subject);
  const seen = new Set<string>();
  const pending: { readonly states: readonly number[]; readonly mask: number }[] = [];
  const reach = (states: readonly number[], mask: number) => {
    const key = `${mask} ${states.join(' ')}`;
    if (seen.has(key)) return;
    seen.add(key);
    pending.push({ states, mask });
  };
  reach(closure(automaton, [automaton.start]), texts.start);
  for (let pair = pending.pop(); pair; pair = pending.pop()) {
    const { states, mask } = pair;
    if (texts.accepts(mask) && !states.includes(automaton.accept)) return false;
    if (seen.size > SUBSET_LIMIT || states.length > SUBSET_LIMIT) return false;
    for (let code = 33; code < 127; code++) {
      const next = texts.after(mask, code);
      if (next !== 0) reach(after(automaton, states, code), next);
    }
  }
  return true;
}

function after(automaton: Automaton, states: readonly number[], code: number): number[] {
  const reached: number[] = [];
  for (const state of states) {
    for (const { on, to } of automaton.steps[state] ?? []) if (on.has(code)) reached.push(to);
  }
  return closure(automaton, reached);
}

function closure({ epsilon }: Automaton, states: readonly number[]): number[] {
  const all = new Set(states);
  for (const state of all) for (const to of epsilon[state] ?? []) all.add(to);
  return [...all].sort((a, b) => a - b);
}
