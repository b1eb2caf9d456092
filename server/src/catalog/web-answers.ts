// Asks a web service for one text. The front end provides the network access (WebAccess).
import type { WebAccess } from '../../../shared/web-access.js';

/** A value that was read, or why there is none. `isFinal`: further requests would fail as well, or burden the service. */
export type Answer<Value> =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'failed'; readonly reason: string; readonly isFinal: boolean }
  | { readonly kind: 'cancelled' };

export function failed(reason: string, isFinal = false) {
  return { kind: 'failed', reason, isFinal } as const;
}

/**
 * Sends one request.
 * @param service the name of the service in messages
 * @param path what was asked of it, in messages; empty where the service is all there is
 */
export async function askText(
  access: WebAccess,
  url: string,
  { service, path }: { readonly service: string; readonly path: string },
  signal: AbortSignal,
): Promise<Answer<string>> {
  const answer = await access.get(url, signal);
  if (answer.kind === 'cancelled') return answer;
  if (answer.kind === 'no-answer') return failed(`${service} ${answer.reason}`, true);
  if (answer.status === 429) return failed(`${service} limits the number of requests; ${whenToTryAgain(answer)}`, true);
  if (answer.status !== 200) {
    return failed(`${service} responds${path === '' ? '' : ` to ${path}`} with status ${answer.status}`);
  }
  return { kind: 'value', value: answer.body };
}

/** Retry-After is a number of seconds or a date (RFC 9110, section 10.2.3). */
function whenToTryAgain({ retryAfter }: { readonly retryAfter: string | undefined }): string {
  const text = retryAfter?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) {
    const seconds = Number(text);
    return `try again in ${seconds < 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`}`;
  }
  // A date holds letters, digits and little else; anything longer is not a date.
  if (/^[\w:, +-]{1,40}$/.test(text)) return `try again after ${text}`;
  // "Web service" article, section on the Endpoints method: wait one hour after a status 429.
  return 'try again in an hour';
}
