// The acls of a program: all lines of a name, in all files.

import type { AclStatement } from '../syntax/tree.js';
import type { AclType } from '../vocabulary/acl-types.js';
import { CarriedOver } from './carried-over.js';
import type { DefinedAcl, Definitions } from './definitions.js';
import type { Segment, StatementLine } from './segments.js';

/** An acl line, with the index of its segment. */
export interface AclLine {
  readonly segment: number;
  readonly line: StatementLine<AclStatement>;
}

/** The lines of an acl in one segment, including those of another type. */
interface AclPart {
  readonly segment: number;
  readonly lines: readonly StatementLine<AclStatement>[];
}

export class Acl {
  private knownLines: readonly AclLine[] | undefined;

  constructor(
    private readonly defined: DefinedAcl,
    private readonly parts: readonly AclPart[],
  ) {}

  get key(): string {
    return this.defined.key;
  }

  get type(): AclType {
    return this.defined.type;
  }

  /** Whether some of its values are in list files. */
  get fromFile(): boolean {
    return this.defined.fromFile;
  }

  /** Its lines, in the order in which squid reads them; at least one. */
  get lines(): readonly AclLine[] {
    this.knownLines ??= this.parts.flatMap(({ segment, lines }) =>
      lines.filter(({ statement }) => statement.type === this.type).map((line) => ({ segment, line })),
    );
    return this.knownLines;
  }

  /** The name as in its first line. */
  get name(): string {
    return this.lines[0]?.line.statement.name.text ?? this.key;
  }

  /** Whether it is built in, and the file adds nothing to it. */
  get isBuiltIn(): boolean {
    return this.parts.every(({ segment }) => segment === 0);
  }

  /** Whether it has a built-in line. */
  get hasBuiltInLine(): boolean {
    return this.parts.some(({ segment }) => segment === 0);
  }

  /** Whether the acls have the same lines in the same segments. */
  static equal(a: Acl, b: Acl): boolean {
    return (
      a.type === b.type &&
      a.parts.length === b.parts.length &&
      a.parts.every(({ segment, lines }, i) => segment === b.parts[i]?.segment && lines === b.parts[i]?.lines)
    );
  }
}

/** Finds acls by name; one with the same lines as in the previous version is the same object. */
export class Acls {
  private readonly known: CarriedOver<Acl>;

  constructor(
    private readonly segments: readonly Segment[],
    private readonly definitions: Definitions,
    previous: Acls | undefined,
  ) {
    this.known = new CarriedOver(previous?.known, Acl.equal);
  }

  get(key: string): Acl | undefined {
    const defined = this.definitions.get(key);
    return (
      defined &&
      this.known.of(key, () => {
        const parts = defined.segments.map((segment) => ({
          segment,
          lines: this.segments[segment]?.statements.acls.get(key) ?? [],
        }));
        return new Acl(defined, parts);
      })
    );
  }

  /** All acls, built-in ones first. */
  get all(): readonly Acl[] {
    return this.definitions.keys.flatMap((key) => this.get(key) ?? []);
  }

  ofType(type: string): readonly Acl[] {
    return this.definitions.keysOfType(type).flatMap((key) => this.get(key) ?? []);
  }
}

/** Whether some line of an acl has an option, alone (`-n`) or among others (`-in`). */
export function hasOption(acl: Acl, letter: string): boolean {
  return acl.lines.some(({ line }) =>
    line.statement.options.some(({ text }) => /^-[a-z]+$/.test(text) && text.includes(letter)),
  );
}
