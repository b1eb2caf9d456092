// What the library takes and returns. These types stand for themselves: nothing of the inside of Lintel is visible in them.

/** A configuration file, or a file that one needs: an include, a `lintel.yaml`, a pack of requirements. */
export interface TextFile {
  /**
   * A path relative to one common folder, an absolute path or a URI. Includes, companion files and the nearest `lintel.yaml`
   * are found by it among the given files, and nowhere else.
   */
  readonly path: string;
  readonly text: string;
  /** The identifier of its language; by default it is recognised by path and text. */
  readonly dialect?: string;
}

/** A Microsoft cloud. */
export type Cloud = 'worldwide' | 'usgov-gcchigh' | 'usgov-dod' | 'china';

export interface Options {
  /**
   * What files are checked against, whatever they and their `lintel.yaml` say: identifiers with `*`, or tags joined by `+`. By
   * default what comments in a file or its `lintel.yaml` name, otherwise what `lintel check` asks for.
   */
  readonly require?: readonly string[];
  /** The cloud, unless a `lintel.yaml` names one. Default: `worldwide`. */
  readonly cloud?: Cloud;
}

/** Both are zero-based; characters are UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** From its first character to behind its last. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** A statement of a file. */
export interface Statement {
  readonly path: string;
  readonly range: Range;
  /** Its text, on one line. */
  readonly text: string;
}

export type Severity = 'error' | 'warning' | 'info' | 'hint';

/** A verdict or a defect, at a place of a file. */
export interface Finding {
  /** Stable: see docs/findings. */
  readonly code: string;
  readonly severity: Severity;
  /** For people; its words may change with any release. */
  readonly message: string;
  readonly range: Range;
  /** The identifiers of the requirements that it is about. */
  readonly requirements: readonly string[];
  /** Other places that explain it. */
  readonly related: readonly { readonly path: string; readonly range: Range; readonly message: string }[];
}

/**
 * `met`: all that the document lists is treated as it asks. `partial`: some is not. `blocked`: none is. `undecided`: it depends
 * on what the files do not contain. `not-applicable`: this kind of file does not decide it. Of what must not pass, `met` means
 * that nothing does, and `blocked` that nothing stops it.
 */
export type VerdictStatus = 'met' | 'partial' | 'blocked' | 'undecided' | 'not-applicable';

/** What a file does to one requirement. */
export interface Verdict {
  /** The identifier of the requirement. */
  readonly requirement: string;
  readonly title: string;
  readonly status: VerdictStatus;
  /** The statements that decide it, the one that matters most first; empty where a default does. */
  readonly decidedBy: readonly Statement[];
  /** What is missing, in words. */
  readonly missing?: string;
  /** What an undecided one depends on, or why one does not apply. */
  readonly reason?: string;
  /** The page of the document that asks for it. */
  readonly document: string;
}

/** What was found in one file. An included file has an entry of its own, whose verdicts are those of what includes it. */
export interface CheckedFile {
  readonly path: string;
  readonly dialect: string;
  readonly findings: readonly Finding[];
  readonly verdicts: readonly Verdict[];
}

export interface CheckResult {
  readonly files: readonly CheckedFile[];
  /** The paths of the files whose language is not known. */
  readonly unrecognised: readonly string[];
}

/** The verdicts of one file. */
export interface CoveredFile {
  readonly path: string;
  readonly dialect: string;
  readonly verdicts: readonly Verdict[];
}

/** What is asked about one file: a URL of a proxy or PAC file, or the first packet of a connection to a packet filter. */
export type Question = UrlQuestion | FlowQuestion;

export interface UrlQuestion {
  /** The file that is asked, one of those given. */
  readonly path: string;
  /** `https://host[:port]/path`; also with `http`, `ws` and `wss`. */
  readonly url: string;
  /** The address of the client; by default every client that a check asks about. */
  readonly client?: string;
  /** The name that the client is logged in with; by default it is not. */
  readonly user?: string;
}

export interface FlowQuestion {
  readonly path: string;
  /** `udp 10.1.2.3:50000 > 52.112.0.10:3478` */
  readonly flow: string;
  readonly hook?: 'forward' | 'input' | 'output';
  readonly inInterface?: string;
  readonly outInterface?: string;
  /** The access list or chain that it passes. */
  readonly point?: string;
}

/** What a file does with one flow or URL. */
export interface Explanation {
  /** `permit`, `deny`, `undecided` or `not-applicable`; of a proxy also `auth` (it asks for a login), of a PAC file `direct` or `proxy`. */
  readonly verdict: string;
  /** What is decided besides: the route, TLS, the result of a PAC file, the replies. `null` where it depends on something. */
  readonly aspects: Readonly<Record<string, string | null>>;
  /** The statement that decides, or that an undecided question depends on; absent for a default. */
  readonly decidedBy?: Statement;
  /** What an undecided part depends on. */
  readonly reason?: string;
  /** How the question was understood, where that may surprise. */
  readonly note?: string;
  /** What to ask instead, where the answer depends on the path that a flow takes. */
  readonly choices: readonly string[];
  readonly trace: readonly { readonly statement: Statement; readonly effect: string }[];
}

/** Replaces a range of one file. Ranges are those of the text before any edit. */
export interface Edit {
  readonly path: string;
  readonly range: Range;
  readonly newText: string;
}

/** A file after its proved fixes. */
export interface FixedFile {
  readonly path: string;
  readonly text: string;
  /** What turns the given text into this one. */
  readonly edits: readonly Edit[];
}

export interface FixResult {
  /** The files that change; none where nothing could be proved. */
  readonly files: readonly FixedFile[];
  /** The identifiers of the requirements that are served by it. */
  readonly requirements: readonly string[];
  /** What is left to do in the fixed files. */
  readonly left: CheckResult;
}

/** One documented need. */
export interface Requirement {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  readonly kind: string;
  readonly required: boolean;
  readonly tags: readonly string[];
  readonly from: RequirementEnd;
  readonly to: RequirementEnd;
  readonly protocol: string;
  /** Destination ports; absent where every port is meant. */
  readonly ports?: string;
  readonly source: { readonly document: string; readonly section?: string; readonly url: string };
}

/** One end of a flow: a role in a network, addresses, host patterns, or several of them. */
export interface RequirementEnd {
  readonly role?: string;
  readonly prefixes: readonly string[];
  readonly hosts: readonly string[];
}

/** The documents that list something. */
export interface Listing {
  readonly pack: string;
  readonly version: string;
  readonly clouds: readonly Cloud[];
  /** What the document lists that covers, overlaps or equals what was asked. */
  readonly matches: readonly { readonly listed: string; readonly relation: string }[];
  readonly requirements: readonly Requirement[];
}

/** The requirements that files are checked against. */
export interface Catalog {
  readonly packs: readonly { readonly id: string; readonly title: string; readonly version: string }[];
  readonly requirements: readonly Requirement[];
  /** The requirements that selectors choose, in the order of the catalog. Throws an {@link InputError} for one that chooses none. */
  select(selectors: readonly string[]): readonly Requirement[];
  /** Which documents list a host, an address, a prefix, a port or a URL. Throws an {@link InputError} for anything else. */
  find(what: string): readonly Listing[];
}
