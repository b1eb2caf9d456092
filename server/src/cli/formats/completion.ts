// Scripts that complete command lines in a shell, written from the tables of the commands.

import { type Command, type Option, optionsOf } from '../command.js';

/** What can follow on a command line, by place. */
export interface CommandLine {
  readonly commands: readonly Command[];
  /** What `lintel help` takes beside the names of commands. */
  readonly topics: readonly string[];
}

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof SHELLS)[number];

/** A script for a shell, to be sourced or to be put where the shell looks for completions. */
export function completionScript(shell: Shell, line: CommandLine): string {
  switch (shell) {
    case 'bash':
      return bashScript(line);
    case 'zsh':
      return zshScript(line);
    case 'fish':
      return fishScript(line);
  }
}

/** A first word of a command line, with what can follow it. */
interface FirstWord {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly Option[];
  /** What its first argument may be; none where it takes files. */
  readonly words: readonly string[];
}

function firstWords({ commands, topics }: CommandLine): readonly FirstWord[] {
  const own = commands.map((command): FirstWord => {
    const { name, summary, words = [] } = command;
    return { name, summary, options: optionsOf(command), words };
  });
  const words = [...own.map(({ name }) => name), ...topics];
  return [...own, { name: 'help', summary: 'Explain a command or a finding.', options: [], words }];
}

// See "Programmable Completion" in bash(1).
function bashScript(line: CommandLine): string {
  const reply = (words: readonly string[]) => `COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$current"))`;
  const all = firstWords(line);
  const values = all.flatMap(({ name: command, options }) =>
    options.flatMap(({ name, value, choices }) => {
      if (value === undefined) return [];
      // Without known values it is a file, which the shell completes.
      return [`    '${command} --${name}') ${choices ? `${reply(choices)}; ` : ''}return ;;`];
    }),
  );
  const options = all.flatMap(({ name, options: own }) =>
    own.length === 0 ? [] : [`      ${name}) ${reply(own.map((option) => `--${option.name}`))} ;;`],
  );
  const words = all.flatMap(({ name, words: own }) => (own.length === 0 ? [] : [`      ${name}) ${reply(own)} ;;`]));
  return `# Completion of lintel for bash: source <(lintel completion bash)
_lintel() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]}
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    ${reply(all.map(({ name }) => name))}
    return
  fi
  case "$command $previous" in
${values.join('\n')}
  esac
  if [[ $current == -* ]]; then
    case $command in
${options.join('\n')}
    esac
  elif ((COMP_CWORD == 2)); then
    case $command in
${words.join('\n')}
    esac
  fi
}
complete -o default -o bashdefault -F _lintel lintel
`;
}

// See "Completion System", _arguments and _describe, in zshcompsys(1).
function zshScript(line: CommandLine): string {
  const inQuotes = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const inBrackets = (text: string) => text.replace(/[[\]\\:]/g, '\\$&');
  const all = firstWords(line);
  const described = all.map(({ name, summary }) => `    ${inQuotes(`${name}:${summary}`)}`);
  const cases = all.map(({ name: command, options, words }) => {
    const specs = options.map(({ name, value, choices, repeatable, help }) => {
      const values = choices ? `(${choices.join(' ')})` : '_files';
      const argument = value === undefined ? '' : `:${inBrackets(value)}:${values}`;
      return inQuotes(`${repeatable ? '*' : ''}--${name}[${inBrackets(help)}]${argument}`);
    });
    const first = words.length > 0 ? [inQuotes(`1:word:(${words.join(' ')})`)] : [];
    return `    ${command})\n      _arguments ${[...specs, ...first, "'*:file:_files'"].join(' \\\n        ')} ;;`;
  });
  return `#compdef lintel
# Completion of lintel for zsh: source <(lintel completion zsh), or save it as _lintel in a folder of $fpath.
_lintel() {
  local -a commands=(
${described.join('\n')}
  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  shift words
  ((CURRENT--))
  case $words[1] in
${cases.join('\n')}
  esac
}
if [[ $funcstack[1] == _lintel ]]; then _lintel "$@"; else compdef _lintel lintel; fi
`;
}

// See complete(1) of fish.
function fishScript(line: CommandLine): string {
  const inQuotes = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const lines = firstWords(line).flatMap(({ name: command, summary, options, words }) => {
    const seen = `-n '__fish_seen_subcommand_from ${command}'`;
    return [
      `complete -c lintel -n __fish_use_subcommand -f -a ${command} -d ${inQuotes(summary)}`,
      ...(words.length > 0 ? [`complete -c lintel ${seen} -f -a ${inQuotes(words.join(' '))}`] : []),
      ...options.map(({ name, value, choices, help }) => {
        const argument = value === undefined ? '' : choices ? ` -x -a ${inQuotes(choices.join(' '))}` : ' -r';
        return `complete -c lintel ${seen} -l ${name}${argument} -d ${inQuotes(help)}`;
      }),
    ];
  });
  return `# Completion of lintel for fish: lintel completion fish | source\n${lines.join('\n')}\n`;
}
