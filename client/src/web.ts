// Web access for the server while a command of the user runs.

import type { BaseLanguageClient } from 'vscode-languageclient';
import { GET } from '../../shared/protocol.js';
import { WEB_LIMITS, type WebAnswer, webAccess } from '../../shared/web-access.js';
import { typed } from './requests.js';

const access = webAccess(WEB_LIMITS);

/**
 * Handles the web requests of the server, with the user's proxy and certificates; only while a command of the user runs, and
 * only to the services of that command.
 */
export class WebRequests {
  private allowed: readonly string[] | undefined;

  /** @param limitation a sentence to append where a service cannot be reached from this environment */
  constructor(readonly limitation?: string) {}

  answer(client: BaseLanguageClient): void {
    client.onRequest(typed(GET), async ({ url }, token): Promise<WebAnswer> => {
      if (!this.allowed?.some((address) => url === address || url.startsWith(`${address}/`))) {
        return { kind: 'no-answer', reason: 'was not requested by the user' };
      }
      const controller = new AbortController();
      const cancelling = token.onCancellationRequested(() => controller.abort());
      try {
        const answer = await access.get(url, controller.signal);
        if (answer.kind !== 'no-answer' || this.limitation === undefined) return answer;
        return { kind: 'no-answer', reason: `${answer.reason}. ${this.limitation}` };
      } finally {
        cancelling.dispose();
      }
    });
  }

  /**
   * Allows the server to access some addresses, and what is below them, while some work runs; `undefined` where other such work
   * is running.
   * @param addresses without a trailing slash
   */
  async during<Result>(addresses: readonly string[], work: () => Promise<Result>): Promise<Result | undefined> {
    if (this.allowed !== undefined) return undefined;
    this.allowed = addresses;
    try {
      return await work();
    } finally {
      this.allowed = undefined;
    }
  }
}
