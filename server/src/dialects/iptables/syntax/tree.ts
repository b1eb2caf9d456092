// The trees of the three kinds of file: the lines of iptables-save, a script, an ipset file.
import type { LineBlocks } from '../../../kept/line-blocks.js';
import type { AddressFamily } from '../../../model/ip.js';
import type { LineProblem } from '../../shared/line-problem.js';
import type { Operation } from '../vocabulary/words.js';
import type { Rule } from './rule/rule.js';
import type { ShellScript } from './script/tree.js';
import type { Word } from './words.js';

/**
 * An iptables-save file as lines, or a script. Scripts are small and parsed anew for each version; the commands in a list of
 * sets are read where they are carried out.
 */
export type IptablesTree = SaveTree | ScriptTree | { readonly kind: 'ipset' };

export interface ScriptTree extends ShellScript {
  readonly kind: 'script';
}

export interface SaveTree {
  readonly kind: 'save';
  readonly family: AddressFamily;
  readonly lines: LineBlocks<Line>;
}

/** One line of an iptables-save file, parsed independently of other lines. */
export type Line = BlankLine | TableLine | CommitLine | ChainLine | CommandLine | StrayLine;

interface AnyLine {
  /** The characters of the line in the file, line end included. */
  readonly raw: string;
  readonly problems: readonly LineProblem[];
}

/** An empty line or a comment. */
export interface BlankLine extends AnyLine {
  readonly kind: 'blank';
}

/** `*filter` */
export interface TableLine extends AnyLine {
  readonly kind: 'table';
  readonly table: Word;
}

/** `COMMIT` */
export interface CommitLine extends AnyLine {
  readonly kind: 'commit';
}

/** `:FORWARD DROP [0:0]` or `:LOGDROP - [0:0]` */
export interface ChainLine extends AnyLine {
  readonly kind: 'chain';
  readonly chain: Word;
  readonly policy: Word | undefined;
}

/** `-A FORWARD …`, perhaps after counters. */
export interface CommandLine extends AnyLine {
  readonly kind: 'command';
  readonly operation: Operation | undefined;
  readonly chain: Word | undefined;
  readonly argument: Word | undefined;
  readonly rule: Rule;
  /** `-4` in a file for IPv6, or `-6` in one for IPv4: the line is skipped. */
  readonly isSkipped: boolean;
}

/** Text that is none of these. */
export interface StrayLine extends AnyLine {
  readonly kind: 'stray';
}
