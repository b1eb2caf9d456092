// Reads the text of a template into a tree.
import { addAll } from '../kept/lists.js';
import { changedIn, namesSetIn } from './changes.js';
import { nameIn } from './expressions.js';
import type { TemplateLanguage } from './languages.js';
import { type Statement, statementOf } from './statements.js';
import { type Token, tokenize } from './tags.js';
import type { Branch, Node, TemplateTree } from './tree.js';

/** Blocks nest at most this deep; deeper tags are left out, and what is in them is text. */
const DEPTH_LIMIT = 60;

/** Reads a template. Never throws: a tag without its partner is left out. */
export function parseTemplate(text: string, language: TemplateLanguage): TemplateTree {
  return {
    kind: 'template',
    language,
    nodes: new BlockReader(tokenize(text, language), language, text.length).nodes(),
  };
}

interface Stop {
  readonly statement: Statement | undefined;
  readonly token: Token | undefined;
}

type Test = Extract<Statement, { readonly condition: unknown }>;

/** What begins a block. */
type Opening = Extract<Statement, { kind: 'if' | 'for' | 'block' | 'with' | 'capture' | 'macro' | 'caller' }>;

class BlockReader {
  private at = 0;
  private depth = 0;
  /** Whether something leaves the loop that is being read. */
  private isLeft = false;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly language: TemplateLanguage,
    private readonly length: number,
  ) {}

  nodes(): Node[] {
    const nodes: Node[] = [];
    // An end without a beginning ends nothing.
    while (this.at < this.tokens.length) addAll(nodes, this.body().body);
    return nodes;
  }

  /** The nodes up to the tag that continues or ends their block. */
  private body(): { readonly body: Node[]; readonly stop: Stop } {
    const body: Node[] = [];
    for (let token = this.tokens[this.at++]; token; token = this.tokens[this.at++]) {
      const { start, end } = token;
      if (token.kind === 'text') {
        body.push({ kind: 'text', start, end });
        continue;
      }
      const statement = statementOf(token, this.language);
      const changed = changedIn(token.content, this.language);
      const isBlock = 'condition' in statement || statement.kind === 'for';
      if (changed.length > 0 && isBlock) body.push({ kind: 'forget', names: changed, start, end });
      switch (statement.kind) {
        case 'output':
        case 'set':
        case 'forget':
        case 'import':
          body.push({ ...statement, start, end });
          break;
        case 'call':
          addAll(
            body,
            this.language === 'go' ? this.withSpace({ ...statement, start, end }) : [{ ...statement, start, end }],
          );
          break;
        case 'include':
          addAll(body, this.withSpace({ ...statement, start, end }));
          break;
        case 'extends':
          addAll(body, this.rest(statement.text, token));
          break;
        case 'elif':
        case 'else':
        case 'end':
          return { body, stop: { statement, token } };
        case 'leave':
          this.isLeft = true;
          break;
        case 'nothing':
          break;
        default:
          if (this.depth < DEPTH_LIMIT) addAll(body, this.block(statement, token));
      }
      if (changed.length > 0 && !isBlock) body.push({ kind: 'forget', names: changed, start, end });
    }
    return { body, stop: { statement: undefined, token: undefined } };
  }

  /** What another template prints, some of it or none: all that follows. */
  private rest(text: string, { start, end }: Token): Node[] {
    const condition = { kind: 'open', text } as const;
    const printed: Node = { kind: 'output', start, end, value: condition, text };
    const first = this.withSpace(printed);
    const body: Node[] = [];
    while (this.at < this.tokens.length) addAll(body, this.body().body);
    const branch: Branch = { condition, text, isNegated: false, start, end, body: [...body, { ...printed }] };
    return [...first, { kind: 'if', start, end, branches: [branch] }];
  }

  private block(statement: Opening, tag: Token): Node[] {
    this.depth++;
    const nodes = this.ofBlock(statement, tag);
    this.depth--;
    return nodes;
  }

  private ofBlock(statement: Opening, tag: Token): Node[] {
    const { start, end } = tag;
    switch (statement.kind) {
      case 'if':
        return [this.branches(statement, tag)];
      case 'for':
        return this.loop(statement, tag);
      case 'block':
        return this.other(statement, tag);
      case 'with':
        return [{ kind: 'scope', sets: statement.sets, body: this.inside().body, start, end }];
      case 'capture':
        return [{ kind: 'capture', name: statement.name, body: this.inside().body, start, end }];
      case 'macro': {
        const macro: Node = { kind: 'macro', macro: { ...statement.macro, body: this.inside().body }, start, end };
        return statement.isCalled ? [macro, { kind: 'call', call: statement.isCalled, start, end }] : [macro];
      }
      case 'caller': {
        const { parameters, call } = statement;
        const { body, stop } = this.inside();
        const caller = { name: 'caller', parameters, body };
        return this.withSpace({ kind: 'call', call: { ...call, caller }, start, end: stop.token?.end ?? end });
      }
    }
  }

  private branches(first: Test, tag: Token): Node {
    const branches: Branch[] = [];
    let condition: Branch['condition'] = first.condition;
    let text = first.text;
    let isNegated = first.isNegated === true;
    let sets = first.sets;
    let at = tag;
    for (;;) {
      const { body: own, stop } = this.body();
      const { start, end } = at;
      const body: readonly Node[] = sets ? [{ kind: 'scope', sets, body: own, start, end }] : own;
      branches.push({ condition, text, isNegated, start, end, body });
      const { statement, token } = stop;
      if (!token || statement?.kind === 'end')
        return { kind: 'if', start: tag.start, end: token?.end ?? tag.end, branches };
      const isElif = statement?.kind === 'elif';
      condition = isElif ? statement.condition : undefined;
      text = isElif ? statement.text : '';
      isNegated = isElif && statement.isNegated === true;
      sets = isElif ? statement.sets : undefined;
      at = token;
    }
  }

  private loop({ names, over, text }: Extract<Statement, { kind: 'for' }>, tag: Token): Node[] {
    const isOutsideLeft = this.isLeft;
    this.isLeft = false;
    const first = this.body();
    let { stop } = first;
    let otherwise: readonly Node[] = [];
    while (stop.token && stop.statement?.kind !== 'end') {
      const next = this.body();
      otherwise = [...otherwise, ...next.body];
      stop = next.stop;
    }
    const isWhole = !this.isLeft;
    this.isLeft = isOutsideLeft;
    const { start, end } = tag;
    if (isWhole) return [{ kind: 'for', start, end, names, over, text, body: first.body, otherwise }];
    return this.unknown(tag, stop, text);
  }

  /** A block that may print anything. */
  private unknown({ start, end }: Token, { token }: Stop, text: string): Node[] {
    const value = { kind: 'open', text: nameIn(text) } as const;
    return this.withSpace({ kind: 'output', start, end: token?.end ?? end, value, text });
  }

  /**
   * What a statement prints, with the white space around it that its tags take away: this is whole lines, which would else be
   * on those before and behind it.
   */
  private withSpace(node: Node): Node[] {
    const before = this.endBefore(node.start);
    const after = this.tokens[this.at]?.start ?? this.length;
    const space = (start: number, end: number): Node[] => (start < end ? [{ kind: 'text', start, end }] : []);
    return [...space(before, node.start), node, ...space(node.end, after)];
  }

  /** Where the last piece ends that is before an offset. */
  private endBefore(offset: number): number {
    let low = 0;
    let high = this.at;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.tokens[middle]?.start ?? offset) < offset) low = middle + 1;
      else high = middle;
    }
    return this.tokens[low - 1]?.end ?? 0;
  }

  /** The nodes up to the end of a block that nothing continues. */
  private inside(): { readonly body: Node[]; readonly stop: Stop } {
    const inside: Node[] = [];
    let stop: Stop;
    do {
      const next = this.body();
      addAll(inside, next.body);
      stop = next.stop;
    } while (stop.token && stop.statement?.kind !== 'end');
    return { body: inside, stop };
  }

  private other({ of, text }: Extract<Statement, { kind: 'block' }>, tag: Token): Node[] {
    const { body, stop } = this.inside();
    if (of === 'scope') return body;
    if (of === 'definition') return [];
    const printed = this.unknown(tag, stop, text);
    return [...printed, { kind: 'forget', names: namesSetIn(body), start: tag.start, end: tag.end }];
  }
}
