// What a workspace says of its network, and the catalog that its files are checked with.

export interface Overview {
  /** The workspace file, as the client spells it; absent where there is none. */
  readonly configuration?: string;
  readonly roles: readonly DeclaredRole[];
  readonly packs: readonly PackOverview[];
}

/** A role with its addresses, as lintel.yaml declares it. */
export interface DeclaredRole {
  readonly name: string;
  /** What it is, as its pack describes it. */
  readonly description: string;
  readonly addresses: readonly string[];
  /** The zero-based line that declares it. */
  readonly line: number;
}

export interface PackOverview {
  readonly id: string;
  readonly title: string;
  readonly version: string;
  /** The day of its publication, `YYYY-MM-DD`, where the version tells it. */
  readonly published?: string;
  readonly requirements: readonly ListedRequirement[];
}

export interface ListedRequirement {
  readonly id: string;
  readonly title: string;
  /** What is asked for, as a predicate: `must be reachable`. */
  readonly kind: string;
  readonly service: string;
  readonly why: string;
  /** Whether files of the workspace are checked against it. */
  readonly isSelected: boolean;
  /** The address of its document. */
  readonly url: string;
  /** The hosts, addresses and ports that it lists, to search in. */
  readonly lists: string;
}
