// Reads the text of a template into a tree.
import type { TemplateLanguage } from './languages.js';
import { type Statement, statementOf } from './statements.js';
import { type Token, tokenize } from './tags.js';
import type { Branch, Node, TemplateTree } from './tree.js';

/** Blocks nest at most this deep; deeper tags are left out, and what is in them is text. */
const DEPTH_LIMIT = 60;

/** Reads a template. Never throws: a tag without its partner is left out. */
export function parseTemplate(text: string, language: TemplateLanguage): TemplateTree {
  return { kind: 'template', language, nodes: new BlockReader(tokenize(text, language), language).nodes() };
}

interface Stop {
  readonly statement: Statement | undefined;
  readonly token: Token | undefined;
}

/** What begins a block. */
type Opening = Extract<Statement, { kind: 'if' | 'for' | 'block' }>;

class BlockReader {
  private at = 0;
  private depth = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly language: TemplateLanguage,
  ) {}

  nodes(): Node[] {
    const nodes: Node[] = [];
    // An end without a beginning ends nothing.
    while (this.at < this.tokens.length) nodes.push(...this.body().body);
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
      switch (statement.kind) {
        case 'output':
        case 'set':
          body.push({ ...statement, start, end });
          break;
        case 'if':
        case 'for':
        case 'block':
          if (this.depth < DEPTH_LIMIT) body.push(...this.block(statement, token));
          break;
        case 'elif':
        case 'else':
        case 'end':
          return { body, stop: { statement, token } };
        case 'nothing':
          break;
      }
    }
    return { body, stop: { statement: undefined, token: undefined } };
  }

  private block(statement: Opening, tag: Token): Node[] {
    this.depth++;
    const nodes =
      statement.kind === 'if'
        ? [this.branches(statement, tag)]
        : statement.kind === 'for'
          ? [this.loop(statement, tag)]
          : this.other(statement, tag);
    this.depth--;
    return nodes;
  }

  private branches(first: Extract<Statement, { kind: 'if' }>, tag: Token): Node {
    const branches: Branch[] = [];
    let condition: Branch['condition'] = first.condition;
    let text = first.text;
    let isNegated = first.isNegated === true;
    let at = tag;
    for (;;) {
      const { body, stop } = this.body();
      branches.push({ condition, text, isNegated, start: at.start, end: at.end, body });
      const { statement, token } = stop;
      if (!token || statement?.kind === 'end')
        return { kind: 'if', start: tag.start, end: token?.end ?? tag.end, branches };
      const isElif = statement?.kind === 'elif';
      condition = isElif ? statement.condition : undefined;
      text = isElif ? statement.text : '';
      isNegated = isElif && statement.isNegated === true;
      at = token;
    }
  }

  private loop({ names, over, text }: Extract<Statement, { kind: 'for' }>, tag: Token): Node {
    const first = this.body();
    let { stop } = first;
    let otherwise: readonly Node[] = [];
    while (stop.token && stop.statement?.kind !== 'end') {
      const next = this.body();
      otherwise = [...otherwise, ...next.body];
      stop = next.stop;
    }
    return { kind: 'for', start: tag.start, end: tag.end, names, over, text, body: first.body, otherwise };
  }

  private other({ of, text }: Extract<Statement, { kind: 'block' }>, { start, end }: Token): Node[] {
    const inside: Node[] = [];
    let stop: Stop;
    do {
      const next = this.body();
      inside.push(...next.body);
      stop = next.stop;
    } while (stop.token && stop.statement?.kind !== 'end');
    if (of === 'scope') return inside;
    return of === 'definition'
      ? []
      : [{ kind: 'output', start, end: stop.token?.end ?? end, value: { kind: 'open', text }, text }];
  }
}
