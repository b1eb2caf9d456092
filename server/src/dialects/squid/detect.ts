/** Names that only files for squid have: `squid.conf`, `squid-edge.conf`, `edge.squid.conf`, `squid.conf.https_port`. */
const OWN_NAME = /(^|[/\\])([\w.-]*[.-])?squid\d?([.-][\w.-]*)?\.conf(\.[\w.-]+)?$/i;
const OWN_FOLDER = /[/\\]squid\d?([/\\]conf\.d)?[/\\][^/\\]+\.(conf|acl|inc)$/i;

/** Lines that no other configuration language has. */
const TELLING =
  /^[ \t]*(http_access[ \t]+(allow|deny)[ \t]|acl[ \t]+\S+[ \t]+(src|dst|dstdomain|dstdom_regex|port|method|proxy_auth|url_regex|at_step|ssl::server_name)[ \t]|http_port[ \t]+\S*\d|cache_peer[ \t]+\S+[ \t]+parent[ \t]|ssl_bump[ \t]+(peek|splice|bump|stare|terminate)[ \t]|refresh_pattern[ \t]|cache_peer_access[ \t]|coredump_dir[ \t])/gm;

/** Whether a file has a name that only configurations of squid have. */
export function isOwnName(path: string): boolean {
  return OWN_NAME.test(path);
}

/** How sure a file is one for squid, by its name and by its first lines. */
export function detect(path: string, text: string): number {
  const name = OWN_NAME.test(path) ? 0.95 : 0;
  const lines = text.match(TELLING)?.length ?? 0;
  // Other programs have files with `acl` lines, and squid's own documentation quotes some: one line is not enough.
  const content = lines >= 3 ? 0.9 : lines === 2 ? 0.7 : lines === 1 ? 0.4 : 0;
  if (name > 0) return name;
  return OWN_FOLDER.test(path) ? Math.max(content, lines > 0 ? 0.8 : 0.5) : content;
}
