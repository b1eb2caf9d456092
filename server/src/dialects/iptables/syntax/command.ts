// A parsed command line of iptables.
import type { AddressFamily } from '../../../model/ip.js';
import type { LineProblem } from '../../shared/line-problem.js';
import type { ExtensionWord, OptionWord } from '../vocabulary/notation.js';
import type { Operation } from '../vocabulary/words.js';
import type { Word } from './words.js';

/** An option with its values. `word` is the option itself. */
export interface UsedOption {
  readonly option: OptionWord;
  readonly word: Word;
  readonly negated: boolean;
  readonly values: readonly Word[];
}

/** An extension as one rule uses it. */
export interface UsedExtension {
  readonly extension: ExtensionWord;
  /** The word that names it: after `-m` or `-j`, or the protocol that loads it. */
  readonly word: Word;
  readonly options: readonly UsedOption[];
}

/** A match of the rule itself: an address, a protocol, an interface. */
export interface Given {
  readonly value: Word;
  readonly negated: boolean;
}

export interface Command {
  readonly operation: Operation | undefined;
  readonly chain: Word | undefined;
  /** The rule number of `-I`, `-D` and `-R`, the policy of `-P`, the new name of `-E`. */
  readonly argument: Word | undefined;
  readonly table: Word | undefined;
  readonly source: Given | undefined;
  readonly destination: Given | undefined;
  readonly protocol: Given | undefined;
  readonly inInterface: Given | undefined;
  readonly outInterface: Given | undefined;
  /** `-f`: only later fragments. */
  readonly fragment: Given | undefined;
  readonly matches: readonly UsedExtension[];
  readonly target: Word | undefined;
  readonly goto: boolean;
  readonly targetExtension: UsedExtension | undefined;
  /** Words whose meaning is unknown, because a script computes them. */
  readonly computed: readonly Word[];
  /** `-4` or `-6`: the rule is for that family alone. */
  readonly onlyFamily: AddressFamily | undefined;
  readonly problems: readonly LineProblem[];
}
