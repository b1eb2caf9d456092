// The manual page, in the macros of man(7).

import { type Command, optionsOf } from '../command.js';

/** What the page says besides the commands. */
export interface ManualPage {
  readonly version: string;
  readonly description: string;
  readonly commands: readonly Command[];
  readonly exitStatus: string;
}

/** The text of lintel(1). */
export function manualPage({ version, description, commands, exitStatus }: ManualPage): string {
  return [
    `.TH LINTEL 1 "" "Lintel ${escaped(version)}" "User Commands"`,
    '.SH NAME',
    'lintel \\- check proxy and firewall configuration against documented requirements',
    '.SH SYNOPSIS',
    ...commands.flatMap(({ usage }) =>
      usage.flatMap((form) => [...(usage[0] === form ? [] : ['.br']), line(`lintel ${form}`), '.br']),
    ),
    '.SH DESCRIPTION',
    line(description),
    '.SH COMMANDS',
    ...commands.flatMap(commandLines),
    '.SH EXIT STATUS',
    line(exitStatus),
    '.SH FILES',
    '.TP',
    '.I lintel.yaml',
    'What the files of its folder and of the folders below are checked against.',
    '.TP',
    '.I .lintelignore',
    'What is passed over in folders, in the syntax of gitignore(5).',
    '',
  ].join('\n');
}

function commandLines(command: Command): string[] {
  return [
    `.SS ${line(`lintel ${command.name}`)}`,
    line(command.summary),
    ...optionsOf(command).flatMap(({ name, value, help }) => [
      '.TP',
      `.B \\-\\-${escaped(name)}${value === undefined ? '' : ` \\fI${escaped(value)}\\fR`}`,
      line(help),
    ]),
  ];
}

/** A line of text: one that begins with a dot or an apostrophe would be a macro. */
function line(text: string): string {
  const own = escaped(text);
  return /^[.']/.test(own) ? `\\&${own}` : own;
}

function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(
      /[^\x20-\x7e]/g,
      (character) => `\\[u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`,
    );
}
