// Generates PAC programs: conditions of every kind, in every structure that programs have.

import { Random } from '../../../random.js';
import { ENVIRONMENT_KINDS } from './kinds-environment.js';
import { FAILURE_KINDS } from './kinds-failures.js';
import { TABLE_KINDS, TEXT_KINDS } from './kinds-text.js';
import { type Kind, Writing } from './writing.js';

export const KINDS: ReadonlyMap<string, Kind> = new Map(
  Object.entries({ ...TEXT_KINDS, ...TABLE_KINDS, ...ENVIRONMENT_KINDS, ...FAILURE_KINDS }),
);

/** A program of one condition. */
export function programOfKind(kind: Kind, seed: number): string {
  const writing = new Writing(new Random(seed));
  const condition = kind(writing, 'host', 'url');
  return `${writing.declarations.join('\n')}
function FindProxyForURL(url, host) {
  if (${condition}) return "PROXY holds.test:1";
  return "DIRECT";
}
`;
}

/** A program of some conditions; equal for equal seeds. Every result names its place, so that equal results mean equal decisions. */
export function program(seed: number): string {
  return new ProgramWriter(new Random(seed)).write();
}

class ProgramWriter {
  private readonly writing: Writing;
  private readonly kinds: readonly [Kind, ...Kind[]];
  private results = 0;

  constructor(private readonly choices: Random) {
    this.writing = new Writing(choices);
    const [first, ...others] = [...KINDS.values()];
    if (!first) throw new Error('no kinds');
    this.kinds = [first, ...others];
  }

  write(): string {
    const { writing } = this;
    const body = `${this.start()}${this.block('host', 'url', 2 + writing.below(3), 2)}  return ${this.result()};\n`;
    const entry = writing.from([
      `function FindProxyForURL(url, host) {\n${body}}\n`,
      `function FindProxyForURL(url, host) {\n${body}}\n`,
      `var FindProxyForURL = (function () {\n  return function (url, host) {\n${body}  };\n})();\n`,
      `this.FindProxyForURL = function (url, host) {\n${body}};\n`,
    ]);
    return `${writing.declarations.join('\n')}\n${entry}`;
  }

  private start(): string {
    return this.writing.from([
      '',
      '',
      '  host = host.toLowerCase();\n',
      '  if (isPlainHostName(host)) return "DIRECT";\n',
    ]);
  }

  private result(): string {
    this.results++;
    const proxy = `PROXY p${this.results}.test:${8000 + this.results}`;
    return this.writing.from([
      `"${proxy}"`,
      `"${proxy}; DIRECT"`,
      `"PROXY " + "p${this.results}.test:1"`,
      `'DIRECT; ${proxy}'`,
    ]);
  }

  private condition(host: string, url: string, depth: number): string {
    const { writing } = this;
    if (depth > 0 && writing.below(3) === 0) {
      const parts = [this.condition(host, url, depth - 1), this.condition(host, url, depth - 1)];
      const joined = `(${parts.join(writing.from([' || ', ' && ', ' || ']))})`;
      return writing.from([
        joined,
        joined,
        `!${joined}`,
        `(${parts[0]} ? ${parts[1]} : ${this.condition(host, url, 0)})`,
      ]);
    }
    const text = this.choices.pick(this.kinds)(writing, host, url);
    return writing.below(4) === 0 ? `!(${text})` : text;
  }

  private block(host: string, url: string, statements: number, depth: number): string {
    let text = '';
    for (let i = 0; i < statements; i++) text += this.statement(host, url, depth);
    return text;
  }

  private statement(host: string, url: string, depth: number): string {
    const { writing } = this;
    const test = () => this.condition(host, url, 1);
    switch (writing.below(depth > 0 ? 12 : 2)) {
      case 0:
      case 1:
      case 2:
        return `  if (${test()}) return ${this.result()};\n`;
      case 3: {
        const inner = this.block(host, url, 1, depth - 1);
        const other = this.block(host, url, 1, depth - 1);
        return `  if (${test()}) {\n${inner}  } else {\n${other}  }\n`;
      }
      case 4:
        return `  if (${test()}) return ${test()} ? ${this.result()} : ${this.result()};\n`;
      case 5: {
        const name = writing.fresh('way');
        return `  var ${name} = "";\n  if (${test()}) ${name} = ${this.result()};\n  if (${name}) return ${name};\n`;
      }
      case 6: {
        const name = writing.fresh('is');
        return `  var ${name} = ${test()};\n  if (${name} && ${test()}) return ${this.result()};\n`;
      }
      case 7:
        return `  if (${test()}) return ${this.helper()}(${host}, ${url});\n`;
      case 8: {
        const list = writing.declare(
          'rules',
          `[${[0, 1].map(() => `function (h, u) { return ${this.rule()}; }`).join(', ')}]`,
        );
        const index = writing.fresh('i');
        return `  for (var ${index} = 0; ${index} < ${list}.length; ${index}++) { var r = ${list}[${index}](${host}, ${url}); if (r) return r; }\n`;
      }
      case 9:
        return `  switch (true) {\n    case !!(${test()}): return ${this.result()};\n    case !!(${test()}): return ${this.result()};\n  }\n`;
      case 10: {
        const name = writing.fresh('block');
        return `  ${name}: {\n    if (${test()}) break ${name};\n    if (${test()}) return ${this.result()};\n  }\n`;
      }
      default: {
        const name = writing.fresh('short');
        return `  var ${name} = (${test()}) && ${this.result()};\n  if (${name}) return ${name};\n`;
      }
    }
  }

  /** An expression that is a result or null. */
  private rule(): string {
    return `${this.condition('h', 'u', 1)} ? ${this.result()} : null`;
  }

  private helper(): string {
    const body = `if (${this.condition('h', 'u', 1)}) return ${this.result()}; return ${this.result()};`;
    return this.writing.define('decide', 'h, u', body);
  }
}
