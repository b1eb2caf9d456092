// What Ctrl-C and its kind do while a file is written: they wait until it is whole. At all other times they end the program at
// once, which is what a process does that listens to no signal, however busy it is.

import { setImmediate } from 'node:timers/promises';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Does what must not be torn, and then what a signal has asked for meanwhile. */
export async function uninterrupted<Result>(work: () => Promise<Result>): Promise<Result> {
  let waiting: NodeJS.Signals | undefined;
  const wait = (signal: NodeJS.Signals) => {
    waiting = signal;
  };
  for (const signal of SIGNALS) process.on(signal, wait);
  try {
    return await work();
  } finally {
    // A signal that came at the end is still on its way, and would be lost without a listener.
    await setImmediate();
    await setImmediate();
    for (const signal of SIGNALS) process.off(signal, wait);
    // By the signal itself, so that the shell knows why the program ended.
    if (waiting) process.kill(process.pid, waiting);
  }
}
