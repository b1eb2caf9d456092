// Schedules the checks of open documents.

/** The longest duration of the last check after which the next one starts without a pause, in milliseconds. */
const QUICK = 50;
/** The pause before a check, as a multiple of the duration of the last one; other requests are handled meanwhile. */
const PAUSE = 0.5;
/** The longest pause, in milliseconds. */
const LONGEST_PAUSE = 300;

/** What a scheduler needs of its process or worker. */
export interface SchedulerHost {
  /** The time of a monotonic clock, in milliseconds. */
  now(): number;
  /** Resolves after the messages that have arrived are handled. */
  yieldToEvents(): Promise<void>;
}

/**
 * Runs one check per document at a time, always of the newest version: changes that arrive together are checked once,
 * and a change that arrives during a check makes that check stale and a new one follow. A document whose checks are slow
 * is checked less often, so that typing stays smooth.
 */
export class Scheduler {
  /** For each document that is to be checked, the number of the newest request; numbers are never given twice. */
  private readonly tickets = new Map<string, number>();
  private requests = 0;
  private readonly running = new Set<string>();
  private readonly durations = new Map<string, number>();

  /**
   * @param check checks a document; it looks at `isCurrent` after every wait and gives up where that is false
   */
  constructor(
    private readonly check: (uri: string, isCurrent: () => boolean) => Promise<void>,
    private readonly host: SchedulerHost,
  ) {}

  /** Asks for a check of the newest version of a document. */
  request(uri: string): void {
    this.tickets.set(uri, ++this.requests);
    if (!this.running.has(uri)) void this.run(uri);
  }

  /** Makes a running check stale and starts no other. */
  cancel(uri: string): void {
    this.tickets.delete(uri);
    this.durations.delete(uri);
  }

  private async run(uri: string): Promise<void> {
    this.running.add(uri);
    let checked: number | undefined;
    while (this.tickets.has(uri) && this.tickets.get(uri) !== checked) {
      await this.pause(uri);
      const ticket = this.tickets.get(uri);
      if (ticket === undefined) break;
      const start = this.host.now();
      await this.check(uri, () => this.tickets.get(uri) === ticket);
      this.durations.set(uri, this.host.now() - start);
      checked = ticket;
    }
    this.running.delete(uri);
    if (!this.tickets.has(uri)) this.durations.delete(uri);
  }

  private async pause(uri: string): Promise<void> {
    const duration = this.durations.get(uri) ?? 0;
    if (duration <= QUICK) return this.host.yieldToEvents();
    await new Promise((resolve) => setTimeout(resolve, Math.min(duration * PAUSE, LONGEST_PAUSE)));
  }
}
