// Which variables of a script may hold a registry key of the firewall.
import { REGISTRY_KEY } from '../vocabulary/commands.js';

/** How a kind of script assigns to variables, and how it uses them. */
export interface VariableNotation {
  /** Finds a name and the rest of the line behind it. */
  readonly assignment: RegExp;
  readonly use: RegExp;
}

export const POWERSHELL: VariableNotation = {
  assignment: /\$(?:script:|global:|local:)?(\w{1,100})(?:[ \t]*\+?=(?!=)| +in )(.*)$/i,
  use: /[$@]\{?(?:script:|global:|local:)?(\w+)/gi,
};

export const BATCH: VariableNotation = {
  assignment: /^[ \t@(]*set[ \t]+(?:\/[ap][ \t]+)?"?(\w{1,100})=(.*)$/i,
  use: /[%!](\w+)/g,
};

/** A value that goes on in further lines. */
const GOES_ON = /[({,`][ \t\r]*$/;
const END = /^[ \t]*[)}]/;
const LONGEST_VALUE = 20;

const GOES_TO = /^[ \t;{]*(?:set-location|push-location|cd|chdir|sl|pushd)[ \t]/i;

const NONE: ReadonlySet<string> = new Set();

export class RegistryKeys {
  private readonly names: ReadonlySet<string>;
  /** Whether the script goes to such a key, which commands then need not name. */
  private readonly isCurrent: boolean;

  constructor(
    text: string,
    private readonly notation: VariableNotation,
  ) {
    this.names = REGISTRY_KEY.test(text) ? this.namesIn(text.split('\n')) : NONE;
    this.isCurrent =
      this.names !== NONE && text.split('\n').some((line) => GOES_TO.test(line) && REGISTRY_KEY.test(line));
  }

  /** Whether a command is about a key of the firewall, as far as its text tells. */
  isIn(command: string): boolean {
    return this.isCurrent || REGISTRY_KEY.test(command) || this.usesNames(command, this.names);
  }

  private usesNames(text: string, names: ReadonlySet<string>): boolean {
    if (names.size === 0) return false;
    return [...text.matchAll(this.notation.use)].some(([, name = '']) => names.has(name.toLowerCase()));
  }

  /** Variables are taken together wherever in the script they are assigned. */
  private namesIn(lines: readonly string[]): ReadonlySet<string> {
    const names = new Set<string>();
    lines.forEach((line, at) => {
      const [, name, value = ''] = this.notation.assignment.exec(line) ?? [];
      if (name === undefined) return;
      const all = GOES_ON.test(value) ? [value, ...restOfValue(lines, at + 1)].join('\n') : value;
      if (REGISTRY_KEY.test(all) || this.usesNames(all, names)) names.add(name.toLowerCase());
    });
    return names;
  }
}

function restOfValue(lines: readonly string[], from: number): readonly string[] {
  const next = lines.slice(from, from + LONGEST_VALUE);
  const end = next.findIndex((line) => END.test(line));
  return end < 0 ? next : next.slice(0, end);
}
