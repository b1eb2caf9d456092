// The order of texts, as a language: `text < "m"`.
import { type Automaton, AutomatonBuilder } from '../../../../model/language.js';
import type { Language } from '../../../../model/text-language.js';

const SYMBOLS = Array.from({ length: 128 }, (_, code) => code);
const ALL = new Set(SYMBOLS);

/** The texts that come before another one in the order of code units; with `orEqual` that one as well. */
export function before(text: string, orEqual: boolean): Language {
  return { kind: 'automaton', automaton: orderAutomaton(text, orEqual) };
}

function orderAutomaton(text: string, orEqual: boolean): Automaton {
  const builder = new AutomatonBuilder();
  const start = builder.state();
  const accept = builder.state();
  const rest = builder.state();
  builder.step(rest, ALL, rest);
  builder.link(rest, accept);
  let state = start;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // A text that ends here is a beginning of the other one.
    builder.link(state, accept);
    builder.step(state, new Set(SYMBOLS.filter((symbol) => symbol < code)), rest);
    const next = builder.state();
    if (code < SYMBOLS.length) builder.step(state, new Set([code]), next);
    state = next;
  }
  if (orEqual) builder.link(state, accept);
  return builder.build(start, accept);
}
