// Flags of the JavaScript engine.

import { setFlagsFromString } from 'node:v8';

/** Sets flags of V8 11, that of Node.js 20, for which they were measured: later ones count calls before they optimise, and refuse some of them. */
export function setEngineFlags(...flags: readonly string[]): void {
  if (process.versions.v8.startsWith('11.')) for (const flag of flags) setFlagsFromString(flag);
}
