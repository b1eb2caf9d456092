// The tree of a shell script: the part of the language that firewall scripts are written in (POSIX.1-2017, Shell Command
// Language, and the arrays and tests of bash). Offsets count from the start of the script.

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A piece of a word. `quoted` pieces are not split at white space when they are expanded. */
export type WordPart =
  | (Span & { readonly kind: 'text'; readonly text: string; readonly quoted: boolean })
  | (Span & {
      readonly kind: 'variable';
      /** Of `${list[*]}` with the brackets. */
      readonly name: string;
      /** `-` and `:-` with their word; other operators compute something; absent for a plain value. */
      readonly operator: string | undefined;
      readonly operand: ShellWord | undefined;
      readonly quoted: boolean;
    })
  /** `$(…)`, backquotes, `$((…))`, brace and pattern expansion: known only when the script runs. */
  | (Span & { readonly kind: 'computed'; readonly quoted: boolean });

export interface ShellWord extends Span {
  readonly parts: readonly WordPart[];
}

export interface Assignment extends Span {
  readonly name: string;
  readonly append: boolean;
  /** What stands in the brackets of `name[…]=`, which sets one element. */
  readonly element?: string;
  /** One word, or the elements of an array. */
  readonly value: ShellWord | readonly ShellWord[];
}

export interface Redirect extends Span {
  readonly operator: string;
  readonly target: ShellWord | undefined;
  /** The lines of a here-document. */
  readonly document: HereDocument | undefined;
}

export interface HereDocument extends Span {
  /** Whether variables in it are expanded. */
  readonly expands: boolean;
}

export interface SimpleCommand extends Span {
  readonly kind: 'simple';
  readonly assignments: readonly Assignment[];
  readonly words: readonly ShellWord[];
  readonly redirects: readonly Redirect[];
}

export type ShellCommand =
  | SimpleCommand
  | (Span & { readonly kind: 'group'; readonly subshell: boolean; readonly body: ShellList })
  | (Span & {
      readonly kind: 'if';
      readonly branches: readonly { readonly test: ShellList; readonly body: ShellList }[];
      readonly otherwise: ShellList | undefined;
    })
  | (Span & {
      readonly kind: 'loop';
      /** Whether it goes on until the test succeeds, not while. */
      readonly until: boolean;
      readonly test: ShellList;
      readonly body: ShellList;
      readonly redirects: readonly Redirect[];
    })
  | (Span & {
      readonly kind: 'for';
      readonly variable: string;
      /** `undefined` for the positional parameters, and for an arithmetic loop. */
      readonly words: readonly ShellWord[] | undefined;
      /** The text in the parentheses of `for ((…))`. */
      readonly arithmetic: string | undefined;
      readonly body: ShellList;
    })
  | (Span & {
      readonly kind: 'case';
      readonly subject: ShellWord;
      readonly items: readonly CaseItem[];
    })
  | (Span & { readonly kind: 'function'; readonly name: string; readonly body: ShellCommand })
  /** `[[ … ]]`, which is evaluated from its text, or the text in `((…))`. */
  | (Span & { readonly kind: 'test'; readonly words: readonly ShellWord[]; readonly arithmetic?: string });

export interface CaseItem {
  readonly patterns: readonly ShellWord[];
  readonly body: ShellList;
  /** What follows its commands: the end, the commands of the next item (`;&`), or the next items that match (`;;&`). */
  readonly goesOn: 'end' | 'next' | 'matching';
}

/** Commands joined by pipes; only the first of several gets the script's own input. */
export interface Pipeline extends Span {
  readonly negated: boolean;
  readonly commands: readonly ShellCommand[];
}

/** A pipeline with what joins it to the one before it. */
export interface ListItem {
  readonly joint: ';' | '&&' | '||';
  readonly pipeline: Pipeline;
}

export type ShellList = readonly ListItem[];

/** Where the script is invalid. */
export interface ShellError extends Span {
  readonly message: string;
}

export interface ShellScript {
  readonly body: ShellList;
  readonly errors: readonly ShellError[];
}
