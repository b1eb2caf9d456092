// The vocabulary of generated PAC programs: names that their conditions and the tried hosts have in common.
import type { Random } from '../../../random.js';

/** A condition on the texts that the two expressions give. Declarations that it needs are added to the program. */
export type Kind = (writing: Writing, host: string, url: string) => string;

export const NAMES = [
  'teams.example.com',
  'example.com',
  'relay.teams.example.com',
  'lync.example',
  'cloud.example.org',
  'api.cloud.example.org',
  'example.org',
] as const;

export const LABELS = [
  'relay',
  'edge',
  'api',
  'cdn7',
  'a',
  'eu',
  'x-y',
  '1drive',
  'teams',
  'www',
  'aaa1',
  'b_c',
] as const;

/** A program being written. */
export class Writing {
  readonly declarations: string[] = [];
  private names = 0;

  constructor(readonly choices: Random) {}

  /** A name that nothing else in the program has. */
  fresh(prefix: string): string {
    this.names++;
    return `${prefix}${this.names}`;
  }

  /** Declares a value at the top of the program, and gives its name. */
  declare(prefix: string, value: string): string {
    const name = this.fresh(prefix);
    this.declarations.push(`${this.from(['var', 'var', 'const', 'let'])} ${name} = ${value};`);
    return name;
  }

  /** Declares a function at the top of the program, and gives its name. */
  define(prefix: string, parameters: string, body: string): string {
    const name = this.fresh(prefix);
    this.declarations.push(`function ${name}(${parameters}) { ${body} }`);
    return name;
  }

  below(count: number): number {
    return this.choices.below(count);
  }

  from<Value>(values: readonly [Value, ...Value[]]): Value {
    return this.choices.pick(values);
  }

  name(): string {
    return this.from(NAMES);
  }

  label(): string {
    return this.from(LABELS);
  }

  /** A name or a label, or a part of one, as a literal. */
  text(): string {
    const whole = this.from([this.name(), this.label(), `.${this.name()}`, `${this.label()}.`]);
    const start = this.below(3) === 0 ? this.below(whole.length) : 0;
    return quoted(whole.slice(start));
  }

  /** Two to four different names or labels, as the literals of a list. */
  some(of: readonly [string, ...string[]]): string {
    const found = new Set<string>();
    for (let i = 2 + this.below(3); i > 0; i--) found.add(quoted(this.from(of)));
    return [...found].join(', ');
  }

  comparison(): string {
    return this.from(['>', '<', '>=', '<=', '==', '===', '!=', '!==']);
  }
}

export function quoted(text: string): string {
  return JSON.stringify(text);
}
