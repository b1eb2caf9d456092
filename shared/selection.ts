// What files can be checked against, for whoever chooses.

/** A service, a category or a pack of the catalog. */
export interface Selectable {
  readonly selector: string;
  readonly title: string;
  /** Other are selectors that somebody wrote, such as the id of a requirement. */
  readonly group: 'service' | 'pack' | 'other';
  /** How many requirements it selects. */
  readonly requirements: number;
  readonly isSelected: boolean;
  /** That of the pack, or of the endpoint list. */
  readonly version?: string;
  /** The day of its publication, `YYYY-MM-DD`, where the version tells it. */
  readonly published?: string;
}
