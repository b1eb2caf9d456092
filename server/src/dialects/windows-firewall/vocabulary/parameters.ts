// Resolves abbreviated names of parameters.

import { CMDLET_PARAMETERS, PARAMETERS_BY_NAME } from './words.js';

/** The names and aliases of each command's parameters, each with the lower-case name. */
const NAMES: ReadonlyMap<string, readonly (readonly [string, string])[]> = new Map(
  [...CMDLET_PARAMETERS].map(([command, parameters]) => [
    command,
    parameters.flatMap(({ name, aliases = [] }) => {
      const full = name.toLowerCase();
      return [full, ...aliases].map((written) => [written, full] as const);
    }),
  ]),
);

/**
 * The full lower-case name of a written parameter: PowerShell accepts any unambiguous prefix of a name or alias
 * (*about_Parameters*). `undefined` where none or several begin with it.
 */
export function fullParameterName(command: string, written: string): string | undefined {
  const names = NAMES.get(command) ?? [];
  const exact = names.find(([name]) => name === written);
  if (exact) return exact[1];
  const [only, ...others] = new Set(names.flatMap(([name, full]) => (name.startsWith(written) ? [full] : [])));
  return others.length === 0 ? only : undefined;
}

export function isSwitch(name: string): boolean {
  return PARAMETERS_BY_NAME.get(name)?.isSwitch === true;
}
