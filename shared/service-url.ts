// Reads the base URL of the endpoints web service, for the client, the server and the program.

/** Where Microsoft publishes the endpoints of Microsoft 365. */
export const SERVICE_URL = 'https://endpoints.office.com';

/** The base URL of a service, without a trailing slash; or why a text is not one. */
export type ServiceUrl =
  | { readonly kind: 'url'; readonly baseUrl: string }
  | { readonly kind: 'invalid'; readonly message: string };

export function readServiceUrl(text: string): ServiceUrl {
  const invalid = (message: string): ServiceUrl => ({ kind: 'invalid', message: `"${text}" ${message}` });
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url) return invalid('is not a web address');
  const isLoopback = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback)) {
    return invalid('must begin with https:// (http:// is allowed for this machine only)');
  }
  if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
    return invalid(`must be the base URL of the service only, such as ${SERVICE_URL}`);
  }
  return { kind: 'url', baseUrl: url.href.replace(/\/+$/, '') };
}
