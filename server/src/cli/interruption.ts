// What Ctrl-C and its kind do: they end the program at once, but not in the middle of a file that is being written.

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

type Signal = (typeof SIGNALS)[number];

/** The signals of this process. */
class Interruption {
  /** How many files are being written. */
  private writing = 0;
  private waiting: Signal | undefined;

  /**
   * Listens for as long as the program runs: whoever listens while a file is written, and only then, misses a signal that
   * arrives when that ends.
   */
  listen(): void {
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        if (this.writing === 0) end(signal);
        this.waiting = signal;
      });
    }
  }

  /** Does what must not be torn. */
  async whole<Result>(work: () => Promise<Result>): Promise<Result> {
    this.writing++;
    try {
      return await work();
    } finally {
      this.writing--;
      if (this.writing === 0 && this.waiting) end(this.waiting);
    }
  }
}

/** Ends the process by the signal itself, so that the shell knows why. */
function end(signal: Signal): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

export const interruption = new Interruption();
