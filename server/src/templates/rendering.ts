// Fills a template in: for one choice of branches a text, with the place in the template that each part of it comes from.
import type { Branch, Node, Tag, TemplateTree } from './tree.js';
import { evaluate, isMap, Open, type Scope, textOf, truth, type Value } from './values.js';

/** The branch of an `if`, or the presence of a loop's items, that a part of a rendering depends on. */
export interface Step {
  /** Equal for conditions that are equal wherever they stand. */
  readonly key: string;
  readonly option: number;
  readonly tag: Tag;
  /** What decides, as users know it. */
  readonly depends: string;
  /** Reads after "if". */
  readonly phrase: string;
  /** Set where one of the options applies whenever no other does, so that this one is never left out. */
  readonly isLast: boolean;
}

/** A part of a rendering. */
export interface Piece {
  /** `literal` is written in the template, `value` is known, `open` is not. */
  readonly kind: 'literal' | 'value' | 'open';
  readonly text: string;
  /** The literal text or the tag in the template. */
  readonly start: number;
  readonly end: number;
  /** The variable that an open part depends on. */
  readonly name: string;
  /** The expression of an open part: equal ones have the same value. */
  readonly key: string;
  readonly path: readonly Step[];
}

export interface Rendering {
  readonly pieces: readonly Piece[];
  /** The conditions that were asked, and how many options each has. */
  readonly asked: ReadonlyMap<string, Asked>;
  /** Whether all of the template is in it. */
  readonly isComplete: boolean;
}

export interface Asked {
  readonly count: number;
  readonly step: Step;
}

/** Which option of a condition is rendered: its number, or all of them one after the other. */
export type Chooser = (key: string, tag: Tag, count: number) => number | 'all';

/** How many parts a rendering may have, and how long it may get. */
const PIECE_LIMIT = 20_000;
const LENGTH_LIMIT = 1_000_000;

export function render(text: string, tree: TemplateTree, scope: Scope, choose: Chooser): Rendering {
  const renderer = new Renderer(text, choose);
  renderer.nodes(tree.nodes, scope.inner(), [], '');
  return renderer;
}

interface Option {
  readonly body: readonly Node[];
  readonly phrase: string;
}

class Renderer implements Rendering {
  readonly pieces: Piece[] = [];
  readonly asked = new Map<string, Asked>();
  isComplete = true;
  private length = 0;

  constructor(
    private readonly text: string,
    private readonly choose: Chooser,
  ) {}

  nodes(nodes: readonly Node[], scope: Scope, path: readonly Step[], round: string): void {
    for (const node of nodes) {
      if (this.pieces.length > PIECE_LIMIT || this.length > LENGTH_LIMIT) {
        this.isComplete = false;
        return;
      }
      this.node(node, scope, path, round);
    }
  }

  private node(node: Node, scope: Scope, path: readonly Step[], round: string): void {
    switch (node.kind) {
      case 'text':
        this.add({ ...node, kind: 'literal', text: this.text.slice(node.start, node.end), name: '', key: '', path });
        return;
      case 'output': {
        const value = textOf(evaluate(node.value, scope), scope.language);
        const { start, end } = node;
        if (!(value instanceof Open)) this.add({ kind: 'value', text: value, start, end, name: '', key: '', path });
        else this.add({ kind: 'open', text: '', start, end, name: value.name, key: round + node.text, path });
        return;
      }
      case 'set':
        scope.set(node.name, evaluate(node.value, scope));
        return;
      case 'if':
        this.branches(node, scope, path, round);
        return;
      case 'for':
        this.loop(node, scope, path, round);
        return;
    }
  }

  private add(piece: Piece): void {
    this.pieces.push(piece);
    this.length += piece.text.length;
  }

  private branches(node: Node & { kind: 'if' }, scope: Scope, path: readonly Step[], round: string): void {
    const options: Option[] = [];
    let depends = '';
    let key = '';
    let last: readonly Node[] = [];
    for (const branch of node.branches) {
      const holds = branch.condition ? truth(evaluate(branch.condition, scope), scope.language) : true;
      if (holds === false) continue;
      if (holds === true) {
        last = branch.body;
        break;
      }
      if (depends === '') depends = holds.name;
      key += `${round}${branch.isNegated ? '!' : ''}${branch.text};`;
      options.push({ body: branch.body, phrase: phraseOf(branch) });
    }
    if (options.length === 0) {
      this.nodes(last, scope, path, round);
      return;
    }
    const others = options.map(({ phrase }) => phrase.replace(/ holds$/, ' does not hold')).join(' and ');
    options.push({ body: last, phrase: others });
    this.options(options, { key, depends, tag: node }, scope, path, round);
  }

  private options(
    options: readonly Option[],
    { key, depends, tag }: { readonly key: string; readonly depends: string; readonly tag: Tag },
    scope: Scope,
    path: readonly Step[],
    round: string,
  ): void {
    const chosen = this.choose(key, tag, options.length);
    const stepOf = (option: number): Step => ({
      key,
      option,
      tag,
      depends,
      phrase: options[option]?.phrase ?? '',
      isLast: option === options.length - 1,
    });
    if (chosen !== 'all') {
      const option = Math.min(chosen, options.length - 1);
      this.asked.set(key, { count: options.length, step: stepOf(option) });
      this.nodes(options[option]?.body ?? [], scope, path, round);
      return;
    }
    for (const [option, { body }] of options.entries()) this.nodes(body, scope, [...path, stepOf(option)], round);
    // What a branch may have set is not known after it.
    for (const { body } of options) for (const name of namesSetIn(body)) scope.set(name, new Open(depends));
  }

  private loop(node: Node & { kind: 'for' }, scope: Scope, path: readonly Step[], round: string): void {
    const over = evaluate(node.over, scope);
    const items = over === undefined || over === null ? [] : itemsOf(over, node.names.length, scope);
    if (items) {
      if (items.length === 0) this.nodes(node.otherwise, scope, path, round);
      const body = this.pieces.length;
      for (const [i, item] of items.entries()) {
        if (this.pieces.length - body > PIECE_LIMIT) break;
        this.nodes(
          node.body,
          itemScope(node.names, item, { scope, index: i, count: items.length }),
          path,
          `${round}${i}/`,
        );
      }
      return;
    }
    const name = over instanceof Open ? over.name : node.text;
    const inner = scope.inner();
    for (const own of node.names) inner.set(own, new Open(name));
    inner.set('loop', new Open(name));
    const options: Option[] = [
      { body: node.body, phrase: `\`${name}\` has entries` },
      { body: node.otherwise, phrase: `\`${name}\` is empty` },
    ];
    this.options(options, { key: `${round}for ${node.text}`, depends: name, tag: node }, inner, path, `${round}*/`);
  }
}

function phraseOf({ text, isNegated }: Branch): string {
  const shown = text.replace(/\s+/g, ' ').slice(0, 60);
  return `\`${isNegated ? 'not ' : ''}${shown}\` holds`;
}

/** The items that a loop goes through; `undefined` where they are not known. */
function itemsOf(over: Value, names: number, { language }: Scope): readonly Value[] | undefined {
  // Two names are the index and the item in Terraform.
  if (Array.isArray(over)) return names === 2 && language === 'terraform' ? undefined : over;
  if (!isMap(over)) return undefined;
  if (language === 'go') return names === 1 ? Object.values(over) : undefined;
  return names === 2 ? Object.entries(over) : Object.keys(over);
}

function itemScope(
  names: readonly string[],
  item: Value,
  { scope, index, count }: { readonly scope: Scope; readonly index: number; readonly count: number },
): Scope {
  const inner = scope.inner();
  const [first = '', second] = names;
  if (second === undefined) inner.set(first, item);
  else if (Array.isArray(item)) for (const [i, name] of names.entries()) inner.set(name, item[i]);
  else {
    inner.set(first, scope.language === 'go' ? index : item instanceof Open ? item : new Open(first));
    inner.set(second, scope.language === 'go' ? item : new Open(second));
  }
  if (scope.language === 'go' && names.at(-1) !== '.') inner.set('.', item);
  inner.set('loop', { index: index + 1, index0: index, first: index === 0, last: index === count - 1, length: count });
  return inner;
}

function namesSetIn(nodes: readonly Node[]): string[] {
  return nodes.flatMap((node) => {
    if (node.kind === 'set') return [node.name];
    if (node.kind === 'if') return node.branches.flatMap(({ body }) => namesSetIn(body));
    return [];
  });
}
