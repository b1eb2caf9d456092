// The tree of a template: literal text, outputs, branches and loops.
import type { Expression } from './expressions.js';
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
  | (Tag & { readonly kind: 'set'; readonly name: string; readonly value: Expression });

export interface TemplateTree {
  readonly kind: 'template';
  readonly language: TemplateLanguage;
  readonly nodes: readonly Node[];
}
