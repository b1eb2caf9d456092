// The address of the endpoints web service, as the client, the server and the program read it.

/** Where Microsoft publishes the endpoints of Microsoft 365. */
export const SERVICE_URL = 'https://endpoints.office.com';

/** The address of a service to ask, without a slash at its end; or why a text cannot be one. */
export type ServiceUrl =
  | { readonly kind: 'url'; readonly baseUrl: string }
  | { readonly kind: 'invalid'; readonly message: string };

export function readServiceUrl(text: string): ServiceUrl {
  const invalid = (message: string): ServiceUrl => ({ kind: 'invalid', message: `"${text}" ${message}` });
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url) return invalid('is not a web address');
  const isLoopback = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback)) {
    return invalid('must begin with https:// (http:// is for this machine alone)');
  }
  if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
    return invalid(`must be the address of the service alone, as ${SERVICE_URL} is`);
  }
  return { kind: 'url', baseUrl: url.href.replace(/\/+$/, '') };
}
