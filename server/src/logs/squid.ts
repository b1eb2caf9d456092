// Requests that squid logs in access.log.
import { parseAddress } from '../model/ip.js';
import { broken, type LineReader, type LineReading, type LoggedAction } from './entry.js';

/**
 * Reads squid's own format, `time elapsed client code/status bytes method URL user hierarchy/from type`, and those of web
 * servers, `client ident user [time] "method URL version" status bytes … code:hierarchy` (squid's `logformat` directive:
 * squid, common, combined).
 */
export const readSquidLine: LineReader = (line) => {
  const own = /^.*?\b\d{9,10}\.\d{3}\s+\d+\s+(\S+)\s+([A-Z_]+)\/(\d{3})\s+\d+\s*(.*)$/.exec(line);
  if (own) {
    const [, client = '', code = '', status = '', rest = ''] = own;
    const [method, url, user] = rest.split(/\s+/);
    return requestOf({ client, code, status, method, url, user });
  }
  const web =
    /^(\S+)\s+\S+\s+(\S+)\s+\[[^\]]+\]\s+"([A-Z]+)\s+(\S+)[^"]*"\s+(\d{3})\s.*?\s"?((?:TCP|UDP|NONE)[A-Z_]*):\w+\s*$/.exec(
      line,
    );
  if (!web) return undefined;
  const [, client = '', user, method, url, status = '', code = ''] = web;
  return requestOf({ client, code, status, method, url, user });
};

interface Parts {
  readonly client: string;
  readonly code: string;
  readonly status: string;
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly user: string | undefined;
}

function requestOf({ client, code, status, method, url, user }: Parts): LineReading {
  if (method === undefined || url === undefined || url === '' || url === '-') return broken('squid', 'the URL');
  const asked = method === 'CONNECT' ? tunnelOf(url) : url;
  if (!URL.canParse(asked)) return broken('squid', 'the URL');
  // A line that is cut within its URL has nothing behind it.
  if (user === undefined) return broken('squid', 'what follows the URL');
  return {
    kind: 'url',
    format: 'squid',
    action: actionOf(code, status),
    url: asked,
    ...(parseAddress(client) ? { client } : {}),
    ...(user === '-' ? {} : { user }),
  };
}

/** A tunnel to port 443 carries `https:`; one to another port is asked for as such. */
function tunnelOf(target: string): string {
  return /:443$/.test(target) ? `https://${target.slice(0, -4)}/` : `https://${target}/`;
}

/** `TCP_DENIED` is what `http_access` refused, and 407 asks for a login ("Squid log files", result codes). */
function actionOf(code: string, status: string): LoggedAction {
  return code.includes('DENIED') || status === '407' ? 'denied' : 'permitted';
}
