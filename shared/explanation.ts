// The dialogue that leads from a file to what it does with a flow or a URL, one step at a time.

/**
 * What a person who wants a flow explained sees next.
 * @typeParam Path the path of a flow through a filter; a client hands it back as it was offered and never looks into it
 */
export type ExplanationStep<Path = unknown> =
  /** What to ask about this file, with an example. */
  | { readonly kind: 'ask'; readonly prompt: string; readonly example: string }
  | { readonly kind: 'invalid'; readonly message: string }
  /** The file decides by the path of the flow: to be asked again with the path of one choice. */
  | { readonly kind: 'choose'; readonly prompt: string; readonly choices: readonly PathChoice<Path>[] }
  /** The answer, for reading. */
  | { readonly kind: 'answer'; readonly title: string; readonly markdown: string };

/** One of the paths that a flow may take through a filter. */
export interface PathChoice<Path = unknown> {
  readonly label: string;
  readonly description: string;
  readonly path: Path;
}
