// Documented host patterns with `*` as automata.
import { NAME_UNITS } from './host-search.js';
import { type Automaton, AutomatonBuilder, type Symbols } from './language.js';

const NAME_SYMBOLS: Symbols = new Set(NAME_UNITS);

/** The names of a pattern in which each `*` is one or more characters, dots included. */
export function globAutomaton(pattern: string): Automaton {
  const builder = new AutomatonBuilder();
  const start = builder.state();
  let state = start;
  for (const [index, literal] of pattern.split('*').entries()) {
    if (index > 0) {
      const repeat = builder.state();
      builder.step(state, NAME_SYMBOLS, repeat);
      builder.step(repeat, NAME_SYMBOLS, repeat);
      state = repeat;
    }
    state = builder.literal(state, literal);
  }
  return builder.build(start, state);
}
