/** Where Microsoft publishes the endpoints of Microsoft 365. Stands alone, so that the VS Code client can import it. */
export const SERVICE_URL = 'https://endpoints.office.com';

/** The address of a service to ask; a text that says why where it cannot be one. */
export function readServiceUrl(text: string): { readonly baseUrl: string } | string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url) return `"${text}" is not a web address`;
  const isLoopback = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback)) {
    return `"${text}" must begin with https:// (http:// is for this machine alone)`;
  }
  if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
    return `"${text}" must be the address of the service alone, as ${SERVICE_URL} is`;
  }
  return { baseUrl: url.href.replace(/\/+$/, '') };
}
