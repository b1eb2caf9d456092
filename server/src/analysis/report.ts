// The results of the analysis of a file: verdicts, findings and fixes.
import type { RequirementSource } from '../catalog/requirement.js';
import type { FindingCode, Severity } from '../model/codes.js';
import type { QuotedLine } from '../model/evidence.js';
import type { IpSet } from '../model/ip.js';
import type { FileEdit } from '../text/edit.js';
import type { Location } from '../text/range.js';

/**
 * Whether one file meets one requirement. Of a flow that must not pass, `met` is that nothing of it passes, `partial` that some
 * does, and `blocked` that all does.
 */
export type VerdictStatus = 'met' | 'partial' | 'blocked' | 'undecided' | 'not-applicable';

export interface Verdict {
  /** Requirement id. */
  readonly requirement: string;
  readonly status: VerdictStatus;
  /** The statements that decided, the one that matters most first. */
  readonly decidedBy: readonly QuotedLine[];
  /** For `partial` and `blocked`: what is missing, as text; made when it is asked for, because findings tell it in their own way. */
  readonly missing?: () => string;
  /** For `undecided` and `not-applicable`: why. For `met` where only some client has to be served: which one. Of a flow that must not pass: a packet that does. */
  readonly reason?: string;
}

/** A verdict with its text, as it is told to others. */
export interface ToldVerdict extends Omit<Verdict, 'missing'> {
  readonly missing?: string;
}

export interface RelatedLocation extends Location {
  readonly message: string;
}

/** A verdict or a defect, shown at a location. */
export interface Finding extends Location {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly message: string;
  /** Ids of the requirements that it is about; empty for a defect of the file itself. */
  readonly requirements: readonly string[];
  readonly related: readonly RelatedLocation[];
  /** For a network that is not served while another is: both, for declaring where clients are. */
  readonly networks?: { readonly unserved: IpSet; readonly served: IpSet };
  /** The source document, for findings without requirements. */
  readonly source?: RequirementSource;
}

/**
 * A proved edit: applying it meets its requirements, as far as the statement of its finding is responsible for them, worsens
 * no verdict and permits nothing else.
 */
export interface Fix {
  readonly title: string;
  readonly edits: readonly FileEdit[];
  /** The requirements that it serves; empty where it fixes a defect. */
  readonly requirements: readonly string[];
}

/** The findings and the verdicts of one file. */
export interface Report {
  readonly uri: string;
  readonly dialect: string;
  readonly findings: readonly Finding[];
  readonly coverage: readonly Verdict[];
}
