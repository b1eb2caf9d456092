// Resolves abbreviated names of parameters.

import { CMDLET_PARAMETERS, PARAMETERS_BY_NAME } from './words.js';

const ALIASES: ReadonlyMap<string, string> = new Map(
  [...PARAMETERS_BY_NAME].flatMap(([name, { alias }]) => (alias === undefined ? [] : [[alias, name]])),
);

const NAMES: ReadonlyMap<string, readonly string[]> = new Map(
  [...CMDLET_PARAMETERS].map(([command, parameters]) => [command, parameters.map(({ name }) => name.toLowerCase())]),
);

/**
 * The full lower-case name of a written parameter: PowerShell accepts any unambiguous prefix of a name
 * (*about_Parameters*). `undefined` where none or several begin with it.
 */
export function fullParameterName(command: string, written: string): string | undefined {
  const names = NAMES.get(command) ?? [];
  if (names.includes(written)) return written;
  const [only, ...others] = names.filter((name) => name.startsWith(written));
  return only !== undefined && others.length === 0 ? only : ALIASES.get(written);
}

export function isSwitch(name: string): boolean {
  return PARAMETERS_BY_NAME.get(name)?.isSwitch === true;
}
