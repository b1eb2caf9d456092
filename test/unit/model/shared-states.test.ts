import { describe, expect, it } from 'vitest';
import { type Automaton, acceptsText } from '../../../server/src/model/language.js';
import {
  acceptsBackward,
  acceptsForward,
  backwardMachine,
  forwardMachine,
} from '../../../server/src/model/machines.js';
import { readPosixRegex } from '../../../server/src/model/posix-regex.js';
import { unionOf } from '../../../server/src/model/quotients.js';
import { withSharedStates } from '../../../server/src/model/shared-states.js';
import { randomFrom } from '../../random.js';

const PIECES = ['a', 'b', '[ab]', '.', 'a*', '(a|b)', '(ab)?', 'b+', '\\.', '[^a]', 'a{1,2}', '(a|^b)', '(b|a$)'];

function expression(pick: (bound: number) => number): string {
  const body = Array.from({ length: 1 + pick(5) }, () => PIECES[pick(PIECES.length)]).join('');
  return `${pick(4) === 0 ? '^' : ''}${body}${pick(4) === 0 ? '$' : ''}`;
}

function automatonOf(source: string): Automaton {
  const reading = readPosixRegex(source, false);
  if (reading.kind !== 'automaton') throw new Error(`${source}: ${reading.reason}`);
  return reading.automaton;
}

describe('automata whose states are shared', () => {
  const pick = randomFrom(11);
  const texts = Array.from({ length: 300 }, () => Array.from({ length: pick(9) }, () => 'ab.c'[pick(4)]).join(''));

  it('accept the same texts, read from either end', () => {
    let accepted = 0;
    for (let round = 0; round < 60; round++) {
      const sources = Array.from({ length: 1 + pick(8) }, () => expression(pick));
      const automata = sources.map(automatonOf);
      const shared = withSharedStates(unionOf(automata));
      const [forward, backward] = [forwardMachine(shared), backwardMachine(shared)];
      for (const text of texts) {
        const wanted = automata.some((one) => acceptsText(one, text));
        const context = `${JSON.stringify(text)} by ${sources.join(' or ')}`;
        expect(acceptsText(shared, text), context).toBe(wanted);
        expect(acceptsForward(forward, text), context).toBe(wanted);
        expect(acceptsBackward(backward, text), context).toBe(wanted);
        if (wanted) accepted++;
      }
    }
    expect(accepted).toBeGreaterThan(1_000);
  });

  it('are fewer than those of all expressions', () => {
    const sources = Array.from({ length: 100 }, (_, i) => `[0-9]word${i}`);
    const automata = sources.map(automatonOf);
    const shared = unionOf(automata);
    const all = automata.reduce((sum, { steps }) => sum + steps.length, 0);
    expect(shared.steps.length).toBeLessThan(all / 4);
  });
});
