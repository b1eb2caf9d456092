// The hosts that are to bypass the proxy, and the form of the proposals for it.
import type { TextEdit } from '../../../text/edit.js';
import type { Candidate, ProxyChange } from '../../dialect.js';
import type { PacProgram } from '../program/program.js';

export class Bypass {
  readonly hosts: readonly string[];
  /** The offsets of the statements that decide otherwise. */
  readonly decidedAt: readonly number[];

  constructor(
    readonly program: PacProgram,
    { hosts, decidedBy }: ProxyChange,
  ) {
    this.hosts = hosts;
    this.decidedAt = decidedBy.map(({ range }) => range.start);
  }

  /** Inserts a text; `how` begins the place, before the number of the line that contains `shownAt`. */
  proposal(how: string, shownAt: number, offset: number, newText: string): Candidate {
    return this.proposalOf(how, shownAt, [{ range: { start: offset, end: offset }, newText }]);
  }

  /** Changes the text; the place as in {@link proposal}. */
  proposalOf(how: string, shownAt: number, edits: readonly TextEdit[]): Candidate {
    const { text, uri } = this.program.tree.source;
    const line = text.slice(0, shownAt).split('\n').length;
    return {
      place: `${how} ${line}`,
      edits: edits.map((edit) => ({ uri, ...edit })),
    };
  }
}
