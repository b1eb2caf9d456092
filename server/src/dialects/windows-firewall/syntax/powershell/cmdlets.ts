// Reads a call of a cmdlet: its parameters, with full names, and its other arguments.

import { fullParameterName, isSwitch } from '../../vocabulary/parameters.js';
import type { ScriptProblem } from '../script.js';
import type { ExpressionParser, Read } from './expressions.js';
import type { TokenList } from './token-list.js';
import type { Token } from './tokens.js';
import type { CmdletArgument, CmdletCall } from './tree.js';

export class CmdletReader {
  constructor(
    private readonly text: string,
    private readonly tokens: TokenList,
    private readonly expressions: ExpressionParser,
    /** Where unknown parameters are reported. */
    private readonly problems: ScriptProblem[],
  ) {}

  read(command: string, at: number, stop: number): CmdletCall {
    const { start = 0, end = 0 } = this.tokens.at(at) ?? {};
    const found: CmdletArgument[] = [];
    for (let next = at + 1; next < stop; ) {
      const token = this.tokens.at(next);
      if (token?.kind === 'parameter') {
        const read = this.readParameter(command, token, next, stop);
        found.push(read.node);
        next = read.next;
      } else if (token?.kind === 'splat') {
        found.push({ kind: 'splat', name: token.text });
        next++;
      } else if (token?.kind === 'newline') next++;
      else {
        const read = this.expressions.read(next, stop, 'argument');
        found.push({ kind: 'positional', value: read.node, range: this.tokens.rangeOf(next, read.next) });
        next = Math.max(next + 1, read.next);
      }
    }
    const commandRange = { start, end };
    return { kind: 'cmdlet', command, arguments: found, range: { start, end: this.tokens.endOf(stop) }, commandRange };
  }

  private readParameter(command: string, token: Token, at: number, stop: number): Read<CmdletArgument> {
    const { text, start, end } = token;
    const full = fullParameterName(command, text);
    if (full === undefined) {
      const message = `this command has no parameter -${text}`;
      this.problems.push({ code: 'syntax-error', range: { start, end }, message });
    }
    const name = full ?? text;
    const following = at + 1 < stop ? this.tokens.at(at + 1) : undefined;
    const hasValue = following && following.kind !== 'parameter' && following.kind !== 'splat';
    if (!hasValue || (isSwitch(name) && this.text[end - 1] !== ':')) {
      return {
        node: { kind: 'parameter', name, value: { kind: 'text', text: 'true' }, range: { start, end } },
        next: at + 1,
      };
    }
    const read = this.expressions.read(at + 1, stop, 'argument');
    const next = Math.max(at + 2, read.next);
    return { node: { kind: 'parameter', name, value: read.node, range: this.tokens.rangeOf(at + 1, read.next) }, next };
  }
}
