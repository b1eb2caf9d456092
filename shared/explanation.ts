// The steps of the dialogue that explains what a file does with a flow or a URL.

/**
 * One step of the dialogue, to be shown to the user.
 * @typeParam Path the path of a flow through a filter; opaque to the client, which returns it unchanged
 */
export type ExplanationStep<Path = unknown> =
  /** Ask the user for a flow or URL; `example` is a valid one for this file, `suggestion` that of the place where it is asked. */
  | { readonly kind: 'ask'; readonly prompt: string; readonly example: string; readonly suggestion?: string }
  | { readonly kind: 'invalid'; readonly message: string }
  /** The verdict depends on the path of the flow: ask the user, then request again with the path of the chosen one. */
  | { readonly kind: 'choose'; readonly prompt: string; readonly choices: readonly PathChoice<Path>[] }
  /** The answer, as an HTML page, and the statements of its way, in the order in which they were come to. */
  | { readonly kind: 'answer'; readonly title: string; readonly html: string; readonly way: readonly WayStep[] };

/** One statement on the way to an answer, to be marked in an editor. */
export interface WayStep {
  /** The URI of its file, as the client spells it. */
  readonly uri: string;
  /** Its zero-based lines, the last one included. */
  readonly lines: readonly [first: number, last: number];
  /** What it did there, as a short phrase. */
  readonly effect: string;
  /** Whether its condition held; one that did not is a part of the way all the same. */
  readonly applies: boolean;
}

/** One of the paths that a flow may take through a filter. */
export interface PathChoice<Path = unknown> {
  readonly label: string;
  readonly description: string;
  readonly path: Path;
}
