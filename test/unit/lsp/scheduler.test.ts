import { describe, expect, it } from 'vitest';
import { Scheduler } from '../../../server/src/lsp/scheduler.js';

const URI = 'file:///squid.conf';

/** A scheduler whose checks last until the test ends them. */
function schedule() {
  const started: { readonly uri: string; readonly isCurrent: () => boolean; readonly end: () => void }[] = [];
  let announce: () => void = () => undefined;
  const scheduler = new Scheduler(
    (uri, isCurrent) =>
      new Promise((end) => {
        started.push({ uri, isCurrent, end });
        announce();
      }),
    { now: () => performance.now(), yieldToEvents: () => new Promise((resolve) => setImmediate(resolve)) },
  );
  const nextStart = () =>
    new Promise<void>((resolve) => {
      announce = resolve;
    });
  return { scheduler, started, nextStart };
}

describe('Scheduler', () => {
  it('checks once for changes that arrive together', async () => {
    const { scheduler, started, nextStart } = schedule();
    const first = nextStart();
    for (let i = 0; i < 5; i++) scheduler.request(URI);
    await first;
    expect(started).toHaveLength(1);
    started[0]?.end();
    const other = nextStart();
    scheduler.request('file:///other');
    await other;
    expect(started.map(({ uri }) => uri)).toEqual([URI, 'file:///other']);
  });

  it('makes a running check stale by a newer change, and then checks again', async () => {
    const { scheduler, started, nextStart } = schedule();
    const first = nextStart();
    scheduler.request(URI);
    await first;
    expect(started[0]?.isCurrent()).toBe(true);
    scheduler.request(URI);
    expect(started[0]?.isCurrent()).toBe(false);
    expect(started).toHaveLength(1);
    const second = nextStart();
    started[0]?.end();
    await second;
    expect(started[1]?.isCurrent()).toBe(true);
  });

  it('never takes the check of a document that was closed for that of its next opening', async () => {
    const { scheduler, started, nextStart } = schedule();
    const first = nextStart();
    scheduler.request(URI);
    await first;
    scheduler.cancel(URI);
    scheduler.request(URI);
    expect(started[0]?.isCurrent()).toBe(false);
    const second = nextStart();
    started[0]?.end();
    await second;
    expect(started[1]?.isCurrent()).toBe(true);
  });

  it('makes a running check stale when its document is closed, and starts no other', async () => {
    const { scheduler, started, nextStart } = schedule();
    const first = nextStart();
    scheduler.request(URI);
    await first;
    scheduler.cancel(URI);
    expect(started[0]?.isCurrent()).toBe(false);
    const other = nextStart();
    started[0]?.end();
    scheduler.request('file:///other');
    await other;
    expect(started).toHaveLength(2);
  });
});
