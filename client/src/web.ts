// Web access for the server, while a command of the user runs.

import type { BaseLanguageClient } from 'vscode-languageclient';
import { GET } from '../../shared/protocol.js';
import { WEB_LIMITS, type WebAnswer, webAccess } from '../../shared/web-access.js';
import { typed } from './requests.js';

const access = webAccess(WEB_LIMITS);

/**
 * Reaches the network for the server, with the user's own proxy and certificates; only while a command of the user runs,
 * and only the service that the command is about.
 */
export class WebRequests {
  private allowed: string | undefined;

  /** @param limitation what to add where a service cannot be reached, because of where the extension runs */
  constructor(private readonly limitation?: string) {}

  answer(client: BaseLanguageClient): void {
    client.onRequest(typed(GET), async ({ url }, token): Promise<WebAnswer> => {
      if (this.allowed === undefined || !url.startsWith(`${this.allowed}/`)) {
        return { kind: 'no-answer', reason: 'is not what the user has asked for' };
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
   * Lets the server reach one service for as long as some work takes; `undefined` where it is at such work already.
   * @param service its address, without a slash at its end
   */
  async during<Result>(service: string, work: () => Promise<Result>): Promise<Result | undefined> {
    if (this.allowed !== undefined) return undefined;
    this.allowed = service;
    try {
      return await work();
    } finally {
      this.allowed = undefined;
    }
  }
}
