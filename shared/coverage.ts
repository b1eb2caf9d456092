// What files cover, as data: for the tree of the editor, and for every report about it.

/** Whether one file meets one requirement. */
export type CoverageStatus = 'met' | 'partial' | 'blocked' | 'undecided' | 'not-applicable';

/** The order in which verdicts are listed: what needs work first. */
export const STATUS_ORDER: readonly CoverageStatus[] = ['blocked', 'partial', 'undecided', 'met', 'not-applicable'];

export const STATUS_WORDS: Readonly<Record<CoverageStatus, string>> = {
  blocked: 'blocked',
  partial: 'partly met',
  undecided: 'undecided',
  met: 'met',
  'not-applicable': 'not decided here',
};

/** The verdicts of one file. */
export interface CoverageFile {
  /** As the client spells it. */
  readonly uri: string;
  /** For showing: relative to the workspace, or as a command line named it. */
  readonly path: string;
  /** The title of its language: `Squid`. */
  readonly language: string;
  /** Where it stands on the way of a connection. */
  readonly stage: CoverageStage;
  /** The role whose connections it decides, with its addresses; that of clients where lintel.yaml names none. */
  readonly role: string;
  readonly addresses: readonly string[];
  /** The hook, chain, access list or zone pair that lintel.yaml names for it. */
  readonly point?: string;
  readonly verdicts: readonly CoverageVerdict[];
  /** What it was checked against: titles of packs with their versions. */
  readonly packs: readonly string[];
}

/** A PAC file, a proxy, a packet filter, or a policy that is several of these. */
export type CoverageStage = 'selection' | 'server' | 'filter' | 'policy';

/** The verdict for one requirement. */
export interface CoverageVerdict {
  readonly requirement: string;
  readonly title: string;
  /** What is asked for, as a predicate: `must be reachable`. */
  readonly kind: string;
  /** The title of its service. */
  readonly service: string;
  readonly category?: string;
  readonly cloud?: string;
  /** The roles between which it is. */
  readonly roles: readonly string[];
  readonly required: boolean;
  readonly status: CoverageStatus;
  /** What is missing, or the reason; empty where there is nothing to say. */
  readonly remark: string;
  readonly decidedBy: readonly CoverageStatement[];
  readonly fixes: readonly CoverageFix[];
  readonly document: { readonly title: string; readonly url: string; readonly revision?: string };
}

/** A statement that decided. */
export interface CoverageStatement {
  /** As the client spells it. */
  readonly uri: string;
  readonly path: string;
  /** One-based; 0 where the file is no longer known. */
  readonly line: number;
  readonly text: string;
}

/** An edit that would meet a requirement. */
export interface CoverageFix {
  readonly title: string;
  /** The lines that it writes, where it is proved. */
  readonly lines: readonly string[];
}
