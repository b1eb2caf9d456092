// The threads of Node.js as those that check files.

import { answerOf } from './check-answer.js';
import type { CheckAnswer, CheckJob, StartThread } from './check-job.js';
import { Session } from './session.js';
import type { Terminal } from './terminal.js';

/** Room for young objects of a thread: by default three times as much, in which files of this size are no faster. */
const YOUNG_MB = 16;

/**
 * Starts threads that run a program. Those of Node.js are loaded where somebody wants one: that takes longer than reading a small file.
 * @param program the path of a file that calls {@link answerAsThread}
 */
export async function threadsOf(program: string): Promise<StartThread> {
  const { Worker } = await import('node:worker_threads');
  return (job, { answered, ended }) => {
    const worker = new Worker(program, { workerData: job, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
    let isStopped = false;
    let failure: unknown = new Error('the thread has ended');
    worker.on('message', (answer: CheckAnswer) => answered(answer));
    worker.on('error', (error) => {
      failure = error;
    });
    worker.on('exit', () => {
      if (!isStopped) ended(failure);
    });
    return {
      check: (uris) => worker.postMessage(uris),
      stop: () => {
        isStopped = true;
        void worker.terminate();
      },
    };
  };
}

/** Answers what this thread is asked to check, one file after the other. */
export async function answerAsThread(terminal: Terminal): Promise<void> {
  const { parentPort: port, workerData } = await import('node:worker_threads');
  if (!port) throw new Error('not a thread');
  const { session, tells } = await Session.ofJob(workerData as CheckJob, terminal);
  const sent = new Set(session.files.map((file) => file.uri));
  let last: Promise<void> = Promise.resolve();
  port.on('message', (uris: readonly string[]) => {
    last = last.then(async () => {
      for (const uri of uris) port.postMessage(await answerOf(session, uri, tells, sent));
    });
  });
}
