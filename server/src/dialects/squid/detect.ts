// Recognises files of squid by their names and by lines that no other language has.

import { isConfigurationName, isInSquidFolder } from './vocabulary/file-names.js';

const OWN_LINES =
  /^[ \t]*(http_access[ \t]+(allow|deny)[ \t]|acl[ \t]+\S+[ \t]+(src|dst|dstdomain|dstdom_regex|port|method|proxy_auth|url_regex|at_step|ssl::server_name)[ \t]|http_port[ \t]+\S*\d|cache_peer[ \t]+\S+[ \t]+parent[ \t]|ssl_bump[ \t]+(peek|splice|bump|stare|terminate)[ \t]|refresh_pattern[ \t]|cache_peer_access[ \t]|coredump_dir[ \t])/gm;

const STATEMENTS = /^[ \t]*[^\s#]/gm;

/** Text about squid, and a program with an example in its manual, has fewer such lines than any configuration. */
const MOST_STATEMENTS_AN_OWN_LINE = 20;

/** The confidence that a file is of squid: 0 (not) to 1 (certain). */
export function detect(path: string, text: string): number {
  if (isConfigurationName(path)) return 0.95;
  const own = text.match(OWN_LINES)?.length ?? 0;
  const lines = own * MOST_STATEMENTS_AN_OWN_LINE < (text.match(STATEMENTS)?.length ?? 0) ? 0 : own;
  // Other programs have files with `acl` lines, and squid's own documentation quotes some: one line is not enough.
  const content = lines >= 3 ? 0.9 : lines === 2 ? 0.7 : lines === 1 ? 0.4 : 0;
  return isInSquidFolder(path) ? Math.max(content, lines > 0 ? 0.8 : 0.5) : content;
}
