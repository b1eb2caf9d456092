// Reads the base URL of the endpoints web service and the addresses of feeds, for the client, the server and the program.

/** Where Microsoft publishes the endpoints of Microsoft 365. */
export const SERVICE_URL = 'https://endpoints.office.com';

/** The base URL of a service, without a trailing slash; or why a text is not one. */
export type ServiceUrl = { readonly kind: 'url'; readonly baseUrl: string } | Invalid;

export function readServiceUrl(text: string): ServiceUrl {
  const url = readWebAddress(text);
  if (url.kind === 'invalid') return url;
  if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
    return invalid(text, `must be the base URL of the service only, such as ${SERVICE_URL}`);
  }
  return { kind: 'url', baseUrl: url.href.replace(/\/+$/, '') };
}

/** The address of a feed, and the origin that is asked; or why a text is not one. */
export type FeedUrl = { readonly kind: 'url'; readonly href: string; readonly origin: string } | Invalid;

export function readFeedUrl(text: string): FeedUrl {
  const url = readWebAddress(text);
  if (url.kind === 'invalid') return url;
  if (url.username !== '' || url.password !== '') return invalid(text, 'must not hold a name or a password');
  return { kind: 'url', href: url.href, origin: url.origin };
}

type Invalid = { readonly kind: 'invalid'; readonly message: string };

function invalid(text: string, message: string): Invalid {
  return { kind: 'invalid', message: `"${text}" ${message}` };
}

function readWebAddress(text: string) {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url) return invalid(text, 'is not a web address');
  const isLoopback = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback)) {
    return invalid(text, 'must begin with https:// (http:// is allowed for this machine only)');
  }
  const { href, origin, search, hash, username, password } = url;
  return { kind: 'url', href, origin, search, hash, username, password } as const;
}
