// Fills a template in: for one choice of branches a text, with the place in the template that each part of it comes from.

import { namesKeptFrom, namesSetIn, placesOfSets } from './changes.js';
import { Open, textOf, type Value } from './data.js';
import { itemScope, itemsOf } from './loops.js';
import { Macro, macroKey } from './macros.js';
import type { Branch, Imports, Node, Tag, TemplateTree } from './tree.js';
import { evaluate, holds, type Scope } from './values.js';

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

/**
 * How many parts a rendering may have, and how long it may get by what is repeated: a part counts as so many characters, and what is written
 * out pays for itself, of which the shortest tag makes two parts of five characters.
 */
const PIECE_LIMIT = 20_000;
const REPEATED_LIMIT = 250_000;
const PIECE_LENGTH = 20;
const WRITTEN = 8;

/** How many tags are followed in one rendering, each as often as a loop or call comes to it. */
const VISIT_LIMIT = 200_000;

/** How deep macros may call each other. */
const CALL_DEPTH = 20;

export function render(text: string, tree: TemplateTree, scope: Scope, choose: Chooser): Rendering {
  const renderer = new Renderer(text, choose, placesOfSets(tree));
  const inner = scope.inner();
  if (tree.language === 'go') hoist(tree.nodes, inner);
  renderer.nodes(tree.nodes, inner, [], '');
  return renderer;
}

/** Go's templates within a template may be called before they are defined. */
function hoist(nodes: readonly Node[], scope: Scope): void {
  for (const node of nodes)
    if (node.kind === 'macro') scope.set(macroKey(node.macro.name), new Macro(node.macro, scope));
}

interface Option {
  readonly body: readonly Node[];
  readonly phrase: string;
}

/** What is rendered for a condition that is not known: what decides, and where. */
interface Condition {
  readonly key: string;
  readonly depends: string;
  readonly tag: Tag;
}

/** Where in a template something is: the variables that are seen there, the branches that it is in, and the round of its loops. */
interface Place {
  readonly scope: Scope;
  readonly path: readonly Step[];
  readonly round: string;
}

class Renderer implements Rendering {
  readonly pieces: Piece[] = [];
  readonly asked = new Map<string, Asked>();
  isComplete = true;
  private length = 0;
  private visited = 0;
  private depth = 0;
  /** The tag that prints what is rendered now from elsewhere: an included template. */
  private printedBy: Tag | undefined;

  constructor(
    private text: string,
    private readonly choose: Chooser,
    /** The places at which variables are set, by their names. */
    private readonly sets: ReadonlyMap<string, readonly number[]>,
  ) {}

  nodes(nodes: readonly Node[], scope: Scope, path: readonly Step[], round: string): void {
    for (const node of nodes) {
      if (this.isSpent()) return;
      this.node(node, { scope, path, round });
    }
  }

  private isSpent(): boolean {
    const isSpent = this.pieces.length > PIECE_LIMIT || this.isTooLong() || ++this.visited > VISIT_LIMIT;
    if (isSpent) this.isComplete = false;
    return isSpent;
  }

  private isTooLong(): boolean {
    return this.length + PIECE_LENGTH * this.pieces.length > REPEATED_LIMIT + WRITTEN * this.text.length;
  }

  private node(node: Node, place: Place): void {
    const { scope, path, round } = place;
    switch (node.kind) {
      case 'text':
        this.add(node, this.printedBy ? 'value' : 'literal', this.text.slice(node.start, node.end), path);
        return;
      case 'output':
        this.output(node, evaluate(node.value, scope), place);
        return;
      case 'set': {
        const value = evaluate(node.value, scope);
        if (node.isOutside) scope.assign(node.name, value);
        else scope.set(node.name, value);
        return;
      }
      case 'forget':
        for (const name of node.names) scope.forget(name);
        return;
      case 'capture':
        scope.set(node.name, this.captured(node, place));
        return;
      case 'scope': {
        const inner = scope.inner();
        for (const [name, value] of node.sets) inner.set(name, evaluate(value, scope));
        this.nodes(node.body, inner, path, `${round}${this.positionOf(node)}w/`);
        return;
      }
      case 'macro':
        scope.set(macroKey(node.macro.name), new Macro(node.macro, scope, this.foreign));
        // A variable of its name is hidden.
        scope.set(node.macro.name, new Open(node.macro.name));
        return;
      case 'call':
        this.called(node, place);
        return;
      case 'include':
        this.output(node, new Open(node.text), place);
        return;
      case 'import':
        for (const name of namesOf(node.imports)) scope.set(name, new Open(name));
        return;
      case 'other':
        this.other(node, place);
        return;
      case 'if':
        this.branches(node, place);
        return;
      case 'for':
        this.loop(node, place);
        return;
    }
  }

  /** The text that is rendered now, where it is another one's. */
  private get foreign(): string | undefined {
    return this.printedBy ? this.text : undefined;
  }

  private output(node: Tag & { readonly text: string }, value: Value, { scope, path, round }: Place): void {
    const printed = textOf(value, scope.language);
    if (printed instanceof Open) this.add(node, 'open', '', path, printed.name, round + this.keyOf(node.text, node));
    else this.add(node, 'value', printed, path);
  }

  private add(at: Tag, kind: Piece['kind'], text: string, path: readonly Step[], name = '', key = ''): void {
    const { start, end } = this.printedBy ?? at;
    this.pieces.push({ kind, text, start, end, name, key, path });
    this.length += text.length;
  }

  /** Orders all places, those of other templates behind the tags that print them. */
  private positionOf({ start }: Tag): number {
    return this.printedBy ? this.printedBy.start + (start + 1) / 1e9 : start;
  }

  /** An expression as a key: the same expression has another value where one of its variables was set in between. */
  private keyOf(text: string, at: Tag): string {
    let before = '';
    for (const [name, places] of this.sets) {
      if (name === '' || !text.includes(name)) continue;
      const position = this.positionOf(at);
      const count = places.filter((place) => place < position).length;
      if (count > 0) before += `${count};`;
    }
    return before + text;
  }

  /** What a block prints; open where a part of it is. */
  private captured({ name, body }: Node & { kind: 'capture' }, { scope, path, round }: Place): Value {
    const first = this.pieces.length;
    this.nodes(body, scope.inner(), path, `${round}${name}=/`);
    const printed = this.pieces.splice(first);
    this.length -= printed.reduce((sum, { text }) => sum + text.length, 0);
    const open = printed.find(({ kind, path: own }) => kind === 'open' || own.length > path.length);
    if (open) return new Open(open.name || (open.path.at(-1)?.depends ?? name));
    return printed.map(({ text }) => text).join('');
  }

  private called(node: Node & { kind: 'call' }, place: Place): void {
    const { call } = node;
    const macro = place.scope.get(macroKey(call.name));
    const inner = macro instanceof Macro ? macro.scopeFor(call, place.scope) : undefined;
    if (!(macro instanceof Macro) || !inner || this.depth >= CALL_DEPTH) {
      this.output({ start: node.start, end: node.end, text: call.text }, new Open(call.name), place);
      return;
    }
    if (call.caller) inner.set(macroKey('caller'), new Macro(call.caller, place.scope, this.foreign));
    const round = `${place.round}${this.positionOf(node)}c/`;
    this.depth++;
    const { tree, text } = macro;
    if (text === undefined && this.printedBy === undefined) this.nodes(tree.body, inner, place.path, round);
    else this.elsewhere(text ?? this.text, node, () => this.nodes(tree.body, inner, place.path, round));
    this.depth--;
  }

  private other(node: Node & { kind: 'other' }, { scope, path, round }: Place): void {
    const inner = scope.inner();
    const { imports } = node;
    this.elsewhere(node.text, node, () => {
      if (!imports) this.nodes(node.nodes, inner, path, `${round}${this.positionOf(node)}i/`);
      else for (const name of namesOf(imports)) scope.set(name, new Open(name));
      for (const one of imports ? node.nodes : []) {
        if (one.kind !== 'macro') continue;
        const name = nameHere(one.macro.name, imports);
        if (name !== undefined) scope.set(macroKey(name), new Macro(one.macro, inner, node.text));
        inner.set(macroKey(one.macro.name), new Macro(one.macro, inner, node.text));
      }
    });
  }

  /** Renders a part of another text, which a tag prints. */
  private elsewhere(text: string, tag: Tag, work: () => void): void {
    const [before, by] = [this.text, this.printedBy];
    this.text = text;
    this.printedBy = by ?? tag;
    work();
    this.text = before;
    this.printedBy = by;
  }

  private branches(node: Node & { kind: 'if' }, { scope, path, round }: Place): void {
    const options: Option[] = [];
    let depends = '';
    let key = '';
    let last: readonly Node[] = [];
    for (const branch of node.branches) {
      const isTrue = branch.condition ? holds(branch.condition, scope) : true;
      if (isTrue === false) continue;
      if (isTrue === true) {
        last = branch.body;
        break;
      }
      if (depends === '') depends = isTrue.name;
      key += `${round}${branch.isNegated ? '!' : ''}${this.keyOf(branch.text, branch)};`;
      options.push({ body: branch.body, phrase: phraseOf(branch) });
    }
    // Go's variables end with the branch.
    const inner = scope.language === 'go' ? scope.inner() : scope;
    if (options.length === 0) {
      this.nodes(last, inner, path, round);
      return;
    }
    const others = options.map(({ phrase }) => phrase.replace(/ holds$/, ' does not hold')).join(' and ');
    options.push({ body: last, phrase: others });
    this.options(options, { key, depends, tag: this.printedBy ?? node }, { scope: inner, path, round });
  }

  private options(options: readonly Option[], { key, depends, tag }: Condition, { scope, path, round }: Place): void {
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
    for (const { body } of options) for (const name of namesSetIn(body)) scope.forget(name, depends);
  }

  private loop(node: Node & { kind: 'for' }, place: Place): void {
    const { scope, path, round } = place;
    const over = evaluate(node.over, scope);
    const key = this.keyOf(node.text, node);
    const items = over === undefined || over === null ? [] : itemsOf(over, node.names.length, scope);
    if (!items) {
      this.openLoop(node, over, key, place);
      return;
    }
    if (items.length === 0) this.nodes(node.otherwise, scope, path, round);
    for (const [index, item] of items.entries()) {
      if (this.isSpent()) return;
      const inner = itemScope(node.names, item, { scope, index, items });
      this.nodes(node.body, inner, path, `${round}${key.replaceAll('|', '!')}:${index}/`);
    }
  }

  private openLoop(node: Node & { kind: 'for' }, over: Value, key: string, { scope, path, round }: Place): void {
    const name = over instanceof Open ? over.name : node.text;
    // What an earlier round may have changed is not known in any.
    for (const changed of namesKeptFrom(node.body)) scope.forget(changed, name);
    const inner = scope.inner();
    for (const own of node.names) inner.set(own, new Open(name));
    inner.set('loop', new Open(name));
    const options: Option[] = [
      { body: node.body, phrase: `\`${name}\` has entries` },
      { body: node.otherwise, phrase: `\`${name}\` is empty` },
    ];
    const condition = { key: `${round}for ${key}`, depends: name, tag: this.printedBy ?? node };
    this.options(options, condition, { scope: inner, path, round: `${round}${key.replaceAll('|', '!')}:*/` });
  }
}

function phraseOf({ text, isNegated }: Branch): string {
  const shown = text.replace(/\s+/g, ' ').slice(0, 60);
  return `\`${isNegated ? 'not ' : ''}${shown}\` holds`;
}

function namesOf(imports: Imports): string[] {
  return imports.kind === 'all' ? [imports.as] : [...imports.names.values()];
}

/** How a macro of another template is called here; `undefined` where it was not imported. */
function nameHere(name: string, imports: Imports | undefined): string | undefined {
  if (!imports) return undefined;
  return imports.kind === 'all' ? `${imports.as}.${name}` : imports.names.get(name);
}
