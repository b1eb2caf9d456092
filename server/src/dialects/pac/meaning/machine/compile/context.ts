// What the compiler knows while it makes the instructions of one function.
import type { AnyNode, Expression, Pattern, Statement } from 'acorn';
import type { FunctionNode } from '../../../syntax/tree.js';
import type { FunctionCode, Step } from '../machine.js';
import type { Label } from '../steps/control.js';
import type { Block, Storage } from './names.js';

export type ClassNode = Extract<AnyNode, { type: 'ClassDeclaration' | 'ClassExpression' }>;

/** What a `break`, `continue` or `return` leaves on its way out. */
export type Control =
  | {
      readonly kind: 'target';
      readonly labels: readonly string[];
      /** Whether a `break` without a label means it: loops and `switch`. */
      readonly isDefault: boolean;
      readonly breakTo: Label;
      readonly continueTo: Label | undefined;
    }
  | { readonly kind: 'scope' }
  | { readonly kind: 'try' }
  | {
      readonly kind: 'finally';
      readonly exits: Exit[];
      readonly entry: Label;
      readonly completion: number;
      readonly value: number;
    };

/** A way out of a `try` with a `finally`, which goes on behind the `finally`. */
export type Exit =
  | { readonly kind: 'return' }
  | { readonly kind: 'break' | 'continue'; readonly target: Extract<Control, { kind: 'target' }> };

/** What the parts of the compiler need of each other. */
export interface Parts {
  expression(node: Expression, context: Context): void;
  /** An expression whose value is named where it is a function or a class. */
  named(node: Expression, name: string, context: Context): void;
  /** An expression of which only the truth is used. */
  condition(node: Expression, context: Context): void;
  statements(nodes: readonly Statement[], context: Context): void;
  /** Pushes a function. */
  functionValue(node: FunctionNode, kind: FunctionCode['kind'], name: string, context: Context): void;
  functionCode(node: FunctionNode, kind: FunctionCode['kind'], name: string, context: Context): FunctionCode;
  /** The constructor of a class that declares none. */
  emptyConstructor(node: ClassNode, kind: FunctionCode['kind'], name: string, context: Context): FunctionCode;
  /** A function without parameters whose body is made by `fill`. */
  bodyCode(node: AnyNode, context: Context, fill: (inner: Context) => void): FunctionCode;
  /** A block with its own names. */
  block(nodes: readonly Statement[], node: AnyNode, context: Context): void;
  classValue(node: ClassNode, name: string, context: Context): void;
  /** Gives the value on the stack to a pattern. */
  bind(pattern: Pattern, mode: BindMode, context: Context): void;
}

/** Whether a pattern declares its names or assigns to them. */
export type BindMode = 'declare' | 'assign' | 'var';

/** What holds for a whole program. */
export interface ProgramFacts {
  readonly isLibrary: boolean;
  /** The variables that are returned by name and assigned more than once: their last assignment decides. */
  readonly collectors: ReadonlySet<string>;
  /** The names of functions that clients provide. */
  readonly helpers: ReadonlySet<string>;
  /** The nodes that functions or classes are inside of, within the function around them. */
  readonly closed: ReadonlySet<AnyNode>;
  /** Whether a function may take its arguments as a list. */
  readonly usesArguments: boolean;
  /** The statements that decide, by number. */
  readonly decisions: AnyNode[];
}

export class Context {
  readonly steps: Step[] = [];
  readonly nodes: AnyNode[] = [];
  /** Behind calls of whose result only the truth is used. */
  readonly truthAt = new Set<number>();
  /** Behind calls whose result nobody takes. */
  readonly droppedAt = new Set<number>();
  readonly controls: Control[] = [];
  /** The names of the parameters, if they are nothing but names. */
  parameters: readonly string[] = [];
  hasSimpleParameters = true;
  /** Where `arguments` is kept; made on demand. */
  argumentsSlot: number | undefined;
  /** The labels of the statement that is compiled next. */
  labels: string[] = [];
  statement: AnyNode;
  /** How many loops are around what is compiled now. */
  loopCount = 0;

  constructor(
    readonly parts: Parts,
    readonly facts: ProgramFacts,
    readonly outer: Context | undefined,
    readonly kind: FunctionCode['kind'],
    /** Whether what is compiled now is in strict mode: a class is, wherever it stands. */
    public isStrict: boolean,
    /** The variables of the function. */
    readonly storage: Storage,
    /** The innermost names. */
    public block: Block,
    node: AnyNode,
  ) {
    this.statement = node;
  }

  emit(node: AnyNode, ...steps: readonly Step[]): void {
    for (const step of steps) {
      this.steps.push(step);
      this.nodes.push(node);
    }
  }

  mark(label: Label): void {
    label.at = this.steps.length;
  }

  /** A variable without a name, in the innermost storage. */
  temporary(): number {
    return this.block.storage.allocate();
  }

  expression(node: Expression): void {
    this.parts.expression(node, this);
  }

  condition(node: Expression): void {
    this.parts.condition(node, this);
  }
}

export function label(): Label {
  return { at: -1 };
}
