import { describe, expect, it } from 'vitest';
import { boxesMeeting, placesMeeting } from '../../../server/src/model/box-index.js';
import { IntervalSet } from '../../../server/src/model/intervals.js';
import { IpSet } from '../../../server/src/model/ip.js';
import { ANY_PACKET, intersectBoxes, type PacketBox } from '../../../server/src/model/packets.js';
import { Random } from '../../random.js';

/** Far apart in IPv6, so that numbers of floating point do not tell all of them from their neighbours. */
const V6_BASE = 0x2001_0db8n << 96n;

class Boxes {
  constructor(private readonly random: Random) {}

  of(count: number, hasV6: boolean): PacketBox[] {
    return Array.from({ length: count }, () => ({
      ...ANY_PACKET,
      source: this.addresses(hasV6),
      destination: this.addresses(hasV6),
      sourcePorts: this.ports(),
      destinationPorts: this.ports(),
    }));
  }

  private ports(): IntervalSet<number> {
    if (this.random.below(2) === 0) return ANY_PACKET.sourcePorts;
    return IntervalSet.from(this.spans(65_535).map(([low, high]): [number, number] => [low, high]));
  }

  private addresses(hasV6: boolean): IpSet {
    switch (this.random.below(hasV6 ? 5 : 3)) {
      case 0:
        return IpSet.all;
      case 1:
        return IpSet.all.ofFamily(4);
      case 2:
        return new IpSet(IntervalSet.from(this.spans(0xffff_ffff)), IntervalSet.empty());
      case 3:
        return new IpSet(IntervalSet.empty(), this.v6());
      default:
        return new IpSet(IntervalSet.from(this.spans(0xffff_ffff)), this.v6());
    }
  }

  private v6(): IntervalSet<bigint> {
    const shift = BigInt(this.random.below(97));
    const spans = this.spans(0xffff_ffff).map(([low, high]): [bigint, bigint] => [
      V6_BASE + (BigInt(low) << shift),
      V6_BASE + (BigInt(high) << shift),
    ]);
    return IntervalSet.from(spans);
  }

  /** One or a few intervals, wide and narrow ones, and sometimes more of them than are looked for one by one. */
  private spans(greatest: number): [number, number][] {
    const count = this.random.below(12) === 0 ? 40 : 1 + this.random.below(3);
    return Array.from({ length: count }, () => {
      const low = this.random.below(greatest + 1);
      const width = this.random.below(3) === 0 ? this.random.below(greatest) : this.random.below(64);
      return [low, Math.min(greatest, low + width)];
    });
  }
}

describe('an index of boxes', () => {
  it.each([
    ['few boxes', 20, false],
    ['many boxes', 200, false],
    ['many boxes of both families', 200, true],
  ])('finds all that another one meets, in their order: %s', (_, count, hasV6) => {
    const random = new Random(count);
    let leftOut = 0;
    for (let round = 0; round < 12; round++) {
      const make = new Boxes(random);
      const boxes = make.of(count, hasV6);
      for (const asked of make.of(20, hasV6)) {
        const found = boxesMeeting(boxes, [asked]);
        const meeting = boxes.filter((box) => intersectBoxes(box, asked));
        expect(found.filter((box) => meeting.includes(box))).toEqual(meeting);
        const places = found.map((box) => boxes.indexOf(box));
        expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
        expect(placesMeeting(boxes, [asked]) ?? boxes.map((_box, i) => i)).toEqual(places);
        leftOut += boxes.length - found.length;
      }
    }
    // An index that leaves nothing out is right, and of no use.
    if (count > 64) expect(leftOut).toBeGreaterThan(0);
    else expect(leftOut).toBe(0);
  });

  it('finds what each of several boxes meets, once', () => {
    const make = new Boxes(new Random(7));
    const boxes = make.of(150, true);
    const asked = make.of(3, true);
    const found = boxesMeeting(boxes, asked);
    const meeting = boxes.filter((box) => asked.some((one) => intersectBoxes(box, one)));
    expect(found.filter((box) => meeting.includes(box))).toEqual(meeting);
    expect(new Set(found).size).toBe(found.length);
  });
});
