// Web access through `fetch`, for the program in the terminal and for the VS Code client.

/** The response of a web server, or why there is no complete one. */
export type WebAnswer =
  | { readonly kind: 'answer'; readonly status: number; readonly retryAfter: string | undefined; readonly body: string }
  | { readonly kind: 'no-answer'; readonly reason: string }
  | { readonly kind: 'cancelled' };

/** Sends GET requests. Provided by the front end; never rejects and never retries. */
export interface WebAccess {
  get(url: string, signal: AbortSignal): Promise<WebAnswer>;
}

/** The limits of one request. */
export interface WebLimits {
  /** The time until the response is complete, in milliseconds. */
  readonly timeout: number;
  /** The size of the response, in bytes. */
  readonly size: number;
}

/** Generous: the published lists have about 40 kB, and all changes since the service began a few MB. */
export const WEB_LIMITS: WebLimits = { timeout: 30_000, size: 20_000_000 };

/** Web access through `fetch`. Follows no redirection and never retries. */
export function webAccess({ timeout, size }: WebLimits): WebAccess {
  return {
    async get(url, signal): Promise<WebAnswer> {
      const controller = new AbortController();
      const stop = () => controller.abort();
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop);
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        stop();
      }, timeout);
      let hasBegun = false;
      try {
        const response = await fetch(url, { signal: controller.signal, redirect: 'error' });
        hasBegun = true;
        const body = await readBody(response, size);
        if (body === undefined) {
          return { kind: 'no-answer', reason: `sends more than ${size / 1_000_000} MB, too much for an endpoint list` };
        }
        const retryAfter = response.headers.get('retry-after') ?? undefined;
        return { kind: 'answer', status: response.status, retryAfter, body };
      } catch (error) {
        if (signal.aborted) return { kind: 'cancelled' };
        if (isLate) return { kind: 'no-answer', reason: `did not respond within ${timeout / 1_000} seconds` };
        const reason = hasBegun ? 'closed the connection early' : 'cannot be reached';
        return { kind: 'no-answer', reason: `${reason} (${causeOf(error)})` };
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
        // Closes a connection whose response was not read to its end.
        stop();
      }
    },
  };
}

/** The text of a response; `undefined` where it is larger than `limit` bytes. */
async function readBody(response: Response, limit: number): Promise<string | undefined> {
  if (!response.body) return '';
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  let size = 0;
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.byteLength;
    if (size > limit) return undefined;
    text += decoder.decode(value, { stream: true });
  }
}

/** The underlying cause of an error: the message of `fetch` itself, `fetch failed`, does not name it. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
  return cause.message || code || cause.name;
}
