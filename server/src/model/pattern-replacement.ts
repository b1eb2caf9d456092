// The replacement of what a regular expression matches, where it is clear what that is.

import { wholeTextAutomaton } from './javascript-regex.js';
import { parseJavascriptRegex } from './javascript-regex-parser.js';
import { characterTest, type Pattern, type PatternNode } from './javascript-regex-tree.js';
import { type Automaton, type Symbols, symbolsWhere } from './language.js';
import { exactBackwardMachine, forwardMachine, type Machine, type MachineState, statesOf } from './machines.js';
import { preferredReplacement } from './preferred-match.js';
import type { TextOperation } from './text-operations.js';
import { type Transducer, TransducerBuilder } from './transducers.js';

type PatternReplacement = TextOperation & { readonly kind: 'replace-pattern' };

/** How a pattern is matched. */
type Form =
  /** One character of some, or a run of them; with the flag `g` everywhere. */
  | { readonly kind: 'characters'; readonly on: Symbols; readonly run: boolean; readonly everywhere: boolean }
  /** At the start of the text: what is removed is never the beginning of something longer that matches as well. */
  | { readonly kind: 'start' | 'end' | 'whole'; readonly automaton: Automaton };

/**
 * `text.replace(new RegExp(source, flags), by)` as an operation, where there is only one way to match: patterns of one character or a
 * run of one (`/[^a-z]+/g`), those that end with `$`, and those that begin with `^` and do not go on where they match (`/^www\./`).
 * In `by` nothing refers to the match.
 */
export function patternReplacement(source: string, flags: string, by: string): PatternReplacement | undefined {
  if (by.includes('$') || !formOf(source, flags)) return undefined;
  return { kind: 'replace-pattern', source, flags, by };
}

/** The same where there may be several ways to match, and where the replacement names groups. */
export function groupReplacement(source: string, flags: string, by: string): PatternReplacement | undefined {
  return preferredReplacement(source, flags, by) && { kind: 'replace-pattern', source, flags, by };
}

/** The machine of a replacement that {@link patternReplacement} or {@link groupReplacement} made. */
export function patternTransducer({ source, flags, by }: PatternReplacement): Transducer {
  const form = by.includes('$') ? undefined : formOf(source, flags);
  const preferred = form ? undefined : preferredReplacement(source, flags, by);
  if (preferred) return preferred;
  const builder = new TransducerBuilder();
  switch (form?.kind) {
    case 'characters':
      replaceCharacters(builder, form, by);
      break;
    case 'start':
      replaceAtStart(builder, forwardMachine(form.automaton), by);
      break;
    case 'end':
      replaceAtEnd(builder, form.automaton, by);
      break;
    case 'whole':
      replaceWhole(builder, forwardMachine(form.automaton), by);
      break;
    case undefined:
      break;
  }
  return builder.build();
}

/**
 * Expressions with more states are not modelled: what is looked for behind a replacement has as many states as both together, multiplied,
 * and one replacement may follow another.
 */
const STATE_LIMIT = 500;

function formOf(source: string, flags: string): Form | undefined {
  const reading = parseJavascriptRegex(source, flags);
  if (reading.kind !== 'pattern') return undefined;
  const { pattern } = reading;
  if (pattern.flags.sticky || pattern.flags.multiline) return undefined;
  return charactersForm(pattern) ?? anchoredForm(pattern);
}

function charactersForm({ node, flags }: Pattern): Form | undefined {
  const run = node.kind === 'repeat' && node.min === 1 && node.max === Number.POSITIVE_INFINITY && !node.lazy;
  const character = run ? node.body : node;
  if (character.kind !== 'literal' && character.kind !== 'class') return undefined;
  const on = symbolsWhere(characterTest(character, flags));
  return { kind: 'characters', on, run, everywhere: flags.global };
}

function anchoredForm(pattern: Pattern): Form | undefined {
  const parts = pattern.node.kind === 'sequence' ? pattern.node.parts : [pattern.node];
  const atStart = parts[0]?.kind === 'start';
  const atEnd = parts[parts.length - 1]?.kind === 'end';
  const inner = parts.slice(atStart ? 1 : 0, atEnd ? -1 : undefined);
  if (!(atStart || atEnd) || inner.some(dependsOnContext)) return undefined;
  const reading = wholeTextAutomaton({ ...pattern, node: { kind: 'sequence', parts: inner } });
  if (reading.kind !== 'automaton') return undefined;
  const { automaton } = reading;
  const kind = atStart && atEnd ? 'whole' : atStart ? 'start' : 'end';
  const states = statesOf(kind === 'end' ? exactBackwardMachine(automaton) : forwardMachine(automaton), STATE_LIMIT);
  if (!states || (kind === 'start' && !endsWhereItMatches(states))) return undefined;
  // With the flag `g` an empty match behind the first one would be replaced as well.
  if (kind === 'end' && pattern.flags.global && states[0]?.accepts) return undefined;
  return { kind, automaton };
}

function dependsOnContext(node: PatternNode): boolean {
  switch (node.kind) {
    case 'sequence':
      return node.parts.some(dependsOnContext);
    case 'alternatives':
      return node.options.some(dependsOnContext);
    case 'group':
    case 'repeat':
      return dependsOnContext(node.body);
    case 'literal':
    case 'class':
      return false;
    default:
      return true;
  }
}

/** Whether nothing that matches is the beginning of something longer that matches as well. */
function endsWhereItMatches(states: readonly MachineState[]): boolean {
  const behind = new Set(states.flatMap(({ accepts, steps }) => (accepts ? steps.map(({ to }) => to) : [])));
  for (const state of behind) for (const { to } of states[state]?.steps ?? []) behind.add(to);
  return ![...behind].some((state) => states[state]?.accepts);
}

function replaceCharacters(
  builder: TransducerBuilder,
  { on, run, everywhere }: Form & { readonly kind: 'characters' },
  by: string,
): void {
  const { start } = builder;
  const others = symbolsWhere((code) => !on.has(code));
  // As few states as possible, because one replacement after the other multiplies the states of what is looked for.
  builder.read(start, others, start, 'copy');
  builder.end(start);
  if (everywhere && !run) {
    builder.read(start, on, start, { text: by });
    return;
  }
  const within = run ? builder.state() : undefined;
  const rest = everywhere ? start : builder.state();
  builder.read(start, on, within ?? rest, { text: by });
  if (within !== undefined) {
    builder.end(within);
    builder.read(within, on, within, 'nothing');
    builder.read(within, others, rest, 'copy');
  }
  if (rest !== start) {
    builder.end(rest);
    builder.readAny(rest, rest, 'copy');
  }
}

/** Copies the states of a machine as states of a transducer. */
function statesFor(builder: TransducerBuilder, states: readonly MachineState[]): readonly number[] {
  return states.map(() => builder.state());
}

function replaceAtStart(builder: TransducerBuilder, machine: Machine, by: string): void {
  const states = statesOf(machine, STATE_LIMIT) ?? [];
  const matching = statesFor(builder, states);
  const failing = statesFor(builder, states);
  const rest = builder.state();
  builder.readAny(rest, rest, 'copy');
  builder.end(rest);
  builder.write(builder.start, '', matching[0] ?? rest);
  if (!states[0]?.accepts) builder.write(builder.start, '', failing[0] ?? rest);
  for (const [index, { accepts, steps }] of states.entries()) {
    const [match, fail] = [matching[index] ?? rest, failing[index] ?? rest];
    if (accepts) builder.write(match, by, rest);
    else {
      builder.end(fail);
      for (const { on, to } of steps) {
        builder.read(match, on, matching[to] ?? rest, 'nothing');
        if (!states[to]?.accepts) builder.read(fail, on, failing[to] ?? rest, 'copy');
      }
    }
  }
}

function replaceWhole(builder: TransducerBuilder, machine: Machine, by: string): void {
  const states = statesOf(machine, STATE_LIMIT) ?? [];
  const matching = statesFor(builder, states);
  const failing = statesFor(builder, states);
  const end = builder.state();
  builder.end(end);
  builder.write(builder.start, '', matching[0] ?? end);
  builder.write(builder.start, '', failing[0] ?? end);
  for (const [index, { accepts, steps }] of states.entries()) {
    const [match, fail] = [matching[index] ?? end, failing[index] ?? end];
    if (accepts) builder.write(match, by, end);
    else builder.end(fail);
    for (const { on, to } of steps) {
      builder.read(match, on, matching[to] ?? end, 'nothing');
      builder.read(fail, on, failing[to] ?? end, 'copy');
    }
  }
}

/**
 * What matches to the end begins at the first place where the rest of the text matches. The machine reads from the end, so that each of
 * its states tells whether the rest behind a place matches; its steps are taken in the other direction.
 */
function replaceAtEnd(builder: TransducerBuilder, automaton: Automaton, by: string): void {
  const states = statesOf(exactBackwardMachine(automaton), STATE_LIMIT) ?? [];
  const before = statesFor(builder, states);
  const matched = statesFor(builder, states);
  for (const [index, { accepts, steps }] of states.entries()) {
    const [keep, remove] = [before[index] ?? 0, matched[index] ?? 0];
    // In an accepting state the match begins; otherwise it begins further on, or there is none.
    if (accepts) builder.write(keep, by, remove);
    builder.write(builder.start, '', keep);
    for (const { on, to } of steps) {
      if (!states[to]?.accepts) builder.read(before[to] ?? 0, on, keep, 'copy');
      builder.read(matched[to] ?? 0, on, remove, 'nothing');
    }
  }
  builder.end(matched[0] ?? 0);
  if (!states[0]?.accepts) builder.end(before[0] ?? 0);
}
