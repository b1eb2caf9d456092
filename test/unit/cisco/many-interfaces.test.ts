// Lists that are bound to many interfaces are asked once for all of these: what becomes of a packet is compared with a reading
// of the two lists that it passes.
import { expect, it } from 'vitest';
import { decidePackets } from '../../../server/src/model/filter-walk.js';
import { PacketSet } from '../../../server/src/model/packets.js';
import { boundaryPackets, generateList } from './generator.js';
import { setOf } from './packet-set.js';
import { decide } from './reference.js';
import { read } from './support.js';

const INTERFACES = 40;
const LISTS = 3;

const nameOf = (place: number) => `Vlan${place + 1}`;

/** The lists in and out of an interface: each of some is bound to many, and some interfaces have none. */
const boundAt = (place: number): { readonly in: number | undefined; readonly out: number | undefined } => ({
  in: place % 4 === 3 ? undefined : place % LISTS,
  out: place % 5 === 4 ? undefined : (place * 2 + 1) % LISTS,
});

it('a router with few lists at many interfaces decides each packet by the lists of its own two', () => {
  const lists = Array.from({ length: LISTS }, (_, i) => {
    const generated = generateList('ios-named', 7 + i);
    const list = `LIST-${i}`;
    return { ...generated, text: generated.text.replaceAll(generated.list, list), list };
  });
  const lines = Array.from({ length: INTERFACES }, (_, i) => {
    const bound = boundAt(i);
    return [
      `interface ${nameOf(i)}`,
      ` ip address 10.${i}.0.1 255.255.0.0`,
      ...(bound.in === undefined ? [] : [` ip access-group LIST-${bound.in} in`]),
      ...(bound.out === undefined ? [] : [` ip access-group LIST-${bound.out} out`]),
    ].join('\n');
  });
  const { model } = read(`${[...lists.map(({ text }) => text), ...lines].join('\n')}\n`);
  const point = model.kind === 'filter' ? model.points.find(({ name }) => name === 'forward') : undefined;
  if (model.kind !== 'filter' || !point) throw new Error('no point');
  const packets = lists.flatMap((list, i) => boundaryPackets(list, i + 1, 25));
  // All at once, from every interface to every other one.
  const asked = packets.map((packet, i) => ({ packet, from: (i * 7) % INTERFACES, to: (i * 11 + 1) % INTERFACES }));
  const all = PacketSet.join(asked.map(({ packet, from, to }) => setOf(packet, nameOf(from), nameOf(to))));
  const cases = decidePackets(model, point, all, 'first');
  const seen = new Set<string>();
  for (const { packet, from, to } of asked) {
    const own = setOf(packet, nameOf(from), nameOf(to));
    const together = new Set(cases.flatMap((one) => (one.packets.intersect(own).isEmpty ? [] : [one.outcome.kind])));
    const alone = new Set(decidePackets(model, point, own, 'first').map(({ outcome }) => outcome.kind));
    const passes = [boundAt(from).in, boundAt(to).out].every((list) => {
      const one = list === undefined ? undefined : lists[list];
      return !one || decide(one.text, one.list, { ...packet, flags: ['syn'] }) === 'permit';
    });
    const wanted = new Set([passes ? 'accept' : 'deny']);
    expect(together).toEqual(wanted);
    expect(alone).toEqual(wanted);
    seen.add([...wanted].join());
  }
  expect([...seen].sort()).toEqual(['accept', 'deny']);
});
