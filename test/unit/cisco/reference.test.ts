import { describe, expect, it } from 'vitest';
import type { Phase } from '../../../server/src/model/filter.js';
import { decidePackets } from '../../../server/src/model/filter-walk.js';
import { boundaryPackets, generateList, STYLES } from './generator.js';
import { setOf } from './packet-set.js';
import { decide } from './reference.js';
import { problems, read } from './support.js';

const LISTS = 60;
const PACKETS = 50;

describe.each(STYLES)('%s lists', (style) => {
  const seeds = Array.from({ length: LISTS }, (_, i) => i + 1);

  it.each(['first', 'reply'] as const)('decide %s packets as a packet-by-packet reading does', (phase: Phase) => {
    let compared = 0;
    let undecided = 0;
    for (const seed of seeds) {
      const generated = generateList(style, seed);
      const { model } = read(`${generated.text}\n`);
      if (model.kind !== 'filter') throw new Error('not a filter');
      const point = model.points.find(({ name }) => name === generated.list);
      if (!point) throw new Error(`no list ${generated.list}`);
      for (const packet of boundaryPackets(generated, seed, PACKETS)) {
        const cases = decidePackets(model, point, setOf(packet), phase);
        const verdicts = new Set(cases.map(({ outcome }) => (outcome.kind === 'accept' ? 'permit' : outcome.kind)));
        // Answers come with SYN and ACK, and later with ACK alone; what the two would differ in stays open.
        const flagSets = phase === 'first' ? [['syn']] : [['syn', 'ack'], ['ack'], ['ack', 'rst']];
        const wanted = new Set(flagSets.map((flags) => decide(generated.text, generated.list, { ...packet, flags })));
        const context = `${generated.text}\n${JSON.stringify(packet, (_, value) => (typeof value === 'bigint' ? value.toString(16) : value))}`;
        if (wanted.size === 1 && verdicts.size === 1) expect(verdicts, context).toEqual(wanted);
        else {
          undecided++;
          for (const one of wanted) expect(verdicts, context).toContain(one);
        }
        compared++;
      }
    }
    expect(compared).toBe(LISTS * PACKETS);
    // First packets have known flags, so that nothing in these lists is open.
    if (phase === 'first') expect(undecided).toBe(0);
  });

  it('have no defects', () => {
    for (const seed of seeds) {
      const defects = problems(`${generateList(style, seed).text}\n`).filter(
        (problem) => !/^(?:shadowed|redundant|unused)/.test(problem),
      );
      expect(defects).toEqual([]);
    }
  });
});
