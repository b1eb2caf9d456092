// How far a run has come, on a terminal: one line that is written over and gone before anything else is written.

/** How long a run is silent: most are over by then. */
const SILENT = 500;
/** How often the line changes. */
const EVERY = 100;

const CLEAR_LINE = '\r\u001b[K';

/**
 * Shows how many of some files are done; nothing more of 0 files.
 * @param now the clock, in milliseconds
 */
export function progressOn(write: (text: string) => void, now: () => number): (done: number, total: number) => void {
  let next = now() + SILENT;
  let isShown = false;
  return (done, total) => {
    if (total === 0 && isShown) {
      write(CLEAR_LINE);
      isShown = false;
    }
    if (total === 0 || now() < next) return;
    next = now() + EVERY;
    isShown = true;
    write(`${CLEAR_LINE}lintel: ${done} of ${total} files checked`);
  };
}
