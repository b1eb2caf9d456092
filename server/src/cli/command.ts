// A command of the program: its options, its help and how its arguments are read.

import { type ParseArgsConfig, parseArgs } from 'node:util';
import { largest } from '../kept/lists.js';
import { wrap } from './formats/wrap.js';
import { EXIT, type ExitStatus, type Terminal, UsageError } from './terminal.js';

/** An option of a command, as `--name` or `--name VALUE`. */
export interface Option {
  readonly name: string;
  /** What stands for the value in the help; absent for a switch. */
  readonly value?: string;
  /** The only values that it takes, for the completion in a shell. */
  readonly choices?: readonly string[];
  readonly repeatable?: boolean;
  readonly help: string;
}

/** The values of a command line, by option name. */
export class Arguments {
  constructor(
    readonly positionals: readonly string[],
    private readonly values: Readonly<Record<string, readonly string[] | string | boolean | undefined>>,
  ) {}

  /** Whether a switch was given. */
  has(name: string): boolean {
    return this.values[name] !== undefined;
  }

  text(name: string): string | undefined {
    const value = this.values[name];
    return typeof value === 'string' ? value : undefined;
  }

  list(name: string): readonly string[] | undefined {
    const value = this.values[name];
    return Array.isArray(value) ? value : undefined;
  }

  /** One of several allowed values: the first where the option is absent, the last one given where it is repeated. */
  choice<Choice extends string>(name: string, choices: readonly [Choice, ...Choice[]]): Choice {
    const value = this.text(name) ?? this.list(name)?.at(-1);
    if (value === undefined) return choices[0];
    const chosen = choices.find((choice) => choice === value);
    if (chosen === undefined) throw new UsageError(`--${name} must be one of ${choices.join(', ')}, not "${value}"`);
    return chosen;
  }
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** The forms of the command line, after `lintel`. */
  readonly usage: readonly string[];
  /** What its first argument may be, where that is a word of its own and no file. */
  readonly words?: readonly string[];
  readonly options: readonly Option[];
  run(args: Arguments, terminal: Terminal): Promise<ExitStatus>;
}

/** Reads a command's own arguments and runs it, or prints its help. */
export async function runCommand(command: Command, argv: readonly string[], terminal: Terminal): Promise<ExitStatus> {
  const args = parse(command, argv);
  if (args.has('help')) {
    terminal.write(helpOf(command));
    return EXIT.clean;
  }
  return command.run(args, terminal);
}

function parse(command: Command, argv: readonly string[]): Arguments {
  const options: NonNullable<ParseArgsConfig['options']> = { help: { type: 'boolean', short: 'h' } };
  for (const { name, value, repeatable } of command.options)
    options[name] = value ? { type: 'string', multiple: repeatable === true } : { type: 'boolean' };
  try {
    const { positionals, values } = parseArgs({ args: [...argv], options, allowPositionals: true });
    // Every option is declared as a text, a list of texts or a switch.
    return new Arguments(positionals, values as Readonly<Record<string, string[] | string | boolean | undefined>>);
  } catch (error) {
    throw new UsageError(`${mistakeOf(error)} (see lintel ${command.name} --help)`);
  }
}

/** What is wrong with the arguments, without the advice of Node.js, which is about arguments of every program. */
function mistakeOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const mistake = message.split(/\. To specify|\n/)[0] ?? message;
  return mistake.replace(/^[A-Z]/, (letter) => letter.toLowerCase()).replace(/\.$/, '');
}

const HELP_WIDTH = 80;

/** A form of a command on lines of the width of the help, broken where an option begins. */
function usageLines(form: string): string[] {
  const lines: string[] = [];
  let line = '  lintel';
  for (const part of form.split(/ (?=\[)/)) {
    if (line.length + 1 + part.length > HELP_WIDTH) {
      lines.push(line);
      line = '     ';
    }
    line += ` ${part}`;
  }
  return [...lines, line];
}

const HELP: Option = { name: 'help', help: 'Print this and exit.' };

/** All options of a command, `--help` included. */
export function optionsOf({ options }: Command): readonly Option[] {
  return [...options, HELP];
}

function helpOf(command: Command): string {
  const { summary, usage } = command;
  const rows = optionsOf(command).map(({ name, value, help }) => {
    return [`--${name}${value ? ` ${value}` : ''}`, help] as const;
  });
  const width = largest(rows.map(([left]) => left.length));
  const indent = ' '.repeat(width + 4);
  const lines = rows.flatMap(([left, help]) => {
    const [first = '', ...rest] = wrap(help, HELP_WIDTH, indent);
    return [`  ${left.padEnd(width)}  ${first.trimStart()}`, ...rest];
  });
  return `${summary}\n\nUsage:\n${usage.flatMap(usageLines).join('\n')}\n\nOptions:\n${lines.join('\n')}\n`;
}
