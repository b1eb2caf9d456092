// What the interpreter of scripts hands to whoever carries commands out.

import type { OpaqueCondition } from '../../../../model/filter.js';
import type { ShellScript, SimpleCommand, Span } from '../../syntax/script/tree.js';
import type { Word } from '../../syntax/words.js';
import type { Input } from './standard-input.js';

/** A script with the name of its file. */
export interface ScriptFile {
  readonly uri: string;
  readonly text: string;
  readonly script: ShellScript;
}

/** A command that the script executes, with its expanded words. */
export interface Invocation {
  readonly file: ScriptFile;
  readonly command: SimpleCommand;
  /** The name of the program without its folders. */
  readonly program: string;
  /** The words after the name. */
  readonly words: readonly Word[];
  /** The conditions of its execution that the text of the script does not determine. */
  readonly conditions: readonly OpaqueCondition[];
  /** What the command reads, where the script contains it: a here-document, or what `echo` prints into the pipe. */
  readonly input: Input | undefined;
}

/** The effects of the commands of a script outside of the shell. */
export interface Effects {
  /** Returns how many addresses and ports the firewall keeps of the command; `undefined` where that does not change the firewall. */
  run(invocation: Invocation): number | undefined;
  /** The script that `.` or `source` includes, or that is called; `undefined` where it cannot be read. */
  include(path: string, invocation: Invocation): ScriptFile | undefined;
  /** Ends with a command behind which no more are carried out. */
  giveUp(file: ScriptFile, command: Span): void;
  /** Reports a command that cannot be followed. */
  unclear(file: ScriptFile, span: Span, message: string): void;
}
