// The functions and variables of a script, where they are defined and used.
import type { NameUse, Source } from '../../../dialect.js';
import type { ShellCommand, ShellList, ShellScript, ShellWord, SimpleCommand } from '../../syntax/script/tree.js';

/** Where a script defines and uses its functions and variables. All functions of a script share its variables. */
export function scriptNames(source: Source, script: ShellScript): NameUse[] {
  return new NameReader(source).read(script);
}

/** How many characters of white space and signs may precede a name. */
const SIGN_LIMIT = 100;

class NameReader {
  private readonly uses: NameUse[] = [];
  private readonly functions = new Set<string>();
  /** First words of commands, which are calls where a function has that name. */
  private readonly calls: { readonly name: string; readonly start: number }[] = [];

  constructor(private readonly source: Source) {}

  read({ body }: ShellScript): NameUse[] {
    this.list(body);
    for (const { name, start } of this.calls) {
      if (this.functions.has(name)) this.add('function', name, 'reference', start);
    }
    const defined = new Set(
      this.uses.filter(({ role }) => role === 'definition').map(({ kind, name }) => `${kind} ${name}`),
    );
    // Names that the environment defines have no definition in the script.
    return this.uses.filter(({ kind, name }) => defined.has(`${kind} ${name}`));
  }

  private add(kind: 'function' | 'variable', name: string, role: NameUse['role'], start: number): void {
    this.uses.push({ uri: this.source.uri, kind, name, role, range: { start, end: start + name.length } });
  }

  /** The offset of a name after another offset; its `$` and bracket come first. */
  private find(name: string, from: number, to: number): number | undefined {
    const at = this.source.text.slice(from, Math.min(to, from + name.length + SIGN_LIMIT)).indexOf(name);
    return name !== '' && at >= 0 ? from + at : undefined;
  }

  private list(list: ShellList): void {
    for (const { pipeline } of list) for (const command of pipeline.commands) this.command(command);
  }

  private command(command: ShellCommand): void {
    switch (command.kind) {
      case 'simple':
        this.simple(command);
        return;
      case 'group':
        this.list(command.body);
        return;
      case 'if':
        for (const { test, body } of command.branches) {
          this.list(test);
          this.list(body);
        }
        this.list(command.otherwise ?? []);
        return;
      case 'loop':
        this.list(command.test);
        this.list(command.body);
        return;
      case 'for': {
        const at = this.find(command.variable, command.start + 'for'.length, command.end);
        if (at !== undefined && !command.arithmetic) this.add('variable', command.variable, 'definition', at);
        for (const word of command.words ?? []) this.word(word);
        this.list(command.body);
        return;
      }
      case 'case':
        this.word(command.subject);
        for (const { patterns, body } of command.items) {
          for (const pattern of patterns) this.word(pattern);
          this.list(body);
        }
        return;
      case 'function': {
        const { text } = this.source;
        const keyword = /^function\s+/.exec(text.slice(command.start, command.start + 100))?.[0].length ?? 0;
        this.functions.add(command.name);
        this.add('function', command.name, 'definition', command.start + keyword);
        this.command(command.body);
        return;
      }
      case 'test':
        for (const word of command.words) this.word(word);
    }
  }

  private simple({ assignments, words, redirects }: SimpleCommand): void {
    for (const { name, value, start } of assignments) {
      this.add('variable', name, 'definition', start);
      for (const word of 'parts' in value ? [value] : value) this.word(word);
    }
    const [first] = words;
    const [only, ...more] = first?.parts ?? [];
    if (only?.kind === 'text' && !only.quoted && more.length === 0)
      this.calls.push({ name: only.text, start: only.start });
    for (const word of words) this.word(word);
    for (const { target } of redirects) if (target) this.word(target);
  }

  private word({ parts }: ShellWord): void {
    for (const part of parts) {
      if (part.kind !== 'variable') continue;
      const at = this.find(part.name, part.start, part.end);
      if (at !== undefined) this.add('variable', part.name, 'reference', at);
      if (part.operand) this.word(part.operand);
    }
  }
}
