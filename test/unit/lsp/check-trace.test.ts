import { describe, expect, it } from 'vitest';
import { type CheckReport, CheckTrace } from '../../../server/src/lsp/check-trace.js';

const URI = 'file:///squid.conf';
const LIST = 'file:///list.txt';

/** A trace with a clock that goes on by one millisecond whenever it is read. */
function listen(isListening: boolean) {
  let time = 0;
  const reports: CheckReport[] = [];
  const trace = new CheckTrace(
    () => isListening,
    () => ++time,
    (report) => reports.push(report),
  );
  return { trace, reports, readings: () => time };
}

describe('the trace of a check', () => {
  it('sums up the phases of each file, and says what was kept', async () => {
    const { trace, reports } = listen(true);
    await trace.check(URI, async () => {
      trace.reused(URI, 'tree');
      expect(trace.phase(URI, 'parse', () => 'tree')).toBe('tree');
      for (const _ of [1, 2]) trace.phase(URI, 'lower', () => undefined);
      trace.reused(LIST, 'reading');
      return 'squid';
    });
    expect(reports).toEqual([
      {
        summary: `checked ${URI} (squid) in 7.0 ms`,
        details: [`${URI}: parse 1.0 ms, lower 2.0 ms; kept: tree`, `${LIST}: kept: reading`],
      },
    ]);
  });

  it('begins anew with each check', async () => {
    const { trace, reports } = listen(true);
    await trace.check(URI, async () => trace.phase(URI, 'parse', () => 'squid'));
    await trace.check(URI, async () => undefined);
    expect(reports.map(({ details }) => details.length)).toEqual([1, 0]);
    expect(reports[1]?.summary).toBe(
      `did not check ${URI} (in no known language, too large, or changed meanwhile) in 1.0 ms`,
    );
  });

  it('reads no clock where nobody listens', async () => {
    const { trace, reports, readings } = listen(false);
    await trace.check(URI, async () => trace.phase(URI, 'parse', () => 'squid'));
    expect(reports).toEqual([]);
    expect(readings()).toBe(0);
  });
});
