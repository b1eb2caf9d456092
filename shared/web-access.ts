// The network as Node.js and browsers reach it, for the program in the terminal and for the VS Code client.

/** What a web server answered, or why there is no whole answer. */
export type WebAnswer =
  | { readonly kind: 'answer'; readonly status: number; readonly retryAfter: string | undefined; readonly body: string }
  | { readonly kind: 'no-answer'; readonly reason: string }
  | { readonly kind: 'cancelled' };

/** How an answer is had. Given by the front end; never rejects, and never asks twice. */
export interface WebAccess {
  get(url: string, signal: AbortSignal): Promise<WebAnswer>;
}

/** What one request may cost. */
export interface WebLimits {
  /** Until the whole answer is there, in milliseconds. */
  readonly timeout: number;
  /** Of an answer, in bytes. */
  readonly size: number;
}

/** The published lists have some 40 kB, and all changes since the service began some MB. */
export const WEB_LIMITS: WebLimits = { timeout: 30_000, size: 20_000_000 };

/** Web access through `fetch`. Follows no redirection, and never asks twice. */
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
        if (isLate) return { kind: 'no-answer', reason: `has not answered within ${timeout / 1_000} seconds` };
        const reason = hasBegun ? 'cut its answer off' : 'cannot be reached';
        return { kind: 'no-answer', reason: `${reason} (${causeOf(error)})` };
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
        // Ends a connection whose answer nobody reads to its end.
        stop();
      }
    },
  };
}

/** The text of an answer; `undefined` where it is larger than `limit` bytes. */
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

/** What went wrong, as the layer below reports it: `fetch failed` says nothing. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
  return cause.message || code || cause.name;
}
