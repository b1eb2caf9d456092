// File names that only configurations of squid have.

/** `squid.conf`, `squid-edge.conf`, `edge.squid.conf`, `squid.conf.https_port`. */
const CONFIGURATION = /(^|[/\\])([\w.-]*[.-])?squid\d?([.-][\w.-]*)?\.conf(\.[\w.-]+)?$/i;
const FOLDER = /[/\\]squid\d?([/\\]conf\.d)?[/\\][^/\\]+\.(conf|acl|inc)$/i;

/** Whether a path has the name of a whole configuration. */
export function isConfigurationName(path: string): boolean {
  return CONFIGURATION.test(path);
}

/** Whether a path is in a folder of squid, whose files a configuration may include. */
export function isInSquidFolder(path: string): boolean {
  return FOLDER.test(path);
}
