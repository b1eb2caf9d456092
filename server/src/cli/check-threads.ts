// Checks many files in several threads. Who has checked which file shows nowhere: the answers are joined in the order of the files.

import type { CheckAnswer, CheckJob, StartThread } from './check-job.js';
import type { Arguments, Option } from './command.js';
import { sharedVerdict } from './plain-told.js';
import { ownError, UsageError } from './terminal.js';

export const JOBS_OPTION: Option = {
  name: 'jobs',
  value: 'COUNT',
  help: 'How many threads check files at the same time. Default: one for each 1,000 files, up to the number of processors.',
};

/** How many files are to be checked at the same time; `undefined` where that is left to the program. */
export function jobsOf(args: Arguments): number | undefined {
  const text = args.text('jobs');
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new UsageError(`--jobs must be a number from 1 to 999, not "${text}"`);
  return Number(text);
}

/**
 * How many files justify a thread of their own. It has to load the program and to make what is made once for all files: of a thousand
 * files, two threads on two processors take as long as one.
 */
const WORTH_A_THREAD = 1_000;

/** How many files a thread is given at once: neighbours often read the same files. */
const BATCH = 8;

/** How many threads check some files; 1 where they are checked without any. */
export function threadsFor(files: number, processors: number): number {
  return Math.max(1, Math.min(processors, Math.floor(files / WORTH_A_THREAD)));
}

/**
 * Checks files in a number of threads. Where one ends, as where it has no memory left, that is told of the file that it was
 * working on, and another one takes its place.
 * @param onAnswer is told how many files are done
 */
export function checkInThreads(
  job: CheckJob,
  uris: readonly string[],
  start: StartThread,
  { threads, onAnswer }: { readonly threads: number; readonly onAnswer: (done: number) => void },
): Promise<ReadonlyMap<string, CheckAnswer>> {
  const answers = new Map<string, CheckAnswer>();
  let waiting = [...uris];
  const paths = new Map(job.files.map(({ uri, path }) => [uri, path]));
  return new Promise((resolve) => {
    let running = 0;
    const add = ({ told, ...answer }: CheckAnswer) => {
      // What is sent is copied.
      const shared = told && { ...told, coverage: told.coverage.map(sharedVerdict) };
      answers.set(answer.uri, { ...answer, ...(shared ? { told: shared } : {}) });
      onAnswer(answers.size);
    };
    const begin = () => {
      let given: string[] = [];
      running++;
      const next = () => {
        given = waiting.splice(0, BATCH);
        if (given.length > 0) return thread.check(given);
        thread.stop();
        finish();
      };
      const finish = () => {
        if (--running === 0) resolve(answers);
      };
      const thread = start(job, {
        answered(answer) {
          add(answer);
          given = given.filter((uri) => uri !== answer.uri);
          if (given.length === 0) next();
        },
        ended(error) {
          const [failed, ...others] = given;
          if (failed !== undefined) {
            const message = `${paths.get(failed)}: could not be checked, because of ${ownError(error)}`;
            add({ uri: failed, errors: [message], fixes: [], texts: [] });
          }
          waiting = [...others, ...waiting];
          if (waiting.length > 0) begin();
          finish();
        },
      });
      next();
    };
    for (let i = 0; i < threads; i++) begin();
  });
}
