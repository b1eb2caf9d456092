// The tree of a template: literal text, outputs, branches and loops.
import type { Expression, Named } from './expressions.js';
import type { TemplateLanguage } from './languages.js';

export interface Tag {
  readonly start: number;
  readonly end: number;
}

export interface Branch extends Tag {
  /** Absent for `else`. */
  readonly condition: Expression | undefined;
  /** The condition as written. */
  readonly text: string;
  readonly isNegated: boolean;
  readonly body: readonly Node[];
}

export type Node =
  | (Tag & { readonly kind: 'text' })
  | (Tag & { readonly kind: 'output'; readonly value: Expression; readonly text: string })
  | (Tag & { readonly kind: 'if'; readonly branches: readonly Branch[] })
  | (Tag & {
      readonly kind: 'for';
      readonly names: readonly string[];
      readonly over: Expression;
      readonly text: string;
      readonly body: readonly Node[];
      readonly otherwise: readonly Node[];
    })
  /** `isOutside` where it changes a variable of the blocks around it, if there is one of that name. */
  | (Tag & { readonly kind: 'set'; readonly name: string; readonly value: Expression; readonly isOutside: boolean })
  /** Variables of which nothing is known any more. */
  | (Tag & { readonly kind: 'forget'; readonly names: readonly string[] })
  /** A variable that is set to what a block prints. */
  | (Tag & { readonly kind: 'capture'; readonly name: string; readonly body: readonly Node[] })
  /** Variables that have other values in a block. */
  | (Tag & { readonly kind: 'scope'; readonly sets: readonly Named[]; readonly body: readonly Node[] })
  | (Tag & { readonly kind: 'macro'; readonly macro: MacroTree })
  | (Tag & { readonly kind: 'call'; readonly call: MacroCall })
  /** Another template, printed where it stands. */
  | (Tag & { readonly kind: 'include'; readonly path: string | undefined; readonly text: string })
  | (Tag & { readonly kind: 'import'; readonly path: string | undefined; readonly imports: Imports })
  /** An include, or imports, with the text of the other template and what is in it. */
  | (Tag & {
      readonly kind: 'other';
      readonly text: string;
      readonly nodes: readonly Node[];
      readonly imports?: Imports;
    });

/** A part of a template that is printed where its name is called. */
export interface MacroTree {
  readonly name: string;
  /** Those without a value have to be given. */
  readonly parameters: readonly (readonly [name: string, value: Expression | undefined])[];
  readonly body: readonly Node[];
}

export interface MacroCall {
  readonly name: string;
  readonly operands: readonly Expression[];
  readonly named: readonly Named[];
  /** What the macro prints where it calls its caller. */
  readonly caller?: MacroTree | undefined;
  readonly text: string;
}

/** What a template takes from another one: macros by their names there and here, or all of them behind a name. */
export type Imports =
  | { readonly kind: 'macros'; readonly names: ReadonlyMap<string, string> }
  | { readonly kind: 'all'; readonly as: string };

export interface TemplateTree {
  readonly kind: 'template';
  readonly language: TemplateLanguage;
  readonly nodes: readonly Node[];
}
